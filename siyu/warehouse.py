"""Opening the warehouse: short-lived connections, one writer, a clear word when it is busy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    Raises WarehouseLocked when another process writes, PermanentFailure when there is nothing to read
    or the file is none of this DuckDB.
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
        raise PermanentFailure(
            f"{path.name} cannot be read by this DuckDB: bring it back from a backup, or move it away"
            " and `siyu run --force` makes it anew, without the days on which members entered"
        ) from fault
    try:
        yield con
    finally:
        con.close()


def count_rows(
    con: duckdb.DuckDBPyConnection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Rows of the wanted tables and views that exist: (schema, name) -> rows.

    A table is counted from metadata; a view is read, in time that grows with what it reads.
    """
    there = set(
        con.execute(
            "select schema_name, table_name from duckdb_tables() where not internal "
            "union all select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
    )
    return {
        (schema, name): int(
            con.execute(f'select count(*) from "{schema}"."{name}"').fetchall()[0][0]
        )
        for schema, name in sorted(there & set(wanted))
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
