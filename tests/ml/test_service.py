"""Training, the registry and the scores, on real orders."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from ml.registry import (
    champion_version,
    champions,
    journal,
    load,
    promote,
    read_metrics,
    rollback,
)
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
    train_all(scratch, as_of, every_window=False)
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
    night = as_of + timedelta(days=1)
    before = _table(scratch, "churn")
    with connect(scratch) as con:
        con.execute("update features.person_features set recency_days = tenure_days, "
                    "orders_30d = 0, orders_90d = 0, frequency = 1, purchase_days = 1")  # fmt: skip
    for _ in range(2):  # the same night again says the same
        result = score_all(scratch, night)
        assert "last good scores are kept" in result.scores[0].verdict
        assert _table(scratch, "churn") == before
        told = _night(scratch, "churn", night)
        assert told[:2] == (as_of, "kept") and "drift" in told[2]


def _night(settings: Settings, name: str, night: date) -> tuple:
    with connect(settings, read_only=True) as con:
        return con.execute(
            "select scored_on, status, verdict, people_without_order, worst_feature,"
            " worst_feature_psi, moved_two_share from ml.score_night"
            " where question = ? and as_of_on = ?",
            [name, night],
        ).fetchall()[0]


def test_a_model_grown_old_keeps_the_last_good_scores(scratch: Settings, as_of: date) -> None:
    before = _table(scratch, "ltv")
    result = score_all(scratch, as_of + timedelta(days=46))
    assert "46 days old, allowed 45" in result.scores[1].verdict
    assert _table(scratch, "ltv") == before


def test_a_night_tells_drift_of_features_and_how_steady_people_are(
    scratch: Settings, as_of: date
) -> None:
    with connect(scratch) as con:
        con.execute("update features.person_features set weekend_share = 1 - weekend_share")
    night = as_of + timedelta(days=1)
    assert score_all(scratch, night).scores[0].verdict == "scored"
    once = _table(scratch, "churn")
    score_all(scratch, night)
    assert _table(scratch, "churn") == once
    _, status, _, without_order, worst, psi, moved = _night(scratch, "churn", night)
    assert (status, worst) == ("scored", "weekend_share") and psi > 0.25
    assert without_order > 0 and 0 <= moved < 0.2
    with connect(scratch, read_only=True) as con:
        known = con.execute(
            "select count(*) filter (where previous_decile is null) from ml.churn_score"
        ).fetchall()
    assert known == [(0,)]


def test_every_horizon_is_scored_and_none_contradicts_a_longer_one(trained: Settings) -> None:
    with connect(trained, read_only=True) as con:
        wrong, same, far, spans = con.execute(
            "select (select count(*) from ml.churn_score"
            "  where not (churn_30d >= churn_60d and churn_60d >= churn_90d)),"
            " (select count(*) from ml.churn_score where churn_60d <> churn_probability),"
            " (select count(*) from ml.ltv_score where ltv_180d_cny is not null"
            "  or ltv_365d_cny is not null),"
            " (select count(*) from ml.ltv_score where not (0 <= ltv_p10_cny"
            "  and ltv_p10_cny <= ltv_p50_cny and ltv_p50_cny <= ltv_p90_cny))"
        ).fetchall()[0]
    assert (wrong, same, spans) == (0, 0, 0)
    assert far == 0, "forty weeks cannot hold out half a year, so nothing may be guessed"


def test_a_horizon_longer_than_the_history_says_so(trained: Settings) -> None:
    assert champion_version(trained, "ltv_180d") is None
    kept = json.loads((trained.models_dir / "backtest.json").read_text())
    assert set(kept["models"]) == {"churn", "churn_30d", "churn_90d", "ltv"}
    assert set(kept["untested"]) == {"ltv_180d", "ltv_365d"}
    assert all("too little history" in why for why in kept["untested"].values())
    page = (trained.data_dir / "report" / "models.html").read_text(encoding="utf-8")
    assert "too little history to hold out a window of 365 days" in page


def test_each_tail_of_the_interval_holds_about_as_many_people_as_it_promises(
    trained: Settings,
) -> None:
    kept = json.loads((trained.models_dir / "backtest.json").read_text())["models"]["ltv"]
    windows = [row for row in kept["rows"] if row["contender"] == "blend"]
    assert len(windows) >= 2
    for row in windows:
        print(row["cutoff"], row["below_p10"], row["above_p90"], row["within_p10_p90"])
        assert row["below_p10"] <= 0.10 and 0.07 <= row["above_p90"] <= 0.13
        assert abs(row["within_p10_p90"] - row["due_within"]) < 0.03
    version = champion_version(trained, "ltv")
    assert version is not None
    assert 0.07 <= read_metrics(trained, "ltv", version)["headline"]["above_p90"] <= 0.13
    page = (trained.data_dir / "report" / "models.html").read_text(encoding="utf-8")
    card = (trained.models_dir / "ltv" / version / "card.md").read_text(encoding="utf-8")
    assert "above p90" in page and "above_p90" in card
    assert all("p10 is 0" in text for text in (page, card))


def test_the_model_is_above_every_plain_rule_on_every_window(trained: Settings) -> None:
    kept = json.loads((trained.models_dir / "backtest.json").read_text())["models"]
    for name, test in kept.items():
        print(name, test["means"])
        best = max(v for k, v in test["means"].items() if k.startswith("baseline: "))
        assert test["lost"] == []
        assert best < test["means"]["blend"] < 0.85, name
    page = (trained.data_dir / "report" / "models.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3 * len(kept) and "2011-07-11" in page


def test_promotion_and_rollback_are_written_down_with_their_reasons(
    scratch: Settings, as_of: date
) -> None:
    first = champion_version(scratch, "churn")
    assert first is not None
    other = scratch.models_dir / "churn" / "2011-09-10-other"
    shutil.copytree(scratch.models_dir / "churn" / first, other)
    promote(scratch, "churn", other.name, "2011-09-10", "by hand: a trial")
    assert champion_version(scratch, "churn") == other.name
    assert rollback(scratch, "churn", "2011-09-11", "complaints") == first
    assert champion_version(scratch, "churn") == first
    told = journal(scratch, "churn")
    assert [entry["version"] for entry in told] == [first, other.name, first]
    assert told[0]["reason"].startswith("accepted") and told[0]["before"] is None
    assert told[2]["reason"] == "rollback: complaints"
    with pytest.raises(PermanentFailure, match="missing"):
        promote(scratch, "churn", "2011-01-01-none", "2011-09-11", "a slip")
    assert champion_version(scratch, "churn") == first


def test_the_card_speaks_both_languages_and_says_what_newcomers_get(trained: Settings) -> None:
    for name in NAMES:
        version = champion_version(trained, name)
        card = (trained.models_dir / name / str(version) / "card.md").read_text(encoding="utf-8")
        for words in (
            "People without a paid order get no score",
            "没有付款订单的人没有分数",
            "Rule:",
        ):
            assert words in card


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
    assert {(m.version, len(m.headline)) for m in result.models} == {("none", 0)}
    assert all("too little history" in m.decision for m in result.models)
    assert champions(settings) == []
