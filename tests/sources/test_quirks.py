"""However an export is spoilt, what lands equals the canonical values, cell for cell."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from siyu.identity.rules import load_identity_rules
from siyu.settings import PROJECT_DIR
from siyu.sources.block.place import Place
from siyu.sources.block.tokens import Border
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.land.rows import Landed, land_rows
from siyu.sources.recognise.stage import stage_all
from tests.sources.exports import CUSTOMER, Shop, csv_text
from tests.sources.quirk_machine import TOKENS, TURNS, Spoilt, spoil, spoil_in_turn

CONFIG = PROJECT_DIR / "config"
CONTRACTS = load_contracts(CONFIG)
TABULAR = sorted(n for n, c in CONTRACTS.items() if {"csv", "xlsx"} & set(c.recognise.formats))
BORDER = Border(TOKENS, load_identity_rules(CONFIG), None)


def land(folder: Path, spoilt: Spoilt, contract: Contract) -> tuple[Landed, list[dict]]:
    """Land one file without a brand around it; rows in order of the file."""
    path = folder / spoilt.name
    path.write_bytes(spoilt.content)
    staged, unread = stage_all(path, CONTRACTS)
    assert ([s.contract.id for s in staged], unread) == ([contract.id], [])
    place = Place(spoilt.name, "0" * 64, 1, folder / "a.parquet", folder / "r.parquet", folder)
    landed = land_rows(staged[0], place, BORDER)
    with duckdb.connect() as con:
        rows = con.execute(
            "select * from read_parquet($part) order by _row", {"part": str(place.target)}
        )
        names = [d[0] for d in rows.description]
        return landed, [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def read_as(meant: object, landed: str | None) -> object:
    """The landed text in the type of what was meant."""
    if landed is None or isinstance(meant, str) or meant is None:
        return landed
    if isinstance(meant, datetime):
        return datetime.fromisoformat(landed)
    return date.fromisoformat(landed) if isinstance(meant, date) else Decimal(landed)


@pytest.mark.parametrize("source", TABULAR)
@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_every_contract_lands_its_canonical_values_through_any_mix_of_quirks(
    tmp_path_factory: pytest.TempPathFactory, source: str, seed: int
) -> None:
    contract = CONTRACTS[source]
    spoilt = spoil(contract, random.Random(seed))
    assert_lands_as_meant(tmp_path_factory.mktemp("quirk"), contract, spoilt)


@pytest.mark.parametrize("source", TABULAR)
def test_every_contract_meets_every_quirk(tmp_path: Path, source: str) -> None:
    for turn in TURNS:
        folder = tmp_path / str(turn)
        folder.mkdir()
        spoilt = spoil_in_turn(CONTRACTS[source], turn)
        assert_lands_as_meant(folder, CONTRACTS[source], spoilt)


def assert_lands_as_meant(folder: Path, contract: Contract, spoilt: Spoilt) -> None:
    landed, rows = land(folder, spoilt, contract)
    assert asdict(landed) | {"rows_landed": len(spoilt.rows), "reasons": {}} == asdict(landed)
    for number, (meant, row) in enumerate(zip(spoilt.rows, rows, strict=True)):
        dropped = {n for n, f in contract.fields.items() if f.personal == "drop"}
        kept = {n: v for n, v in meant.items() if n not in dropped}
        assert {n: read_as(v, row[n]) for n, v in kept.items()} == kept, number


def test_a_totals_row_is_refused_and_never_summed(shop: Shop) -> None:
    header = ["日期", "商品ID", "推广场景", "总花费(元)", "曝光量", "点击量"]
    rows = [
        ["2026-08-10", "11", "搜索", "10.50", "100", "3"],
        ["2026-08-10", "12", "搜索", "20.00", "200", "4"],
        ["总计", "", "", "99.99", "300", "7"],
    ]
    shop.drop("ads.csv", csv_text(header, rows))
    (entry,) = shop.ingest().files
    assert (entry.rows_in, entry.rows_landed, entry.reasons) == (3, 2, {"totals_row": 1})
    assert shop.rows("pdd_ad", "sum(spend_cny::decimal(9,2))::varchar") == [("30.50",)]


def test_a_totals_row_below_filled_columns_is_no_line_of_the_last_order(shop: Shop) -> None:
    header = ["序号", "订单编号", "买家会员名", "卖家会员名", "货品总价(元)", "实付款", "订单状态"]
    header += ["订单创建时间", "货品标题", "单价(元)", "数量"]
    shared = ["茶茶", "卖家", "30", "30", "交易成功", "2026-08-10 10:00:00"]
    rows = [
        ["1", "1930000000000001", *shared, "茶", "10", "1"],
        ["2", *[""] * 7, "杯", "20", "1"],
        ["合计", *[""] * 3, "30", "30", "", "", "", "", "2"],
    ]
    shop.drop("1688.csv", csv_text(header, rows))
    (entry,) = shop.ingest().files
    assert (entry.rows_landed, entry.rows_quarantined) == (2, 1)


def test_masked_encrypted_and_damaged_values_are_flagged_and_never_joined(shop: Shop) -> None:
    phones = ["186******05", "##密文", "1.38E+10", "13900001001"]
    rows = [["张*", p, "是", "5", "2026-08-01 10:00:00", "1"] for p in phones]
    shop.drop("customers.csv", csv_text(CUSTOMER, rows))
    (entry,) = shop.ingest().files
    # The phone is the key here: a damaged one would merge customers, so its row is set apart.
    assert entry.reasons == {"damaged_key": 1}
    found = shop.rows("youzan_customer", "_flags, customer_phone is null")
    assert found == sorted(
        [
            ("customer_phone:encrypted", True),
            ("customer_phone:masked", True),
            (None, False),
        ],
        key=str,
    )


def test_a_damaged_number_outside_the_key_stays_as_text_where_nothing_joins_it(
    shop: Shop,
) -> None:
    header = [
        "子订单编号",
        "主订单编号",
        "标题",
        "购买数量",
        "订单状态",
        "买家实付金额",
        "订单创建时间",
        "支付单号",
    ]
    row = ["1", "2", "茶", "1", "交易成功", "9.90", "2026-08-01 10:00:00"]
    shop.drop("lines.csv", csv_text(header, [[*row, "2.02608E+27"], ["3", *row[1:], "77"]]))
    shop.ingest()
    assert shop.rows("taobao_order_line", "payment_no, _flags") == [
        ("77", None),
        (None, "payment_no:damaged:2.02608E+27"),
    ]
