"""What makes a contract of the fields: platform, key, event time, status ranks, signature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import duckdb

from siyu.errors import ConfigError
from siyu.sources.contracts.contract import Contract
from siyu.sources.draft.columns import TODO, ColumnFacts
from siyu.sources.draft.fields import DraftField
from siyu.sources.draft.header_words import field_name

_SIGNATURE = 6
_SEEN = ("下单", "订单创建", "创建", "成交", "发生", "交易", "支付", "付款", "登记", "日期", "时间")


@dataclass(frozen=True)
class Answers:
    """What the caller already knows; empty parts are guessed."""

    source_id: str = ""
    platform: str = ""
    key: tuple[str, ...] = ()
    seen_at: str = ""


def platform_of(file: str, platforms: Mapping[str, object]) -> str | None:
    """The platform whose code or Chinese name the file's name holds; the longest wins."""
    found = [
        (len(word), code)
        for code, title in platforms.items()
        for word in (code, *re.split("[/（(]", getattr(title, "zh", "")))
        if word and word in file.lower()
    ]
    return max(found)[1] if found else None


def id_of(path: Path, contracts: Mapping[str, Contract]) -> str:
    """A name from the file's own, digits left out."""
    stem = field_name(re.sub(r"\d+", "", path.stem), 0, ())
    name = "new_source" if stem.startswith("column_") else stem
    return name if name not in contracts else f"{name}_2"


def guess_key(
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
    named = re.compile(r"号$|编号|(?i:id$|no$)|编码$|流水")
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


def guess_seen_at(fields: Sequence[DraftField], answers: Answers) -> str:
    times = [f for f in fields if f.type in ("timestamp", "date")]
    if answers.seen_at:
        if answers.seen_at not in {f.name for f in fields}:
            raise ConfigError(
                "--seen-at names an unknown field; times are: "
                + (", ".join(f.name for f in times) or "none")
            )
        return answers.seen_at
    for word in _SEEN:
        for f in times:
            if word in f.header:
                return f.name
    return times[0].name if len(times) == 1 else TODO


def guess_status(
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


def export_time(file: str) -> tuple[str, str] | None:
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


def guess_signature(
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
        key=lambda h: sum(h in s for s in spellings),
    )
    for header in rest:
        enough = len(headers) >= min(_SIGNATURE, len(fields))
        if enough and not any(set(headers) <= s for s in spellings):
            break
        headers.append(header)
    return tuple(headers)
