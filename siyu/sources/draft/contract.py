"""One unknown file to a draft contract: names, types, identifiers, key, and what a person must say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow as pa

from siyu.errors import ConfigError
from siyu.identity.rules import load_identity_rules
from siyu.settings import Settings
from siyu.sources.catalogue import load_contracts
from siyu.sources.contract import Contract, ContractField, Identifier
from siyu.sources.draft.columns import (
    TODO,
    ColumnFacts,
    guess_privacy,
    guess_type,
    known_fields,
    read_facts,
)
from siyu.sources.draft.header import find_header
from siyu.sources.draft.header_words import field_name
from siyu.sources.header import number_names
from siyu.sources.read.open_file import open_tables
from siyu.sources.read.table import Table
from siyu.sources.recognise import fits
from siyu.vocabulary import load_vocabulary

_FOOTER = re.compile(r"(总计|合计|小计|总交易|共计|#)")
_SIGNATURE = 6
# The account types that only their own platform gives; elsewhere the same word means another account.
_ANYWHERE = ("phone", "email", "unionid", "member_no")
_SEEN = ("下单", "订单创建", "创建", "成交", "发生", "交易", "支付", "付款", "登记", "日期", "时间")


@dataclass(frozen=True)
class DraftField:
    """A landed field to be; `note` says why a person may want to look."""

    name: str
    header: str
    type: str
    unit: str | None = None
    required: bool = False
    identifier: Identifier | None = None
    personal: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """All parts of a contract in the order they are written. A `TODO` value is a person's to give."""

    id: str
    title: str
    platform: str
    grain: str
    formats: tuple[str, ...]
    required: tuple[str, ...]
    sheet: str | None
    footer: str | None
    key: tuple[str, ...]
    seen_at: str
    exported_at: tuple[str, str] | None
    version_by: str | None
    status_rank: Mapping[str, object]
    fields: tuple[DraftField, ...]
    ignored: tuple[str, ...]
    platforms: tuple[str, ...] = ()
    id_types: tuple[str, ...] = ()
    file: str = ""
    row_count: int = 0
    key_is_proven: bool = False
    time_fields: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Answers:
    """What the caller already knows; empty parts are guessed."""

    source_id: str = ""
    platform: str = ""
    key: tuple[str, ...] = ()
    seen_at: str = ""


def draft_contract(path: Path, settings: Settings, answers: Answers) -> Draft:
    """A contract for the file, guessed from all of its rows.

    Raises ConfigError when there is no such file, when a contract already reads it, when its answers
    name nothing, or when no row looks like a header; Unreadable when its bytes are no table.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    contracts = load_contracts(settings.config_dir)
    platforms = load_vocabulary(settings.config_dir).platforms
    if answers.platform and answers.platform not in platforms:
        raise ConfigError(
            f"--platform {answers.platform!r} is not in vocabulary.yml; allowed: "
            + ", ".join(platforms)
        )
    platform = answers.platform or _platform_of(path.name, platforms)
    known = known_fields(contracts.values(), platform)
    table, header_row = _widest(path, contracts, known)
    names = number_names(table.head[header_row])
    for contract in contracts.values():
        if table.file_format in contract.recognise.formats and fits(contract, set(names)):
            raise ConfigError(
                f"{path.name}: contract {contract.id} already reads this header; "
                f"see how with siyu source check"
            )
    id_types = load_identity_rules(settings.config_dir).order
    con = duckdb.connect()
    try:
        _load(con, table, header_row, names)
        footer = _cut_footer(con)
        facts = [read_facts(con, n, i) for i, n in enumerate(names) if n]
        fields = _fields(facts, known, platform, id_types)
        ignored = [f.header for f in facts if not any(d.header == f.header for d in fields)]
        key, proven = _key(con, fields, facts, answers)
        count = con.execute("select count(*) from cells").fetchall()[0][0]
    finally:
        con.close()
    times = tuple(f.name for f in fields if f.type in ("timestamp", "date"))
    seen_at = _seen_at(fields, answers)
    fields = [replace(f, required=f.name in key or f.name == seen_at) for f in fields]
    status, ranks = _status(fields, facts, contracts)
    return Draft(
        id=answers.source_id or _id_of(path, contracts),
        title=re.sub(r"[_\-]?\d{6,}.*|\s*\(\d+\)$", "", path.stem) or path.stem,
        platform=platform or TODO,
        grain=f"one row per {' and '.join(n.removesuffix('_no').removesuffix('_id') for n in key)}"
        if key != (TODO,)
        else "one row per " + TODO,
        formats=("csv", "xlsx") if table.file_format in ("csv", "xlsx") else (table.file_format,),
        required=_signature(fields, key, seen_at, contracts),
        sheet=None,
        footer=footer,
        key=key,
        seen_at=seen_at,
        exported_at=_export_time(path.name),
        version_by=status,
        status_rank=ranks,
        fields=tuple(fields),
        ignored=tuple(ignored),
        platforms=tuple(platforms),
        id_types=id_types,
        file=path.name,
        row_count=count,
        key_is_proven=proven,
        time_fields=times,
    )


def _widest(
    path: Path, contracts: Mapping[str, Contract], known: Mapping[str, object]
) -> tuple[Table, int]:
    found = []
    for table in open_tables(path, contracts):
        row = find_header(table.head, known)
        if row is not None:
            found.append((len(set(number_names(table.head[row]))), table, row))
    if not found:
        raise ConfigError(
            f"{path.name}: no row of the first thirty names columns; a header row is needed"
        )
    _, table, row = max(found, key=lambda f: f[0])
    return table, row


def _load(
    con: duckdb.DuckDBPyConnection, table: Table, header_row: int, names: tuple[str, ...]
) -> None:
    """All rows of the table in temp table `cells`: _row from 1, c0 …, _split when one is too long."""
    width = len(names)
    columns = ", ".join(f"c{i} varchar" for i in range(width))
    con.execute(f"create or replace temp table cells (_row bigint, {columns}, _split varchar)")
    count = 0
    for block in table.blocks(header_row, (0, width), None, False):
        rows = [r for r in block.rows(width) if any(cell.strip() for cell in r)]
        numbers = pa.array(range(count + 1, count + 1 + len(rows)), pa.int64())
        cells = [
            pa.array([r[i] if i < len(r) else "" for r in rows], pa.string()) for i in range(width)
        ]
        split = pa.array(
            ["long" if any(c.strip() for c in r[width:]) else None for r in rows], pa.string()
        )
        headings = ["_row", *(f"c{i}" for i in range(width)), "_split"]
        con.register("block", pa.table([numbers, *cells, split], headings))
        con.execute("insert into cells select * from block")
        con.unregister("block")
        count += len(rows)


def _cut_footer(con: duckdb.DuckDBPyConnection) -> str | None:
    """Take a totals row at the end, and what follows it, out of `cells`; gives its first word."""
    last = con.execute("select _row, c0 from cells order by _row desc limit 3").fetchall()
    footer = None
    for row, cell in last:
        if found := _FOOTER.match((cell or "").strip(" \t'`\"=")):
            con.execute("delete from cells where _row >= $row", {"row": row})
            footer = found.group(1)
    return footer


def _platform_of(file: str, platforms: Mapping[str, object]) -> str | None:
    """The platform whose code or Chinese name the file's name holds; the longest wins."""
    found = [
        (len(word), code)
        for code, title in platforms.items()
        for word in (code, *re.split("[/（(]", getattr(title, "zh", "")))
        if word and word in file.lower()
    ]
    return max(found)[1] if found else None


def _id_of(path: Path, contracts: Mapping[str, Contract]) -> str:
    """A name from the file's own, digits left out."""
    stem = field_name(re.sub(r"\d+", "", path.stem), 0, ())
    name = "new_source" if stem.startswith("column_") else stem
    return name if name not in contracts else f"{name}_2"


def _fields(
    facts: Sequence[ColumnFacts],
    known: Mapping[str, tuple[str, ContractField]],
    platform: str | None,
    id_types: Sequence[str],
) -> list[DraftField]:
    fields: list[DraftField] = []
    taken: set[str] = set()
    for column in facts:
        if re.search(r"#\d+$", column.header):
            continue
        learned = known.get(column.header)
        kind, unit = guess_type(column)
        name = field_name(column.header, column.position, taken)
        identifier, personal, note = guess_privacy(column, id_types)
        if learned and learned[0] not in taken:
            name = learned[0]
            lent = learned[1].identifier
            if lent and lent.type in _ANYWHERE and not lent.scope_from:
                identifier, personal = lent.model_copy(update={"subject": "self"}), None
            elif learned[1].personal:
                identifier, personal, note = None, learned[1].personal, note
        if identifier or personal:
            kind, unit = "text", None
        if column.filled == 0 and not learned and not identifier and not personal:
            continue
        if kind in ("timestamp", "date") and name.endswith("_on") and kind == "timestamp":
            name = name.removesuffix("_on") + "_at"
        if unit and not name.endswith("_cny") and f"{name}_cny" not in taken:
            name += "_cny"
        taken.add(name)
        fields.append(
            DraftField(name, column.header, kind, unit, False, identifier, personal, note)
        )
    return fields


def _key(
    con: duckdb.DuckDBPyConnection,
    fields: Sequence[DraftField],
    facts: Sequence[ColumnFacts],
    answers: Answers,
) -> tuple[tuple[str, ...], bool]:
    """The fewest id columns that name every row apart, and whether enough rows prove it."""
    by_header = {f.header: f for f in facts}
    names = {f.name for f in fields}
    if answers.key:
        unknown = [k for k in answers.key if k not in names]
        if unknown:
            raise ConfigError(
                f"--key names unknown fields: {', '.join(unknown)}; known: {', '.join(names)}"
            )
        return answers.key, True
    named = re.compile(r"号$|[编]号|(?i:id$|no$)|编码$|流水")
    candidates = [
        f
        for f in fields
        if not f.personal
        and f.type in ("text", "timestamp", "date")
        and by_header[f.header].filled == by_header[f.header].rows
        and (named.search(f.header) or f.type != "text" or "名称" in f.header or "标题" in f.header)
    ]
    # Ids first, the finest (子订单号) before the rest; then times and titles, for exports without ids.
    candidates.sort(key=lambda f: (not named.search(f.header), "子" not in f.header))
    rows = facts[0].rows if facts else 0
    for size in (1, 2, 3):
        for chosen in combinations(candidates[:8], size):
            if (
                not any(named.search(f.header) for f in chosen)
                and size == 1
                and len(candidates) > 1
            ):
                continue
            cells = ", ".join(f"c{by_header[f.header].position}" for f in chosen)
            count = con.execute(
                f"select count(*) from (select distinct {cells} from cells)"
            ).fetchall()[0][0]
            if count == rows and rows:
                return tuple(f.name for f in chosen), rows >= 20
    return (TODO,), False


def _seen_at(fields: Sequence[DraftField], answers: Answers) -> str:
    times = [f for f in fields if f.type in ("timestamp", "date")]
    if answers.seen_at:
        if answers.seen_at not in {f.name for f in fields}:
            raise ConfigError(
                f"--seen-at names an unknown field; times are: {', '.join(f.name for f in times)}"
            )
        return answers.seen_at
    for word in _SEEN:
        for f in times:
            if word in f.header:
                return f.name
    return times[0].name if len(times) == 1 else TODO


def _status(
    fields: Sequence[DraftField],
    facts: Sequence[ColumnFacts],
    contracts: Mapping[str, Contract],
) -> tuple[str | None, dict[str, object]]:
    """The status column and its words, ranked as the brand's other contracts rank them."""
    ranks = {w: r for c in contracts.values() for w, r in c.status_rank.items()}
    words = {f.header: f.words for f in facts}
    for f in fields:
        if f.header.endswith("状态") and "售后" not in f.header and "退款" not in f.header:
            found = words[f.header]
            if 1 < len(found) <= 20 and not f.identifier and not f.personal:
                plain = [re.sub("[，,\\s]", "", w) for w in found]
                return f.name, {w: ranks.get(w, TODO) for w in dict.fromkeys(plain)}
    return None, {}


def _export_time(file: str) -> tuple[str, str] | None:
    """(pattern, format) when the file's name carries the time of its export."""
    for pattern, form in (
        (r"(20\d{12})", "%Y%m%d%H%M%S"),
        (r"(20\d{6}_\d{6})", "%Y%m%d_%H%M%S"),
        (r"(20\d\d-\d\d-\d\d)", "%Y-%m-%d"),
        (r"(?<!\d)(1[5-9]\d{8})(?!\d)", "epoch"),
        (r"(?<!\d)(20\d{6})(?!\d)", "%Y%m%d"),
    ):
        if re.search(pattern, file):
            return pattern, form
    return None


def _signature(
    fields: Sequence[DraftField],
    key: Sequence[str],
    seen_at: str,
    contracts: Mapping[str, Contract],
) -> tuple[str, ...]:
    """Columns to recognise by: key and time first, then the rarest, until no other source has them all."""
    headers = [f.header for f in fields if f.name in (*key, seen_at)]
    spellings = [
        {h for f in c.fields.values() for h in f.columns} | set(c.ignored)
        for c in contracts.values()
    ]
    rest = sorted(
        (f.header for f in fields if f.header not in headers),
        key=lambda h: (sum(h in s for s in spellings), headers and 0),
    )
    for header in rest:
        enough = len(headers) >= min(_SIGNATURE, len(fields))
        if enough and not any(set(headers) <= s for s in spellings):
            break
        headers.append(header)
    return tuple(headers)
