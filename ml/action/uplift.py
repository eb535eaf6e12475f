"""Whom to send a coupon: the people it moves, learned from a randomised experiment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ml.action.experiment import average_effect
from ml.action.outcome import Outcome, Verdict, is_sure, say, untried
from ml.action.qini import qini_coefficient
from ml.action.resample import mean_and_error, splits
from ml.action.uplift_learners import BLEND, LEARNERS, PLAIN, said_by_all
from siyu.clock import day_end

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

ASSET, METRIC = "uplift_score", "Qini over 10 splits"
METHOD = BLEND  # fixed beforehand: choosing on the judged splits would flatter it
WINDOW_DAYS = 28
MIN_PER_GROUP = 200
FEATURES = (
    "order_count", "recency_days", "tenure_days", "spend_cny", "average_cny", "orders_90d",
    "opens_90d", "gap_ratio",
)  # fmt: skip

# The newest experiment whose window had closed, with enough people in both groups.
_EXPERIMENT = """
select experiment, min(assigned_at) as assigned_at
from core.fct_experiment_group
group by experiment
having max(assigned_on) + ? <= ? and count_if(variant = 'treatment') >= ?
    and count_if(variant = 'control') >= ?
order by assigned_at desc, experiment limit 1
"""

# What was known of every buyer before an instant (UTC).
_FEATURES = """
with bought as (
    select person_id, count(*) as order_count, max(ordered_at) as last_at, min(ordered_at) as first_at,
        cast(sum(paid_cny) as double) as spend_cny,
        count_if(ordered_at >= $at::timestamp - interval 90 day) as orders_90d
    from core.fct_order where is_paid and person_id is not null and ordered_at < $at group by person_id
),
opened as (
    select person_id, count(*) as opens_90d from core.fct_message
    where opened_at < $at and opened_at >= $at::timestamp - interval 90 day group by person_id
)
select person_id, order_count, datediff('day', last_at, $at) as recency_days,
    datediff('day', first_at, $at) as tenure_days, spend_cny,
    spend_cny / order_count as average_cny, orders_90d, coalesce(opens_90d, 0) as opens_90d,
    datediff('day', last_at, $at) * order_count / (datediff('day', first_at, $at) + 1.0) as gap_ratio
from bought left join opened using (person_id) order by person_id
"""

_GROUPS = """
select g.person_id, (g.variant = 'treatment')::int as t, max(coalesce(o.is_paid, false))::int as y
from core.fct_experiment_group as g
left join core.fct_order as o on o.person_id = g.person_id and o.is_paid
    and o.ordered_at >= g.assigned_at and o.ordered_at < g.assigned_at + to_days(?)
where g.experiment = ? and g.variant is not null
group by g.person_id, g.variant order by g.person_id
"""


@dataclass(frozen=True)
class Trial:
    """One experiment as arrays, people in order of their id."""

    x: np.ndarray
    y: np.ndarray
    t: np.ndarray


def train_uplift(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """Every buyer's uplift: how much a coupon raises the chance of an order within four weeks.

    Learned from the newest finished experiment and features of before it. The learner is fixed
    beforehand; the plain rules are chance (Qini 0) and sending to the likeliest buyers.
    """
    found = con.execute(_EXPERIMENT, [WINDOW_DAYS, as_of, MIN_PER_GROUP, MIN_PER_GROUP]).fetchone()
    if found is None:
        return untried(ASSET, METRIC, f"no finished experiment with {MIN_PER_GROUP} people a group")
    experiment, assigned_at = found
    trial = read_trial(con, experiment, assigned_at)
    qini: dict[str, list[float]] = {name: [] for name in (*LEARNERS, BLEND, PLAIN)}
    for fit, judge in splits(trial.t * 2 + trial.y):
        said = said_by_all(trial.x[fit], trial.y[fit], trial.t[fit], trial.x[judge])
        for name, uplift in said.items():
            qini[name].append(qini_coefficient(trial.y[judge], uplift, trial.t[judge]))
    return _judged(con, as_of, experiment, trial, qini)


def read_trial(con: duckdb.DuckDBPyConnection, experiment: str, assigned_at: datetime) -> Trial:
    """The experiment's people who had bought before it."""
    import numpy as np

    groups = con.execute(_GROUPS, [WINDOW_DAYS, experiment]).df()
    known = groups.merge(features_before(con, assigned_at), on="person_id")
    known = known.sort_values("person_id")
    return Trial(matrix(known), known["y"].to_numpy(np.int64), known["t"].to_numpy(np.int64))


def features_before(con: duckdb.DuckDBPyConnection, at: datetime) -> pd.DataFrame:
    """FEATURES of every buyer from facts before the instant (UTC). One row per person."""
    return con.execute(_FEATURES, {"at": at}).df()


def matrix(frame: pd.DataFrame) -> np.ndarray:
    """The features, each as log1p: they are counts, days and amounts."""
    import numpy as np

    return np.log1p(np.maximum(frame[list(FEATURES)].to_numpy(dtype="float64"), 0.0))


def _judged(
    con: duckdb.DuckDBPyConnection, as_of: date, experiment: str, trial: Trial,
    qini: dict[str, list[float]],
) -> Outcome:  # fmt: skip
    import numpy as np

    mean = {name: mean_and_error(np.array(figures)) for name, figures in qini.items()}
    plain = {"chance": 0.0, PLAIN: mean[PLAIN][0]}
    baseline = max(sorted(plain), key=plain.__getitem__)
    bar = np.array(qini[baseline]) if baseline in qini else np.zeros(len(qini[METHOD]))
    gain, error = mean_and_error(np.array(qini[METHOD]) - bar)
    is_won = is_sure(gain, error)
    effect = average_effect(trial.y, trial.t)
    figures = {"ATE": effect.ate, "ATE standard error": effect.standard_error}
    for name, (value, spread) in mean.items():
        figures |= {f"Qini {name}": value, f"Qini standard error {name}": spread}
    value = mean[METHOD][0]
    verdict = Verdict(
        ASSET, is_won, METRIC, METHOD, round(value, 6), baseline, round(plain[baseline], 6),
        say(is_won, METRIC, value, baseline, plain[baseline], error), len(trial.y),
        {name: round(figure, 6) for name, figure in figures.items()},
    )  # fmt: skip
    return Outcome(verdict, _rows(con, as_of, experiment, trial) if is_won else None)


def _rows(
    con: duckdb.DuckDBPyConnection, as_of: date, experiment: str, trial: Trial
) -> pd.DataFrame:
    """Everybody's uplift tonight; decile 10 is moved most."""
    import numpy as np

    tonight = features_before(con, day_end(as_of))
    rows = tonight[["person_id"]].copy()
    rows["uplift"] = said_by_all(trial.x, trial.y, trial.t, matrix(tonight))[METHOD].round(6)
    place = np.empty(len(rows), dtype="int64")
    place[np.lexsort((rows["person_id"], rows["uplift"]))] = np.arange(len(rows))
    rows["uplift_decile"] = place * 10 // max(len(rows), 1) + 1
    return rows.assign(experiment=experiment, method=METHOD, as_of_on=as_of)
