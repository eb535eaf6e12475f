"""What holds for every graph: the order of rows and the split into nights change nobody."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.identity.decisions.decisions import Decision, standing
from siyu.identity.solve.resolve import KEY, person_id, resolve
from tests.identity.graphs import TYPES, key, links, nodes, rules
from tests.identity.nights import (
    Record,
    bridge,
    decide,
    history,
    observe,
    play,
    refused,
    warehouse,
)

HUB_LIMIT = 3
names = st.builds(
    lambda t, scope, n: f"{t}/{scope}:{n}",
    st.sampled_from([*TYPES]),
    st.sampled_from(["", "x"]),
    st.integers(0, 3),
)
Pairs = list[tuple[str, str, str, int]]  # both ends, trust, records


@st.composite
def pairs(draw: st.DrawFn) -> Pairs:
    rows = draw(
        st.lists(
            st.tuples(names, names, st.sampled_from(["high", "medium", "low"]), st.integers(1, 3)),
            max_size=25,
        )
    )
    return list({frozenset(r[:2]): r for r in rows if r[0] != r[1]}.values())


def records(drawn: Pairs, nights: list[int]) -> list[Record]:
    """Each pair as so many records, dealt out to nights in turn."""
    out = []
    for a, b, trust, count in drawn:
        for _ in range(count):
            night = nights[len(out) % len(nights)]
            out.append(Record(f"r{len(out)}", (a, b), night, trust))
    return out


def played(rows: list[Record], nights: int, decisions: list[Decision] | None = None) -> list[list]:
    """Bridge, history and refusals after playing the nights one by one."""
    con = warehouse(hub_limit=HUB_LIMIT)
    observe(con, rows)
    for night in range(1, nights + 1):
        known = [d for d in decisions or [] if d.after_load_seq < night]
        play(con, night, known)
    play(con, nights, decisions or [])
    return [bridge(con), history(con), refused(con)]


def groups(rows: list[tuple]) -> set[frozenset[tuple]]:
    frame = pd.DataFrame([(r[:3], r[3]) for r in rows if r[3]], columns=["id", "person"])
    return {frozenset(g) for _, g in frame.groupby("person")["id"]}


nights_of = st.lists(st.integers(1, 4), min_size=1, max_size=6)


@settings(max_examples=12)
@given(pairs(), nights_of, st.randoms(use_true_random=False))
def test_any_split_into_nights_gives_the_people_of_one_full_resolve(
    drawn: Pairs, nights: list[int], random
) -> None:
    whole = played(records(drawn, [1]), 1)
    rows = records(drawn, nights)
    random.shuffle(rows)
    split = played(rows, 4)
    assert groups(split[0]) == groups(whole[0])
    ends = [{frozenset(r[:2]) | {r[2]} for r in answer[2]} for answer in (split, whole)]
    assert ends[0] == ends[1]


@settings(max_examples=12)
@given(pairs(), nights_of, st.randoms(use_true_random=False))
def test_night_by_night_equals_a_rebuild_row_for_row(
    drawn: Pairs, nights: list[int], random
) -> None:
    rows = records(drawn, nights)
    nightly = played(rows, 4)
    random.shuffle(rows)
    con = warehouse(hub_limit=HUB_LIMIT)
    observe(con, rows)
    play(con, 4)
    assert nightly == [bridge(con), history(con), refused(con)]


@settings(max_examples=12)
@given(pairs(), nights_of)
def test_an_identifier_keeps_its_person_unless_history_says_why(
    drawn: Pairs, nights: list[int]
) -> None:
    con = warehouse(hub_limit=HUB_LIMIT)
    observe(con, records(drawn, nights))
    before: dict[tuple, str | None] = {}
    for night in range(1, 5):
        play(con, night)
        now = {row[:3]: row[3] for row in bridge(con)}
        told = {(r[4], r[2]) for r in history(con) if r[1] == night and r[4]}
        moved = {(before[k], now[k]) for k in before if now[k] and before[k] != now[k]}
        assert moved <= told
        assert moved == told
        before = now


@settings(max_examples=12)
@given(pairs())
def test_the_state_and_the_frames_agree(drawn: Pairs) -> None:
    """The same graph solved from frames: two ways in, one answer."""
    rows = played(records(drawn, [1]), 1)[0]
    shared = {f"{r[0]}/{r[1]}:{r[2]}" for r in rows if r[6] is not None}
    seen = {f"{r[0]}/{r[1]}:{r[2]}": 1 for r in rows}
    table = links(*((a, b, {"trust": t, "evidence_count": n}) for a, b, t, n in drawn))
    found = resolve(nodes(seen, shared), table, rules())
    expected = {(r[0], r[1], r[2], r[3]) for r in rows if r[3]}
    assert set(map(tuple, found.members[[*KEY, "person_id"]].values.tolist())) == expected


@settings(max_examples=12)
@given(pairs(), nights_of)
def test_limits_hold_and_every_person_is_named_by_its_founder(
    drawn: Pairs, nights: list[int]
) -> None:
    rows = played(records(drawn, nights), 4)[0]
    frame = pd.DataFrame(
        rows, columns=[*KEY, "person_id", "first_load_seq", "record_count", "shared"]
    )
    members = frame[frame["person_id"].notna()].merge(rules(), on="id_type")
    held = members.groupby(["person_id", "id_type", "scope"]).agg(
        n=("value_key", "size"), limit=("max_per_person", "first")
    )
    assert not (held["n"] > held["limit"]).any()
    for person, part in members.groupby("person_id"):
        oldest = part[part["first_load_seq"] == part["first_load_seq"].min()]
        assert person in {person_id(*k) for k in oldest[KEY].itertuples(index=False)}
    unshared = frame[frame["shared"].isna()].merge(rules()[["id_type", "links"]], on="id_type")
    assert len(members) == int(unshared["links"].sum())


crowds = st.lists(
    st.tuples(st.integers(0, 5), st.lists(names, min_size=1, max_size=5), st.integers(1, 3))
)


@settings(max_examples=40)
@given(crowds)
def test_a_record_counts_once_for_each_of_its_identifiers_however_often_it_shows_them(
    drawn: list[tuple[int, list[str], int]],
) -> None:
    con = warehouse()
    observe(con, (Record(f"r{n}", (*ids, ids[0]), night) for n, ids, night in drawn))
    play(con, 3)
    held: dict[int, set[str]] = {}
    for number, ids, _ in drawn:
        held.setdefault(number, set()).update(ids)
    records_of = {
        key(one): sum(one in ids for ids in held.values()) for ids in held.values() for one in ids
    }
    assert {row[:3]: row[5] for row in bridge(con)} == records_of
    told = con.execute(
        "select count(*) from identity_state.pair group by record order by 1"
    ).fetchall()
    assert [n for (n,) in told] == sorted(max(len(ids) - 1, 1) for ids in held.values())


@st.composite
def decisions(draw: st.DrawFn, drawn: Pairs) -> list[Decision]:
    seen = sorted({n for a, b, *_ in drawn for n in (a, b)})
    found = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        if len(seen) < 2:
            break
        sides = draw(st.lists(st.sampled_from(seen), min_size=2, max_size=4, unique=True))
        cut = draw(st.integers(1, len(sides) - 1))
        kind = draw(st.sampled_from(["merge", "split", "keep_apart"]))
        found.append(decide(kind, sides[:cut], sides[cut:], draw(st.integers(1, 4)), number))
    return sorted(found, key=lambda d: d.after_load_seq)


@settings(max_examples=12)
@given(st.data(), nights_of)
def test_decisions_outrank_evidence_and_survive_a_rebuild(data, nights: list[int]) -> None:
    drawn = data.draw(pairs())
    made = [
        d.model_copy(update={"decision_id": f"d{n:06d}", "batch": f"b{n:05d}"})
        for n, d in enumerate(data.draw(decisions(drawn)), start=1)
    ]
    rows = records(drawn, nights)
    nightly = played(rows, 4, made)
    con = warehouse(hub_limit=HUB_LIMIT)
    observe(con, rows)
    play(con, 4, made)
    assert nightly == [bridge(con), history(con), refused(con)]
    person = {row[:3]: row[3] for row in nightly[0]}
    for kept in standing(made).aparts:
        left, right = ({person.get(i) for i in side} - {None} for side in (kept.left, kept.right))
        assert not left & right


@settings(max_examples=12)
@given(st.data(), nights_of)
def test_any_split_into_nights_gives_the_same_people_under_the_same_decisions(
    data, nights: list[int]
) -> None:
    drawn = data.draw(pairs())
    made = [
        d.model_copy(update={"decision_id": f"d{n:06d}", "batch": f"b{n:05d}", "after_load_seq": 1})
        for n, d in enumerate(data.draw(decisions(drawn)), start=1)
    ]
    con = warehouse(hub_limit=HUB_LIMIT)
    observe(con, records(drawn, nights))
    for night in range(1, 5):
        play(con, night, made)
    whole = warehouse(hub_limit=HUB_LIMIT)
    observe(whole, records(drawn, [1]))
    play(whole, 1, made)
    assert groups(bridge(con)) == groups(bridge(whole))


def test_an_account_that_only_describes_pulls_nobody_out_of_a_person() -> None:
    """A remark number met again on a stranger's record leaves the first person whole."""
    rows = [
        Record("r1", ("unionid/:0", "unionid/x:0"), 1),
        Record("r2", ("unionid/:0", "phone_remark/x:2"), 1),
        Record("r3", ("unionid/:1", "phone_remark/x:2"), 2),
    ]
    first, then = played(rows[:2], 1), played(rows, 2)
    assert [r[:4] for r in then[0] if r[:3] != key("unionid/:1")] == [r[:4] for r in first[0]]
    assert [r for r in then[1] if r[1] == 2 and r[3] != "new"] == []


def test_the_drawing_reads_as_meant() -> None:
    assert key("openid/app:o1") == ("openid", "app", "o1")
