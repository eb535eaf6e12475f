"""Within what an identifier means something: openids of two appids never stand in one list."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from siyu.destinations.definition import Destination


def scope_faults(con: duckdb.DuckDBPyConnection, destinations: Iterable[Destination]) -> list[str]:
    """A line for each identifier that a destination would mix, or that nobody has where it says.

    Values without a scope mix with nothing: the export did not tell whose they are.
    """
    known: dict[str, list[str]] = {}
    for id_type, scope in con.execute(
        "select distinct id_type, scope from identity.bridge_identity where scope <> '' order by all"
    ).fetchall():
        known.setdefault(id_type, []).append(scope)
    return [
        fault
        for destination in destinations
        for id_type in destination.identifiers
        if (
            fault := _fault(
                destination.id, id_type, destination.scopes.get(id_type), known.get(id_type, [])
            )
        )
    ]


def _fault(destination: str, id_type: str, scope: str | None, known: list[str]) -> str | None:
    place = f"destinations/{destination}: {id_type}"
    if scope is None and len(known) > 1:
        return f"{place} would mix {', '.join(known)}: write which, as scopes: {{{id_type}: {known[0]}}}"
    if scope and known and scope not in known:
        return f"{place}: nobody has one within {scope}; there are: {', '.join(known)}"
    return None
