"""The weekly training of the next action: each asset on its own, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ml.action import shelf
from ml.action.cross_sell import train_cross_sell
from ml.action.demand_forecast import train_demand_forecast
from ml.action.outcome import Outcome, Verdict
from ml.action.price_sensitivity import train_price_sensitivity
from ml.action.recommendation import train_recommendation
from ml.action.review_sentiment import train_review_sentiment
from ml.action.send_hour import train_send_hour
from ml.action.uplift import train_uplift
from ml.threads import one_thread
from siyu.settings import Settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Action:
    """One asset: its table, what it answers, the tables it reads, and its training."""

    asset: str
    question: str
    reads: tuple[str, ...]
    train: Callable[[duckdb.DuckDBPyConnection, date], Outcome]


ACTIONS: dict[str, Action] = {
    action.asset: action
    for action in (
        Action(
            "recommendation", "Which products to show a person.",
            ("core/fct_order_line",), train_recommendation,
        ),
        Action(
            "cross_sell", "What to offer beside what lies in the basket.",
            ("core/fct_order_line",), train_cross_sell,
        ),
        Action(
            "uplift_score", "Whom to send a coupon.",
            ("core/fct_experiment_group", "core/fct_order", "core/fct_message"), train_uplift,
        ),
        Action(
            "send_hour", "When to write to a person.",
            ("core/fct_order", "core/fct_event", "core/fct_message"), train_send_hour,
        ),
        Action(
            "price_sensitivity", "Who waits for a low price, and in which category.",
            ("core/fct_order_line", "core/dim_product"), train_price_sensitivity,
        ),
        Action(
            "review_sentiment", "Which reviews are kind and which are not, by their words.",
            ("features/review_words",), train_review_sentiment,
        ),
        Action(
            "demand_forecast", "How many pieces of a product the coming weeks need.",
            ("core/fct_order_line",), train_demand_forecast,
        ),
    )
}  # fmt: skip


def train_actions(
    settings: Settings, as_of: date, names: Sequence[str] = tuple(ACTIONS)
) -> list[Verdict]:
    """Trains the named assets on what was known by as_of and puts every verdict on the shelf.

    An asset that loses against its plain rule is put there without rows, so that its table empties.
    """
    verdicts = []
    with connect(settings, read_only=True) as con, one_thread():
        for name in names:
            outcome = ACTIONS[name].train(con, as_of)
            shelf.put(settings, as_of, outcome)
            verdicts.append(outcome.verdict)
    return verdicts
