"""Rows that landed and change nothing: counted, so that a second export of the same days explains itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from siyu.settings import Settings
from siyu.sources.block.clean import sql_text
from siyu.sources.contracts.contract import Contract
from siyu.sources.raw.ledger import Ledger, LedgerFile, part_paths
from siyu.sources.raw.status_rank import rank_sql


def with_ignored(
    settings: Settings,
    contracts: dict[str, Contract],
    ledgers: list[Ledger],
    load_seq: int,
    entries: list[LedgerFile],
) -> list[LedgerFile]:
    """The entries with their counts of rows that change nothing."""
    counts: dict[str, dict[str, int]] = {}
    con = duckdb.connect()
    try:
        for source in sorted({e.source for e in entries if e.source}):
            new = [
                p for e in entries if e.source == source for p in part_paths(settings, load_seq, e)
            ]
            earlier = [
                p
                for one in ledgers
                for f in one.files
                if f.source == source
                for p in part_paths(settings, one.load_seq, f)
            ]
            # One file alone has nothing to compare with.
            if earlier or sum(e.source == source for e in entries) > 1:
                counts |= count_ignored(con, contracts[source], new, earlier)
    finally:
        con.close()
    counted = []
    for entry in entries:
        totals: Counter[str] = Counter()
        for path in part_paths(settings, load_seq, entry):
            totals.update(counts.get(path.name, {}))
        counted.append(entry.model_copy(update={"ignored": dict(sorted(totals.items()))}))
    return counted


def count_ignored(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    new: Sequence[Path],
    earlier: Sequence[Path],
) -> dict[str, dict[str, int]]:
    """For each new part (by name): rows whose key already stood as they say (`same_state`), and
    rows that a newer state of the same key outranks (`outdated`).

    Both stay in raw. The order is that of macro latest_state.
    """
    fields = [n for n, f in contract.fields.items() if f.personal != "drop"]
    order = (
        f"row({rank_sql(contract)}, coalesce(_exported_at, ''), _load_seq, _file_sha256, _row)"
        "::struct(r integer, e varchar, l integer, s varchar, n bigint)"
    )
    content = "hash(" + ", ".join(f'"{n}"' for n in fields) + ")"
    con.execute(
        f"create or replace temp table incoming as select parse_filename(filename) as part, _key,"
        f" {content} as h, {order} as o"
        f" from read_parquet({_listed(new)}, union_by_name = true, filename = true)"
    )
    # A field that came into the contract later is null in older parts.
    shape = ", ".join(f'"{n}"' for n in fields)
    before = (
        f"select _key, {content} as h, {order} as o"
        f" from (from read_parquet({_listed(earlier)}, union_by_name = true) union all by name"
        f" (select {shape} from read_parquet({_listed(new)}, union_by_name = true) limit 0)) as e"
        " semi join incoming using (_key)"
        if earlier
        else "select _key, h, o from incoming where false"
    )
    con.execute(
        "create or replace temp table standing as select _key, arg_max(h, o) as h, max(o) as o"
        f" from ({before}) group by _key"
    )
    rows = con.execute(
        "with best as (select _key, arg_max(h, o) as h, max(o) as o from (select _key, h, o"
        " from incoming union all select _key, h, o from standing) group by _key)"
        " select i.part, count(*) filter (where i.h = s.h or (i.o < b.o and i.h = b.h)),"
        " count(*) filter (where i.o < b.o and i.h <> b.h and i.h is distinct from s.h)"
        " from incoming as i join best as b using (_key) left join standing as s using (_key)"
        " group by i.part"
    ).fetchall()
    return {
        part: {name: n for name, n in (("same_state", same), ("outdated", outdated)) if n}
        for part, same, outdated in rows
    }


def _listed(parts: Sequence[Path]) -> str:
    return "[" + ", ".join(sql_text(str(p)) for p in parts) + "]"
