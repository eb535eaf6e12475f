"""The ordered pass: joins the links of components that break a limit, strongest first.

What people decided comes before all evidence and knows no limit. A link that would give one person
too many identifiers of a type and scope is refused. When the refused link is as good as the one its
end was joined by (same types, same trust, at least half the evidence), that end is *contested*: a
household phone between two unionids. A contested identifier stays where the stronger link put it,
but carries nobody along: weaker accounts that hang on it alone could be either person's, and a
wrong join costs a brand more than a missed one.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass

import numpy as np

from siyu.identity.solve.graph import DECIDED, NO_LIMIT, Graph, Ints

COMPARABLE_EVIDENCE = 2  # a refused link with at least 1/2 of the evidence contests its end


@dataclass(frozen=True)
class Refusal:
    """One link that was not joined: its ends (positions in the graph) and the rule."""

    a: int
    b: int
    reason: str
    evidence: int


@dataclass(frozen=True)
class Links:
    """Distinct links: ends, best trust, number of records."""

    a: Ints
    b: Ints
    trust: Ints
    evidence: Ints


def distinct_links(a: Ints, b: Ints, trust: Ints) -> Links:
    """One row per unordered pair; evidence counts the rows of each pair."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((trust, high, low))
    low, high, trust = low[order], high[order], trust[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    start = np.flatnonzero(first)
    evidence = np.diff(np.append(start, len(low)))
    return Links(low[start], high[start], trust[start], evidence)


def strongest_first(graph: Graph, links: Links) -> Ints:
    """Positions by decision, type order of the pair, trust, evidence, then key: a total order."""
    left = graph.groups.priority[graph.group[links.a]]
    right = graph.groups.priority[graph.group[links.b]]
    keys = graph.key_hash[links.a], graph.key_hash[links.b]
    return np.lexsort(
        (
            np.maximum(*keys),
            np.minimum(*keys),
            -links.evidence,
            links.trust,
            np.maximum(left, right),
            np.minimum(left, right),
            links.trust != DECIDED,
        )
    )


class Clusters:
    """Union-find over graph positions; the root of a cluster is its founder."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._limit = graph.groups.limit.tolist()
        self._window = graph.groups.window_days.tolist()
        self._priority = graph.groups.priority.tolist()
        self._parent: dict[int, int] = {}
        self._held: dict[int, dict[int, list[int]]] = {}
        self._sides: dict[int, set[tuple[int, int]]] = {}
        for number, apart in enumerate(graph.aparts):
            for side, nodes in enumerate((apart.left, apart.right)):
                for node in nodes.tolist():
                    self._sides.setdefault(node, set()).add((number, side))

    def find(self, node: int) -> int:
        parent = self._parent
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    def _days(self, root: int) -> dict[int, list[int]]:
        """Days on which the cluster's identifiers of each group were first seen, in order."""
        graph = self._graph
        return self._held.setdefault(root, {int(graph.group[root]): [int(graph.day[root])]})

    def broken_group(self, left: int, right: int) -> int | None:
        """The most trusted group whose limit the union of two clusters would newly break."""
        small, large = sorted((self._days(left), self._days(right)), key=len)
        over = [g for g, days in small.items() if g in large and self._is_over(g, days, large[g])]
        return min(over, key=lambda g: (self._priority[g], g), default=None)

    def _is_over(self, group: int, days: list[int], others: list[int]) -> bool:
        limit = self._limit[group]
        if limit == NO_LIMIT or len(days) + len(others) <= limit:
            return False
        if not self._window[group]:
            return True
        both = sorted(days + others)
        within = self._window[group]
        return any(late - early < within for early, late in zip(both, both[limit:], strict=False))

    def kept_apart(self, left: int, right: int) -> str | None:
        """The decision that keeps two clusters apart."""
        ours, theirs = self._sides.get(left), self._sides.get(right)
        if not ours or not theirs:
            return None
        broken = [number for number, side in ours if (number, 1 - side) in theirs]
        return self._graph.aparts[max(broken)].decision if broken else None

    def join(self, left: int, right: int) -> None:
        graph = self._graph
        root, child = sorted((left, right), key=lambda n: (graph.born[n], graph.key_hash[n]))
        ours, theirs = self._days(root), self._days(child)
        if len(ours) < len(theirs):
            ours, theirs = theirs, ours
        for group, days in theirs.items():
            mine = ours.setdefault(group, [])
            for day in days:
                insort(mine, day)
        self._held[root] = ours
        del self._held[child]
        if child in self._sides:
            self._sides.setdefault(root, set()).update(self._sides.pop(child))
        self._parent[child] = root


def join_within_limits(graph: Graph, links: Links) -> tuple[Clusters, list[Refusal]]:
    """Clusters of the nodes that `links` touch, and the refused links whose ends stayed apart."""
    clusters = Clusters(graph)
    refused: list[Refusal] = []
    joined_by: dict[int, int] = {}
    contested: set[int] = set()
    types = graph.groups.id_type
    a, b = links.a.tolist(), links.b.tolist()
    for link in strongest_first(graph, links).tolist():
        ends = a[link], b[link]
        left, right = clusters.find(ends[0]), clusters.find(ends[1])
        if left == right:
            continue
        reason = None
        decision = clusters.kept_apart(left, right)
        if decision is not None:
            reason = f"keep_apart:{decision}"
        elif links.trust[link] != DECIDED:
            broken = clusters.broken_group(left, right)
            disputed = [end for end in ends if end in contested]
            if broken is not None:
                reason = f"max_per_person:{types[broken]}"
                contested.update(
                    e
                    for e in ends
                    if e in joined_by and _is_comparable(graph, links, link, joined_by[e])
                )
            elif disputed:
                # Of two contested ends the one of the stronger type is named.
                worst = min(
                    (int(graph.groups.priority[graph.group[e]]), types[graph.group[e]])
                    for e in disputed
                )
                reason = f"contested:{worst[1]}"
        if reason is not None:
            refused.append(Refusal(*ends, reason, int(links.evidence[link])))
            continue
        clusters.join(left, right)
        for end in ends:
            joined_by.setdefault(end, link)
    return clusters, [r for r in refused if clusters.find(r.a) != clusters.find(r.b)]


def _is_comparable(graph: Graph, links: Links, refused: int, winner: int) -> bool:
    def kind(link: int) -> tuple[list[int], int]:
        ends = graph.group[links.a[link]], graph.group[links.b[link]]
        return sorted(int(graph.groups.type_code[g]) for g in ends), int(links.trust[link])

    enough = links.evidence[refused] * COMPARABLE_EVIDENCE >= links.evidence[winner]
    return bool(enough) and kind(refused) == kind(winner)
