"""State, not luck: whatever comes again, late or out of order, the newest state stands."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.stores import Store, Stores, load_stores
from siyu.sources.raw.views import prepare_raw
from tests.sources.exports import ORDER, Shop, csv_text

NIGHT = date(2026, 8, 30)


def orders(state: str, start: int = 0, count: int = 20, paid: str = "9.90") -> list[list[str]]:
    return [
        [f"19300000{n:04d}", f"tb{n}", paid, state, f"2026-08-{1 + n % 28:02d} 10:00:00", "茶"]
        for n in range(start, start + count)
    ]


def standing(shop: Shop) -> list[tuple]:
    con = duckdb.connect()
    prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), None)
    return con.execute(
        "select order_no, status, paid_cny, ordered_at from typed.taobao_order order by order_no"
    ).fetchall()


def ledger(shop: Shop) -> list[tuple]:
    con = duckdb.connect()
    prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), None)
    return con.execute(
        "select file, rows_landed, rows_ignored, ignored from ops.load_ledger"
        " where load_seq = (select max(load_seq) from ops.load_ledger) order by file"
    ).fetchall()


@pytest.fixture
def landed(shop: Shop) -> Shop:
    shop.drop("ExportOrderList20260820000000.csv", csv_text(ORDER, orders("交易成功")))
    shop.ingest(as_of=NIGHT)
    return shop


Rows = list[list[str]]
AGAIN: dict[str, tuple[str, Callable[[], Rows], str]] = {
    "rows_shuffled": (
        "ExportOrderList20260820000000_2.csv",
        lambda: random.Random(3).sample(orders("交易成功"), 20),
        '{"same_state": 20}',
    ),
    "older_after_newer": (
        "ExportOrderList20260810000000.csv",
        lambda: orders("买家已付款，等待卖家发货"),
        '{"outdated": 20}',
    ),
    "older_export_of_the_same_status": (
        "ExportOrderList20260811000000.csv",
        lambda: orders("交易成功", paid="8.80"),
        '{"outdated": 20}',
    ),
    "a_later_export_of_the_same_state": (
        "ExportOrderList20260825000000.csv",
        lambda: orders("交易成功")[::-1],
        '{"same_state": 20}',
    ),
}


@pytest.mark.parametrize("what", sorted(AGAIN))
def test_coming_again_changes_nothing_and_the_ledger_says_why(landed: Shop, what: str) -> None:
    before = standing(landed)
    name, rows, ignored = AGAIN[what]
    landed.drop(name, csv_text(ORDER, rows()))
    landed.ingest()
    assert standing(landed) == before
    assert ledger(landed) == [(name, 20, 20, ignored)]


def test_overlapping_ranges_count_only_what_overlaps(landed: Shop) -> None:
    landed.drop("ExportOrderList20260821000000.csv", csv_text(ORDER, orders("交易成功", 15, 20)))
    landed.ingest()
    assert ledger(landed) == [("ExportOrderList20260821000000.csv", 20, 5, '{"same_state": 5}')]
    assert len(standing(landed)) == 35


def test_a_newer_state_is_not_ignored(landed: Shop) -> None:
    landed.drop("ExportOrderList20260822000000.csv", csv_text(ORDER, orders("交易关闭", count=4)))
    landed.ingest()
    assert [row[2] for row in ledger(landed)] == [0]
    assert sum(status == "交易关闭" for _, status, _, _ in standing(landed)) == 4


def test_a_field_that_came_into_the_contract_later_counts_as_empty_before(tmp_path: Path) -> None:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    contract = config / "sources" / "taobao_order.yml"
    whole = contract.read_text()
    contract.write_text(whole.replace("  title: {columns: [宝贝标题]}\n", ""))
    shop = Shop(tmp_path / "data", config)
    shop.drop("ExportOrderList20260820000000.csv", csv_text(ORDER, orders("交易成功")))
    shop.ingest(as_of=NIGHT)
    contract.write_text(whole)
    untitled = [[*row[:-1], ""] for row in orders("交易成功", count=5)]
    rows = untitled + orders("交易成功", start=5, count=5)
    shop.drop("ExportOrderList20260820000000_2.csv", csv_text(ORDER, rows))
    shop.ingest()
    assert [row[1:] for row in ledger(shop)] == [(10, 5, '{"same_state": 5}')]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("ExportOrderList202608201213.csv", "2026-08-20 04:13:00"),
        ("ExportOrderList20260820121345.csv", "2026-08-20 04:13:45"),
        ("d92bcb6e9b59aad0orders_export2026-08-20-12-13-45.csv", "2026-08-20 04:13:45"),
        ("某店 2026-08-20 12.13.45 (1).csv", "2026-08-20 04:13:45"),
        ("订单_20260820_121345.csv", "2026-08-20 04:13:45"),
        # A day alone may be that of the data, and a range is no moment.
        ("订单20260820.csv", None),
        ("20260801-20260831.csv", None),
        ("2026-08-01-2026-08-31.csv", None),
        ("ExportOrderList202613201213.csv", None),
        ("1930000000202608201213.csv", None),
    ],
)
def test_the_names_that_platforms_give_their_exports_tell_their_time(
    shop: Shop, name: str, moment: str | None
) -> None:
    shop.drop(name, csv_text(ORDER, orders("交易成功", count=1)))
    shop.ingest(as_of=NIGHT)
    assert shop.rows("taobao_order", "_exported_at") == [(moment,)]


def test_of_two_exports_of_one_night_the_later_one_counts_whatever_their_bytes(
    tmp_path: Path,
) -> None:
    names = ("ExportOrderList202608201213.csv", "ExportOrderList202608210009.csv")
    paid = ("9.90", "7.70")
    for number, turned in enumerate((False, True)):
        shop = Shop(tmp_path / str(number))
        amounts = paid[::-1] if turned else paid
        for name, amount in zip(names, amounts, strict=True):
            shop.drop(name, csv_text(ORDER, orders("交易成功", count=1, paid=amount)))
        shop.ingest(as_of=NIGHT)
        assert [str(row[2]) for row in standing(shop)] == [amounts[1]]


def test_a_wording_that_a_contract_learns_later_ranks_what_landed_before(tmp_path: Path) -> None:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    shop = Shop(tmp_path / "data", config)
    shop.drop("ExportOrderList202608201213.csv", csv_text(ORDER, orders("交易成功", count=1)))
    shop.ingest(as_of=NIGHT)
    shop.drop("ExportOrderList202608211213.csv", csv_text(ORDER, orders("（冻结）,已退", count=1)))
    shop.ingest()
    assert [row[1] for row in standing(shop)] == ["交易成功"]
    contract = config / "sources" / "taobao_order.yml"
    contract.write_text(
        contract.read_text().replace("交易成功: 4,", "交易成功: 4, (冻结)已退: 5,"),
        encoding="utf-8",
    )
    assert [row[1] for row in standing(shop)] == ["（冻结）,已退"]
    later = orders("交易成功", count=1, paid="1.00")
    shop.drop("ExportOrderList202608221213.csv", csv_text(ORDER, later))
    (entry,) = shop.ingest().files
    assert entry.ignored == {"outdated": 1}, "the ledger counts by the ranks that the views use"
    assert [row[1] for row in standing(shop)] == ["（冻结）,已退"]


def test_numbers_that_change_after_publication_are_those_of_the_newest_export(shop: Shop) -> None:
    header = ["笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "点赞", "收藏"]
    for day, views in (("07", "1.3万"), ("02", "900"), ("05", "4,100")):
        row = ["春茶", "2026年08月01日20时", "图文", "9", views, "1", "1"]
        shop.drop(f"notes_202608{day}000000.csv", csv_text(header, [row]))
        shop.ingest(as_of=NIGHT)
    con = duckdb.connect()
    prepare_raw(con, shop.settings, load_contracts(shop.settings.config_dir), None)
    assert con.execute("select count(*), max(views) from typed.xhs_note").fetchall() == [(1, 13000)]


def test_a_store_whose_name_holds_another_is_told_by_the_longer_one() -> None:
    stores = Stores(
        stores={
            "b": Store(platform="taobao", name="某某旗舰店", file_names=("某某旗舰店",)),
            "a": Store(platform="taobao", name="天猫某某旗舰店", file_names=("天猫某某旗舰店",)),
            "c": Store(platform="jd", name="京东", file_names=("天猫某某旗舰店订单",)),
        }
    )
    assert stores.of("八月/天猫某某旗舰店订单.csv", "taobao") == "a"
    assert stores.of("八月/某某旗舰店订单.csv", "taobao") == "b"
    assert stores.of("八月/别店.csv", "taobao") is None


def test_the_store_of_a_file_stands_on_its_rows_and_in_the_ledger(tmp_path: Path) -> None:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    (config / "stores.yml").write_text(
        "stores:\n  main: {platform: taobao, name: 某店, file_names: [某店]}\n", encoding="utf-8"
    )
    shop = Shop(tmp_path / "data", config)
    shop.drop("某店/orders.csv", csv_text(ORDER, orders("交易成功", count=3)))
    (entry,) = shop.ingest(as_of=NIGHT).files
    assert entry.store_id == "main"
    assert set(shop.rows("taobao_order", "_store_id")) == {("main",)}


def test_two_stores_of_one_name_are_a_fault_of_the_config(tmp_path: Path) -> None:
    (tmp_path / "stores.yml").write_text(
        "stores:\n  a: {platform: jd, name: 甲, file_names: [某店]}\n"
        "  b: {platform: jd, name: 乙, file_names: [某店]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"stores\.b\.file_names: '某店' also names a"):
        load_stores(tmp_path)
