"""Removal effects month by month, in the shape the warehouse keeps."""

from __future__ import annotations

import hashlib

import pandas as pd

from siyu.metrics.markov import removal_effects

COLUMNS = ["month_on", "channel_id", "effect_permille", "version"]


def effects_by_month(
    steps: pd.DataFrame, channel_ids: pd.Series, order: int, months_back: int
) -> pd.DataFrame:
    """Each channel's removal effect for orders of a month, from the steps of the months before it.

    `steps` has month_on, from_state, to_state, step_count; channels are numbered from 1 by their
    sorted ids. Grain: one row per month after a closed one, and channel that occurred. `version`
    names the month's effects: equal effects have equal versions.
    """
    names = sorted(channel_ids)
    parts = [pd.DataFrame(columns=COLUMNS)]
    for closed in sorted(pd.to_datetime(steps["month_on"].unique())):
        month = closed + pd.DateOffset(months=1)
        first = month - pd.DateOffset(months=months_back)
        known = steps[pd.to_datetime(steps["month_on"]).between(first, closed)]
        counts = known.groupby(["from_state", "to_state"], as_index=False)["step_count"].sum()
        counts = counts.rename(columns={"step_count": "n"})
        effect = removal_effects(counts, order, len(names) + 1).effect
        permille = (effect * 1000).round().astype(int)
        version = hashlib.sha256(repr(sorted(permille.items())).encode()).hexdigest()[:12]
        parts.append(
            pd.DataFrame(
                {
                    "month_on": month,
                    "channel_id": [names[int(number) - 1] for number in permille.index],
                    "effect_permille": permille.to_numpy(),
                    "version": version,
                }
            )
        )
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    types = {"month_on": "datetime64[us]", "effect_permille": "int64"}
    return found.astype({**types, "version": "str", "channel_id": "str"})
