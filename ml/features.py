"""What a model sees: the feature frames, cleaned, and the matrix made of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ml.feature_registry import load_features

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

FEATURES = tuple(feature.name for feature in load_features())
SKEWED = tuple(feature.name for feature in load_features() if feature.form == "log")
# These grow with the length of the record, so a later cutoff lies outside what training saw.
GROWING = tuple(feature.name for feature in load_features() if feature.grows)
EXPECTED, EXPECTED_MBG = "expected_purchases", "expected_purchases_mbgnbd"
EXPECTED_PARETO, EXPECTED_VALUE = "expected_purchases_paretonbd", "expected_value_cny"
PURCHASES = (EXPECTED, EXPECTED_MBG, EXPECTED_PARETO)
EXPECTATIONS = (*PURCHASES, EXPECTED_VALUE)
ALL_COLUMNS = (*FEATURES, *EXPECTATIONS)
STEADY_COLUMNS = tuple(name for name in (*FEATURES, *PURCHASES) if name not in GROWING)
# Few and strong: a linear model of these is hard to beat while the history is short.
CORE_COLUMNS = ("recency_days", "orders_90d", "avg_order_cny", "purchase_days", *PURCHASES)
NEVER_SEEN_DAYS = 999.0


def read_frame(con: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """One of the feature tables, cleaned, in the order of cutoff and person."""
    columns = ", ".join(f"cast({name} as double) as {name}" for name in FEATURES)
    frame = con.execute(
        f"select person_id, as_of_on, {columns} from features.{table} order by as_of_on, person_id"
    ).df()
    frame["as_of_on"] = [value.date() for value in frame["as_of_on"]]
    return clean(frame)


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows with every feature a finite number in its range; gaps by the registry's rule."""
    out = frame.copy()
    for feature in load_features():
        values = out[feature.name].astype("float64")
        if feature.null_rule == "tenure":
            values = values.fillna(out["tenure_days"])
        filler = NEVER_SEEN_DAYS if feature.null_rule == "never_seen" else 0.0
        values = values.fillna(filler).clip(lower=0.0)
        out[feature.name] = values.clip(upper=1.0) if feature.form == "share" else values
    return out


def matrix(
    frame: pd.DataFrame, expected: dict[str, np.ndarray], columns: tuple[str, ...]
) -> np.ndarray:
    """The named columns, skewed ones as log1p, with what the purchase models expect among them."""
    import numpy as np

    known = {}
    for name in columns:
        values = expected[name] if name in expected else frame[name].to_numpy(dtype="float64")
        is_log = name in expected or name in SKEWED
        known[name] = np.log1p(np.maximum(values, 0.0)) if is_log else values
    return np.column_stack([known[name] for name in columns])


def cutoffs_of(frame: pd.DataFrame) -> list[date]:
    """The cutoff days in the frame, oldest first."""
    return sorted(set(frame["as_of_on"]))
