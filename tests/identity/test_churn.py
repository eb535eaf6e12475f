"""Id churn: which changes of person history explains, on nights small enough to count by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from siyu.errors import ConfigError
from siyu.identity.judged.churn import Churn, measure_churn
from siyu.identity.judged.quality import NightChurn, keep_churn, kept_churn
from siyu.identity.judged.truth import has_truth, load_truth
from siyu.settings import Settings

Night = tuple[dict[str, str | None], list[tuple[str, str, str | None, int]]]


def churn(before: Night, after: Night, shared: tuple[str, ...] = ()) -> Churn:
    """Each night: phone -> person, and history rows (person, change, other person, step)."""
    with duckdb.connect() as con:
        for schema, (bridge, history) in (("previous", before), ("identity", after)):
            con.execute(f"create schema {schema}")
            con.execute(
                f"create table {schema}.bridge_identity (id_type varchar, scope varchar,"
                " value_key varchar, person_id varchar, is_shared boolean)"
            )
            for phone, person in bridge.items():
                con.execute(
                    f"insert into {schema}.bridge_identity values ('phone', '', ?, ?, ?)",
                    [phone, person, phone in shared],
                )
            con.execute(
                f"create table {schema}.person_history (person_id varchar, change varchar,"
                " other_person_id varchar, step_no integer)"
            )
            for row in history:
                con.execute(f"insert into {schema}.person_history values (?, ?, ?, ?)", list(row))
        return measure_churn(con, "previous")


def test_nothing_changed_is_no_churn_and_what_is_new_is_not_counted() -> None:
    found = churn(({"a": "p1"}, []), ({"a": "p1", "b": "p2"}, [("p2", "new", None, 2)]))
    assert found == Churn(1, 0, 0) and found.unexplained_share == 0.0


def test_a_merge_in_history_explains_a_change_even_over_two_steps() -> None:
    steps = [("p2", "merge", "p1", 2), ("p3", "merge", "p2", 3)]
    found = churn(({"a": "p1", "b": "p3"}, []), ({"a": "p3", "b": "p3"}, steps))
    assert (found.changed_count, found.explained_count) == (1, 1)
    assert found.explained_share == 0.5


def test_a_change_without_history_is_unexplained_and_so_is_one_told_before() -> None:
    old = [("p2", "merge", "p1", 1)]
    assert churn(({"a": "p1"}, []), ({"a": "p2"}, [])).unexplained_count == 1
    assert churn(({"a": "p1"}, old), ({"a": "p2"}, old)).unexplained_count == 1


def test_an_identifier_that_became_shared_is_explained_and_one_that_vanished_is_not() -> None:
    assert churn(({"a": "p1"}, []), ({"a": None}, []), ("a",)) == Churn(1, 1, 1)
    assert churn(({"a": "p1"}, []), ({}, [])) == Churn(1, 1, 0)


def test_the_churn_of_a_night_is_kept_for_the_command(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path)
    assert kept_churn(settings) is None
    night = NightChurn(date(2026, 3, 2), date(2026, 3, 1), Churn(4, 2, 1))
    keep_churn(settings, night)
    assert kept_churn(settings) == night


def test_a_brand_brings_its_truth_as_csv_and_a_missing_column_is_named(tmp_path: Path) -> None:
    assert not has_truth(tmp_path)
    with pytest.raises(ConfigError, match=r"put accounts\.csv or accounts\.parquet there"):
        load_truth(tmp_path, lambda _, value: value)
    path = tmp_path / "accounts.csv"
    path.write_text("truth_person,id_type,scope,value\nx,phone,,01\n", encoding="utf-8")
    accounts, evidence = load_truth(tmp_path, lambda _, value: value)
    assert accounts.to_dict("records") == [
        {"truth_person": "x", "id_type": "phone", "scope": "", "value_key": "01"}
    ]
    assert evidence is None
    pd.DataFrame({"truth_person": ["x"], "value": ["1"]}).to_csv(path, index=False)
    with pytest.raises(ConfigError, match="missing column id_type, scope"):
        load_truth(tmp_path, lambda _, value: value)
