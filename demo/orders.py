"""The real shop: orders, lines and refunds, with everything that was left out counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd

from demo.draws import Draws
from demo.rates import SHIFT_DAYS
from demo.refunds import match_refunds

SHIPPING_CODES = ("POST", "DOT", "C2")
FEE_CODES = ("AMAZONFEE", "BANK CHARGES", "M", "D", "S", "B", "CRUK", "PADS")


@dataclass(frozen=True)
class Shop:
    """Money in integer cents, times in Shanghai local time.

    orders: one row per invoice; lines: one row per product and price of an invoice;
    refunds: one row per cancelled quantity of a line; left_out: reason -> rows.
    """

    orders: pd.DataFrame
    lines: pd.DataFrame
    refunds: pd.DataFrame
    left_out: dict[str, int]


def read_shop(path: Path, draws: Draws, people: int | None = None) -> Shop:
    """The shop's orders; with `people`, those of a hash sample of buyers (and as many guests)."""
    rows = pd.read_parquet(path, columns=None)
    rows["code"] = rows["StockCode"].str.upper()
    rows["cents"] = (rows["UnitPrice"] * 100).round().astype("int64")
    rows["at"] = rows["InvoiceDate"] + timedelta(days=SHIFT_DAYS)
    rows["buyer"] = rows["CustomerID"].astype("Int64").astype("string")
    if people is not None:
        rows = _sample(rows, draws, people)
    left_out: dict[str, int] = {}

    def leave(reason: str, mask: pd.Series) -> None:
        nonlocal rows
        left_out[reason] = int(mask.sum())
        rows = rows[~mask]

    leave("fee_or_adjustment_code", rows["code"].isin(FEE_CODES))
    leave("price_zero_or_less", rows["cents"] <= 0)
    cancelled = rows["InvoiceNo"].str.startswith("C")
    leave("quantity_zero_or_less", ~cancelled & (rows["Quantity"] <= 0))
    cancelled = rows["InvoiceNo"].str.startswith("C")
    shipping = rows["code"].isin(SHIPPING_CODES)
    leave("shipping_cancellation", cancelled & shipping)
    cancelled = rows["InvoiceNo"].str.startswith("C")
    leave("guest_cancellation", cancelled & rows["buyer"].isna())
    cancelled = rows["InvoiceNo"].str.startswith("C")
    bought, returned = rows[~cancelled], rows[cancelled]
    lines = _lines(bought[~bought["code"].isin(SHIPPING_CODES)])
    orders, shipping_only = _orders(bought, lines)
    left_out["shipping_without_goods"] = shipping_only
    lines = lines.merge(orders[["invoice", "buyer", "ordered_at"]], on="invoice")
    refunds, unmatched = match_refunds(lines, returned)
    left_out["cancellation_without_purchase"] = unmatched
    return Shop(orders, lines, refunds, left_out)


def _sample(rows: pd.DataFrame, draws: Draws, people: int) -> pd.DataFrame:
    buyers = pd.Series(sorted(rows["buyer"].dropna().unique()))
    kept = buyers.iloc[draws.number(buyers, "sample").argsort(kind="stable")[:people]]
    guests = pd.Series(sorted(rows.loc[rows["buyer"].isna(), "InvoiceNo"].unique()))
    share = people / max(len(buyers), 1)
    kept_guests = guests[draws.share(guests, "sample guest") < share]
    return rows[
        rows["buyer"].isin(kept) | (rows["buyer"].isna() & rows["InvoiceNo"].isin(kept_guests))
    ]


def _lines(goods: pd.DataFrame) -> pd.DataFrame:
    """Same product at the same price is one line; another price is a variant of its own."""
    lines = (
        goods.groupby(["InvoiceNo", "code", "cents"], sort=True)["Quantity"].sum().reset_index()
    ).rename(columns={"InvoiceNo": "invoice", "cents": "price", "Quantity": "quantity"})
    variant = lines.groupby(["invoice", "code"]).cumcount()
    lines["product_id"] = lines["code"].where(
        variant == 0, lines["code"] + "-" + (variant + 1).astype(str)
    )
    titles = goods.dropna(subset=["Description"]).copy()
    titles["Description"] = titles["Description"].str.strip()
    counts = titles.groupby(["code", "Description"]).size().reset_index(name="n")
    counts = counts.sort_values(["code", "n", "Description"], ascending=[True, False, True])
    names = counts.drop_duplicates("code").set_index("code")["Description"]
    lines["title"] = lines["code"].map(names).fillna(lines["code"])
    lines["paid"] = lines["price"] * lines["quantity"]
    lines["line_no"] = lines.groupby("invoice").cumcount() + 1
    lines["line"] = range(len(lines))
    return lines


def _orders(bought: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    fees = bought[bought["code"].isin(SHIPPING_CODES)]
    shipping = (fees["cents"] * fees["Quantity"]).groupby(fees["InvoiceNo"]).sum()
    goods = lines.groupby("invoice").agg(
        goods=("paid", "sum"), line_count=("line", "size"), item_quantity=("quantity", "sum")
    )
    heads = bought.groupby("InvoiceNo").agg(buyer=("buyer", "first"), ordered_at=("at", "min"))
    orders = goods.join(heads)
    orders["shipping"] = shipping.reindex(orders.index).fillna(0).astype("int64")
    orders["paid"] = orders["goods"] + orders["shipping"]
    alone = int((~fees["InvoiceNo"].isin(orders.index)).sum())
    return orders.reset_index(names="invoice"), alone
