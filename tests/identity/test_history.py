"""How people change from night to night, and which id survives."""

from __future__ import annotations

import pandas as pd

from siyu.identity.history import fold
from siyu.identity.resolve import person_id
from siyu.identity.table import RESOLUTION_SCHEMA, resolution_table
from tests.identity.graphs import graph, links, nodes, people, rules

U1, U2 = person_id("unionid", "", "u1"), person_id("unionid", "", "u2")


def changes(history: pd.DataFrame, load_seq: int) -> list[tuple[str, str, object, str]]:
    rows = history[history["load_seq"] == load_seq]
    named = rows[["person_id", "change", "other_person_id", "cause"]].astype(object)
    plain = named.where(named.notna(), None)
    return sorted(map(tuple, plain.itertuples(index=False)), key=str)


def test_the_first_night_makes_new_people() -> None:
    folded = fold(*graph(("unionid:u1", "phone:p1")))
    assert changes(folded.history, 1) == [(person_id("phone", "", "p1"), "new", None, "first_seen")]


def test_a_merge_keeps_the_id_of_the_older_founder() -> None:
    ids = nodes({"openid:old": 1, "phone:p1": 2, "unionid:late": 3})
    table = links(
        ("unionid:late", "openid:old", {"first_load_seq": 3}),
        ("unionid:late", "phone:p1", {"first_load_seq": 3}),
    )
    folded = fold(ids, table, rules())
    old, ended = person_id("openid", "", "old"), person_id("phone", "", "p1")
    assert set(folded.members["person_id"]) == {old}
    assert changes(folded.history, 3) == [(old, "merge", ended, "link")]


def test_a_stronger_link_moves_an_account_and_the_split_is_told() -> None:
    ids = nodes({"unionid:u1": 1, "taobao_nick:t1": 1, "phone:p1": 1, "unionid:u2": 2})
    table = links(
        ("taobao_nick:t1", "phone:p1"),
        ("unionid:u1", "phone:p1", {"trust": "medium"}),
        ("unionid:u2", "phone:p1", {"first_load_seq": 2, "evidence_count": 3}),
    )
    folded = fold(ids, table, rules())
    assert people(folded.members) == {frozenset({"u1"}), frozenset({"u2", "p1", "t1"})}
    first = person_id("phone", "", "p1")
    assert changes(folded.history, 2) == [(U1, "split", first, "limit")]
    assert folded.refused[["reason", "decided_load_seq"]].values.tolist() == [
        ["max_per_person:unionid", 2]
    ]


def test_a_phone_that_becomes_a_hub_lets_its_people_go() -> None:
    ids, table, types = graph(
        ("taobao_nick:t1", "phone:shop"),
        ("email:e1", "phone:shop"),
        shared={"phone:shop": 2},
    )
    folded = fold(ids, table, types)
    assert people(folded.members) == {frozenset({"t1"}), frozenset({"e1"})}
    told = changes(folded.history, 2)
    assert told == [
        (
            person_id("taobao_nick", "", "t1"),
            "split",
            person_id("email", "", "e1"),
            "shared_identifier",
        )
    ]


def test_a_refusal_keeps_the_night_it_was_first_decided() -> None:
    ids, table, types = graph(
        ("unionid:u1", "phone:home"),
        ("unionid:u2", "phone:home", {"first_load_seq": 2}),
        ("email:e1", "unionid:u1", {"first_load_seq": 5}),
    )
    assert fold(ids, table, types).refused["decided_load_seq"].tolist() == [2]


def test_the_warehouse_table_is_typed_even_when_empty() -> None:
    table = resolution_table(nodes({}), links(), rules())
    assert table.num_rows == 0 and table.schema == RESOLUTION_SCHEMA


def test_the_warehouse_table_holds_members_refusals_and_history() -> None:
    table = resolution_table(*graph(("unionid:u1", "phone:home"), ("unionid:u2", "phone:home")))
    kinds = table.to_pandas()["row_kind"].value_counts().to_dict()
    assert kinds == {"member": 3, "refused": 1, "history": 2}
