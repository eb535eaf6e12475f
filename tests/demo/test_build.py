"""The demo brand: repeatable, complete, true to the cent, and as odd as real exports are."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from demo.build import build_demo, next_day

PEOPLE = 60
DAY = date(2026, 8, 18)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder / "landing", folder / "truth", people=PEOPLE)
    return folder


def read_csv(folder: Path, pattern: str, encoding: str) -> pd.DataFrame:
    texts = [p.read_bytes().decode(encoding) for p in sorted((folder / "landing").glob(pattern))]
    tables = []
    for text in texts:
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        tables.append(pd.DataFrame(rows, columns=header))
    return pd.concat(tables, ignore_index=True)


def total(values: pd.Series) -> Decimal:
    return sum((Decimal(v.replace(",", "")) for v in values), Decimal(0))


def truth_of(folder: Path, platform: str) -> pd.DataFrame:
    orders = pd.read_parquet(folder / "truth" / "orders.parquet")
    return orders[orders["platform"] == platform]


def test_the_same_seed_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_demo(tmp_path / "landing", tmp_path / "truth", people=PEOPLE)
    ours = {p.name: p.read_bytes() for p in (built / "landing").iterdir()}
    assert {p.name: p.read_bytes() for p in (tmp_path / "landing").iterdir()} == ours


def test_a_first_load_and_a_day_hold_the_orders_of_the_later_state(
    built: Path, tmp_path: Path
) -> None:
    assert next_day(built / "truth") == DAY
    build_demo(tmp_path / "landing", tmp_path / "truth", through=date(2026, 8, 17), day=DAY,
               people=PEOPLE)  # fmt: skip
    build_demo(tmp_path / "all" / "landing", tmp_path / "all" / "truth", through=DAY, people=PEOPLE)
    for pattern, column in (("youzan_orders*", "订单号"), ("jd_orders*", "订单号")):
        encoding = "gbk" if pattern.startswith("jd") else "utf-8"
        stepped = read_csv(tmp_path, pattern, encoding)[column]
        at_once = read_csv(tmp_path / "all", pattern, encoding)[column]
        assert set(stepped) == set(at_once)
    stepped = pd.read_parquet(tmp_path / "truth" / "orders.parquet")
    pd.testing.assert_frame_equal(
        stepped, pd.read_parquet(tmp_path / "all" / "truth" / "orders.parquet")
    )


def test_exported_money_is_the_truth_to_the_cent(built: Path) -> None:
    taobao = read_csv(built, "ExportOrderList*", "gb18030")
    assert total(taobao["买家实际支付金额"]) == truth_of(built, "taobao")["paid_cny"].sum()
    refunds = read_csv(built, "ExportRefundList*", "gb18030")
    assert total(refunds["买家退款金额"]) == truth_of(built, "taobao")["refund_cny"].sum()
    douyin = read_csv(built, "*_douyin_orders.csv", "utf-8-sig")
    paid = total(douyin["订单应付金额"]) + total(douyin["运费"])
    assert paid == truth_of(built, "douyin")["paid_cny"].sum()
    jd = read_csv(built, "jd_orders*", "gbk").drop_duplicates("订单号")
    assert total(jd["应付金额"]) == truth_of(built, "jd")["paid_cny"].sum()


def test_the_quirks_are_really_written(built: Path) -> None:
    taobao = read_csv(built, "ExportOrderList*", "gb18030")
    assert taobao["订单编号"].str.match(r'^="\d+"$').all()
    assert taobao["联系手机"].str.startswith("'").all()
    douyin = sorted((built / "landing").glob("*_douyin_orders.csv"))
    assert douyin[0].read_bytes().startswith(b"\xef\xbb\xbf")
    assert b'"\t69' in douyin[0].read_bytes()
    bill = sorted((built / "landing").glob("wechat_pay_bill*"))[0].read_text(encoding="utf-8")
    assert "\n`2" in bill.replace("\r", "") and "总交易单数" in bill
    youzan = sorted((built / "landing").glob("youzan_customers*"))[0].read_text(encoding="utf-8")
    assert youzan.splitlines()[0].endswith(",") and "——" in youzan
