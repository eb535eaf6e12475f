"""Training, the registry and the scores, on real orders."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ml.registry import champion_version, champions, load, read_metrics
from ml.score import score_all
from ml.train import train_all
from siyu.errors import PermanentFailure
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.ml.warehouse import copy_of

NAMES = ("churn", "ltv")


def _table(settings: Settings, name: str) -> list[tuple]:
    with connect(settings, read_only=True) as con:
        return con.execute(f"select * from ml.{name}_score").fetchall()


def test_training_twice_gives_the_same_versions_files_and_scores(
    built: Settings, trained: Settings, tmp_path: Path, as_of: date
) -> None:
    again = copy_of(built, tmp_path / "again")
    train_all(again, as_of)
    score_all(again, as_of)
    for name in NAMES:
        version = champion_version(trained, name)
        assert version is not None and version.startswith(as_of.isoformat())
        assert champion_version(again, name) == version
        assert read_metrics(again, name, version) == read_metrics(trained, name, version)
        assert _table(again, name) == _table(trained, name)


def test_training_again_on_the_same_day_changes_nothing(scratch: Settings, as_of: date) -> None:
    before = {p: p.read_bytes() for p in scratch.models_dir.rglob("*") if p.is_file()}
    train_all(scratch, as_of)
    assert before == {p: p.read_bytes() for p in scratch.models_dir.rglob("*") if p.is_file()}


def test_champions_are_no_worse_than_the_best_plain_rule(trained: Settings) -> None:
    found = champions(trained)
    assert [card.name for card in found] == list(NAMES)
    for card in found:
        print(card)
        assert card.value >= card.baseline_value - 0.005
        assert 0.4 < card.value < 0.85


def test_scores_cover_every_buyer(trained: Settings, as_of: date) -> None:
    with connect(trained, read_only=True) as con:
        buyers = con.execute("select count(*) from features.person_features").fetchall()[0][0]
        for name, value in (("churn", "churn_probability"), ("ltv", "ltv_cny")):
            rows, people, low, high, deciles, days, empty = con.execute(
                f"select count(*), count(distinct person_id), min({value}), max({value}), "
                f"count(distinct {name}_decile), count(*) filter (where as_of_on = ?), "
                f"count(*) filter (where reason_3 is null) from ml.{name}_score",
                [as_of],
            ).fetchall()[0]
            assert rows == people == buyers == days
            assert (deciles, empty) == (10, 0)
            assert low >= 0 and (name == "ltv" or high <= 1)


def test_the_top_decile_holds_the_highest_scores(trained: Settings) -> None:
    with connect(trained, read_only=True) as con:
        top, rest = con.execute(
            "select min(churn_probability) filter (where churn_decile = 10), "
            "max(churn_probability) filter (where churn_decile < 10) from ml.churn_score"
        ).fetchall()[0]
    assert top >= rest


def test_a_changed_model_file_is_never_opened(scratch: Settings, as_of: date) -> None:
    version = champion_version(scratch, "churn")
    assert version is not None
    path = scratch.models_dir / "churn" / version / "model.joblib"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(PermanentFailure, match="not the file that was recorded"):
        load(scratch, "churn", version)
    with pytest.raises(PermanentFailure):
        score_all(scratch, as_of)


def test_drift_keeps_the_last_good_scores(scratch: Settings, as_of: date) -> None:
    before = _table(scratch, "churn")
    with connect(scratch) as con:
        con.execute("update features.person_features set recency_days = tenure_days, "
                    "orders_30d = 0, orders_90d = 0, frequency = 1, purchase_days = 1")  # fmt: skip
    result = score_all(scratch, as_of)
    assert "last good scores are kept" in result.scores[0].verdict
    assert _table(scratch, "churn") == before


def test_without_a_model_the_tables_are_there_and_empty(
    built: Settings, tmp_path: Path, as_of: date
) -> None:
    settings = copy_of(built, tmp_path / "new")
    result = score_all(settings, as_of)
    assert [(s.rows, s.version) for s in result.scores] == [(0, None), (0, None)]
    assert _table(settings, "churn") == _table(settings, "ltv") == []


def test_a_brand_without_history_trains_nothing(
    built: Settings, tmp_path: Path, as_of: date
) -> None:
    settings = copy_of(built, tmp_path / "young")
    with connect(settings) as con:
        con.execute("delete from features.person_features_history")
    result = train_all(settings, as_of)
    assert [(m.version, m.headline) for m in result.models] == [("none", {}), ("none", {})]
    assert champions(settings) == []
