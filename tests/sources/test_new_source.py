"""A kind of export that the project has never seen is added by one YAML file and no Python."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.views import prepare_raw
from tests.sources.exports import Shop

# Header and values of a Vipshop settlement and of an Amap store report: neither has a contract here.
VIP = "单号,PO号,条码,销售数量,不含税单价,结算金额（元）,结算状态,出仓时间\r\n" + "".join(
    f'\'2026{n:06d},PO{n},69{n:011d},{n},"1,{n:03d}.50",{n}.25元,已结算,2026年08月{n:02d}日\r\n'
    for n in range(1, 6)
)
VIP_YAML = """
id: vip_settlement
title: {en: Vipshop settlement, zh: 唯品会结算单}
platform: erp
grain: one row per line of a settlement
recognise:
  formats: [csv]
  required: [单号, PO号, 条码, 结算金额(元), 出仓时间]
key: [line_no]
lands_only: true
seen_at: shipped_on
fields:
  line_no: {columns: [单号], required: true}
  quantity: {columns: [销售数量], type: integer}
  price_cny: {columns: [不含税单价], type: decimal, unit: cny}
  settled_cny: {columns: [结算金额(元)], type: decimal, unit: cny, required: true}
  shipped_on: {columns: [出仓时间], type: date, required: true}
"""
VISITS = (
    "门店访客报表\r\n统计周期：2026-08\r\n访客手机\t到店时间\t停留时长(分)\t会员\r\n"
    + "".join(f"1390000{n:04d}\t2026/8/{n} 9:0{n}\t{n * 7}\t是\r\n" for n in range(1, 5))
)
VISITS_YAML = """
id: store_visit
title: {en: Store visits, zh: 门店访客}
platform: crm
grain: one row per visit
recognise:
  formats: [csv]
  required: [访客手机, 到店时间, 停留时长(分)]
key: [phone, visited_at]
lands_only: true
seen_at: visited_at
fields:
  phone: {columns: [访客手机], identifier: {type: phone}}
  visited_at: {columns: [到店时间], type: timestamp, required: true}
  minutes: {columns: [停留时长(分)], type: integer}
  is_member: {columns: [会员], type: flag}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    shop = Shop(tmp_path / "data", config)
    shop.drop("唯品会.csv", VIP.encode("gb18030"))
    shop.drop("门店.txt", VISITS.encode("utf-16"))
    first = shop.ingest(as_of=date(2026, 8, 30))
    assert [f.status for f in first.files] == ["quarantined", "quarantined"]
    (config / "sources" / "vip_settlement.yml").write_text(VIP_YAML, encoding="utf-8")
    (config / "sources" / "store_visit.yml").write_text(VISITS_YAML, encoding="utf-8")
    return shop


def test_two_unseen_files_land_typed_with_one_yaml_each(shop: Shop) -> None:
    found = {(f.source, f.rows_in, f.rows_landed) for f in shop.ingest().files}
    assert found == {("vip_settlement", 5, 5), ("store_visit", 4, 4)}
    con = duckdb.connect()
    prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), None)
    assert con.execute(
        "select line_no, quantity, price_cny, settled_cny, shipped_on from typed.vip_settlement"
        " order by line_no limit 1"
    ).fetchall() == [("2026000001", 1, Decimal("1001.50"), Decimal("1.25"), date(2026, 8, 1))]
    assert con.execute(
        "select count(distinct phone), sum(minutes), bool_and(is_member) from typed.store_visit"
    ).fetchall() == [(4, 70, True)]
    assert con.execute(
        "select count(*) from raw.identifier_observation where source = 'store_visit'"
    ).fetchall() == [(4,)]
