"""What a model sees: the feature frames, cleaned, and the matrix made of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

SKEWED = (
    "recency_days", "tenure_days", "frequency", "purchase_days",
    "orders_30d", "orders_90d", "orders_180d", "gap_mean_days", "gap_std_days",
    "line_count", "item_count", "monetary_cny", "avg_order_cny",
    "revenue_30d_cny", "revenue_90d_cny", "revenue_180d_cny",
    "days_since_last_event", "events_30d", "message_opens_30d", "message_opens_90d",
)  # fmt: skip
PLAIN = ("platform_count", "weekend_share", "evening_share", "refund_share", "is_member")
FEATURES = SKEWED + PLAIN
EXPECTED = "expected_purchases"
# These grow with the length of the record, so a later cutoff lies outside what training saw.
GROWING = (
    "tenure_days", "gap_mean_days", "gap_std_days", "orders_180d", "revenue_180d_cny",
    "frequency", "purchase_days", "line_count", "item_count", "monetary_cny",
)  # fmt: skip
ALL_COLUMNS = (*FEATURES, EXPECTED)
STEADY_COLUMNS = tuple(name for name in ALL_COLUMNS if name not in GROWING)
NEVER_SEEN_DAYS = 999.0
_MONEY = ("monetary_cny", "avg_order_cny", "revenue_30d_cny", "revenue_90d_cny", "revenue_180d_cny")


def read_frame(con: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """One of the feature tables, cleaned, in the order of cutoff and person."""
    columns = ", ".join(f"cast({name} as double) as {name}" for name in FEATURES)
    frame = con.execute(
        f"select person_id, as_of_on, {columns} from features.{table} order by as_of_on, person_id"
    ).df()
    frame["as_of_on"] = [value.date() for value in frame["as_of_on"]]
    return clean(frame)


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows with every feature a finite number within its possible range."""
    out = frame.copy()
    out["gap_mean_days"] = out["gap_mean_days"].fillna(out["tenure_days"])
    out["gap_std_days"] = out["gap_std_days"].fillna(0.0)
    out["days_since_last_event"] = out["days_since_last_event"].fillna(NEVER_SEEN_DAYS)
    out[list(FEATURES)] = out[list(FEATURES)].astype("float64").fillna(0.0)
    for name in ("refund_share", "weekend_share", "evening_share", "is_member"):
        out[name] = out[name].clip(0.0, 1.0)
    for name in _MONEY:
        out[name] = out[name].clip(lower=0.0)
    for name in SKEWED:
        out[name] = out[name].clip(lower=0.0)
    return out


def matrix(frame: pd.DataFrame, expected: np.ndarray, columns: tuple[str, ...]) -> np.ndarray:
    """The named columns, skewed ones as log1p, with the expected number of purchases among them."""
    import numpy as np

    known = {EXPECTED: np.log1p(np.maximum(expected, 0.0))}
    for name in columns:
        if name != EXPECTED:
            values = frame[name].to_numpy(dtype="float64")
            known[name] = np.log1p(values) if name in SKEWED else values
    return np.column_stack([known[name] for name in columns])


def cutoffs_of(frame: pd.DataFrame) -> list[date]:
    """The cutoff days in the frame, oldest first."""
    return sorted(set(frame["as_of_on"]))
