"""Within what an identifier means something: openids of two appids never stand in one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from siyu.destinations.definition import Destination
from siyu.segments.definition import Segment


def named_by(
    segments: Iterable[Segment], destinations: Mapping[str, Destination]
) -> list[Destination]:
    """The destinations that some segment names, in order of their ids."""
    names = {name for segment in segments for name in segment.destinations}
    return [destinations[name] for name in sorted(names) if name in destinations]


def mixed_scopes(con: duckdb.DuckDBPyConnection, destinations: Iterable[Destination]) -> list[str]:
    """A line for each identifier that a destination would mix.

    Values without a scope mix with nothing: the export did not tell whose they are.
    """
    known = _known(con)
    return [
        f"destinations/{one.id}: {name} would mix {', '.join(known[name])}: write which, as"
        f" scopes: {{{name}: {known[name][0]}}}"
        for one in destinations
        for name in one.identifiers
        if name not in one.scopes and len(known.get(name, ())) > 1
    ]


def empty_scopes(con: duckdb.DuckDBPyConnection, destinations: Iterable[Destination]) -> list[str]:
    """A line for each scope that a destination names and nobody has: mistyped, or without data yet."""
    known = _known(con)
    return [
        f"destinations/{one.id}: nobody has {name} within {scope}; there are:"
        f" {', '.join(known.get(name, ())) or 'none'}"
        for one in destinations
        for name, scope in one.scopes.items()
        if scope not in known.get(name, ())
    ]


def _known(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_type, scope in con.execute(
        "select distinct id_type, scope from identity.bridge_identity where scope <> '' order by all"
    ).fetchall():
        found.setdefault(id_type, []).append(scope)
    return found
