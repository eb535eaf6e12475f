"""The score tables: what they hold, how a night replaces them whole, and the night's own record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ml.horizons import CHURN_DAYS, LTV_DAYS

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

    from ml.service import Health

    Columns = dict[str, np.ndarray]

_MONEY = "decimal(18, 2)"
COLUMNS = {
    "churn": {
        "person_id": "varchar",
        "as_of_on": "date",
        "churn_probability": "double",
        "churn_decile": "integer",
        "previous_decile": "integer",
        **{f"churn_{days}d": "double" for days in CHURN_DAYS},
        "horizon_days": "integer",
        "model_version": "varchar",
        **{f"reason_{place}": "varchar" for place in (1, 2, 3)},
    },
    "ltv": {
        "person_id": "varchar",
        "as_of_on": "date",
        "ltv_cny": _MONEY,
        "ltv_decile": "integer",
        "previous_decile": "integer",
        **{f"ltv_{level}_cny": _MONEY for level in ("p10", "p50", "p90")},
        **{f"ltv_{days}d_cny": _MONEY for days in LTV_DAYS},
        "horizon_days": "integer",
        "model_version": "varchar",
        **{f"reason_{place}": "varchar" for place in (1, 2, 3)},
    },
}
_NIGHT = """
create table if not exists ml.score_night (
    question varchar, as_of_on date, scored_on date, status varchar, verdict varchar,
    model_version varchar, people bigint, people_without_order bigint, model_age_days integer,
    score_psi double, worst_feature varchar, worst_feature_psi double, moved_two_share double
)
"""


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Makes what is missing; a table of an older version gains its new columns."""
    con.execute("create schema if not exists ml")
    con.execute(_NIGHT)
    for name, columns in COLUMNS.items():
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f"create table if not exists ml.{name}_score ({listed})")
        for column, kind in columns.items():
            con.execute(f"alter table ml.{name}_score add column if not exists {column} {kind}")


def previous_deciles(con: duckdb.DuckDBPyConnection, name: str, as_of: date) -> pd.DataFrame:
    """Each person's tenth on the night before; the same night again gives the same answer."""
    return con.execute(
        f"select person_id, case when as_of_on = $day then previous_decile else {name}_decile end"
        f" as previous_decile from ml.{name}_score order by person_id",
        {"day": as_of},
    ).df()


def replace_scores(con: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame | None) -> None:
    """The whole table in one transaction; None empties it."""
    con.execute("begin")
    try:
        con.execute(f"delete from ml.{name}_score")
        if rows is not None:
            con.register("scored", rows)
            columns = ", ".join(COLUMNS[name])
            con.execute(
                f"insert into ml.{name}_score by name select {columns} from scored"
                " order by person_id"
            )
            con.unregister("scored")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def record_night(
    con: duckdb.DuckDBPyConnection,
    name: str,
    as_of: date,
    version: str | None,
    people: int,
    verdict: str,
    health: Health | None,
) -> None:
    """One row per question and night: scored, kept or empty, why, and the model's health.

    People without a paid order have no score: nothing was observed of them that the models know.
    """
    scored_on, ranked = con.execute(
        f"select max(as_of_on), count(*) from ml.{name}_score"
    ).fetchall()[0]
    everyone = con.execute("select count(*) from core.dim_person").fetchall()[0][0]
    status = "empty" if not ranked else "scored" if scored_on == as_of else "kept"
    worst = health.worst_feature if health else (None, None)
    con.execute("delete from ml.score_night where question = ? and as_of_on = ?", [name, as_of])
    con.execute(
        "insert into ml.score_night values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            name, as_of, scored_on, status, verdict, version, people, everyone - ranked,
            health.age_days if health else None, health.score_psi if health else None, *worst,
            health.moved_two_share if health else None,
        ],
    )  # fmt: skip
