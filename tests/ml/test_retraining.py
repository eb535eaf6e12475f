"""What training does when the bar is not cleared, and when somebody already serves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from ml.registry import champion_version, champions
from ml.score import score_all
from ml.train import train_all, train_missing
from siyu.settings import Settings
from tests.ml.warehouse import ROOT, copy_of


def test_under_a_leak_alarm_the_best_plain_rule_serves(
    built: Settings, tmp_path: Path, as_of: date
) -> None:
    text = (ROOT / "config" / "models.yml").read_text(encoding="utf-8")
    config = tmp_path / "config"
    config.mkdir()
    (config / "models.yml").write_text(
        text.replace("max_auc: 0.85", "max_auc: 0.60"), encoding="utf-8"
    )
    settings = Settings(data_dir=copy_of(built, tmp_path / "data").data_dir, config_dir=config)
    result = train_all(settings, as_of, every_window=False)
    card = champions(settings)[0]
    assert "leak alarm" in result.models[0].decision
    assert card.champion == f"baseline: {card.baseline}"
    assert card.value == card.baseline_value
    assert score_all(settings, as_of).scores[0].rows > 1000


def test_a_challenger_meets_the_present_champion_on_the_same_window(
    scratch: Settings, tmp_path: Path, as_of: date
) -> None:
    present = champion_version(scratch, "churn")
    config = tmp_path / "config"
    config.mkdir()
    text = (ROOT / "config" / "models.yml").read_text(encoding="utf-8")
    (config / "models.yml").write_text(
        text.replace("seed: siyu-models", "seed: another"), encoding="utf-8"
    )
    settings = Settings(data_dir=scratch.data_dir, config_dir=config)
    decision = train_all(settings, as_of, every_window=False).models[0].decision
    assert "present one" in decision
    assert champion_version(settings, "churn") != present or decision.startswith("kept")


def test_a_first_training_killed_between_the_models_is_finished_by_the_next_run(
    trained: Settings, tmp_path: Path, as_of: date
) -> None:
    killed = copy_of(trained, tmp_path / "killed")
    (killed.models_dir / "ltv" / "champion.json").unlink()
    trained_now = {m.name: m.version for m in train_missing(killed, as_of).models}
    assert "churn" not in trained_now and trained_now["ltv_365d"] == "none"
    assert champion_version(killed, "ltv") == champion_version(trained, "ltv")
    assert train_missing(killed, as_of).models == ()


def test_a_model_stored_by_an_older_method_is_trained_anew(scratch: Settings, as_of: date) -> None:
    version = champion_version(scratch, "churn")
    shelf = scratch.models_dir / "churn"
    old = (shelf / str(version)).rename(shelf / "2011-01-01-old")
    kept = json.loads((old / "metrics.json").read_text(encoding="utf-8"))
    (old / "metrics.json").write_text(json.dumps({**kept, "method": 2}), encoding="utf-8")
    (shelf / "champion.json").write_text('{"version": "2011-01-01-old"}', encoding="utf-8")
    assert champion_version(scratch, "churn") is None
    assert "churn" in {model.name for model in train_missing(scratch, as_of).models}
    assert champion_version(scratch, "churn") == version
