"""Every model beside every plain rule on rolling windows of real orders, and the spans of value.

    python -m bench.windows [--until YYYY-MM-DD]

The Online Retail orders that the demo is built from, up to a day; features by the project's own SQL.
One table per model, the blend's calibration and totals beside it; then ways to a value's 10-90 %
span on the same windows. Value in 180 days needs 360 days and a record before them, which these
orders do not have: it is judged on CDNOW's (2,357 buyers, 18 months) where they lie beside the
checkout or in SIYU_REFERENCE_DATA. For 365 days no data here are long enough. The last line is one
JSON object: name, ratios (the blend's metric over the best plain rule's: worst window and mean),
limits, ok, machine. CDNOW's ratios are told and bind nothing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bench.intervals import CQR, SIYU, compare
from bench.verdict import report
from ml.backtest import Backtest, summarise
from ml.config import load_models_config
from ml.features import read_frame
from ml.horizons import Task
from ml.labels import read_labels
from ml.split import Split, rolling
from ml.threads import one_thread
from ml.train import seed_of, train_all
from ml.window import CHALLENGER, judge_window
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.ml.warehouse import ROOT, build_warehouse

UNTIL = date(2011, 9, 9)
CDNOW_UNTIL = date(1998, 6, 30)
SPANS, LONG = Task("ltv", "ltv", 90), Task("ltv_180d", "ltv", 180)
# Columns of fixed place: customer of the master file, of the sample, day, discs, dollars.
CDNOW_LINES = """
create view line as
    select customer, row_number() over (order by customer, bought_at, quantity, cny)::varchar as invoice_no,
           bought_at, quantity, cny
    from (
        select cell[2] as customer, strptime(cell[3], '%Y%m%d') as bought_at,
               cell[4]::integer as quantity, cell[5]::decimal(18, 2) as cny
        from (
            select string_split_regex(trim(line), ' +') as cell
            from read_csv('{path}', columns = {{'line': 'varchar'}}, header = false, delim = '\t')
        )
    ) where cny > 0;
"""


def ratios(test: Backtest) -> tuple[float, float]:
    """The blend's metric over the best plain rule's: on the worst window, and of the means."""
    worst = []
    for cutoff in dict.fromkeys(row["cutoff"] for row in test.rows):
        here = {r["contender"]: r["metric"] for r in test.rows if r["cutoff"] == cutoff}
        worst.append(here[CHALLENGER] / best(here))
    return min(worst), test.means[CHALLENGER] / best(test.means)


def best(metrics: dict[str, float]) -> float:
    return max(value for name, value in metrics.items() if name.startswith("baseline: "))


def show(test: Backtest) -> None:
    print(test.table())
    for row in test.rows:
        if row["contender"] == CHALLENGER:
            shown = {k: v for k, v in row.items() if isinstance(v, float)}
            print(row["cutoff"], " ".join(f"{k} {v:.3f}" for k, v in shown.items()))


def splits_of(settings: Settings, task: Task, until: date) -> list[Split]:
    """Every window that can be judged."""
    with connect(settings, read_only=True) as con:
        frame = read_frame(con, "person_features_history").merge(
            read_labels(con, task.question, task.days), on=["person_id", "as_of_on"]
        )
    return rolling(frame, until, task.days)


def longer(cdnow: Path, seed: int) -> Backtest:
    """Value in 180 days on CDNOW's orders."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), config_dir=ROOT / "config")
        lines = CDNOW_LINES.format(path=cdnow)
        build_warehouse(settings.warehouse_path, CDNOW_UNTIL, lines)
        splits = splits_of(settings, LONG, CDNOW_UNTIL)
        with one_thread():
            return summarise(LONG, [judge_window(LONG, split, seed) for split in splits])


def places() -> Iterable[Path]:
    """Where reference data may lie."""
    named = os.environ.get("SIYU_REFERENCE_DATA")
    return [Path(named)] if named else [ROOT.parent / "shared" / "data"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", type=date.fromisoformat, default=UNTIL)
    until = parser.parse_args().until
    seed = seed_of(load_models_config(ROOT / "config").seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), config_dir=ROOT / "config")
        build_warehouse(settings.warehouse_path, until)
        start = time.perf_counter()
        result = train_all(settings, until)
        spent = time.perf_counter() - start
        splits = splits_of(settings, SPANS, until)
    found: dict[str, float] = {}
    for model in result.models:
        print(f"\n{model.name}: {model.decision}")
        if model.backtest is None:
            continue
        show(model.backtest)
        worst, mean = ratios(model.backtest)
        found[f"{model.name}_worst"], found[f"{model.name}_mean"] = round(worst, 4), round(mean, 4)
    print(f"\ntraining and every window: {spent:.1f} s")
    told: dict[str, float] = {}
    with one_thread():
        spans = compare(splits, SPANS.days, seed)
    if spans:
        ours, cqr = spans[SIYU]["interval_score"], spans[CQR]["interval_score"]
        told["interval_score_to_conformalised_regression"] = ours / cqr
    cdnow = [p / "cdnow" / "CDNOW_sample.txt" for p in places()]
    for path in filter(Path.exists, cdnow):
        print("\nCDNOW, value in 180 days; nothing was ever chosen on it")
        test = longer(path, seed)
        show(test)
        told["cdnow_ltv_180d_worst"], told["cdnow_ltv_180d_mean"] = ratios(test)
    limits = dict.fromkeys(found, 1.0)
    report("windows", found | told, limits, at_least=found, holds=bool(found))


if __name__ == "__main__":
    main()
