"""One unknown file to a draft contract: names, types, identifiers, key, and what a person must say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from siyu.errors import ConfigError
from siyu.identity.rules import load_identity_rules
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.header import number_names
from siyu.sources.contracts.signature import fits
from siyu.sources.draft.cells import cut_footer, load_cells, widest_table
from siyu.sources.draft.columns import TODO, known_fields, read_facts
from siyu.sources.draft.fields import DraftField, draft_fields
from siyu.sources.draft.guesses import (
    Answers,
    export_time,
    guess_key,
    guess_seen_at,
    guess_signature,
    guess_status,
    id_of,
    platform_of,
)
from siyu.sources.read.file_name import given_file, readable_name
from siyu.vocabulary import load_vocabulary


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


def draft_contract(path: Path, settings: Settings, answers: Answers) -> Draft:
    """A contract for the file, guessed from all of its rows.

    Raises ConfigError when there is no such file, when a contract already reads it, when its answers
    name nothing, or when no row looks like a header; Unreadable when its bytes are no table.
    """
    given_file(path)
    contracts = load_contracts(settings.config_dir)
    platforms = load_vocabulary(settings.config_dir).platforms
    if answers.platform and answers.platform not in platforms:
        raise ConfigError(
            f"--platform {answers.platform!r} is not in vocabulary.yml; allowed: "
            + ", ".join(platforms)
        )
    platform = answers.platform or platform_of(path.name, platforms)
    known = known_fields(contracts.values(), platform)
    table, header_row = widest_table(path, contracts, known)
    names = number_names(table.head[header_row])
    for contract in contracts.values():
        if table.file_format in contract.recognise.formats and fits(contract, set(names)):
            raise ConfigError(
                f"{readable_name(path.name)}: contract {contract.id} already reads this header; "
                "see how with siyu source check"
            )
    id_types = load_identity_rules(settings.config_dir).order
    con = duckdb.connect()
    try:
        load_cells(con, table, header_row, names)
        footer = cut_footer(con)
        facts = [read_facts(con, n, i) for i, n in enumerate(names) if n]
        fields = draft_fields(facts, known, platform, id_types)
        ignored = [f.header for f in facts if not any(d.header == f.header for d in fields)]
        key, proven = guess_key(con, fields, facts, answers)
        count = con.execute("select count(*) from cells").fetchall()[0][0]
    finally:
        con.close()
    times = tuple(f.name for f in fields if f.type in ("timestamp", "date"))
    seen_at = guess_seen_at(fields, answers)
    fields = [replace(f, required=f.name in key or f.name == seen_at) for f in fields]
    status, ranks = guess_status(fields, facts, contracts)
    return Draft(
        id=answers.source_id or id_of(path, contracts),
        title=re.sub(r"[_\-]?\d{6,}.*|\s*\(\d+\)$", "", path.stem) or path.stem,
        platform=platform or TODO,
        grain=f"one row per {' and '.join(n.removesuffix('_no').removesuffix('_id') for n in key)}"
        if key != (TODO,)
        else "one row per " + TODO,
        formats=("csv", "xlsx") if table.file_format in ("csv", "xlsx") else (table.file_format,),
        required=guess_signature(fields, key, seen_at, contracts),
        sheet=None,
        footer=footer,
        key=key,
        seen_at=seen_at,
        exported_at=export_time(path.name),
        version_by=status,
        status_rank=ranks,
        fields=tuple(fields),
        ignored=tuple(ignored),
        platforms=tuple(platforms),
        id_types=id_types,
        file=readable_name(path.name),
        row_count=count,
        key_is_proven=proven,
        time_fields=times,
    )
