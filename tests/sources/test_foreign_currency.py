"""Money in another currency than the yuan is refused and counted, never summed as yuan."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from siyu.settings import PROJECT_DIR
from tests.brand import Brand
from tests.sources.exports import BILL, SETTLEMENT, Shop, csv_text

AT = "2026-08-12 10:20:30"
SPELLINGS = ("CNY", "cny", "RMB", "人民币", "人民币元", "人民币(CNY)", "￥", "156", "", "-", "`CNY")


def wechat(number: int, currency: str) -> list[str]:
    return [
        AT, "wx0a", "1600000000", f"42000{number}", f"S{number}", "oX1", "SUCCESS", "100.00", "0",
        "0", "茶", currency,
    ]  # fmt: skip


def settled(number: int, *currencies: str) -> list[str]:
    return [f"29{number}", AT, "", "100", "货款", "100.00", "收入", "已结算", *currencies]


def test_amounts_in_another_currency_are_refused_by_name_and_counted(shop: Shop) -> None:
    rows = [wechat(n, words) for n, words in enumerate(("CNY", "HKD", "USD", "港币", "JPY"))]
    shop.drop("wechat.csv", csv_text((*BILL, "货币种类"), rows))
    (file,) = shop.ingest().files
    assert (file.rows_in, file.rows_landed) == (5, 1)
    assert file.reasons == {"foreign_currency": 4}
    assert shop.typed("wechat_pay_bill", "sum(settled_cny)::varchar") == [("100.00",)]
    brand = Brand(shop.settings.data_dir, shop.settings.config_dir)
    (told,) = brand.siyu("quarantine", "list", "--json").json()
    assert told["reasons"] == {"foreign_currency": 4}


def test_every_spelling_of_the_yuan_lands(shop: Shop) -> None:
    rows = [wechat(n, words) for n, words in enumerate(SPELLINGS)]
    shop.drop("wechat.csv", csv_text((*BILL, "货币种类"), rows))
    (file,) = shop.ingest().files
    assert (file.rows_landed, file.reasons) == (len(SPELLINGS), {})


@pytest.mark.parametrize("column", ["币种", "结算币种", "标价币种", "Currency"])
def test_a_currency_is_looked_at_though_the_contract_does_not_read_it(
    shop: Shop, column: str
) -> None:
    rows = [settled(1, "人民币", "人民币"), settled(2, "人民币", "USD")]
    shop.drop("jd.csv", csv_text((*SETTLEMENT, "币种", column), rows))
    (file,) = shop.ingest().files
    assert (file.rows_landed, file.reasons) == (1, {"foreign_currency": 1})


def test_a_contract_may_say_that_a_currency_is_not_of_its_amounts(tmp_path: Path) -> None:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    path = config / "sources" / "jd_settlement.yml"
    path.write_text(path.read_text("utf-8") + "ignored: [标价币种]\n", "utf-8")
    shop = Shop(tmp_path / "data", config)
    shop.drop("jd.csv", csv_text((*SETTLEMENT, "标价币种"), [settled(1, "USD")]))
    (file,) = shop.ingest().files
    assert (file.rows_landed, file.reasons) == (1, {})
