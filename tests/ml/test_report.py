"""The plots of a backtest: whole pictures that name what they show, the same on every run."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from ml.backtest import Backtest
from ml.horizons import Task
from ml.report import plots
from orchestration.learn import _pictures
from siyu.settings import PROJECT_DIR


def tenths(first: float) -> list[dict[str, float]]:
    return [
        {"people": 10.0, "predicted": 90.0, "actual": 80.0, "gain": first, "lift": 3 * first},
        {"people": 30.0, "predicted": -5.0, "actual": 12.0, "gain": 1.02, "lift": -0.1},
    ]


def made() -> Backtest:
    kept = {"blend": tenths(0.7), "baseline: <recency>": tenths(0.4)}
    return Backtest(Task("ltv", "ltv", 90), (), {}, kept)


@pytest.mark.filterwarnings("error")
def test_each_plot_shows_its_points_and_names_what_it_draws() -> None:
    pictures = [ElementTree.fromstring(svg) for svg in plots(made()).values()]
    calibration, *lines = pictures
    words = [" ".join(picture.itertext()) for picture in pictures]
    assert len(list(calibration.iter("{http://www.w3.org/2000/svg}circle"))) == 2
    assert "promised" in words[0] and "observed" in words[0] and "blend" in words[0]
    assert "share of all found" in words[1] and "times the mean" in words[2]
    for picture, said in zip(lines, words[1:], strict=True):
        assert "blend" in said and "<recency>" in said
        drawn = [p.get("d", "") for p in picture.iter("{http://www.w3.org/2000/svg}path")]
        assert len(set(drawn)) == 3, "chance, the rule and the model"


def test_another_process_draws_the_same_bytes() -> None:
    code = "from tests.ml.test_report import made, plots; print(plots(made()))"
    again = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=PROJECT_DIR, capture_output=True, check=True
    )
    assert again.stdout.decode().strip() == str(plots(made()))


def test_dagster_shows_the_plots_of_the_report() -> None:
    shown = re.findall(r"!\[[^]]*\]\(data:image/svg\+xml;base64,([^)]+)\)", _pictures(made()))
    assert [b64decode(one).decode() for one in shown] == list(plots(made()).values())
