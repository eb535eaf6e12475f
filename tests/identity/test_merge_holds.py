"""A decision about people holds through what happens to single identifiers of theirs."""

from __future__ import annotations

from siyu.identity.decisions.decisions import standing
from siyu.identity.state.merged import holding
from tests.identity.graphs import key
from tests.identity.nights import (
    Record,
    bridge,
    clusters,
    decide,
    history,
    observe,
    play,
    refused,
    warehouse,
)

# The phone, by which the left side is known best, is met on three more nicks in load 2.
TWO = [
    Record("r1", ("phone:p1", "taobao_nick:t1")),
    Record("r2", ("unionid:u2",)),
    *(Record(f"s{n}", ("phone:p1", f"taobao_nick:s{n}"), 2) for n in range(3)),
]
MERGE = decide("merge", ["phone:p1", "taobao_nick:t1"], ["unionid:u2"])


def test_a_merge_holds_by_the_next_identifier_when_the_strongest_becomes_shared() -> None:
    con = warehouse(hub_limit=2)
    observe(con, TWO)
    play(con, 1, [MERGE])
    assert clusters(con) == {frozenset({"p1", "t1", "u2"})}
    play(con, 2, [MERGE])
    assert frozenset({"t1", "u2"}) in clusters(con)
    anew = warehouse(hub_limit=2)
    observe(anew, TWO)
    play(anew, 2, [MERGE])
    assert [bridge(con), history(con), refused(con)] == [
        bridge(anew),
        history(anew),
        refused(anew),
    ]


def test_a_merge_holds_although_its_next_identifier_hung_on_one_that_is_shared_already() -> None:
    """The state solves only what a load touches; what a merge falls back on is part of it."""
    rows = [
        Record("r1", ("phone:p1", "email:e1")),
        Record("r2", ("email:e1", "taobao_nick:t1")),
        Record("r3", ("unionid:u2",)),
        *(Record(f"e{n}", ("email:e1", f"phone:q{n}"), 2) for n in range(3)),
        *(Record(f"p{n}", ("phone:p1", f"taobao_nick:s{n}"), 3) for n in range(3)),
    ]
    merge = decide("merge", ["phone:p1", "email:e1", "taobao_nick:t1"], ["unionid:u2"])
    nightly, whole = warehouse(hub_limit=2), warehouse(hub_limit=2)
    for con in (nightly, whole):
        observe(con, rows)
    for night in (1, 2, 3):
        play(nightly, night, [merge])
    play(whole, 3, [merge])
    for con in (nightly, whole):
        assert frozenset({"t1", "u2"}) in clusters(con)
    assert bridge(nightly) == bridge(whole)


def test_a_merge_with_a_part_lifts_a_keep_apart_for_that_part_alone() -> None:
    apart = decide("keep_apart", ["phone:a"], ["phone:b", "phone:c"], number=1)
    merge = decide("merge", ["phone:a"], ["phone:b"], number=2)
    (kept,) = standing([apart, merge]).aparts
    assert (kept.left, kept.right) == ({key("phone:a")}, {key("phone:c")})
    whole = decide("merge", ["phone:a"], ["phone:b", "phone:c"], number=3)
    assert standing([apart, merge, whole]).aparts == ()


def test_who_was_kept_apart_from_a_person_stays_so_when_half_of_it_is_merged() -> None:
    con = warehouse(hub_limit=2)
    observe(
        con,
        [
            Record("r1", ("unionid:u1",)),
            Record("r2", ("phone:p2", "taobao_nick:t2")),
            # The phone that held t2 and j2 together turns out to be everybody's …
            Record("r3", ("phone:p2", "openid:j2")),
            *(Record(f"s{n}", ("phone:p2", f"taobao_nick:s{n}"), 2) for n in range(3)),
            # … and evidence comes that would join the other half.
            Record("r4", ("unionid:u1", "openid:j2"), 3),
        ],
    )
    apart = decide("keep_apart", ["unionid:u1"], ["openid:j2", "taobao_nick:t2", "phone:p2"])
    merge = decide("merge", ["unionid:u1"], ["taobao_nick:t2"], after=2, number=2)
    play(con, 3, [apart, merge])
    assert {frozenset({"u1", "t2"}), frozenset({"j2"})} <= clusters(con)
    assert [r[2] for r in refused(con)] == ["keep_apart:d000001"]


def test_a_merge_that_can_hold_no_more_is_told_and_one_that_holds_is_not() -> None:
    con = warehouse(hub_limit=2)
    observe(con, TWO)
    lost = decide("merge", ["phone:p1"], ["unionid:u2"])
    play(con, 1, [lost])
    assert holding(con, standing([lost]).links) == {"d000001": True}
    play(con, 2, [lost])
    assert holding(con, standing([lost]).links) == {"d000001": False}


def test_a_merge_through_a_third_person_does_not_join_who_is_kept_apart_and_is_told() -> None:
    con = warehouse()
    observe(con, [Record(f"r{n}", (f"unionid:u{n}",)) for n in (1, 2, 3)])
    made = [
        decide("keep_apart", ["unionid:u1"], ["unionid:u3"], number=1),
        decide("merge", ["unionid:u1"], ["unionid:u2"], number=2),
        decide("merge", ["unionid:u2"], ["unionid:u3"], number=3),
    ]
    play(con, 1, made)
    told = holding(con, standing(made).links)
    assert sorted(told.values()) == [False, True]


def test_a_merge_holds_by_the_next_identifier_when_the_strongest_is_gone_or_links_no_more() -> None:
    """A value that was blocked before its export landed again; a type that only describes since."""
    con = warehouse()
    observe(
        con, [Record("r1", ("phone_remark:p1", "taobao_nick:t1")), Record("r2", ("unionid:u2",))]
    )
    merge = decide("merge", ["phone:blocked", "phone_remark:p1", "taobao_nick:t1"], ["unionid:u2"])
    play(con, 1, [merge])
    assert frozenset({"t1", "u2"}) in clusters(con)
    assert holding(con, standing([merge]).links) == {"d000001": True}
