"""Records without a common number are recognised from keyed tokens alone: a sample of FEBRL 1."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from bench.linkage.keyed import FEBRL_TEACHING, FEBRL_TRAITS, keyed_links, tokenise
from bench.linkage.measure import measure
from bench.linkage.people import load_people
from bench.linkage.public import rule_links
from siyu.privacy.pseudonym import Tokeniser

TOKENS = Tokeniser(b"key of the test")
RULE = (("soc_sec_id",), ("given_name", "surname", "date_of_birth"))


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """The first 200 persons of FEBRL 1: two records each, the second with slips of the pen."""
    rows = load_people("febrl_1")
    return rows[rows["truth_person"].astype(int) < 200].reset_index(drop=True)


def test_keyed_tokens_find_more_of_the_same_people_than_equal_values_do(
    people: pd.DataFrame,
) -> None:
    logging.getLogger("splink").setLevel(logging.ERROR)
    ours = measure(people, keyed_links(people, FEBRL_TRAITS, FEBRL_TEACHING, TOKENS), 0.5)
    rule = measure(people, rule_links(people, RULE), 0.5)
    assert ours.precision >= 0.99 and ours.recall >= 0.99
    assert ours.f1 > rule.f1


def test_no_readable_value_stands_among_the_tokens(people: pd.DataFrame) -> None:
    tokens = tokenise(people, FEBRL_TRAITS, TOKENS).drop(columns="record")
    seen = {
        t
        for c in tokens
        for cell in tokens[c].dropna()
        for t in ([cell] if c.endswith("_key") else cell)
    }
    assert seen and all(len(t) == 16 and set(t) <= set("0123456789abcdef") for t in seen)
    readable = {str(v).replace(" ", "") for c in people for v in people[c].dropna()}
    assert not seen & readable


def test_another_key_gives_other_tokens_and_the_same_people(people: pd.DataFrame) -> None:
    mine, other = (tokenise(people, FEBRL_TRAITS, Tokeniser(k)) for k in (b"one", b"two"))
    assert not set(mine["surname_key"].dropna()) & set(other["surname_key"].dropna())
    mine_groups = mine.groupby("surname_key", sort=False)["record"].apply(tuple)
    assert (
        mine_groups.tolist()
        == other.groupby("surname_key", sort=False)["record"].apply(tuple).tolist()
    )


def test_pairs_and_people_are_counted_by_hand() -> None:
    rows = pd.DataFrame({"record": list("abcd"), "truth_person": ["x", "x", "x", "y"]})
    links = pd.DataFrame(
        {"a": ["a", "b", "c"], "b": ["b", "c", "d"], "probability": [0.9, 0.6, 0.4]}
    )
    found = measure(rows, links, 0.5)
    assert (found.precision, found.recall) == (1.0, pytest.approx(2 / 3))
    assert (found.people.pair_precision, found.people.recall_all) == (1.0, 1.0)
    mixed = measure(rows, links, 0.1)
    assert mixed.precision == pytest.approx(2 / 3) and mixed.people.pair_precision == 0.5
