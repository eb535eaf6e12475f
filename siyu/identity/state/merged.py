"""Merges that people decided, as the state knows their identifiers: what they draw in, which hold."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from siyu.identity.decisions.decisions import Identifier, MustLink
from siyu.identity.state.part import find_nodes


def touch_merged(con: duckdb.DuckDBPyConnection, links: Sequence[MustLink]) -> None:
    """Add to `touched` the components of all identifiers of each merge that it meets, and so on.

    By which identifiers a merge holds is told from all of them: a touched one may become shared, and
    the next may have been parted from it long ago. A new identifier is always met.
    """
    component = _of_identifiers(con, links, "component")
    if not component:
        return
    con.register("known", pa.table({"c": pa.array([*component.values()], pa.int32())}))
    rows = con.execute("select component from touched where component in (select c from known)")
    touched: set[int | None] = {None, *(row[0] for row in rows.fetchall())}
    reached = [{component[i] for i in (*m.left, *m.right) if i in component} for m in links]
    met = set(touched)
    while more := {c for one in reached if one & met for c in one} - met:
        met |= more
    con.register("drawn_in", pa.table({"c": pa.array([*(met - touched)], pa.int32())}))
    con.execute("insert into touched select c from drawn_in")
    for name in ("known", "drawn_in"):
        con.unregister(name)


def holding(con: duckdb.DuckDBPyConnection, links: Sequence[MustLink]) -> dict[str, bool]:
    """Of each merge that stands, whether its two sides are one person: not so when one side names
    nobody any more, or another decision stands between them.
    """
    person = _of_identifiers(con, links, "person")
    held: dict[str, bool] = {}
    for link in links:
        ends = [
            next((person[i] for i in side if person.get(i) is not None), None)
            for side in (link.left, link.right)
        ]
        one = ends[0] is not None and ends[0] == ends[1]
        held[link.decision_id] = held.get(link.decision_id, True) and one
    return held


def lost_merges(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The numbers of the decisions to merge that stand and do not hold tonight."""
    rows = con.execute(
        "select decision_id from identity.person_decision where not holds order by decision_id"
    )
    return [row[0] for row in rows.fetchall()]


def _of_identifiers(
    con: duckdb.DuckDBPyConnection, links: Sequence[MustLink], column: str
) -> dict[Identifier, int | None]:
    """A column of membership for each identifier of merges that the state knows; null of new ones."""
    named = [i for m in links for i in (*m.left, *m.right)]
    if not named:
        return {}
    where = find_nodes(con, named)
    con.register("merged_node", pa.table({"n": pa.array(list(where.values()), pa.int32())}))
    found = dict(
        con.execute(
            f"select node_id, {column} from identity_state.membership"
            " where node_id in (select n from merged_node)"
        ).fetchall()
    )
    con.unregister("merged_node")
    return {one: found.get(node) for one, node in where.items()}
