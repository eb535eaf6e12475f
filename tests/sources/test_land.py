"""Whatever a file's format, its rows land with equal values or are set apart with a reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.exports import (
    BILL,
    COUPON,
    ORDER,
    SETTLEMENT,
    Shop,
    coupons,
    csv_text,
    xlsx_bytes,
)

COUPON_COLUMNS = "coupon_no, batch, face_value_cny, issued_at, expires_on, status, order_no"
PREAMBLE = "导出单号,20260801\r\n#--------\r\n\r\n"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")


def want(count: int) -> list[tuple]:
    return [
        (f"C{n:06d}", "春日", f"{n}.50", f"2026-08-{1 + n % 28:02d} 01:30:00", "2026-12-31",
         "未使用", None)
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("preamble", ["", PREAMBLE])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_csv_lands_equal_in_every_encoding_and_below_a_preamble(
    shop: Shop, encoding: str, preamble: str, delimiter: str
) -> None:
    text = preamble + csv_text(COUPON, coupons(40), delimiter)
    shop.drop("券.csv", text.encode(encoding))
    result = shop.ingest()
    assert result.messages == ()
    assert [(f.rows_in, f.rows_landed) for f in result.files] == [(40, 40)]
    assert shop.rows("coupon", COUPON_COLUMNS) == want(40)


def test_cells_guarded_by_tabs_on_both_sides_stay_comma_separated(shop: Shop) -> None:
    rows = [[f"\t{cell}\t" for cell in row] for row in coupons(300)]
    shop.drop("guarded.csv", csv_text(COUPON, rows))
    assert [f.rows_landed for f in shop.ingest().files] == [300]
    assert shop.rows("coupon", COUPON_COLUMNS) == want(300)


def test_the_footer_and_totals_of_a_bill_are_no_rows(shop: Shop) -> None:
    rows = [
        [f"`2026-08-0{n} 10:00:00", "`wx0a", "`190", f"`42000{n}", f"`S{n}", f"`oAbC{n}",
         "`SUCCESS", f"`{n}.00", "`0", "`0.00", "`茶"]
        for n in range(1, 8)
    ]  # fmt: skip
    totals = "总交易单数,应结订单总金额,退款总金额\r\n`7,`28.00,`0.00\r\n"
    shop.drop("bill.csv", csv_text(BILL, rows) + totals)
    assert [(f.rows_in, f.rows_landed) for f in shop.ingest().files] == [(7, 7)]
    found = shop.rows("wechat_pay_bill", "transaction_no, settled_cny, refund_no")
    assert found == [(f"42000{n}", f"{n}.00", None) for n in range(1, 8)]


def test_a_workbook_with_its_header_in_the_second_row_lands(shop: Shop) -> None:
    rows = [
        [f"2{n:011d}", "2026-08-02 08:00:00", "", 100.0 + n, "货款", 12.5 * n, "收入", "已结算"]
        for n in range(1, 30)
    ]
    shop.drop("jd.xlsx", xlsx_bytes([["京东结算单"], SETTLEMENT, *rows]))
    assert [(f.source, f.rows_in, f.rows_landed) for f in shop.ingest().files] == [
        ("jd_settlement", 29, 29)
    ]
    found = shop.rows("jd_settlement", "order_no, product_id, amount_cny::decimal(9,2)::varchar")
    assert found == [(f"2{n:011d}", str(100 + n), f"{12.5 * n:.2f}") for n in range(1, 30)]


def test_a_json_reply_lands_with_its_nested_fields(shop: Shop) -> None:
    contacts = [
        {
            "external_contact": {"external_userid": f"wmAb{n}", "type": 1, "name": "甲"},
            "follow_info": {"userid": "staff1", "createtime": 1_785_000_000 + n, "state": None},
        }
        for n in range(12)
    ]
    reply = {"errcode": 0, "external_contact_list": contacts}
    shop.drop("wecom_contacts_ww1_20260801000000.json", json.dumps(reply))
    assert [(f.source, f.rows_landed) for f in shop.ingest().files] == [("wecom_contact", 12)]
    found = shop.rows("wecom_contact", "corp_id, employee_id, contact_type, state")
    assert found == [("ww1", "staff1", "1", None)] * 12


def test_refused_rows_say_why_and_where_and_every_row_is_accounted_for(shop: Shop) -> None:
    rows = coupons(20)
    rows[3][3] = "九元"
    rows[5][5] = "昨天"
    rows[7][0] = "-"
    rows[9] = rows[9][:7]
    rows[11] = [*rows[11], "多", "余"]
    shop.drop("coupons.csv", csv_text(COUPON, rows))
    (entry,) = shop.ingest().files
    assert (entry.rows_in, entry.rows_landed, entry.rows_quarantined) == (20, 15, 5)
    assert shop.refused() == [
        (4, "not_a_decimal", "face_value_cny"),
        (6, "not_a_timestamp", "issued_at"),
        (8, "missing_required", "coupon_no"),
        (10, "missing_required", "status"),
        (12, "too_many_cells", ""),
    ]
    assert sum(entry.reasons.values()) == 5


def test_a_stray_quote_costs_its_own_row_at_most(shop: Shop) -> None:
    header, *lines = csv_text(COUPON, coupons(30)).split("\r\n")[:-1]
    quoted = ['"' + line.replace(",", '","') + '"' for line in lines]
    quoted[8] = quoted[8].replace('"春日"', '"春日')
    quoted[12] = quoted[12].replace('"春日"', '"春\r\n日"')
    shop.drop("quoted.csv", "\r\n".join([header, *quoted, ""]).replace("春日", "春，日"))
    (entry,) = shop.ingest().files
    assert entry.rows_in == entry.rows_landed + entry.rows_quarantined
    changed = [(no, batch.replace("日", "，日"), *rest) for no, batch, *rest in want(30)]
    found = shop.rows("coupon", COUPON_COLUMNS)
    whole = [row for n, row in enumerate(changed) if n not in (8, 12)]
    assert [row for row in found if row[0] not in ("C000008", "C000012")] == whole


@settings(max_examples=8)
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9
        ).map(lambda s: f"茶{s}，\n杯")
        | st.from_regex(r'茶[",;\\ ]{0,6}杯', fullmatch=True),
        min_size=5,
        max_size=40,
    )
)
def test_text_with_commas_quotes_and_line_breaks_lands_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str]
) -> None:
    shop = Shop(tmp_path_factory.mktemp("text"))
    rows = [
        [f"20{n:04d}", f"tb{n}", "9.90", "交易成功", "2026-08-01 10:00:00", title]
        for n, title in enumerate(titles)
    ]
    shop.drop("orders.csv", csv_text(ORDER, rows))
    shop.ingest()
    found = shop.rows("taobao_order", "order_no, title")
    assert found == [(row[0], row[-1]) for row in rows]
