"""The ordered pass: joins the links of components that break a limit, strongest first.

A link that would give one person too many identifiers of a type and scope is refused. When the
refused link is as good as the one its end was joined by (same types, same trust, at least half the
evidence), that end is *contested*: a household phone between two unionids. A contested identifier
stays where the stronger link put it, but carries nobody along: weaker accounts that hang on it
alone could be either person's, and a wrong join costs a brand more than a missed one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from siyu.identity.edges import Graph, Ints

COMPARABLE_EVIDENCE = 2  # a refused link with at least 1/2 of the evidence contests its end


@dataclass(frozen=True)
class Refusal:
    """One link that was not joined: its position in the graph and the rule that refused it."""

    link: int
    reason: str


@dataclass
class Clusters:
    """Union-find over global node numbers; the root of a cluster is its founder."""

    graph: Graph
    parent: dict[int, int] = field(default_factory=dict)
    counts: dict[int, dict[int, int]] = field(default_factory=dict)

    def find(self, node: int) -> int:
        parent = self.parent
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    def held(self, root: int) -> dict[int, int]:
        """How many identifiers of each group the cluster holds."""
        return self.counts.setdefault(root, {int(self.graph.group[root]): 1})

    def broken_group(self, left: int, right: int) -> int | None:
        """The most trusted group whose limit the union of two clusters would break."""
        small, large = sorted((self.held(left), self.held(right)), key=len)
        limit = self.graph.group_limit
        over = [g for g, n in small.items() if n + large.get(g, 0) > limit[g]]
        return min(over, key=lambda g: (self.graph.group_priority[g], g), default=None)

    def join(self, left: int, right: int) -> None:
        root, child = min(left, right), max(left, right)
        ours, theirs = self.held(root), self.held(child)
        if len(ours) < len(theirs):
            ours, theirs = theirs, ours
        for group, n in theirs.items():
            ours[group] = ours.get(group, 0) + n
        self.counts[root] = ours
        del self.counts[child]
        self.parent[child] = root


def strongest_first(graph: Graph, links: Ints) -> Ints:
    """Links by type order of the pair, trust, evidence, age, then key: a total order."""
    left = graph.group_priority[graph.group[graph.a[links]]]
    right = graph.group_priority[graph.group[graph.b[links]]]
    return links[
        np.lexsort(
            (
                graph.b[links],
                graph.a[links],
                graph.link_born[links],
                -graph.evidence[links],
                graph.trust[links],
                np.maximum(left, right),
                np.minimum(left, right),
            )
        )
    ]


def join_within_limits(graph: Graph, links: Ints) -> tuple[Clusters, list[Refusal]]:
    """Clusters of the nodes that `links` touch, and the refused links whose ends stayed apart."""
    clusters = Clusters(graph)
    refused: list[Refusal] = []
    joined_by: dict[int, int] = {}
    contested: set[int] = set()
    for link in strongest_first(graph, links).tolist():
        ends = int(graph.a[link]), int(graph.b[link])
        left, right = (clusters.find(end) for end in ends)
        if left == right:
            continue
        broken = clusters.broken_group(left, right)
        if broken is not None:
            refused.append(Refusal(link, f"max_per_person:{graph.group_type[broken]}"))
            contested.update(
                e for e in ends if e in joined_by and _is_comparable(graph, link, joined_by[e])
            )
            continue
        disputed = [end for end in ends if end in contested]
        if disputed:
            group = graph.group[min(disputed)]
            refused.append(Refusal(link, f"contested:{graph.group_type[group]}"))
            continue
        clusters.join(left, right)
        for end in ends:
            joined_by.setdefault(end, link)
    apart = [
        r
        for r in refused
        if clusters.find(int(graph.a[r.link])) != clusters.find(int(graph.b[r.link]))
    ]
    return clusters, apart


def _is_comparable(graph: Graph, refused: int, winner: int) -> bool:
    def kind(link: int) -> tuple[list[str], int]:
        ends = graph.group[graph.a[link]], graph.group[graph.b[link]]
        return sorted(graph.group_type[g] for g in ends), int(graph.trust[link])

    enough = graph.evidence[refused] * COMPARABLE_EVIDENCE >= graph.evidence[winner]
    return bool(enough) and kind(refused) == kind(winner)
