"""The `feeds` block of a contract: facts that core makes of its rows without a model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from siyu.sources.strict import Strict

OrderStatus = Literal["unpaid", "paid", "shipped", "completed", "closed", "cancelled"]


class OrderFeed(Strict):
    """The rows become orders of core.fct_order, by the names of their fields; no model is needed.

    `amounts`: an order's amounts are repeated on its rows or stand on one of them (`per_order`: the
    largest counts), or belong to their row (`per_row`: they are summed). `status_words` say what the
    wordings of `status` mean, spaces left out; those of the known platforms need not be told.
    """

    amounts: Literal["per_order", "per_row"] = "per_order"
    status_words: dict[OrderStatus, tuple[str, ...]] = Field(default_factory=dict)


class Feeds(Strict):
    """Which facts are made of a contract's rows."""

    order: OrderFeed


# What an order needs, and what else core takes when a field has the name.
ORDER_NEEDS = ("order_no", "status", "ordered_at", "paid_cny")
