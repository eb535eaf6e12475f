"""Exports that come again, shuffled, old after new: no mart row changes, and the ledger says why."""

from __future__ import annotations

import csv
import io
import os
import random

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")

# Which load told a row last is lineage: it names the file that was read last, not another state.
LINEAGE = ("load_seq", "changed_load_seq")
PUBLIC = ("core", "marts")


def shuffled(content: bytes, rng: random.Random) -> bytes | None:
    """The same records in another order; None for a file that is more than a header and its rows."""
    try:
        records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        return None
    if len({len(r) for r in records}) != 1 or len(records) < 3 or len(records[0]) < 3:
        return None
    header, *rows = records
    # A part of the days only, as an export of an overlapping range would give them.
    rows = rng.sample(rows, max(2, len(rows) * 2 // 3))
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("utf-8-sig")


def public_rows(brand: Brand) -> dict[str, list[tuple]]:
    columns: dict[str, list[str]] = {}
    listed = brand.rows(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        f" where table_schema in {PUBLIC} order by 1, ordinal_position"
    )
    for table, column in listed:
        if column not in LINEAGE:
            columns.setdefault(table, []).append(f'"{column}"')
    return {
        table: brand.rows(f"select {', '.join(names)} from {table} order by all")
        for table, names in columns.items()
    }


def test_what_comes_again_changes_no_mart_row_and_the_ledger_counts_it(
    small_night: Brand, tmp_path_factory: pytest.TempPathFactory
) -> None:
    brand = small_night.copy_to(tmp_path_factory.mktemp("again"))
    before = public_rows(brand)
    landing, again = brand.data / "landing", 0
    files = [p for p in sorted(landing.rglob("*.csv")) if p.is_file()]
    for number, path in enumerate(files):
        content = shuffled(path.read_bytes(), random.Random(number))
        if content is None:
            continue
        again += 1
        target = landing / "again" / path.relative_to(landing)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        os.utime(target, (1_700_000_000, 1_700_000_000))
    assert again > 10
    answer = brand.siyu("run")
    assert answer.code == 0, answer.err[-3000:]
    after = public_rows(brand)
    assert before.keys() == after.keys()
    assert {t for t in before if before[t] != after[t]} == set()
    ledger = brand.rows(
        "select count(*), sum(rows_landed)::bigint, sum(rows_ignored)::bigint"
        " from ops.load_ledger where file like 'again/%' and status = 'landed'"
    )
    assert ledger == [(again, ledger[0][1], ledger[0][1])]
