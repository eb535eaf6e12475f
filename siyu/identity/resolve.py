"""Accounts become people: one pure function of identifiers, links and rules.

The answer depends on the sets of rows alone, not on their order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from siyu.identity.constrain import Refusal, join_within_limits
from siyu.identity.edges import KEY, NO_LIMIT, Graph, Ints, build_graph, number_nodes

NOBODY = -1


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    `members`: one row per identifier that names a person (node_id, id_type, scope, value_key,
    person_id). `refused`: one row per refused link (a_id, b_id, their keys, reason,
    evidence_count).
    """

    members: pd.DataFrame
    refused: pd.DataFrame


@dataclass(frozen=True)
class Solved:
    """Founder and component (its smallest node) of each solved node, and the refused links."""

    founder: Ints
    component: Ints
    refused: list[Refusal]


def person_id(id_type: str, scope: str, value_key: str) -> str:
    """The id of the person that this identifier founded."""
    founder = f"{id_type}|{scope}|{value_key}"
    return "p" + hashlib.sha256(founder.encode()).hexdigest()[:16]


def solve(graph: Graph, nodes: Ints, links: Ints) -> Solved:
    """Solve the part of the graph with these `nodes` (ascending) and all `links` among them."""
    whole = len(nodes) == 0 or (nodes[-1] == len(nodes) - 1)
    a, b = graph.a[links], graph.b[links]
    if not whole:
        a, b = np.searchsorted(nodes, a), np.searchsorted(nodes, b)
    size = len(nodes)
    matrix = coo_array(
        (np.ones(len(links), dtype=np.int8), (a.astype(np.int32), b.astype(np.int32))),
        shape=(size, size),
    )
    count, label = connected_components(matrix, directed=False)
    first = np.empty(count, dtype=np.int64)
    first[label[::-1]] = nodes[::-1]  # the last write is the smallest node
    component = first[label]
    founder = component.copy()
    broken = _breaking(graph, nodes, label, count)
    if not broken.any():
        return Solved(founder, component, [])
    clusters, refused = join_within_limits(graph, links[broken[label[a]]])
    inside = np.flatnonzero(broken[label])
    founder[inside] = [clusters.find(node) for node in nodes[inside].tolist()]
    return Solved(founder, component, refused)


def _breaking(graph: Graph, nodes: Ints, label: Ints, count: int) -> np.ndarray:
    """Which components hold more identifiers of a limited group than one person may."""
    broken = np.zeros(count, dtype=bool)
    group = graph.group[nodes]
    limited = graph.group_limit[group] != NO_LIMIT
    candidates = limited & (np.bincount(label, minlength=count)[label] > 1)
    groups = len(graph.group_type)
    pair = label[candidates].astype(np.int64) * groups + group[candidates]
    pairs, held = np.unique(pair, return_counts=True)
    over = held > graph.group_limit[pairs % groups] if groups else np.zeros(0, dtype=bool)
    broken[pairs[over] // groups] = True
    return broken


def resolve(nodes: pd.DataFrame, links: pd.DataFrame, rules: pd.DataFrame) -> Resolution:
    """Group identifiers into people.

    `nodes`: id_type, scope, value_key, first_load_seq, is_shared (or shared_load_seq), optionally
    node_id. `links`: a_type, a_scope, a_key, b_type, b_scope, b_key (or a_id, b_id), trust,
    evidence_count, first_load_seq. `rules`: id_type, priority, links, max_per_person.
    Shared identifiers and types that do not link are in no person.
    """
    nodes = number_nodes(nodes)
    graph = build_graph(nodes, links, rules)
    active = graph.shared_from == np.iinfo(np.int64).max
    usable = np.flatnonzero(active[graph.a] & active[graph.b])
    solved = solve(graph, np.arange(len(nodes), dtype=np.int64), usable)
    person = np.where(active & graph.joins, solved.founder, NOBODY)
    return Resolution(name_members(nodes, person), name_refused(nodes, graph, solved.refused))


def name_people(nodes: pd.DataFrame, founders: Ints) -> pd.Series:
    """person_ids of founder nodes, in their order; each distinct founder is hashed once."""
    distinct, position = np.unique(founders, return_inverse=True)
    keys = nodes[KEY].iloc[distinct]
    named = [person_id(*key) for key in zip(*(keys[c].tolist() for c in KEY), strict=True)]
    return pd.Series(named, dtype="str").take(position).reset_index(drop=True)


def name_members(nodes: pd.DataFrame, person: Ints) -> pd.DataFrame:
    """Member rows from each node's founder; nodes of nobody are left out."""
    kept = np.flatnonzero(person != NOBODY)
    members = nodes[["node_id", *KEY]].iloc[kept].reset_index(drop=True)
    return members.assign(person_id=name_people(nodes, person[kept]))


def name_refused(nodes: pd.DataFrame, graph: Graph, refused: list[Refusal]) -> pd.DataFrame:
    """Refused links with the keys of both ends, by node order."""
    links = np.array([r.link for r in refused], dtype=np.int64)
    frame = pd.DataFrame({"a_id": graph.a[links], "b_id": graph.b[links]})
    for side in ("a", "b"):
        keys = nodes[KEY].iloc[frame[f"{side}_id"]].reset_index(drop=True)
        frame[[f"{side}_type", f"{side}_scope", f"{side}_key"]] = keys
    frame["reason"] = pd.Series([r.reason for r in refused], dtype="str")
    frame["evidence_count"] = graph.evidence[links]
    return frame.sort_values(["a_id", "b_id"], ignore_index=True)
