"""What the models left before tonight: tables that the warehouse may read without a circle.

Models speak after the marts are built. A night that is played again finds newer words in the place
of the older ones, so what was kept the first time stays.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def keep_predicted_ltv(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """raw.predicted_ltv: each person's LTV by the newest scores from before `day`."""
    con.execute(
        "create table if not exists raw.predicted_ltv"
        " (person_id varchar, ltv_cny decimal(18, 2), as_of_on date)"
    )
    if not _is_there(con, "ltv_score"):
        return
    newest = con.execute("select max(as_of_on) from ml.ltv_score").fetchone()
    if newest and newest[0] and newest[0] < day:
        con.execute(
            "create or replace table raw.predicted_ltv as"
            " select person_id, ltv_cny, as_of_on from ml.ltv_score order by person_id"
        )


def keep_published_actions(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """raw.published_action: which next-action assets beat their plain rule in the newest training
    from before `day`.
    """
    con.execute(
        "create table if not exists raw.published_action"
        " (asset varchar, is_published boolean, trained_on date)"
    )
    if not _is_there(con, "next_action"):
        return
    con.execute(
        "delete from raw.published_action where asset in"
        " (select asset from ml.next_action where trained_on < ?)",
        [day],
    )
    con.execute(
        "insert into raw.published_action select asset, is_published, trained_on"
        " from ml.next_action where trained_on < ? order by asset",
        [day],
    )


def _is_there(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'ml' and table_name = ?", [name]
    ).fetchall()
    return bool(found[0][0])
