"""What happened after each cutoff: did the person buy again, and how much came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_BOUGHT = """
select person_id, coalesce(paid_on, ordered_on) as happened_on, 1 as amount
from core.fct_order where is_paid and person_id is not null
"""
_PAID = """
select person_id, happened_on, signed_cny as amount
from core.fct_payment where person_id is not null
"""
_LABEL = """
with fact as ({fact})
select f.person_id, f.as_of_on, cast(coalesce(sum(fact.amount), 0) as double) as amount
from features.person_features_history as f
left join fact on f.person_id = fact.person_id
    and fact.happened_on > f.as_of_on
    and fact.happened_on <= f.as_of_on + cast(? as integer)
group by all order by f.as_of_on, f.person_id
"""


def read_labels(con: duckdb.DuckDBPyConnection, name: str, horizon_days: int) -> pd.DataFrame:
    """person_id, as_of_on and label: churned (1 or 0), or the net amount paid in the window."""
    fact = _BOUGHT if name == "churn" else _PAID
    frame = con.execute(_LABEL.format(fact=fact), [horizon_days]).df()
    frame["as_of_on"] = [value.date() for value in frame["as_of_on"]]
    churned = (frame["amount"] == 0).astype("float64")
    frame["label"] = churned if name == "churn" else frame["amount"].round(2)
    return frame[["person_id", "as_of_on", "label"]]
