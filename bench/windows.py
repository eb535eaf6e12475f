"""Every model beside every plain rule on rolling windows of the real orders.

    python -m bench.windows [--until YYYY-MM-DD]

The Online Retail orders that the demo is built from, up to a day; features by the project's own SQL.
One table per model, the blend's calibration and totals beside it. The last line is one JSON object:
name, ratios (the blend's metric over the best plain rule's: worst window and mean), limits, ok, machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.verdict import report
from ml.backtest import Backtest
from ml.train import train_all
from ml.window import CHALLENGER
from siyu.settings import Settings
from tests.ml.warehouse import ROOT, build_warehouse

UNTIL = date(2011, 9, 9)


def ratios(test: Backtest) -> tuple[float, float]:
    """The blend's metric over the best plain rule's: on the worst window, and of the means."""
    worst = []
    for cutoff in dict.fromkeys(row["cutoff"] for row in test.rows):
        here = {r["contender"]: r["metric"] for r in test.rows if r["cutoff"] == cutoff}
        worst.append(here[CHALLENGER] / best(here))
    return min(worst), test.means[CHALLENGER] / best(test.means)


def best(metrics: dict[str, float]) -> float:
    return max(value for name, value in metrics.items() if name.startswith("baseline: "))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", type=date.fromisoformat, default=UNTIL)
    until = parser.parse_args().until
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), config_dir=ROOT / "config")
        build_warehouse(settings.warehouse_path, until)
        start = time.perf_counter()
        result = train_all(settings, until)
        spent = time.perf_counter() - start
    found: dict[str, float] = {}
    for model in result.models:
        print(f"\n{model.name}: {model.decision}")
        if model.backtest is None:
            continue
        print(model.backtest.table())
        for row in model.backtest.rows:
            if row["contender"] == CHALLENGER:
                shown = {k: v for k, v in row.items() if isinstance(v, float)}
                print(row["cutoff"], " ".join(f"{k} {v:.3f}" for k, v in shown.items()))
        worst, mean = ratios(model.backtest)
        found[f"{model.name}_worst"], found[f"{model.name}_mean"] = round(worst, 4), round(mean, 4)
    print(f"\ntraining and every window: {spent:.1f} s")
    report("windows", found, dict.fromkeys(found, 1.0), at_least=found, holds=bool(found))


if __name__ == "__main__":
    main()
