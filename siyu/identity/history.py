"""How people came to be: the nights folded in order, each solving only what it touched.

Evidence counts and trust are today's; the nights decide which identifiers, links and hubs were
known. The last night's people are exactly those of one resolve over everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siyu.identity.constrain import Refusal
from siyu.identity.edges import NEVER, Graph, Ints, build_graph, number_nodes
from siyu.identity.resolve import NOBODY, name_members, name_people, name_refused, solve

Change = tuple[int, str, int, str, int]  # person, change, other person, cause, load_seq
CHANGE_COLUMNS = ["person_id", "change", "other_person_id", "cause", "load_seq"]


@dataclass(frozen=True)
class Folded:
    """A Resolution (see resolve) with its history.

    `refused` also has decided_load_seq: the night since which the link stands refused. `history`:
    one row per change (person_id, change new|merge|split, other_person_id, cause, load_seq). On a
    merge person_id survives and other_person_id ends; on a split person_id holds what left
    other_person_id.
    """

    members: pd.DataFrame
    refused: pd.DataFrame
    history: pd.DataFrame


def fold(nodes: pd.DataFrame, links: pd.DataFrame, rules: pd.DataFrame) -> Folded:
    """Resolve night by night (load_seq ascending). Takes what resolve takes."""
    nodes = number_nodes(nodes)
    graph = build_graph(nodes, links, rules)
    person = np.full(len(nodes), NOBODY, dtype=np.int64)
    component = np.arange(len(nodes), dtype=np.int64)
    by_night = np.argsort(graph.link_born, kind="stable").astype(np.int64)
    refused: dict[int, tuple[Refusal, int]] = {}
    changes: list[pd.DataFrame] = []
    for night in _nights(graph):
        touched = _touched(graph, by_night, component, night)
        part = np.flatnonzero(touched)
        usable = _usable_links(graph, by_night, touched, night)
        solved = solve(graph, part, usable)
        names = graph.joins[part] & (graph.shared_from[part] > night)
        after = np.where(names, solved.founder, NOBODY)
        changes.append(_changes(graph, part, person[part], after, person, night))
        person[part] = after
        component[part] = solved.component
        now = {r.link: (r, refused.get(r.link, (r, night))[1]) for r in solved.refused}
        stale = [link for link in refused if touched[graph.a[link]]]
        for link in stale:
            del refused[link]
        refused.update(now)
    return Folded(
        members=name_members(nodes, person),
        refused=_name_decisions(nodes, graph, refused),
        history=_name_history(nodes, changes),
    )


def _nights(graph: Graph) -> list[int]:
    hubs = graph.shared_from[graph.shared_from != NEVER]
    return np.unique(np.concatenate([graph.born, graph.link_born, hubs])).tolist()


def _touched(graph: Graph, by_night: Ints, component: Ints, night: int) -> np.ndarray:
    """Nodes of every component that got a node, a link or a hub this night."""
    born = graph.link_born[by_night]
    links = by_night[np.searchsorted(born, night) : np.searchsorted(born, night, side="right")]
    hit = np.zeros(len(component), dtype=bool)
    hit[component[graph.a[links]]] = True
    hit[component[graph.b[links]]] = True
    hit[component[graph.born == night]] = True
    hit[component[graph.shared_from == night]] = True
    return hit[component] & (graph.born <= night)


def _usable_links(graph: Graph, by_night: Ints, touched: np.ndarray, night: int) -> Ints:
    """Links known this night inside the touched part, none of whose ends is a hub by then."""
    known = by_night[: np.searchsorted(graph.link_born[by_night], night, side="right")]
    known = known[touched[graph.a[known]]]
    alone = graph.shared_from > night
    return known[alone[graph.a[known]] & alone[graph.b[known]]]


def _changes(
    graph: Graph, part: Ints, before: Ints, after: Ints, person: Ints, night: int
) -> pd.DataFrame:
    """What happened to people this night, as founder numbers (NOBODY = none)."""
    founders = np.unique(after[after != NOBODY])
    new = founders[graph.born[founders] == night]
    rows: list[Change] = []
    moved = (before != NOBODY) & (after != NOBODY) & (before != after)
    if moved.any():
        hubs = part[graph.shared_from[part] == night]
        lost_a_hub = set(person[hubs].tolist())
        now = dict(zip(part.tolist(), after.tolist(), strict=True))
        existed = set(np.unique(before).tolist())
        for old, to in np.unique(np.stack([before[moved], after[moved]], axis=1), axis=0).tolist():
            if now[old] == to:
                rows.append((to, "merge", old, "link", night))
            elif old in lost_a_hub:
                rows.append((to, "split", old, "shared_identifier", night))
            else:
                cause = "stronger_link" if to in existed else "limit"
                rows.append((to, "split", old, cause, night))
    first = pd.DataFrame(
        {
            "person_id": new,
            "change": "new",
            "other_person_id": NOBODY,
            "cause": "first_seen",
            "load_seq": night,
        }
    )
    if not rows:
        return first
    return pd.concat([first, pd.DataFrame(rows, columns=CHANGE_COLUMNS)], ignore_index=True)


def _name_history(nodes: pd.DataFrame, changes: list[pd.DataFrame]) -> pd.DataFrame:
    if not changes:
        return pd.DataFrame(columns=CHANGE_COLUMNS).astype({"load_seq": "int64"})
    history = pd.concat(changes, ignore_index=True)
    other = history["other_person_id"].to_numpy(np.int64)
    named = np.full(len(history), None, dtype=object)
    named[other != NOBODY] = name_people(nodes, other[other != NOBODY]).to_numpy(object)
    people = name_people(nodes, history["person_id"].to_numpy(np.int64))
    return history.assign(person_id=people, other_person_id=pd.Series(named, dtype="str"))


def _name_decisions(
    nodes: pd.DataFrame, graph: Graph, refused: dict[int, tuple[Refusal, int]]
) -> pd.DataFrame:
    frame = name_refused(nodes, graph, [r for r, _ in refused.values()])
    since = {(int(graph.a[k]), int(graph.b[k])): night for k, (_, night) in refused.items()}
    ends = zip(frame["a_id"].tolist(), frame["b_id"].tolist(), strict=True)
    return frame.assign(decided_load_seq=pd.Series([since[e] for e in ends], dtype="int64"))
