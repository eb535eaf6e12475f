"""Opening the warehouse: short-lived connections, one writer, a clear word when it is busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from siyu.errors import PermanentFailure, WarehouseLocked
from siyu.settings import Settings

if TYPE_CHECKING:
    import duckdb


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the working warehouse, always closed on leaving.

    Raises WarehouseLocked when another process writes, PermanentFailure when there is nothing to read.
    """
    # Imported here: `siyu --help` opens no warehouse and answers in under a second.
    import duckdb

    path = settings.warehouse_path
    if read_only and not path.exists():
        raise PermanentFailure("there is no warehouse yet: run `siyu run` first")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        con = duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as fault:
        if "lock" in str(fault).lower():
            raise WarehouseLocked(
                "the warehouse is being written by another process: wait for it to end, then try again"
            ) from fault
        raise
    try:
        yield con
    finally:
        con.close()


def count_rows(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Rows of every table (views left out): (schema, table) -> rows. DuckDB counts from metadata."""
    names = con.execute(
        "select schema_name, table_name from duckdb_tables() where not internal order by all"
    ).fetchall()
    return {
        (schema, table): int(
            con.execute(f'select count(*) from "{schema}"."{table}"').fetchall()[0][0]
        )
        for schema, table in names
    }


def warehouse_as_of(con: duckdb.DuckDBPyConnection) -> date:
    """The business day that the warehouse was built for. Raises PermanentFailure before any night."""
    made = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'as_of'"
    ).fetchall()[0][0]
    rows = con.execute("select as_of_on from raw.as_of").fetchall() if made else []
    if not rows or rows[0][0] is None:
        raise PermanentFailure("no night has been built yet: run `siyu run` first")
    return rows[0][0]
