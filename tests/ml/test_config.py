"""config/models.yml: faults name the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.config import load_models_config
from siyu.errors import ConfigError
from tests.ml.warehouse import ROOT

TEXT = (ROOT / "config" / "models.yml").read_text(encoding="utf-8")


def test_reads_the_file_in_the_repository() -> None:
    config = load_models_config(ROOT / "config")
    assert (config.churn.horizon_days, config.ltv.horizon_days) == (60, 90)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("max_ece:", "max_ecee:", "churn.max_ecee"),
        ("psi_limit:", "psi_limt:", "psi_limt"),
        ("horizon_days: 60", "horizon_days: soon", "churn.horizon_days"),
        ("total_ratio_max: 2.0", "total_ratio_max: -1", "ltv.total_ratio_max"),
    ],
)
def test_names_the_file_and_the_key(tmp_path: Path, before: str, after: str, said: str) -> None:
    (tmp_path / "models.yml").write_text(TEXT.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"models\.yml") as caught:
        load_models_config(tmp_path)
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "- 1\n", "churn: [1\n"])
def test_refuses_what_is_no_mapping(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"models\.yml"):
        load_models_config(tmp_path)
