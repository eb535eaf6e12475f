"""Steps of a night that began and have not ended well since: while there is one, no list leaves.

The gate of a run sees the checks of that run alone; a list sent by hand, or by a part of the night,
must know of those that failed before.
"""

from __future__ import annotations

import duckdb

from siyu.errors import PermanentFailure
from siyu.settings import Settings
from siyu.warehouse import connect

_CREATE = (
    "create schema if not exists ops",
    "create table if not exists ops.step_in_doubt (step varchar primary key)",
)


def begin_doubt(settings: Settings, step: str) -> bool:
    """Note, before it begins, that a step is in doubt; says whether it was so already."""
    with connect(settings) as con:
        was = step in _steps(con)
        for statement in _CREATE:
            con.execute(statement)
        con.execute("insert or ignore into ops.step_in_doubt values (?)", [step])
    return was


def end_doubt(settings: Settings, step: str) -> None:
    """The step ended and all its checks of error severity passed."""
    with connect(settings) as con:
        con.execute("delete from ops.step_in_doubt where step = ?", [step])


def require_no_doubt(con: duckdb.DuckDBPyConnection) -> None:
    """Raises PermanentFailure naming the steps in doubt."""
    if steps := _steps(con):
        raise PermanentFailure(
            f"not published: {', '.join(sorted(steps))} failed a check or was cut short when it last "
            "ran; run `siyu run` and mend what it names"
        )


def _steps(con: duckdb.DuckDBPyConnection) -> set[str]:
    made = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'ops' and table_name = 'step_in_doubt'"
    ).fetchall()
    rows = con.execute("select step from ops.step_in_doubt").fetchall() if made else []
    return {row[0] for row in rows}
