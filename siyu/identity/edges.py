"""Identifiers and links as numbers, so that the solver never compares text.

Nodes are numbered in founder order (first_load_seq, id_type, scope, value_key): the founder of any
set of nodes is its smallest number, and a night's new nodes come after all older ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]

KEY = ["id_type", "scope", "value_key"]
FOUNDER_ORDER = ["first_load_seq", *KEY]
TRUST_ORDER = ("high", "medium", "low")
LINKING_TRUST = TRUST_ORDER[:2]
NEVER = np.iinfo(np.int64).max
NO_LIMIT = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Graph:
    """The linkable part of the identity graph. Node arrays are indexed by node_id.

    `group` is a code of (id_type, scope), the unit that `max_per_person` limits; `joins` is false
    for types that never name a person. Links that may not join (low trust, types with links:
    false) are left out; `a` < `b` always.
    """

    born: Ints
    shared_from: Ints
    joins: NDArray[np.bool_]
    group: Ints
    group_type: tuple[str, ...]
    group_priority: Ints
    group_limit: Ints
    a: Ints
    b: Ints
    link_born: Ints
    trust: Ints
    evidence: Ints


def number_nodes(nodes: pd.DataFrame) -> pd.DataFrame:
    """The nodes in founder order with a dense `node_id`; kept as is when SQL numbered them."""
    if "node_id" in nodes:
        return nodes.sort_values("node_id", ignore_index=True)
    ordered = nodes.sort_values(FOUNDER_ORDER, ignore_index=True)
    return ordered.assign(node_id=np.arange(len(ordered), dtype=np.int64))


def number_links(nodes: pd.DataFrame, links: pd.DataFrame) -> tuple[Ints, Ints]:
    """Both ends of each link as node_ids. Raises ValueError when an end is not a node."""
    if "a_id" in links:
        return links["a_id"].to_numpy(np.int64), links["b_id"].to_numpy(np.int64)
    index = pd.MultiIndex.from_frame(nodes[KEY])
    ends = []
    for side in ("a", "b"):
        names = [f"{side}_type", f"{side}_scope", f"{side}_key"]
        found = index.get_indexer(pd.MultiIndex.from_frame(links[names]))
        if (found < 0).any():
            raise ValueError(f"{int((found < 0).sum())} links name an identifier that is no node")
        ends.append(found.astype(np.int64))
    return ends[0], ends[1]


def shared_from(nodes: pd.DataFrame) -> Ints:
    """The load from which each node is a hub; NEVER when it is none."""
    if "shared_load_seq" in nodes:
        since = nodes["shared_load_seq"].astype("float64")
        return np.where(since.isna(), NEVER, since.fillna(0).astype(np.int64)).astype(np.int64)
    shared = nodes["is_shared"].to_numpy(bool)
    return np.where(shared, nodes["first_load_seq"].to_numpy(np.int64), NEVER)


def build_graph(nodes: pd.DataFrame, links: pd.DataFrame, rules: pd.DataFrame) -> Graph:
    """The graph of numbered `nodes` (see number_nodes), `links` and the identifier types `rules`.

    `rules` has one row per id_type: priority (smaller links first), links, max_per_person (null =
    no limit). Raises ValueError when an identifier has a type without a rule.
    """
    rule = rules.set_index("id_type")
    types, type_names = pd.factorize(nodes["id_type"])
    unknown = sorted(set(type_names) - set(rule.index))
    if unknown:
        raise ValueError(f"identifier types without a rule: {', '.join(unknown)}")
    scopes, scope_names = pd.factorize(nodes["scope"])
    width = max(len(scope_names), 1)
    pair, group = np.unique(types * width + scopes, return_inverse=True)
    group_type = tuple(str(type_names[code // width]) for code in pair)
    limit = rule["max_per_person"].astype("float64").to_dict()
    may_link = rule["links"].astype(bool).to_dict()
    group_limit = [NO_LIMIT if pd.isna(limit[t]) else int(limit[t]) for t in group_type]
    joins = np.array([may_link[t] for t in group_type], dtype=bool)[group]

    ends = number_links(nodes, links)
    a, b = np.minimum(*ends), np.maximum(*ends)
    trust = pd.Index(TRUST_ORDER).get_indexer(links["trust"].astype(str))
    if (trust < 0).any():
        raise ValueError(f"trust must be one of {', '.join(TRUST_ORDER)}")
    kept = (trust < len(LINKING_TRUST)) & joins[a] & joins[b] & (a != b)
    born = nodes["first_load_seq"].to_numpy(np.int64)
    link_born = links["first_load_seq"].to_numpy(np.int64)
    return Graph(
        born=born,
        shared_from=shared_from(nodes),
        joins=joins,
        group=group.astype(np.int64),
        group_type=group_type,
        group_priority=np.array([int(rule.at[t, "priority"]) for t in group_type], dtype=np.int64),
        group_limit=np.array(group_limit, dtype=np.int64),
        a=a[kept],
        b=b[kept],
        link_born=np.maximum(link_born[kept], np.maximum(born[a[kept]], born[b[kept]])),
        trust=trust[kept].astype(np.int64),
        evidence=links["evidence_count"].to_numpy(np.int64)[kept],
    )
