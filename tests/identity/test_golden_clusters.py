"""Hand-drawn clusters: what must and must not become one person."""

from __future__ import annotations

from siyu.identity.solve.resolve import person_id, resolve
from tests.identity.graphs import graph, links, nodes, people, rules
from tests.identity.nights import Record, bridge, clusters, observe, play, warehouse


def test_accounts_that_stand_together_become_one_person() -> None:
    found = resolve(*graph(("unionid:u1", "phone:p1"), ("taobao_nick:t1", "phone:p1")))
    assert people(found.members) == {frozenset({"u1", "p1", "t1"})}
    assert found.refused.empty


def test_a_single_identifier_is_a_person_of_its_own() -> None:
    found = resolve(nodes({"phone:p1": 1}), links(), rules())
    assert found.members["person_id"].tolist() == [person_id("phone", "", "p1")]


def test_two_unionids_never_share_a_person_and_the_better_evidence_wins() -> None:
    found = resolve(
        *graph(
            ("unionid:u1", "phone:p1", {"evidence_count": 1}),
            ("unionid:u2", "phone:p1", {"evidence_count": 5}),
        )
    )
    assert people(found.members) == {frozenset({"u1"}), frozenset({"u2", "p1"})}
    assert found.refused[["a_key", "b_key"]].values.tolist() in ([["u1", "p1"]], [["p1", "u1"]])
    assert found.refused["reason"].tolist() == ["max_per_person:unionid"]


def test_a_contested_household_phone_carries_no_weaker_account_along() -> None:
    found = resolve(
        *graph(
            ("unionid:u1", "phone:home"),
            ("unionid:u2", "phone:home"),
            ("taobao_nick:t1", "phone:home", {"trust": "medium"}),
        )
    )
    assert frozenset({"t1"}) in people(found.members)
    assert sorted(found.refused["reason"]) == ["contested:phone", "max_per_person:unionid"]


def test_one_gift_does_not_make_the_receivers_phone_contested() -> None:
    found = resolve(
        *graph(
            ("unionid:u1", "phone:p1"),
            ("unionid:u2", "phone:p2"),
            ("taobao_nick:t1", "phone:p1", {"trust": "medium", "evidence_count": 6}),
            ("taobao_nick:t1", "phone:p2", {"trust": "medium", "evidence_count": 1}),
            ("taobao_nick:t2", "phone:p2", {"trust": "medium", "evidence_count": 1}),
        )
    )
    assert people(found.members) == {frozenset({"u1", "p1", "t1"}), frozenset({"u2", "p2", "t2"})}


def test_an_account_that_agrees_by_another_way_keeps_its_person_despite_a_contest() -> None:
    found = resolve(
        *graph(
            ("unionid:u1", "phone:home", {"evidence_count": 2}),
            ("unionid:u2", "phone:home"),
            ("taobao_nick:t2", "phone:home", {"trust": "medium"}),
            ("taobao_nick:t2", "email:e2"),
            ("unionid:u2", "email:e2"),
        )
    )
    assert people(found.members) == {frozenset({"u1", "home"}), frozenset({"u2", "e2", "t2"})}


def test_a_hub_device_describes_and_does_not_link() -> None:
    found = resolve(
        *graph(
            *((f"unionid:u{n}", "device_id:tablet") for n in range(5)),
            shared={"device_id:tablet": 1},
        )
    )
    assert people(found.members) == {frozenset({f"u{n}"}) for n in range(5)}
    assert found.refused.empty


def test_a_staff_account_that_touches_many_customers_by_remark_joins_none() -> None:
    found = resolve(
        *graph(
            ("openid/corp:staff", "phone_remark:r1"),
            ("openid/corp:staff", "phone:c1", {"trust": "low"}),
            ("openid/corp:staff", "phone:c2", {"trust": "low"}),
        )
    )
    assert people(found.members) == {frozenset({"staff"}), frozenset({"c1"}), frozenset({"c2"})}


def test_the_limit_counts_per_scope_so_two_apps_of_one_person_stay_together() -> None:
    same = resolve(*graph(("openid/a:o1", "unionid:u1"), ("openid/b:o2", "unionid:u1")))
    assert people(same.members) == {frozenset({"o1", "o2", "u1"})}
    other = resolve(*graph(("openid/a:o1", "unionid:u1"), ("openid/a:o2", "unionid:u1")))
    assert len(people(other.members)) == 2


def test_an_openid_of_another_app_is_another_identifier() -> None:
    found = resolve(nodes({"openid/a:same": 1, "openid/b:same": 1}), links(), rules())
    assert found.members["person_id"].nunique() == 2


def test_a_chain_of_ten_thousand_is_one_person_when_no_limit_is_set() -> None:
    chain = [(f"email:e{n}", f"email:e{n + 1}") for n in range(10_000)]
    assert resolve(*graph(*chain)).members["person_id"].nunique() == 1


def test_a_chain_of_ten_thousand_phones_breaks_into_people_within_the_limit() -> None:
    chain = [(f"phone:p{n:05}", f"phone:p{n + 1:05}") for n in range(10_000)]
    members = resolve(*graph(*chain)).members
    assert members.groupby("person_id").size().max() <= 4


def test_a_phone_of_a_hundred_thousand_records_joins_nobody() -> None:
    names = {f"taobao_nick:t{n}": 1 for n in range(100_000)} | {"phone:shop": 1}
    ids = nodes(names, shared={"phone:shop"})
    star = links(("taobao_nick:t0", "phone:shop")).loc[[0] * 100_000].reset_index(drop=True)
    star["a_key"] = [f"t{n}" for n in range(100_000)]
    members = resolve(ids, star, rules()).members
    assert members["person_id"].nunique() == len(members) == 100_000


def test_a_value_written_on_every_row_for_want_of_a_better_one_joins_nobody() -> None:
    con = warehouse(hub_limit=3)
    rows = [
        Record(f"r{n}", (f"unionid:u{n}", f"phone:p{n}", "email:none"), 1 + n % 3)
        for n in range(300)
    ]
    observe(con, rows)
    play(con, 3)
    assert clusters(con) == {frozenset({f"u{n}", f"p{n}"}) for n in range(300)}
    (everywhere,) = [row for row in bridge(con) if row[2] == "none"]
    assert everywhere[3] is None and everywhere[5] == 300, "known, counted, and nobody's"


def test_no_input_gives_no_people() -> None:
    found = resolve(nodes({}), links(), rules())
    assert found.members.empty and found.refused.empty
