"""activation.segment_input: person_360 with the scores beside it, and the tables of membership."""

from __future__ import annotations

from datetime import date

import duckdb

from siyu.errors import PermanentFailure
from siyu.segments.columns import PERSON_360, SCORES

_TABLES = """
create schema if not exists activation;
create table if not exists activation.segment_membership (
    segment_id varchar not null, person_id varchar not null,
    entered_on date not null, left_on date
);
create table if not exists activation.segment_night (
    segment_id varchar not null, as_of_on date not null, definition_hash varchar not null,
    size bigint not null, entered bigint not null, "left" bigint not null,
    held_out bigint not null, without_consent bigint not null, score_missing boolean not null
)
"""


def prepare_activation(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the schema, its tables and the input view; existing rows stay."""
    for statement in _TABLES.split(";\n"):
        con.execute(statement)
    con.execute(f"create or replace view activation.segment_input as {input_sql(con)}")


def has_table(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether schema.table exists."""
    schema, table = name.split(".")
    found = con.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return bool(found)


def scores_present(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Which of churn, ltv have at least one scored person."""
    return {
        score
        for score, columns in SCORES.items()
        if has_table(con, columns[0].source)
        and con.execute(f"select 1 from {columns[0].source} limit 1").fetchall()
    }


def input_sql(con: duckdb.DuckDBPyConnection) -> str:
    """The view's query. A score table that is not there yet gives typed nulls."""
    columns, joins = ["p.*"], []
    for score, declared in SCORES.items():
        present = has_table(con, declared[0].source)
        for column in declared:
            value = f"{score}.{column.source_column}" if present else "null"
            columns.append(f"cast({value} as {column.sql_type}) as {column.name}")
        if present:
            joins.append(
                f"left join {declared[0].source} as {score} on {score}.person_id = p.person_id"
            )
    return f"select {', '.join(columns)} from {PERSON_360} as p {' '.join(joins)}"


def require_as_of(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Raises PermanentFailure when the people were built for another business day."""
    days = con.execute(f"select distinct as_of_on from {PERSON_360} order by 1").fetchall()
    if days and days != [(as_of,)]:
        built = ", ".join(str(day) for (day,) in days)
        raise PermanentFailure(
            f"segments for {as_of}: person_360 was built for {built}; "
            f"run `siyu run --as-of {as_of}` first"
        )
