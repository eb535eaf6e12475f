"""When to write to a person: the hour at which they are active, shrunk to their segment's day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict, is_sure, say, untried

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

ASSET, METRIC = "send_hour", "activity within an hour of it"
JUDGE_DAYS = 28
MIN_PEOPLE = 50
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)  # activities that the segment's day weighs

# One row per person, Shanghai hour of the day and day; buying, visiting and opening count alike.
_ACTIVITY = """
with act as (
    select person_id, ordered_at as acted_at, true as is_order from core.fct_order
    union all select person_id, event_at, false from core.fct_event
    union all select person_id, opened_at, false from core.fct_message
)
select distinct person_id, cast(acted_at + interval 8 hour as date) as active_on,
    hour(acted_at + interval 8 hour) as hour, is_order
from act where person_id is not null and acted_at is not null
    and cast(acted_at + interval 8 hour as date) <= ?
order by person_id, active_on, hour, is_order
"""


def train_send_hour(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """One hour per person with any activity.

    Segments are buyers and others, as known before the cutoff. How much the segment weighs is
    chosen on the four weeks before the last four; the last four judge. The plain rules are one hour
    for everybody and one for each segment.
    """
    activity = con.execute(_ACTIVITY, [as_of]).df()
    activity["active_on"] = activity["active_on"].dt.date
    cutoff = as_of - timedelta(days=JUDGE_DAYS - 1)
    inner = cutoff - timedelta(days=JUDGE_DAYS)
    if activity.empty or activity["active_on"].min() >= inner:
        return untried(ASSET, METRIC, "too little history for a held-out window")
    chosen = {m: _hits(activity, inner, m)[0] for m in STRENGTHS}
    strength = max(STRENGTHS, key=lambda m: float(chosen[m].mean()) if len(chosen[m]) else 0.0)
    ours, by_segment, for_all = _hits(activity, cutoff, strength)
    if len(ours) < MIN_PEOPLE:
        return untried(ASSET, METRIC, f"{len(ours)} people to judge on, {MIN_PEOPLE} needed")
    plain = {"one hour for everybody": for_all, "one hour per segment": by_segment}
    baseline = max(sorted(plain), key=lambda name: float(plain[name].mean()))
    value, bar = float(ours.mean()), float(plain[baseline].mean())
    error = float((ours - plain[baseline]).std(ddof=1)) / len(ours) ** 0.5
    is_won = is_sure(value - bar, error)
    verdict = Verdict(
        ASSET, is_won, METRIC, "own hours shrunk to the segment", round(value, 6), baseline,
        round(bar, 6), say(is_won, METRIC, value, baseline, bar, error), len(ours),
        {"segment weight": strength, **{n: round(float(v.mean()), 6) for n, v in plain.items()}},
    )  # fmt: skip
    return Outcome(verdict, _rows(activity, strength, as_of) if is_won else None)


def best_hours(
    counts: np.ndarray, is_buyer: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """Best hour of each row of counts (people x 24), of its segment, and of everybody.

    The best hour is the middle of the three hours, around the clock, that hold most activity.
    """
    import numpy as np

    own = np.zeros_like(counts, dtype="float64")
    of_segment = np.zeros(len(counts), dtype="int64")
    for segment in (False, True):
        here = is_buyer == segment
        day = counts[here].sum(axis=0) + 1.0
        own[here] = counts[here] + strength * day / day.sum()
        of_segment[here] = int(np.argmax(_three_hours(day[None, :])))
    everybody = int(np.argmax(_three_hours(counts.sum(axis=0)[None, :])))
    return np.argmax(_three_hours(own), axis=1), of_segment, everybody


def _three_hours(counts: np.ndarray) -> np.ndarray:
    import numpy as np

    # Rounded, so that equal hours stay equal and the earliest wins.
    return (np.roll(counts, 1, axis=1) + counts + np.roll(counts, -1, axis=1)).round(9)


def _known(activity: pd.DataFrame, cutoff: date) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """People active before the cutoff, their counts by hour, and who had bought."""
    import numpy as np
    import pandas as pd

    before = activity[activity["active_on"] < cutoff]
    people = pd.Index(sorted(before["person_id"].unique()))
    counts = np.zeros((len(people), 24))
    np.add.at(counts, (people.get_indexer(before["person_id"]), before["hour"].to_numpy()), 1.0)
    is_buyer = people.isin(before.loc[before["is_order"], "person_id"])
    return people, counts, np.asarray(is_buyer)


def _hits(
    activity: pd.DataFrame, cutoff: date, strength: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per person active in the four weeks from the cutoff: share of it within an hour of the best."""
    people, counts, is_buyer = _known(activity, cutoff)
    own, of_segment, everybody = best_hours(counts, is_buyer, strength)
    days = activity["active_on"]
    later = activity[(days >= cutoff) & (days < cutoff + timedelta(days=JUDGE_DAYS))].copy()
    place = people.get_indexer(later["person_id"])
    later, place = later[place >= 0], place[place >= 0]
    hour = later["hour"].to_numpy()
    found = []
    for best in (own[place], of_segment[place], everybody):
        gap = abs(hour - best)
        hit = ((gap <= 1) | (gap >= 23)).astype("float64")
        found.append(later.assign(hit=hit).groupby("person_id")["hit"].mean().sort_index())
    return found[0].to_numpy(), found[1].to_numpy(), found[2].to_numpy()


def _rows(activity: pd.DataFrame, strength: float, as_of: date) -> pd.DataFrame:
    import pandas as pd

    people, counts, is_buyer = _known(activity, as_of + timedelta(days=1))
    own, of_segment, _ = best_hours(counts, is_buyer, strength)
    return pd.DataFrame(
        {
            "person_id": people,
            "send_hour": own,
            "segment_hour": of_segment,
            "activity_count": counts.sum(axis=1).astype("int64"),
            "as_of_on": as_of,
        }
    )
