"""Journeys drawn from a known Markov chain, as exports: what attribution must find is known exactly.

A brand of its own, because the demo's orders are real and no chain may move them. Each journey is one
visitor's visits, some hours apart, that end with an order or with nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from demo import rates
from demo.write import Export, land
from siyu.metrics.markov import CONVERSION, NULL, START, RemovalEffects, removal_effects

# Channel -> the WeChat scene code that a visit through it carries. Numbered from 1, in this order.
SCENES = {
    "ad": "1067", "direct": "1001", "oa_menu": "1035", "qr_code": "1011", "search": "1005",
    "share": "1007",
}  # fmt: skip
CHANNELS = tuple(SCENES)
FIRST = (0.25, 0.10, 0.15, 0.15, 0.25, 0.10)
# From each channel: the chance of each channel next, then of an order, then of nothing more.
NEXT = {
    "ad": (0.10, 0.05, 0.10, 0.05, 0.15, 0.05, 0.05, 0.45),
    "direct": (0.02, 0.10, 0.08, 0.05, 0.05, 0.10, 0.30, 0.30),
    "oa_menu": (0.03, 0.10, 0.15, 0.05, 0.07, 0.10, 0.20, 0.30),
    "qr_code": (0.02, 0.08, 0.20, 0.05, 0.05, 0.10, 0.15, 0.35),
    "search": (0.08, 0.12, 0.05, 0.05, 0.15, 0.05, 0.12, 0.38),
    "share": (0.02, 0.13, 0.10, 0.05, 0.05, 0.15, 0.25, 0.25),
}
FIRST_DAYS = (date(2026, 5, 1), date(2026, 6, 30))
# Every window of these has closed by then, in a closed month.
THROUGH = date(2026, 8, 10)
EXPORTED = "20260811020000"
GAP_HOURS = (6, 40)
ORDER_CNY = "10.00"
HEADER = ("event_id", "event_time", "appid", "openid", "session_id", "event_name", "page", "scene",
          "duration_seconds")  # fmt: skip
SHOP = (
    "订单号", "订单下单时间", "支付时间", "订单状态", "商品总价", "订单实际支付金额", "订单运费", "交易单号",
    "商品编码(平台)", "商品价格(单件)", "商品实际价格(总共)", "商品数量", "商品已退款金额",
)  # fmt: skip
BILL = ("交易时间", "公众账号ID", "商户号", "微信订单号", "商户订单号", "用户标识", "交易类型", "交易状态",
        "应结订单金额", "微信退款单号", "退款金额", "手续费", "费率", "订单金额")  # fmt: skip


@dataclass(frozen=True)
class JourneySummary:
    """What was written; `orders` of the `journeys` ended with an order."""

    files: int
    journeys: int
    orders: int
    through: str


def planted_transitions() -> pd.DataFrame:
    """The chain as from_state, to_state, n: channels from 1, n the chance of the step."""
    rows = [(START, n + 1, p) for n, p in enumerate(FIRST)]
    ends = [*range(1, len(CHANNELS) + 1), CONVERSION, NULL]
    for number, channel in enumerate(CHANNELS, start=1):
        rows += [(number, end, p) for end, p in zip(ends, NEXT[channel], strict=True)]
    return pd.DataFrame(rows, columns=["from_state", "to_state", "n"])


def planted_effects() -> RemovalEffects:
    """What the removal of each channel costs in the planted chain, by channel name, solved exactly."""
    found = removal_effects(planted_transitions(), 1, len(CHANNELS) + 1)
    return RemovalEffects(found.base, found.effect.set_axis(CHANNELS))


def draw_journeys(count: int, seed: int) -> list[tuple[list[int], bool]]:
    """Each journey's channels (places in CHANNELS, oldest first) and whether it ended with an order."""
    draw = np.random.default_rng(seed)
    first, chances = np.cumsum(FIRST), [np.cumsum(NEXT[channel]) for channel in CHANNELS]
    journeys = []
    for _ in range(count):
        path = [int(np.searchsorted(first, draw.random(), side="right"))]
        while (step := int(np.searchsorted(chances[path[-1]], draw.random(), side="right"))) < len(
            CHANNELS
        ):
            path.append(step)
        journeys.append((path, step == len(CHANNELS)))
    return journeys


def build_journeys(
    landing: Path, truth: Path, count: int, seed: int = rates.SEED
) -> JourneySummary:
    """Write the journeys' exports into `landing` and the chain, with its exact effects, into `truth`.

    The same seed and count are the same bytes.
    """
    journeys = draw_journeys(count, seed)
    files = list(_exports(journeys, np.random.default_rng(seed + 1)))
    for export in files:
        land(landing, export)
    truth.mkdir(parents=True, exist_ok=True)
    effects = planted_effects()
    told = {
        "journeys": count,
        "orders": sum(ordered for _, ordered in journeys),
        "visits": sum(len(path) for path, _ in journeys),
        "channels": list(CHANNELS),
        "first": list(FIRST),
        "next": {channel: list(row) for channel, row in NEXT.items()},
        "conversion": effects.base,
        "removal_effect": effects.effect.to_dict(),
    }
    (truth / "journeys.json").write_text(json.dumps(told, indent=1))
    return JourneySummary(len(files), count, told["orders"], THROUGH.isoformat())


def _exports(journeys: list[tuple[list[int], bool]], draw: np.random.Generator) -> Iterator[Export]:
    """Visits as the brand's own events; orders of the WeChat shop, their buyers told by the bill."""
    events, orders, bill = [], [], []
    days = (FIRST_DAYS[1] - FIRST_DAYS[0]).days + 1
    for number, (path, ordered) in enumerate(journeys):
        openid = f"oJourney{number:07d}"
        start = FIRST_DAYS[0] + timedelta(days=int(draw.integers(days)))
        at = datetime.combine(start, datetime.min.time()) + timedelta(
            seconds=int(draw.integers(86400))
        )
        for step, place in enumerate(path):
            visit = f"j{number:07d}-{step:03d}"
            events.append((visit, str(at), rates.MINI_PROGRAM_APPID, openid, visit, "view_home",
                           "pages/index", SCENES[CHANNELS[place]], "5.0"))  # fmt: skip
            at += timedelta(hours=int(draw.integers(*GAP_HOURS)))
        if ordered:
            order, paid = f"37{number:012d}", f"42{number:014d}"
            orders.append((order, str(at), str(at), "已完成", ORDER_CNY, ORDER_CNY, "0.00", paid, "P1",
                           ORDER_CNY, ORDER_CNY, "1", "0.00"))  # fmt: skip
            bill.append((str(at), rates.MINI_PROGRAM_APPID, rates.MERCHANT_ID, paid, order, openid,
                         "JSAPI", "SUCCESS", ORDER_CNY, "0", "0.00", "0.06000", "0.60%",
                         ORDER_CNY))  # fmt: skip
    ticked = [["`" + value for value in row] for row in bill]
    # Somebody else comes on the last day, so that the business day lies past every journey's window.
    events.append(("last", f"{THROUGH} 12:00:00", rates.MINI_PROGRAM_APPID, "oJourneyLast", "last",
                   "view_home", "pages/index", SCENES["direct"], "5.0"))  # fmt: skip
    for name, header, rows in (
        ("mp_events", HEADER, events),
        ("wechat_shop", SHOP, orders),
        ("wechat_pay_bill", BILL, ticked),
    ):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
        yield Export(f"{name}_{EXPORTED}.csv", text.getvalue().encode())
