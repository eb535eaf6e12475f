"""What a spreadsheet or a platform has damaged misleads neither the keys nor the calendar."""

from __future__ import annotations

from datetime import date

from tests.sources.exports import COUPON, CUSTOMER, SETTLEMENT, Shop, coupons, csv_text, xlsx_bytes


def test_one_absurd_date_does_not_move_the_night_past_the_export(shop: Shop) -> None:
    rows = coupons(20)
    rows[4][5] = "2099-01-01 00:00:00"
    shop.drop("coupons_20260830231500.csv", csv_text(COUPON, rows))
    result = shop.ingest()
    assert result.as_of == date(2026, 8, 30)
    assert result.files[0].rows_landed == 20


def test_an_export_name_with_no_such_day_lands_without_an_export_time(shop: Shop) -> None:
    shop.drop("coupons_20261399000000.csv", csv_text(COUPON, coupons(3)))
    assert [f.rows_landed for f in shop.ingest().files] == [3]
    assert set(shop.rows("coupon", "_exported_at")) == {(None,)}


def test_ids_damaged_by_a_spreadsheet_do_not_merge_rows(shop: Shop) -> None:
    rows = [
        [f"1.2345678901234{n}E+17", "2026-08-02 08:00:00", "", "7", "货款", 5, "收入", "已结算"]
        for n in range(3)
    ]
    rows.append(["31", "2026-08-02 08:00:00", "", 1.5e17, "货款", 5, "收入", "已结算"])
    # Java writes no sign.
    rows.append(["1.93E17", "2026-08-02 08:00:00", "", "7", "货款", 5, "收入", "已结算"])
    rows += [
        ["#N/A", "2026-08-02 08:00:00", "", sku, "货款", 5, "收入", "已结算"] for sku in ("7", "7")
    ]
    rows.append(["32", "2026-08-02 08:00:00", "", "8", "货款", 5, "收入", "已结算"])
    shop.drop("jd.xlsx", xlsx_bytes([["京东结算单"], SETTLEMENT, *rows]))
    (entry,) = shop.ingest().files
    assert entry.reasons == {"damaged_key": 7}
    assert shop.rows("jd_settlement", "order_no") == [("32",)]
    assert {r[1:] for r in shop.refused()} == {
        ("damaged_key", "order_no"),
        ("damaged_key", "product_id"),
    }


def test_customers_with_masked_phones_stay_apart(shop: Shop) -> None:
    phones = ["138****0001", "139****0002", "138****0001", "", "13911110000"]
    rows = [["某甲", phone, "是", "5", "2026-08-01 10:00:00", "1"] for phone in phones]
    shop.drop("customers.csv", csv_text(CUSTOMER, rows))
    shop.ingest()
    keys = [key for (key,) in shop.rows("youzan_customer", "_key")]
    assert len(keys) == 5
    assert len(set(keys)) == 4
    assert not any("*" in key for key in keys)
    named = shop.rows("youzan_customer", "_key, customer_phone")
    assert sum(phone is not None for _, phone in named) == 1
    assert all(key == phone for key, phone in named if phone)
