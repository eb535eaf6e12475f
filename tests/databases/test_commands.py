"""A database through the command line: tried first, then read by the night with everything else."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

from tests.brand import ROOT, Brand
from tests.databases.servers import PASSWORD, Server
from tests.databases.tables import add_customers, connect
from tests.sources.exports import COUPON, Shop, coupons, csv_text

pytestmark = pytest.mark.xdist_group("databases")
CRM = "crm_customer_table"


@pytest.fixture
def brand(shop: Shop, crm: Server) -> Brand:
    add_customers(crm, [(f"M{n}", n, f"2026-08-01 10:00:0{n}+08") for n in range(1, 8)])
    connect(shop, "erp", crm.url(password="wrong"))
    return Brand(shop.settings.data_dir, shop.settings.config_dir)


def test_source_check_shows_the_mapping_and_five_masked_rows(brand: Brand) -> None:
    answer = brand.siyu("source", "check", CRM, "--json")
    report = answer.json()
    assert answer.code == 0
    assert (report["source"], report["rows_landed"], len(report["sample_rows"])) == (CRM, 7, 5)
    assert report["mapping"]["phone"] == "mobile"
    assert report["sample_rows"][0]["phone"] == report["sample_rows"][0]["customer_no"] == "•••"
    assert report["sample_rows"][0]["points"] == "1"
    shown = brand.siyu("source", "check", CRM)
    assert shown.code == 0 and "full_name" in shown.out
    for secret in (PASSWORD, "1390000", "王小明"):
        assert secret not in answer.out + answer.err + shown.out + shown.err
    assert not (brand.data / "pulled").exists()
    assert brand.siyu("source", "check", "crm_customers").code == 2


def test_a_night_reads_the_database_and_one_that_is_away_stops_no_other_source(
    brand: Brand, shop: Shop
) -> None:
    shop.drop("coupons.csv", csv_text(COUPON, coupons(3)))
    # A part of the night: the whole one would build every model.
    words = (
        "from orchestration.night import run_night; from siyu.settings import load_settings;"
        " import json; print(json.dumps(run_night(load_settings(), None, select='group:ingest').unread))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        env=brand.env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [
        "connection erp: the server refused user or password; correct its address"
    ]
    assert PASSWORD not in done.stderr
    assert len(shop.rows(CRM)) == 7 and len(shop.rows("coupon")) == 3
    with duckdb.connect(str(shop.settings.warehouse_path), read_only=True) as con:
        assert con.execute(
            "select source, watermark from ops.load_ledger where watermark is not null"
        ).fetchall() == [(CRM, "updated_at 2026-08-01T02:00:07+00:00")]
