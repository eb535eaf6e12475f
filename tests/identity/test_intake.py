"""A load's rows become members of the state one for one, or nothing of the load is taken in."""

from __future__ import annotations

import duckdb
import pytest

from siyu.identity.state.observed import COLLISION, check_members


@pytest.mark.parametrize("rows", [1, 3])
def test_observations_that_the_hash_joined_otherwise_than_one_for_one_stop_the_load(rows) -> None:
    with duckdb.connect() as con:
        con.execute("create table member as select range as who from range(2)")
        con.execute(check_members("2"))
        with pytest.raises(duckdb.InvalidInputException, match=COLLISION):
            con.execute(check_members(str(rows)))


def test_a_load_without_rows_is_no_fault() -> None:
    with duckdb.connect() as con:
        con.execute("create table member (who bigint)")
        con.execute(check_members("(select sum(who) from member)"))
