"""Every table and view of the graph shows how many rows it holds."""

from __future__ import annotations

import duckdb

from siyu.warehouse import count_rows


def test_tables_and_views_are_counted_and_a_broken_view_nobody_asked_for_is_left_alone() -> None:
    with duckdb.connect() as con:
        con.execute("create schema staging; create schema core")
        con.execute("create table core.fct as select * from range(5)")
        con.execute("create view staging.stg as select * from core.fct where range > 1")
        con.execute("create table core.gone as select 1 as x")
        con.execute("create view staging.old as select x from core.gone; drop table core.gone")
        asked = [("core", "fct"), ("staging", "stg"), ("core", "not_there")]
        assert count_rows(con, asked) == {("core", "fct"): 5, ("staging", "stg"): 3}
