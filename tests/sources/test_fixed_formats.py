"""A look at bytes says of a column what a regular expression says of each of its cells."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.sources.raw.fixed_formats import DAY, MOMENT, MONTH_DAY, TOKEN, all_match


@pytest.mark.parametrize("pattern", [MOMENT, DAY, MONTH_DAY, TOKEN])
@given(data=st.data(), cut=st.integers(0, 2))
def test_bytes_say_what_the_pattern_says(pattern: str, data: st.DataObject, cut: int) -> None:
    good = st.from_regex(pattern.replace(r"\d", "[0-9]").replace("$", r"\Z"))
    odd = good.flatmap(
        lambda text: st.tuples(st.integers(0, len(text) - 1), st.sampled_from("0/:ag-\n茶")).map(
            lambda change: text[: change[0]] + change[1] + text[change[0] + 1 :]
        )
    )
    one = good | st.none() if data.draw(st.booleans()) else good | st.none() | odd | st.text()
    cells = data.draw(st.lists(one))
    column = pa.array(["0", None][:cut] + cells, pa.string()).slice(cut)
    said = pc.all(pc.match_substring_regex(column, pattern), min_count=0).as_py()
    assert all_match(column, pattern) == said


def test_a_format_of_any_width_is_left_to_its_pattern() -> None:
    assert not all_match(pa.array(["1.50"]), r"^-?\d+(\.\d+)?$")


def test_a_fault_far_down_a_column_is_seen() -> None:
    for at in (0, 1023, 1024, 4999):
        days = ["2026-08-01"] * 5000
        assert all_match(pa.array(days), DAY)
        days[at] = "2026-08-0l"
        assert not all_match(pa.array(days), DAY)
