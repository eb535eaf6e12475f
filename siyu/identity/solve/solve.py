"""Whole components in, people out: the one pure function behind every resolve.

The answer depends on the sets of nodes, links and decisions alone, not on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from siyu.identity.solve.constrain import Refusal, distinct_links, join_within_limits
from siyu.identity.solve.graph import DECIDED, NO_LIMIT, Flags, Graph, Hashes, Ints


@dataclass(frozen=True)
class Solved:
    """By node: the component (a dense code) and the founder's key_hash of its person.

    `names` tells which nodes name a person at all; the founder of others means nothing.
    """

    component: Ints
    founder: Hashes
    names: Flags
    refused: list[Refusal]


def solve(graph: Graph) -> Solved:
    """Group the nodes of a graph of whole components into people within the limits."""
    size = len(graph.born)
    a, b, trust = graph.a, graph.b, graph.trust
    if graph.shared.any():
        usable = ~(graph.shared[a] | graph.shared[b])
        a, b, trust = a[usable], b[usable], trust[usable]
    if graph.merges:
        left, right = graph.decided_links()
        a, b = np.concatenate([a, left]), np.concatenate([b, right])
        trust = np.concatenate([trust, np.full(len(left), DECIDED, dtype=np.int64)])
    matrix = coo_array(
        (
            np.ones(len(a), dtype=np.int8),
            (a.astype(np.int32, copy=False), b.astype(np.int32, copy=False)),
        ),
        shape=(size, size),
    )
    count, label = connected_components(matrix, directed=False)
    founder = _first_of_each(graph, label, count)[label]
    broken = _breaking(graph, label, count)
    refused: list[Refusal] = []
    if broken.any():
        inside = broken[label[a]]
        links = distinct_links(a[inside], b[inside], trust[inside])
        clusters, refused = join_within_limits(graph, links)
        nodes = np.flatnonzero(broken[label])
        roots = np.fromiter((clusters.find(n) for n in nodes.tolist()), np.int64, len(nodes))
        founder[nodes] = graph.key_hash[roots]
    return Solved(label, founder, graph.names, refused)


def _first_of_each(graph: Graph, label: Ints, count: int) -> Hashes:
    """key_hash of each component's founder: of those of the earliest load, the smallest hash."""
    key_hash = graph.key_hash
    if len(graph.born) and graph.born.min() != graph.born.max():
        earliest = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(earliest, label, graph.born)
        old = graph.born == earliest[label]
        label, key_hash = label[old], key_hash[old]
    smallest = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, label, key_hash)
    return smallest


def _breaking(graph: Graph, label: Ints, count: int) -> Flags:
    """Which components hold more of a limited group than one person may, or both sides of a
    decision to keep apart."""
    broken = np.zeros(count, dtype=bool)
    for group, limit in enumerate(graph.groups.limit.tolist()):
        if limit != NO_LIMIT:
            held = np.bincount(label[graph.group == group], minlength=count)
            broken |= held > limit
    for apart in graph.aparts:
        both = np.intersect1d(label[apart.left], label[apart.right])
        broken[both] = True
    return broken


def find_hubs(graph: Graph) -> Flags:
    """Nodes that are shared: linked with more identifiers of one other type than hub_limit allows.

    Counts all links, also those with nodes that are already shared.
    """
    size, limits = len(graph.born), graph.groups.hub_limit
    hubs = np.zeros(size, dtype=bool)
    degree = np.bincount(graph.a, minlength=size)
    degree += np.bincount(graph.b, minlength=size)
    # Few have more links than the least limit: only they are looked at more closely.
    busy = np.flatnonzero(degree > limits.min(initial=NO_LIMIT))
    group = graph.group[busy]
    busy = busy[~graph.shared[busy] & graph.groups.joins[group] & (degree[busy] > limits[group])]
    if not len(busy):
        return hubs
    watched = np.zeros(size, dtype=bool)
    watched[busy] = True
    ends = []
    for one, other in ((graph.a, graph.b), (graph.b, graph.a)):
        kept = watched[one]
        ends.append((one[kept], other[kept]))
    one, other = (np.concatenate(side).astype(np.int64) for side in zip(*ends, strict=True))
    code = graph.groups.type_code
    different = code[graph.group[one]] != code[graph.group[other]]
    pair = _distinct(one[different] * size + other[different])
    one, other = pair // size, pair % size
    types = int(code.max()) + 1
    kinds, neighbours = np.unique(one * types + code[graph.group[other]], return_counts=True)
    owner = kinds // types
    hubs[owner[neighbours > limits[graph.group[owner]]]] = True
    return hubs


def _distinct(values: Ints) -> Ints:
    """The different values in order: np.unique, without the hash table it would build first."""
    values.sort()
    return values[np.flatnonzero(np.diff(values, prepend=-1))]
