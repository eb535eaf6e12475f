"""The measures, on cases small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from siyu.identity.judged.evaluate import Evaluation, evaluate
from siyu.identity.judged.truth import load_truth


def measure(
    found: dict[str, str | None], truth: list[tuple[str, str]], evidence: list[tuple[str, str, str]]
) -> Evaluation:
    """`found`: account -> person; `truth`: (person, account); `evidence`: (person, a, b)."""
    bridge = pd.DataFrame([("phone", "", a, p) for a, p in found.items()])
    accounts = pd.DataFrame([(p, "phone", "", a) for p, a in truth])
    links = pd.DataFrame([(p, "phone", "", a, "phone", "", b) for p, a, b in evidence])
    bridge.columns = ["id_type", "scope", "value_key", "person_id"]
    accounts.columns = ["truth_person", "id_type", "scope", "value_key"]
    links.columns = [
        "truth_person",
        *(f"{side}_{part}" for side in "ab" for part in ("type", "scope", "key")),
    ]
    return evaluate(bridge, accounts, links)


def test_a_torn_person_costs_recall_and_a_mixed_one_costs_precision() -> None:
    result = measure(
        {"a": "p1", "b": "p1", "c": "p1", "d": "p2"},
        [("x", "a"), ("x", "b"), ("x", "d"), ("y", "c")],
        [("x", "a", "b")],
    )
    assert result.pair_precision == pytest.approx(1 / 3)
    assert result.recall_linkable == 1.0
    assert result.recall_all == pytest.approx(1 / 3)
    assert result.largest is not None
    assert (result.largest.identifier_count, result.largest.true_person_count) == (3, 2)


def test_a_shared_account_is_right_with_each_of_its_people() -> None:
    result = measure(
        {"home": "p1", "a": "p1", "b": "p2"},
        [("x", "home"), ("y", "home"), ("x", "a"), ("y", "b")],
        [("x", "home", "a"), ("y", "home", "b")],
    )
    assert result.pair_precision == 1.0
    assert result.recall_linkable == 0.5
    assert result.account_count == 3


def test_an_identifier_without_a_person_is_not_counted() -> None:
    result = measure({"a": "p1", "hub": None}, [("x", "a"), ("x", "hub")], [("x", "a", "hub")])
    assert result.account_count == 1 and result.pair_precision == 1.0


def test_truth_is_read_as_tokens_and_values_that_name_nobody_are_left_out(tmp_path: Path) -> None:
    pd.DataFrame(
        [("x", "phone", "", "one"), ("x", "phone", "", "blocked")],
        columns=["truth_person", "id_type", "scope", "value"],
    ).to_parquet(tmp_path / "accounts.parquet")
    pd.DataFrame(
        [("x", "phone", "", "one", "phone", "", "blocked")],
        columns=["truth_person", *(f"{s}_{p}" for s in "ab" for p in ("type", "scope", "value"))],
    ).to_parquet(tmp_path / "evidence.parquet")
    accounts, evidence = load_truth(
        tmp_path, lambda kind, value: None if value == "blocked" else f"{kind}-{value}"
    )
    assert accounts["value_key"].tolist() == ["phone-one"]
    assert evidence is not None and evidence.empty
    assert "value" not in accounts
