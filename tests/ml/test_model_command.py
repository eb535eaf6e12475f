"""`siyu model`: what serves, why, and how an operator changes it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from ml.registry import champion_version
from siyu.errors import ConfigError
from siyu.settings import Settings


@pytest.fixture
def siyu(scratch: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SIYU_DATA", str(scratch.data_dir))
    monkeypatch.setenv("SIYU_CONFIG", str(scratch.config_dir))
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["model", *words])


def test_the_list_names_every_horizon_and_says_which_has_too_little_history(siyu) -> None:
    rows = {row["model"]: row for row in json.loads(siyu("list", "--json").stdout)}
    assert set(rows) == {"churn", "churn_30d", "churn_90d", "ltv", "ltv_180d", "ltv_365d"}
    assert rows["ltv_365d"]["version"].startswith("none: too little history")
    assert rows["churn"]["held_out"] > rows["churn"]["baseline_value"]


def test_a_version_is_shown_with_its_card_and_journal(siyu) -> None:
    shown = json.loads(siyu("show", "churn", "--json").stdout)
    assert shown["metrics"]["champion"] == "blend"
    assert shown["journal"][0]["reason"].startswith("accepted")
    assert "模型卡" in siyu("show", "churn").stdout


def test_promote_and_rollback_name_what_is_wrong(siyu, scratch: Settings) -> None:
    version = champion_version(scratch, "ltv")
    wrong = siyu("promote", "ltv", "2000-01-01-none", "--reason", "a slip")
    assert isinstance(wrong.exception, ConfigError) and str(version) in str(wrong.exception)
    unknown = siyu("show", "chrun")
    assert isinstance(unknown.exception, ConfigError) and "models are: churn" in str(
        unknown.exception
    )
    assert siyu("rollback", "ltv", "--reason", "nothing before").exit_code != 0
    assert champion_version(scratch, "ltv") == version
