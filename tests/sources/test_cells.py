"""A look at a whole column says what the patterns say of its cells one by one."""

from __future__ import annotations

import re

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import example, given
from hypothesis import strategies as st

from siyu.sources.block.cells import is_dressed, read_plainly, undressed
from siyu.sources.block.clean import DRESSED, WHOLE_MOMENT, strip_sql

GUARDED = st.lists(st.text("a9 '`=\t\u3000\ufeff\u00a0\u200b茶。ー€À", max_size=3), max_size=6)
WRITTEN = "2026-08-01 10:00:00"
# Of the same length, or nearly, and a moment to one reader or another.
STRANGE = [
    "2026-08-01T10:00:00", "2026-08-01 10:00+08", "2026-08-01 10+08:00", "2026-08-01 10:00:0Z",
    "2026-08-01 10:00:00Z", "2026-08-01 10:00.00", "2026-08-01 10:00", "2026-08-01", "",
    "2026-08-01 24:00:00", "2026-08-01 23:59:60", "2026-02-30 10:00:00", "0000-01-01 00:00:00",
    "1899-12-31 23:59:59", "1900-01-01 00:00:00", "2100-12-31 23:59:59", "2101-01-01 00:00:00",
    "+026-08-01 10:00:00", "2026-08-01 -1:00:00", "２026-08-01 10:00:", "2026/08/01 10:00:00",
    "2026-8-01 10:00:000", "20260801 1000000000", "2026-08-01 10.00.00", "2026-08-01 100000Z0",
]  # fmt: skip
SPOILT = st.tuples(st.integers(0, 18), st.sampled_from("0159-:. TZ+茶")).map(
    lambda at: WRITTEN[: at[0]] + at[1] + WRITTEN[at[0] + 1 :]
)


@given(GUARDED, st.integers(0, 2))
@example(["", "", "茶"], 0)
@example(["", "a", "a "], 1)
def test_a_column_is_dressed_when_one_of_its_cells_is(cells: list[str], skipped: int) -> None:
    column = pa.array(cells, pa.string()).slice(skipped)
    found = pc.any(pc.match_substring_regex(column, DRESSED), min_count=0).as_py()
    assert is_dressed(column) == found


DRESS = st.sampled_from(
    ['="', '"', "=", "=12", "'", "`", "\t", " ", "\ufeff", "\u200b", "茶", "7", "\f"]
)


@given(st.lists(st.lists(DRESS, max_size=6).map("".join), min_size=1, max_size=9))
@example(['="19300001"', "\t7\t", "'139", "=12", "`茶 ", '=" 7"', "a=1"])
def test_a_column_is_undressed_as_the_query_undresses_each_cell(cells: list[str]) -> None:
    with duckdb.connect() as con:
        con.execute("create table x as select unnest($c) as c", {"c": cells})
        by_query = con.execute(f"select {strip_sql('c')} from x").fetchall()
    assert undressed(pa.array(cells, pa.string())).to_pylist() == [row[0] for row in by_query]


@given(
    st.lists(st.one_of(st.none(), st.sampled_from([WRITTEN, *STRANGE]), SPOILT), max_size=3),
    st.integers(0, 1),
)
@example([None], 0)
@example([None, WRITTEN], 0)
def test_moments_are_read_plainly_when_each_is_written_in_the_usual_way(
    cells: list[str | None], skipped: int
) -> None:
    column = pa.array(cells, pa.string()).slice(skipped)
    found = read_plainly("timestamp", column)
    usual = all(c is None or re.fullmatch(WHOLE_MOMENT, c) for c in column.to_pylist())
    if found is None:
        alone = [read_plainly("timestamp", column.slice(n, 1)) for n in range(len(column))]
        assert not usual or None in alone
    else:
        assert usual


def test_each_strange_moment_is_left_to_the_slower_reader() -> None:
    plain = [w for w in (WRITTEN, *STRANGE) if read_plainly("timestamp", pa.array([w])) is not None]
    assert plain == [WRITTEN, "1900-01-01 00:00:00", "2100-12-31 23:59:59"]
