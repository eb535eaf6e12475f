"""The `feeds` block of a contract: facts that core makes of its rows without a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from siyu.sources.contracts.field import ContractField, FieldType
from siyu.strict import Strict

# What an order needs, and what else core takes when a field has the name.
_NEEDED = ("order_no", "status", "ordered_at", "paid_cny")
# Column of the view -> its type; the fields of a contract carry the same names.
ORDER_COLUMNS = {
    "ordered_at": "timestamp",
    "paid_at": "timestamp",
    "completed_at": "timestamp",
    "deposit_paid_at": "timestamp",
    "goods_cny": "decimal(18,2)",
    "shipping_cny": "decimal(18,2)",
    "paid_cny": "decimal(18,2)",
    "refund_cny": "decimal(18,2)",
    "platform_subsidy_cny": "decimal(18,2)",
    "deposit_cny": "decimal(18,2)",
    "after_sale_status": "varchar",
    "store": "varchar",
    "transaction_no": "varchar",
    "payment_method": "varchar",
    "creator_id": "varchar",
}
_READ_AS: dict[str, tuple[FieldType, ...]] = {
    "varchar": ("text",),
    "timestamp": ("timestamp", "date", "epoch_seconds"),
    "decimal(18,2)": ("decimal", "integer"),
}
OrderStatus = Literal["unpaid", "paid", "shipped", "completed", "closed", "cancelled"]


class OrderFeed(Strict):
    """The rows become orders of core.fct_order, by the names of their fields; no model is needed.

    `amounts`: an order's amounts are repeated on its rows or stand on one of them (`per_order`: the
    largest counts), or belong to their row (`per_row`: they are summed). `status_words` say what the
    wordings of `status` mean, spaces left out; those of the known platforms need not be told.
    """

    amounts: Literal["per_order", "per_row"] = "per_order"
    status_words: dict[OrderStatus, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("status_words")
    @classmethod
    def _one_meaning(
        cls, status_words: dict[OrderStatus, tuple[str, ...]]
    ) -> dict[OrderStatus, tuple[str, ...]]:
        words = [w for told in status_words.values() for w in {t.replace(" ", "") for t in told}]
        twice = sorted({w for w in words if words.count(w) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands for two states; leave it with one")
        return status_words

    def states(self) -> dict[str, OrderStatus]:
        """What each wording means, its spaces left out."""
        return {
            word.replace(" ", ""): state
            for state, words in self.status_words.items()
            for word in words
        }


class Feeds(Strict):
    """Which facts are made of a contract's rows."""

    order: OrderFeed


def order_fault(fields: Mapping[str, ContractField]) -> str | None:
    """Why no order can be made of rows with these fields; None when one can."""
    lacking = [name for name in _NEEDED if name not in fields]
    if lacking:
        return f"an order needs fields {', '.join(lacking)}"
    for name, kind in {"order_no": "varchar", "status": "varchar", **ORDER_COLUMNS}.items():
        field = fields.get(name)
        if field is None:
            continue
        if field.personal == "drop":
            return f"field {name} does not land; leave personal: drop out"
        if field.type not in _READ_AS[kind]:
            return f"field {name} is of type {field.type}; allowed: {', '.join(_READ_AS[kind])}"
    return None
