"""A state that is made anew stands beside the one that is read, under names of its own, until it is
whole; then it takes its place in one transaction.

So every step of a rebuild is committed by itself: the memory of its work tables is freed, and the
next step reads tables instead of what an open transaction holds.
"""

from __future__ import annotations

import re
from typing import Any, cast

import duckdb

from siyu.identity.state.store import TABLES

_SUFFIX = "__next"
_NAME = re.compile(rf"\bidentity_state\.(?:{'|'.join(TABLES)})\b")


class _Aside:
    """A connection on which the names of the state mean the tables beside it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        return self._con.execute(_NAME.sub(rf"\g<0>{_SUFFIX}", query), parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """This connection, for work on the state beside."""
    return cast(duckdb.DuckDBPyConnection, _Aside(con))


def drop_aside(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what stands beside the state."""
    for table in TABLES:
        con.execute(f"drop table if exists identity_state.{table}{_SUFFIX}")


def take_place(con: duckdb.DuckDBPyConnection) -> None:
    """What stands beside becomes the state. Part of the caller's transaction."""
    for table in TABLES:
        con.execute(f"drop table identity_state.{table}")
        con.execute(f"alter table identity_state.{table}{_SUFFIX} rename to {table}")
