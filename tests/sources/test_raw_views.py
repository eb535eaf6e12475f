"""dbt sees every contract as a typed view of exactly the nights known on a day."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from siyu.errors import PermanentFailure
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.views import prepare_raw, raw_columns
from tests.sources.exports import COUPON, REFERRAL, Shop, coupons, csv_text

FIRST, SECOND = date(2026, 8, 20), date(2026, 8, 21)


def warehouse(shop: Shop, as_of: date | None = None) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), as_of)
    return con


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.execute(f"select count(*) from {table}").fetchall()[0][0]


@pytest.fixture
def two_nights(shop: Shop) -> Shop:
    shop.drop("a.csv", csv_text(COUPON, coupons(10)))
    shop.ingest(as_of=FIRST)
    damaged = coupons(6, start=10)
    damaged[2][3] = "九元"
    shop.drop("b.csv", csv_text(COUPON, damaged))
    shop.drop("unknown.csv", "甲,乙\n1,2\n")
    shop.ingest(as_of=SECOND)
    return shop


def test_an_empty_brand_gives_typed_empty_views_of_every_contract(shop: Shop) -> None:
    con = warehouse(shop, FIRST)
    for name, contract in load_contracts(shop.settings.config_dir).items():
        found = con.execute(f'describe raw."{name}"').fetchall()
        assert {row[0]: row[1].lower() for row in found} == raw_columns(contract)
        assert count(con, f'raw."{name}"') == 0
    assert count(con, "raw.identifier_observation") == 0
    assert con.execute("select as_of_on from raw.as_of").fetchall() == [(FIRST,)]
    assert count(con, "ops.load_ledger") == count(con, "ops.quarantine") == 0


def test_without_a_load_and_a_day_the_message_says_what_to_do(shop: Shop) -> None:
    with pytest.raises(PermanentFailure, match="put exports into the landing folder"):
        warehouse(shop)


def test_the_first_day_sees_the_first_night_alone(two_nights: Shop) -> None:
    con = warehouse(two_nights, FIRST)
    assert count(con, "raw.coupon") == 10
    assert con.execute("select distinct _load_seq from raw.coupon").fetchall() == [(1,)]
    assert count(con, "ops.load_ledger") == 1
    assert count(con, "ops.quarantine") == 0


def test_without_a_day_the_newest_night_is_seen(two_nights: Shop) -> None:
    con = warehouse(two_nights)
    assert count(con, "raw.coupon") == 15
    assert con.execute("select as_of_on from raw.as_of").fetchall() == [(SECOND,)]
    assert count(con, "ops.load_ledger") == 3
    refused = con.execute(
        "select load_seq, source, file, row_no, reason, field from ops.quarantine"
    )
    assert refused.fetchall() == [(2, "coupon", "b.csv", 3, "not_a_decimal", "face_value_cny")]


def test_a_day_before_all_nights_sees_nothing(two_nights: Shop) -> None:
    assert count(warehouse(two_nights, date(2026, 8, 1)), "raw.coupon") == 0


def test_preparing_twice_gives_the_same(two_nights: Shop) -> None:
    con = warehouse(two_nights)
    contracts = load_contracts(two_nights.settings.config_dir)
    before = con.execute("select * from raw.coupon order by all").fetchall()
    prepare_raw(con, two_nights.settings, contracts, None)
    assert con.execute("select * from raw.coupon order by all").fetchall() == before
    assert count(con, "ops.load_ledger") == 3


def test_a_part_that_no_ledger_names_is_not_seen(two_nights: Shop) -> None:
    (part,) = (two_nights.settings.raw_dir / "coupon" / "load=000001").iterdir()
    half = two_nights.settings.raw_dir / "coupon" / "load=000003"
    half.mkdir()
    (half / part.name).write_bytes(part.read_bytes())
    assert count(warehouse(two_nights), "raw.coupon") == 15


def test_who_invited_is_never_paired_with_who_was_invited(shop: Shop) -> None:
    rows = [
        [f"R{n}", "spring", f"oReferrer{n}", f"oReferee{n}", "2026-08-02 10:00:00", "5"]
        for n in range(8)
    ]
    shop.drop("referrals.csv", csv_text(REFERRAL, rows))
    shop.ingest(as_of=FIRST)
    con = warehouse(shop)
    assert count(con, "raw.identifier_observation") == 16
    together = con.execute(
        "select count(distinct value_key), count(distinct subject)"
        " from raw.identifier_observation group by record_key"
    ).fetchall()
    assert together == [(1, 1)] * 16


def test_an_observation_carries_its_scope_its_time_and_its_row(two_nights: Shop) -> None:
    con = warehouse(two_nights)
    found = con.execute(
        "select distinct source, subject, id_type, scope, trust, strftime(min(seen_at), '%Y-%m-%d %H:%M')"
        " from raw.identifier_observation group by all"
    ).fetchall()
    assert found == [("coupon", "self", "member_no", "", "high", "2026-08-01 01:30")]
    assert con.execute(
        "select count(*) from raw.identifier_observation join raw.coupon"
        " on row_no = _row and file_sha256 = _file_sha256 and value_key = member_no"
    ).fetchall() == [(15,)]
