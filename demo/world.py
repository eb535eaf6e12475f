"""The whole demo world: real orders, made people, and what one batch of exports may show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from demo import rates
from demo.draws import Draws
from demo.orders import read_shop
from demo.people import make_people
from demo.platforms import place_orders

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Batch:
    """Things of the days from_on..to_on, in the state known at the end of state_on.

    A daily batch also re-exports the orders refunded that day.
    """

    from_on: date
    to_on: date
    state_on: date
    exported_at: datetime
    daily: bool = False

    @property
    def stamp(self) -> str:
        return self.exported_at.strftime("%Y%m%d%H%M%S")

    def covers(self, times: pd.Series) -> pd.Series:
        """Which of these Shanghai times fall in the batch's days."""
        end = pd.Timestamp(self.to_on) + timedelta(days=1)
        return (times >= pd.Timestamp(self.from_on)) & (times < end)


@dataclass(frozen=True)
class World:
    draws: Draws
    people: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame
    refunds: pd.DataFrame
    left_out: dict[str, int]

    def orders_of(self, platform: str, batch: Batch) -> pd.DataFrame:
        """The batch's orders with buyer columns, refunded cents and age at the batch's state."""
        orders = self.orders[self.orders["platform"] == platform]
        chosen = batch.covers(orders["ordered_at"])
        if batch.daily:
            today = self.refunds.loc[batch.covers(self.refunds["refunded_at"]), "invoice"]
            chosen |= orders["invoice"].isin(today)
        orders = orders[chosen].copy()
        known = self.known_refunds(batch).groupby("invoice")["cents"].sum()
        orders["refund"] = known.reindex(orders["invoice"]).fillna(0).astype("int64").to_numpy()
        orders["age"] = (pd.Timestamp(batch.state_on) - orders["day"]).dt.days
        done = orders["ordered_at"] + timedelta(days=rates.COMPLETED_AFTER_DAYS)
        orders["completed_at"] = done.where(orders["age"] >= rates.COMPLETED_AFTER_DAYS)
        sent = orders["ordered_at"] + timedelta(days=rates.SHIPPED_AFTER_DAYS)
        orders["shipped_at"] = sent.where(orders["age"] >= rates.SHIPPED_AFTER_DAYS)
        return orders.join(self.people.drop(columns=["person"]), on="person")

    def lines_of(self, platform: str, batch: Batch) -> pd.DataFrame:
        """The lines of orders_of, order columns beside them; line_refund is in cents."""
        orders = self.orders_of(platform, batch).rename(columns={"paid": "order_paid"})
        lines = self.lines.drop(columns=["buyer", "ordered_at"])
        lines = orders.merge(lines, on="invoice").sort_values(["ordered_at", "line"])
        back = self.known_refunds(batch).groupby("line")["cents"].sum()
        lines["line_refund"] = back.reindex(lines["line"]).fillna(0).astype("int64").to_numpy()
        return lines.reset_index(drop=True)

    def known_refunds(self, batch: Batch) -> pd.DataFrame:
        end = pd.Timestamp(batch.state_on) + timedelta(days=1)
        return self.refunds[self.refunds["refunded_at"] < end]

    def refunds_of(self, platform: str, batch: Batch) -> pd.DataFrame:
        """Refunds made in the batch's days, with their line and order."""
        orders = self.orders[self.orders["platform"] == platform]
        made = self.refunds[batch.covers(self.refunds["refunded_at"])]
        made = made.rename(columns={"quantity": "back_quantity"})
        lines = self.lines.drop(columns=["invoice", "buyer", "ordered_at"])
        made = made.merge(lines, on="line").rename(columns={"paid": "line_paid"})
        made = made.merge(orders, on="invoice").sort_values(["refunded_at", "line"])
        return made.join(self.people.drop(columns=["person"]), on="person").reset_index(drop=True)


def make_world(seed: int, people: int | None = None) -> World:
    """The world of a seed; `people` limits it to a hash sample of that many buyers."""
    draws = Draws(seed)
    shop = read_shop(DATA / "online_retail.parquet", draws, people)
    leads = rates.LEADS if people is None else people // 3
    persons = make_people(shop.orders, draws, leads)
    orders = place_orders(shop, persons, draws)
    refunds = shop.refunds.copy()
    lines = shop.lines
    product = lines.set_index("line")["product_id"].reindex(refunds["line"]).to_numpy()
    key = refunds["invoice"] + "/" + product + "/" + refunds["cancellation"]
    refunds["refund_no"] = draws.digits(key, "refund no", 17)
    return World(draws, persons, orders, lines, refunds, shop.left_out)
