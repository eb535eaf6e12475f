"""What holds for every graph: row order and the split into nights never change who is who."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.identity.edges import KEY
from siyu.identity.history import fold
from siyu.identity.resolve import person_id, resolve
from tests.identity.graphs import TYPES, links, nodes, rules

Drawing = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
names = st.builds(
    lambda t, scope, n: f"{t}/{scope}:{n}",
    st.sampled_from([*TYPES]),
    st.sampled_from(["", "x"]),
    st.integers(0, 3),
)
evidence = st.fixed_dictionaries(
    {
        "trust": st.sampled_from(["high", "medium", "low"]),
        "evidence_count": st.integers(1, 3),
        "first_load_seq": st.integers(1, 4),
    }
)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    rows = draw(st.lists(st.tuples(names, names, evidence), max_size=30))
    pairs = {frozenset((a, b)): (a, b, e) for a, b, e in rows if a != b}
    seen = {n: draw(st.integers(1, 4)) for n in sorted({n for p in pairs for n in p})}
    seen |= draw(st.dictionaries(names, st.integers(1, 4), max_size=3))
    shared = {n: draw(st.integers(q, 5)) for n, q in seen.items() if draw(st.integers(0, 9)) == 0}
    return nodes(seen, shared), links(*pairs.values()), rules()


def answer(found: object) -> tuple[list[list[object]], list[list[object]]]:
    members = found.members[[*KEY, "person_id"]].values.tolist()
    refused = found.refused.drop(columns=["a_id", "b_id", "decided_load_seq"], errors="ignore")
    return sorted(members), sorted(refused.values.tolist())


@settings(max_examples=60, deadline=None)
@given(drawings(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_rows(drawing: Drawing, random) -> None:
    ids, table, types = drawing
    seeds = [random.randrange(1 << 30) for _ in range(3)]
    shuffled = [f.sample(frac=1, random_state=s) for f, s in zip(drawing, seeds, strict=True)]
    flipped = shuffled[1].rename(
        columns=lambda c: {"a": "b", "b": "a"}.get(c[0], c[0]) + c[1:] if c[1:2] == "_" else c
    )
    assert answer(resolve(ids, table, types)) == answer(resolve(*shuffled))
    assert answer(resolve(ids, table, types)) == answer(resolve(shuffled[0], flipped, shuffled[2]))


@settings(max_examples=100, deadline=None)
@given(drawings())
def test_folding_the_nights_equals_one_resolve(drawing: Drawing) -> None:
    assert answer(fold(*drawing)) == answer(resolve(*drawing))


@settings(max_examples=40, deadline=None)
@given(drawings())
def test_limits_hold_and_every_person_is_named_by_its_founder(drawing: Drawing) -> None:
    ids, _, types = drawing
    members = resolve(*drawing).members.merge(ids, on=KEY).merge(types, on="id_type")
    held = members.groupby(["person_id", "id_type", "scope"]).agg(
        n=("value_key", "size"), limit=("max_per_person", "first")
    )
    assert not (held["n"] > held["limit"]).any()
    founders = members.sort_values(["first_load_seq", *KEY]).drop_duplicates("person_id")
    for row in founders.to_dict("records"):
        assert row["person_id"] == person_id(row["id_type"], row["scope"], row["value_key"])
    expected = ids[~ids["is_shared"]].merge(types[types["links"]], on="id_type")
    assert len(members) == len(expected)


@settings(max_examples=60, deadline=None)
@given(drawings())
def test_the_history_replayed_gives_the_people_of_each_night(drawing: Drawing) -> None:
    """Applying new, merge and split to a set of ids, night by night, ends at tonight's people."""
    folded = fold(*drawing)
    history = folded.history
    born = set(history.loc[history["change"] != "merge", "person_id"])
    assert set(folded.members["person_id"]) <= born
    ended = history.loc[history["change"] == "merge"].groupby("other_person_id")["load_seq"].max()
    reborn = history[history["change"] != "merge"].groupby("person_id")["load_seq"].max()
    for person in set(folded.members["person_id"]) & set(ended.index):
        assert reborn[person] >= ended[person]


@settings(max_examples=60, deadline=None)
@given(drawings(), st.integers(1, 4))
def test_an_earlier_night_is_the_history_up_to_it(drawing: Drawing, night: int) -> None:
    ids, table, types = drawing
    known = ids[ids["first_load_seq"] <= night].copy()
    later = known["shared_load_seq"] > night
    known.loc[later.fillna(False), "shared_load_seq"] = pd.NA
    keys = set(map(tuple, known[KEY].values.tolist()))
    inside = [
        r["first_load_seq"] <= night
        and (r["a_type"], r["a_scope"], r["a_key"]) in keys
        and (r["b_type"], r["b_scope"], r["b_key"]) in keys
        for r in table.to_dict("records")
    ]
    before = fold(known, table[pd.Series(inside, index=table.index, dtype=bool)], types).history
    whole = fold(*drawing).history
    then = whole[whole["load_seq"] <= night].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, then, check_dtype=False)
