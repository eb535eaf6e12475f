"""The planted Markov chain held against what the warehouse counted and solved."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from demo.journeys import planted_transitions
from siyu.metrics.markov import CONVERSION, NULL, START, removal_effects

# Found within so many standard errors: of some fifty figures one misses 3 for one seed in eight, and 4
# for three seeds in a thousand.
ERRORS_ALLOWED = 4.0
DRAWS = 200

_STEPS = """
select from_channel, to_channel, sum(step_count)::bigint as count from marts.channel_step group by all
"""
_EFFECTS = """
select channel_id, removal_effect::double as effect from marts.channel_effect
where month_on = (select max(month_on) from marts.channel_effect)
"""


def compare_with_chain(con: duckdb.DuckDBPyConnection, truth_dir: Path) -> dict[str, object]:
    """Recovered against planted, by measure; {} where no journeys were built.

    A transition's standard error is that of a share, sqrt(p (1 - p) / n) at the planted p and the n
    steps that left its state. An effect's is the spread over chains drawn again from the planted one
    with the same n, and the half thousandth to which the mart rounds.
    """
    path = truth_dir / "journeys.json"
    if not path.exists():
        return {}
    told = json.loads(path.read_text())
    planted = planted_transitions()
    counts = _counts(con, told["channels"])
    table = planted.merge(counts, on=["from_state", "to_state"], how="outer").fillna(0.0)
    left = table.groupby("from_state")["count"].transform("sum")
    error = np.sqrt(table["n"] * (1 - table["n"]) / left)
    off = ((table["count"] / left - table["n"]) / error).abs().max()
    true = pd.Series(told["removal_effect"])
    found = con.execute(_EFFECTS).df().set_index("channel_id")["effect"].reindex(true.index)
    spread = _spread(table["n"].to_numpy(), table[["from_state", "to_state"]], left.to_numpy())
    effect_off = ((found - true).abs() - 0.0005).clip(lower=0) / spread.set_axis(true.index)
    report: dict[str, object] = {
        "journeys": told["journeys"],
        "markov_steps_counted": int(counts["count"].sum()),
        "markov_steps_true": told["visits"] + told["journeys"],
        "markov_transitions": len(planted),
        "markov_transitions_largest_error": f"{off:.2f} standard errors",
        "markov_effects_largest_error": f"{effect_off.max():.2f} standard errors",
        "markov_recovered": bool(off <= ERRORS_ALLOWED and effect_off.max() <= ERRORS_ALLOWED),
    }
    for channel in true.index:
        report[f"removal_effect_{channel}"] = f"{found[channel]:.3f}"
        report[f"true_removal_effect_{channel}"] = f"{true[channel]:.4f}"
    return report


def _counts(con: duckdb.DuckDBPyConnection, channels: list[str]) -> pd.DataFrame:
    """The mart's steps, with the numbers that the planted chain gives to its states."""
    number = {"start": START, "order": CONVERSION, "nothing": NULL}
    number |= {channel: n for n, channel in enumerate(channels, start=1)}
    steps = con.execute(_STEPS).df()
    found = pd.DataFrame(
        {
            "from_state": steps["from_channel"].map(number),
            "to_state": steps["to_channel"].map(number),
            "count": steps["count"],
        }
    )
    if found.isna().any(axis=None):
        raise ValueError("there are touches of channels that the planted chain does not have")
    return found.astype({"from_state": int, "to_state": int})


def _spread(chances: np.ndarray, cells: pd.DataFrame, left: np.ndarray) -> pd.Series:
    """Standard error of each channel's effect when n steps leave each state of the planted chain."""
    draw = np.random.default_rng(1)
    states = cells["from_state"].to_numpy()
    channels = int(states.max())
    found = []
    for _ in range(DRAWS):
        drawn = np.zeros(len(cells))
        for state in np.unique(states):
            at = states == state
            drawn[at] = draw.multinomial(int(left[at][0]), chances[at] / chances[at].sum())
        found.append(removal_effects(cells.assign(n=drawn), 1, channels + 1).effect)
    return pd.concat(found, axis=1).std(axis=1, ddof=1)
