"""Bills of the same days in two shapes of their export are the same money."""

from __future__ import annotations

import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from tests.sources.exports import Shop, csv_text, xlsx_bytes
from tests.sources.quirk_machine import fields_of

CONTRACTS = load_contracts(PROJECT_DIR / "config")
# Contracts of files whose key holds a moment; those of bills tell equal rows of one key apart.
TIMED = sorted(
    name
    for name, c in CONTRACTS.items()
    if {"csv", "xlsx"} & set(c.recognise.formats)
    and any(c.fields[n].type == "timestamp" for n in c.key if n in c.fields)
)

AT = "2026-08-12 10:20:30"
PDD = ("商户订单号", "发生时间", "收入金额（+元）", "支出金额（-元）", "账务类型", "备注",
       "业务描述")  # fmt: skip
PDD_ROWS = [
    ["260810-1", AT, "29.90", "0.00", "交易收入", "", "0010002|交易收入-订单收入"],
    ["260810-1", AT, "0.00", "-0.18", "技术服务费", "", "0030002|技术服务费-基础技术服务费"],
    # Equal rows are movements of their own.
    ["260810-2", AT, "0.00", "-5.00", "交易退款", "", "0020002|交易退款-订单退款"],
    ["260810-2", AT, "0.00", "-5.00", "交易退款", "", "0020002|交易退款-订单退款"],
]


def test_pdd_bills_with_and_without_fee_items_are_not_added_up(shop: Shop) -> None:
    def spare(amount: str) -> str:
        return amount.rstrip("0").rstrip(".")

    shop.drop("账单.csv", csv_text(PDD, PDD_ROWS))
    # The same days, saved anew: with two more columns and amounts as a spreadsheet writes them.
    more = [
        [order, at, spare(income), spare(expense), *words, words[0], spare(income)]
        for order, at, income, expense, *words in PDD_ROWS
    ]
    shop.drop("账单 (1).csv", csv_text((*PDD, "费项", "金额"), more))
    load = shop.ingest()
    assert [f.status for f in load.files] == ["landed", "landed"], load.messages
    found = shop.typed("pdd_settlement", "order_no, income_cny, expense_cny")
    assert [(order, str(income), str(expense)) for order, income, expense in found] == [
        ("260810-1", "0.00", "-0.18"),
        ("260810-1", "29.90", "0.00"),
        ("260810-2", "0.00", "-5.00"),
        ("260810-2", "0.00", "-5.00"),
    ]


def test_a_personal_bill_as_text_and_as_a_spreadsheet_is_one_bill(shop: Shop) -> None:
    header = ("交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "支付方式", "当前状态",
              "交易单号", "商户单号", "备注")  # fmt: skip

    def row(amount: object) -> list[object]:
        return [AT, "商户消费", "某店", "茶", "支出", amount, "零钱", "支付成功", "1", "1", "/"]

    shop.drop("微信支付账单.csv", csv_text(header, [row("¥1300.00"), row("¥9.90")]))
    shop.drop("微信支付账单.xlsx", xlsx_bytes([header, row(1300), row(9.9)]))
    load = shop.ingest()
    assert [f.status for f in load.files] == ["landed", "landed"], load.messages
    found = shop.typed("wechat_bill", "amount_cny")
    assert [str(amount) for (amount,) in found] == ["9.90", "1300.00"]


def _rows(source: str, moments: list[str]) -> str:
    """A file of a contract: one row a moment, alike but for it and for amounts and counts."""
    fields = fields_of(CONTRACTS[source])
    plain = {"timestamp": "", "decimal": "{}.50", "integer": "{}", "percent": "0.{}", "flag": "是"}
    rows = [
        [moment if f.type == "timestamp" else "CNY" if name == "currency"
         else plain.get(f.type, "支出").format(number) for name, (_, f) in fields.items()]
        for number, moment in enumerate(moments, start=1)
    ]  # fmt: skip
    return csv_text([column for column, _ in fields.values()], rows)


@pytest.mark.parametrize("source", TIMED)
@pytest.mark.parametrize("first", ["as exported", "as saved"])
def test_a_file_that_a_spreadsheet_saved_anew_without_seconds_counts_once(
    shop: Shop, source: str, first: str
) -> None:
    exported = ["2026-08-12 10:20:05", "2026-08-12 10:20:30", "2026-08-12 10:21:00"]
    saved = ["2026/8/12 10:20", "2026/8/12 10:20", "2026/8/12 10:21"]
    if not CONTRACTS[source].repeats:
        # Their grain is a title and its minute.
        exported, saved = exported[1:], saved[1:]
    shapes = [exported, saved] if first == "as exported" else [saved, exported]
    for number, shape in enumerate(shapes):
        shop.drop(f"{number}.csv", _rows(source, shape))
        (file,) = shop.ingest().files
        assert (file.status, file.source, file.rows_landed) == ("landed", source, len(exported))
    # Every row stands in the newer file, and none of the older one's beside it.
    assert shop.typed(source, "load_seq") == [(2,)] * len(exported)
