"""Accounts become people: identifiers and links as frames, solved in one call.

The nightly way is `advance`, which remembers; both end at the same people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siyu.identity.solve.graph import LOW, TRUST_ORDER, Apart, Graph, Hashes, Ints, build_groups
from siyu.identity.solve.solve import solve

KEY = ["id_type", "scope", "value_key"]


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    `members`: one row per identifier that names a person (id_type, scope, value_key, person_id).
    `refused`: one row per refused link (keys of both ends, reason, evidence_count).
    """

    members: pd.DataFrame
    refused: pd.DataFrame


def key_hash(id_type: str, scope: str, value_key: str) -> int:
    """64 bits that stand for an identifier; SQL has the same in store.key_hash."""
    text = f"{id_type}|{scope}|{value_key}".encode()
    return int.from_bytes(hashlib.md5(text, usedforsecurity=False).digest()[:8], "little")


def person_id(id_type: str, scope: str, value_key: str) -> str:
    """The id of the person that this identifier founded."""
    return person_name(key_hash(id_type, scope, value_key))


def person_name(founder: int) -> str:
    return f"p{founder:016x}"


def resolve(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    rules: pd.DataFrame,
    aparts: Mapping[str, tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]]
    | None = None,
) -> Resolution:
    """Group identifiers into people.

    `nodes`: id_type, scope, value_key, first_load_seq, is_shared, optionally first_seen_on.
    `links`: a_type, a_scope, a_key, b_type, b_scope, b_key, trust (decided, high, medium, low),
    evidence_count. `rules`: see build_groups. `aparts`: decision -> both sides. Shared identifiers
    and types that do not link are in no person.
    """
    graph = _graph(nodes, links, rules, aparts or {})
    solved = solve(graph)
    kept = np.flatnonzero(solved.names)
    members = nodes[KEY].iloc[kept].reset_index(drop=True)
    people = [person_name(int(founder)) for founder in solved.founder[kept]]
    keys = list(nodes[KEY].itertuples(index=False, name=None))
    rows = [(*keys[r.a], *keys[r.b], r.reason, r.evidence) for r in solved.refused]
    columns = [f"{side}_{part}" for side in "ab" for part in ("type", "scope", "key")]
    refused = pd.DataFrame(rows, columns=[*columns, "reason", "evidence_count"])
    return Resolution(members.assign(person_id=pd.Series(people, dtype="str")), refused)


def _graph(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    rules: pd.DataFrame,
    aparts: Mapping[str, tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]],
) -> Graph:
    index = pd.MultiIndex.from_frame(nodes[KEY])
    pairs = sorted(set(zip(nodes["id_type"], nodes["scope"], strict=True)))
    groups = build_groups(pairs, rules)
    place = {pair: n for n, pair in enumerate(pairs)}
    group = [place[pair] for pair in zip(nodes["id_type"], nodes["scope"], strict=True)]
    group_of = np.array(group, dtype=np.int64)
    a, b = (_ends(index, links, side) for side in "ab")
    trust = pd.Index(TRUST_ORDER).get_indexer(links["trust"].astype(str)).astype(np.int64)
    if (trust < 0).any():
        raise ValueError(f"trust must be one of {', '.join(TRUST_ORDER)}")
    joins = groups.joins[group_of]
    kept = (trust < LOW) & joins[a] & joins[b] & (a != b)
    count = links["evidence_count"].to_numpy(np.int64)[kept]
    day = np.zeros(len(nodes), dtype=np.int64)
    if "first_seen_on" in nodes:
        day = (pd.to_datetime(nodes["first_seen_on"]) - pd.Timestamp(0)).dt.days.to_numpy(np.int64)
    return Graph(
        groups=groups,
        born=nodes["first_load_seq"].to_numpy(np.int64),
        key_hash=_hashes(nodes),
        group=group_of,
        day=day,
        shared=nodes["is_shared"].to_numpy(bool),
        a=np.repeat(a[kept], count),
        b=np.repeat(b[kept], count),
        trust=np.repeat(trust[kept], count),
        aparts=tuple(
            Apart(name, *(np.array([index.get_loc(i) for i in side], np.int64) for side in sides))
            for name, sides in aparts.items()
        ),
    )


def _hashes(nodes: pd.DataFrame) -> Hashes:
    rows = zip(*(nodes[c].tolist() for c in KEY), strict=True)
    return np.array([key_hash(*row) for row in rows], dtype=np.uint64)


def _ends(index: pd.MultiIndex, links: pd.DataFrame, side: str) -> Ints:
    """Positions of one end of each link. Raises ValueError when an end is not a node."""
    names = [f"{side}_type", f"{side}_scope", f"{side}_key"]
    found = index.get_indexer(pd.MultiIndex.from_frame(links[names]))
    if (found < 0).any():
        raise ValueError(f"{int((found < 0).sum())} links name an identifier that is no node")
    return found.astype(np.int64)
