"""Rolling-origin backtests: what every contender showed on every window, kept as figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ml.contest import mean_metrics
from ml.horizons import Task
from ml.window import CHALLENGER, METRIC, JudgedWindow, deciles


@dataclass(frozen=True)
class Backtest:
    """One model's windows: a row per window and contender, and the newest window's tenths."""

    task: Task
    rows: tuple[dict[str, Any], ...]
    means: dict[str, float]
    tenths: dict[str, list[dict[str, float]]]

    def table(self) -> str:
        """Markdown: a line per contender, a column per window, and the mean."""
        cutoffs = list(dict.fromkeys(row["cutoff"] for row in self.rows))
        metric = METRIC[self.task.question]
        lines = [
            f"| {metric}, {self.task.days} days | {' | '.join(cutoffs)} | mean |",
            "|---" * (len(cutoffs) + 2) + "|",
        ]
        for name, mean in self.means.items():
            shown = [f"{r['metric']:.3f}" for r in self.rows if r["contender"] == name]
            lines.append(f"| {name} | {' | '.join(shown)} | {mean:.3f} |")
        return "\n".join(lines)

    def lost(self) -> list[str]:
        """Windows on which the model lies below some plain rule, each with both figures."""
        found = []
        for cutoff in dict.fromkeys(row["cutoff"] for row in self.rows):
            here = {r["contender"]: r["metric"] for r in self.rows if r["cutoff"] == cutoff}
            best = max((n for n in here if n.startswith("baseline: ")), key=lambda n: here[n])
            if here[CHALLENGER] < here[best]:
                found.append(f"{cutoff}: {here[CHALLENGER]:.4f} below {best} at {here[best]:.4f}")
        return found


def summarise(task: Task, windows: list[JudgedWindow]) -> Backtest:
    """The figures of the windows; the models themselves are let go."""
    rows = [
        {
            "model": task.name,
            "cutoff": window.split.judge_cutoff.isoformat(),
            "contender": name,
            "fit_rows": len(window.split.fit),
            "judge_rows": len(window.split.judge),
            "metric": window.metric(name),
            **window.figures[name],
        }
        for window in windows
        for name in window.models
    ]
    newest = windows[-1]
    judge = newest.split.judge
    shown = {
        name: deciles(judge["label"].to_numpy(), newest.models[name].predict(judge))
        for name in (CHALLENGER, newest.best_baseline)
    }
    return Backtest(task, tuple(rows), mean_metrics(windows), shown)
