"""Households: who lives together is told from what they share, and nobody is merged by it."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.identity.judged.evaluate_household import evaluate_households
from siyu.identity.likeness.household import MOST_PEOPLE, form_households


def homes(*shared: tuple[str, str, str], known: str = "abcdefghijkl") -> dict[str, set[str]]:
    """household -> people, from (rule, thing, people); people are known in the order of `known`."""
    rows = [(rule, thing, f"p{one}") for rule, thing, people in shared for one in people]
    first = pd.DataFrame([(f"p{one}", step) for step, one in enumerate(known)])
    first.columns = ["person_id", "first_step"]
    found = form_households(pd.DataFrame(rows, columns=["rule", "thing", "person_id"]), first)
    return {h: {p[1:] for p in g["person_id"]} for h, g in found.groupby("household_id")}


def test_people_who_share_a_phone_or_a_home_are_one_household() -> None:
    assert homes(("shared_phone", "1", "ab"), ("same_address_and_family_name", "x", "bc")) == {
        "ha": {"a", "b", "c"}
    }


def test_an_address_of_more_people_than_a_home_holds_forms_none() -> None:
    crowd = "abcdefg"
    assert len(crowd) == MOST_PEOPLE + 1
    assert homes(("same_address_and_family_name", "dormitory", crowd)) == {}
    assert len(homes(("same_address_and_family_name", "house", crowd[:-1]))) == 1


def test_pairs_that_chain_into_a_crowd_form_none_and_one_alone_is_no_household() -> None:
    chain = [
        ("shared_phone", str(n), a + b)
        for n, (a, b) in enumerate(zip("abcdef", "bcdefg", strict=True))
    ]
    assert homes(*chain) == {}
    assert homes(("shared_phone", "1", "a")) == {}
    assert homes() == {}


def test_a_household_keeps_its_id_when_another_joins() -> None:
    before = homes(("shared_phone", "1", "cb"), known="cbz")
    after = homes(("shared_phone", "1", "cb"), ("shared_device", "2", "ba"), known="cba")
    assert set(before) == set(after) == {"hc"} and after["hc"] == {"a", "b", "c"}


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("123456"), st.sampled_from("abcdefghijkl"))), st.randoms()
)
def test_rows_in_any_order_give_the_same_households(rows: list, shuffle) -> None:
    shared = [("shared_phone", thing, one) for thing, one in rows]
    mixed = list(shared)
    shuffle.shuffle(mixed)
    found = homes(*shared)
    assert homes(*mixed) == found
    assert all(2 <= len(people) <= MOST_PEOPLE for people in found.values())
    assert sum(map(len, found.values())) == len(set().union(*found.values()))


def test_households_are_counted_as_pairs_of_true_people() -> None:
    key = {"id_type": "phone", "scope": ""}
    bridge = pd.DataFrame([{**key, "value_key": a, "person_id": f"p{a}"} for a in "abcd"])
    owners = {"a": "X", "b": "Y", "c": "X", "d": "Z"}
    accounts = pd.DataFrame([{**key, "value_key": a, "truth_person": t} for a, t in owners.items()])
    found = pd.DataFrame([("h1", "pa"), ("h1", "pb"), ("h1", "pc"), ("h2", "pd")])
    found.columns = ["household_id", "person_id"]
    truth = pd.DataFrame([(1, "X"), (1, "Y"), (2, "Z"), (2, "unseen")])
    truth.columns = ["household", "truth_person"]
    quality = evaluate_households(found, bridge, accounts, truth)
    assert (quality.found_pairs, quality.true_pairs, quality.right_pairs) == (1, 1, 1)
    assert quality.same_person_pairs == 1
