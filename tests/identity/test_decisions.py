"""What people decide: it outranks evidence, is kept outside the warehouse, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.identity.decisions.decide import draft, pick
from siyu.identity.decisions.decisions import add_decisions, read_decisions, standing
from tests.identity.graphs import key
from tests.identity.nights import Record, clusters, decide, history, observe, play, warehouse

TWO = [Record("r1", ("unionid:u1", "phone:p1")), Record("r2", ("unionid:u2", "phone:p2"))]


def test_a_merge_joins_two_unionids_against_every_limit() -> None:
    con = warehouse()
    observe(con, TWO)
    merge = decide("merge", ["unionid:u1", "phone:p1"], ["unionid:u2", "phone:p2"])
    play(con, 1)
    assert len(clusters(con)) == 2
    play(con, 1, [merge])
    assert clusters(con) == {frozenset({"u1", "p1", "u2", "p2"})}
    assert [row[3:6:2] for row in history(con) if row[0] == 2] == [("merge", "decision:b00001")]


def test_a_merged_person_takes_in_no_third_unionid() -> None:
    con = warehouse()
    observe(con, [*TWO, Record("r3", ("unionid:u3", "phone:p1"), 2)])
    merge = decide("merge", ["unionid:u1", "phone:p1"], ["unionid:u2", "phone:p2"])
    play(con, 2, [merge])
    assert clusters(con) == {frozenset({"u1", "p1", "u2", "p2"}), frozenset({"u3"})}


def test_a_split_is_never_joined_again_by_the_same_evidence() -> None:
    con = warehouse()
    pair = ("taobao_nick:t1", "phone:p1")
    observe(con, [Record(f"r{n}", pair, n) for n in range(1, 5)])
    split = decide("split", ["taobao_nick:t1"], ["phone:p1"])
    play(con, 1)
    for night in range(1, 5):
        play(con, night, [split])
        assert clusters(con) == {frozenset({"t1"}), frozenset({"p1"})}
    assert {row[5] for row in history(con) if row[3] == "split"} == {"decision:b00001"}


def test_people_kept_apart_stay_apart_when_evidence_comes() -> None:
    con = warehouse()
    observe(
        con,
        [
            Record("r1", ("openid:o1", "phone:p1")),
            Record("r2", ("taobao_nick:t1", "phone:p2")),
            Record("r3", ("phone:p1", "taobao_nick:t1"), 2),
        ],
    )
    apart = decide("keep_apart", ["openid:o1", "phone:p1"], ["taobao_nick:t1", "phone:p2"])
    play(con, 2, [apart])
    assert clusters(con) == {frozenset({"o1", "p1"}), frozenset({"t1", "p2"})}


def test_the_newer_of_two_decisions_about_the_same_people_holds() -> None:
    con = warehouse()
    observe(con, TWO)
    sides = ["unionid:u1", "phone:p1"], ["unionid:u2", "phone:p2"]
    merge, split, again = (
        decide(kind, *sides, number=n)
        for n, kind in enumerate(("merge", "split", "merge"), start=1)
    )
    for made, people in (([merge], 1), ([merge, split], 2), ([merge, split, again], 1)):
        play(con, 1, made)
        assert len(clusters(con)) == people
    assert [row[3] for row in history(con) if row[0] > 1] == ["merge", "split", "merge"]


def test_decisions_are_numbered_and_a_cut_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "decisions" / "identity.jsonl"
    one = draft("merge", [key("phone:a")], [key("phone:b")], "same card", "ann", 3)
    add_decisions(path, [one, one])
    added = add_decisions(path, [one])
    assert [d.decision_id for d in added] == ["d000003"] and added[0].batch == "b00002"
    with path.open("a") as file:
        file.write('{"decision_id": "d0000')
    assert [d.decision_id for d in read_decisions(path)] == ["d000001", "d000002", "d000003"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "identity.jsonl"
    path.write_text('{"kind": "merge"}\n')
    with pytest.raises(ConfigError, match=r"identity\.jsonl line 1"):
        read_decisions(path)


@pytest.mark.parametrize(
    ("reason", "actor", "word"),
    [("", "ann", "--reason"), ("ok", "", "--actor"), ("call 13912345678", "ann", "phone")],
)
def test_a_decision_without_reason_or_with_a_phone_in_it_is_refused(
    reason: str, actor: str, word: str
) -> None:
    with pytest.raises(ConfigError, match=word):
        draft("merge", [key("phone:a")], [key("phone:b")], reason, actor, 1)


def test_an_identifier_is_picked_by_its_token_and_only_when_it_is_one() -> None:
    held = [("phone", "", "abcd1"), ("phone", "", "abcd2"), ("email", "", "abcd1")]
    assert pick(held, "email:abcd") == ("email", "", "abcd1")
    with pytest.raises(ConfigError, match="means 2"):
        pick(held, "phone:abcd")
    with pytest.raises(ConfigError, match="means 1"):
        pick(held, "email:a")


def test_a_keep_apart_lifts_only_the_merges_between_its_sides() -> None:
    near = decide("merge", ["phone:a"], ["phone:b"], number=1)
    far = decide("merge", ["phone:c"], ["phone:d"], number=2)
    apart = decide("keep_apart", ["phone:a"], ["phone:b", "phone:c"], number=3)
    found = standing([near, far, apart])
    assert [m.decision_id for m in found.links] == ["d000002"]
    assert [a.decision_id for a in found.aparts] == ["d000003"]


def test_taking_one_identifier_out_of_a_merged_person_leaves_the_rest_together() -> None:
    con = warehouse()
    observe(con, TWO)
    merge = decide("merge", ["unionid:u1", "phone:p1"], ["unionid:u2", "phone:p2"], number=1)
    # The strongest identifier, by which the merge holds, is the one that does not belong.
    split = decide("split", ["unionid:u1"], ["phone:p1", "unionid:u2", "phone:p2"], number=2)
    play(con, 1, [merge])
    play(con, 1, [merge, split])
    assert clusters(con) == {frozenset({"u1"}), frozenset({"p1", "u2", "p2"})}
    back = decide("split", ["phone:p1"], ["unionid:u2", "phone:p2"], number=3)
    play(con, 1, [merge, split, back])
    assert clusters(con) == {frozenset({"u1"}), frozenset({"p1"}), frozenset({"u2", "p2"})}


def test_both_parts_of_a_split_keep_what_a_merge_said_about_them() -> None:
    merge = decide("merge", ["unionid:a", "phone:a"], ["unionid:b", "phone:b"], number=1)
    split = decide("split", ["unionid:a", "unionid:b"], ["phone:a", "phone:b"], number=2)
    ends = {(m.left[0][0], m.right[0][0]) for m in standing([merge, split]).links}
    assert ends == {("unionid", "unionid"), ("phone", "phone")}
    undone = decide("keep_apart", ["phone:a"], ["phone:b"], number=3)
    ends = {(m.left[0][0], m.right[0][0]) for m in standing([merge, split, undone]).links}
    assert ends == {("unionid", "unionid")}


def test_a_split_along_a_merge_undoes_it_and_touches_no_other() -> None:
    merge = decide("merge", ["unionid:a", "phone:a"], ["unionid:b", "phone:b"], number=1)
    other = decide("merge", ["phone:c"], ["phone:d"], number=2)
    undone = decide("split", ["unionid:b", "phone:b"], ["unionid:a", "phone:a"], number=3)
    assert [m.decision_id for m in standing([merge, other, undone]).links] == ["d000002"]
