"""The words of an order's state: the contracts rank them, the warehouse knows them, and none gets lost."""

from __future__ import annotations

import re
from datetime import date

import pytest

from siyu.settings import PROJECT_DIR
from tests.warehouse.conftest import Build
from tests.warehouse.raw_rows import contracts

RULE = PROJECT_DIR / "dbt_project" / "macros" / "rules" / "order_status.sql"
# Sources whose orders reach core by a model of their own, or feed it.
ORDERS = (
    "taobao_order", "taobao_order_line", "jd_order", "pdd_order", "douyin_order", "xhs_order",
    "wechat_shop_order", "youzan_order", "kuaishou_order",
)  # fmt: skip


def test_every_wording_that_a_contract_ranks_has_a_meaning_in_the_warehouse() -> None:
    told = re.search(r"set words = \{(.*?)\} -%\}", RULE.read_text("utf-8"), re.S)
    assert told
    known = set(re.findall(r"'([^']+)'", told[1]))
    ranked = {c.id: set(c.status_rank) for c in contracts() if c.id in ORDERS}
    assert set(ranked) == set(ORDERS)
    assert {name: words - known for name, words in ranked.items() if words - known} == {}


@pytest.mark.parametrize("source", ["youzan_order", "kuaishou_order"])
def test_a_newer_wording_that_nobody_knows_stops_the_build(build: Build, source: str) -> None:
    moments = {"ordered_at": "2026-08-01 02:00:00", "paid_at": "2026-08-01 02:00:00"}
    rows = [
        {"order_no": "1", "paid_cny": "9.00", "status": status, "_exported_at": seen, **moments}
        for status, seen in (
            ("已发货", "2026-08-02 00:00:00"),
            # Ranked last, it would lose to what stood before and count as paid for ever.
            ("取消", "2026-08-03 00:00:00"),
        )
    ]
    with pytest.raises(AssertionError, match="every_wording_of_a_state_is_known"):
        build(
            date(2026, 8, 17),
            {source: rows},
            "+fct_order",
            "every_wording_of_a_state_is_known",
        )
