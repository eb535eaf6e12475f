"""Backtests as they are kept: the figures beside the models, and the report that shows them."""

from __future__ import annotations

import json
import os
import uuid
from datetime import date

from ml.backtest import Backtest
from ml.report import render_report
from siyu.settings import Settings

FILE_NAME = "backtest.json"


def write_backtests(
    settings: Settings, as_of: date, tests: list[Backtest], untested: dict[str, str]
) -> None:
    """Keeps figures and report, each written aside and renamed. `untested` gives the
    reason of every model that has no window.
    """
    kept = {
        "as_of": as_of.isoformat(),
        "untested": untested,
        "models": {
            t.task.name: {
                "rows": t.rows, "means": t.means, "tenths": t.tenths, "lost": t.lost(),
            }
            for t in tests
        },
    }  # fmt: skip
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    report = settings.data_dir / "report" / "models.html"
    for path, content in (
        (settings.models_dir / FILE_NAME, text + "\n"),
        (report, render_report(as_of, tests, untested)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        aside.write_text(content, encoding="utf-8")
        os.replace(aside, path)
