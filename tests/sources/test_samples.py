"""A small file as its platform writes it, for every contract: it is known, lands whole and is typed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.views import prepare_raw
from tests.sources.conftest import KEY
from tests.sources.exports import Shop

SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".md")
CONTRACTS = load_contracts(PROJECT_DIR / "config")


PARTS = {
    "wechat_oa_trend": [
        "wechat_oa_daily_read",
        "wechat_oa_daily_action",
        "wechat_oa_article_channel",
    ]
}


def sources_of(sample: Path) -> list[str]:
    """`1791430000_douyin_settlement.v2.csv` -> `douyin_settlement`."""
    name = sample.name.split(".")[0].lstrip("0123456789_")
    return PARTS.get(name, [name])


@pytest.fixture(scope="module")
def all_samples(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("samples") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIYU_KEY", KEY)
        shop.drop_all({p.name: p.read_bytes() for p in FILES})
        shop.result = shop.ingest()
    return shop


@pytest.fixture(scope="module")
def typed(all_samples: Shop) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    prepare_raw(con, all_samples.settings, CONTRACTS, None)
    return con


def test_every_sample_lands_whole_under_its_contract(all_samples: Shop) -> None:
    found = {(f.file, f.source, f.rows_quarantined, f.message) for f in all_samples.result.files}
    assert found == {(p.name, source, 0, "") for p in FILES for source in sources_of(p)}
    assert all(f.rows_landed for f in all_samples.result.files)


def test_the_typed_view_of_every_sample_reads_each_value(
    all_samples: Shop, typed: duckdb.DuckDBPyConnection
) -> None:
    """A cast that fails in the view would turn a landed value into null."""
    for source in {f.source for f in all_samples.result.files}:
        columns = [n for n, f in CONTRACTS[source].fields.items() if f.personal != "drop"]
        counts = ", ".join(f'count("{n}")' for n in columns)
        newest = (
            f"select * from raw.{source} qualify row_number() over (partition by _key order by"
            " _status_rank desc, _exported_at desc nulls last, _load_seq desc, _file_sha256 desc,"
            " _row desc) = 1"
        )
        assert (
            typed.execute(f"select {counts} from typed.{source}").fetchall()
            == typed.execute(f"select {counts} from ({newest})").fetchall()
        ), source


def test_two_equal_fees_of_one_bill_are_two_movements(typed: duckdb.DuckDBPyConnection) -> None:
    found = typed.execute("select count(*), sum(amount_cny) from typed.xhs_settlement").fetchall()
    assert found == [(3, Decimal("95.00"))]


def test_an_alipay_movement_knows_its_order_from_the_order_column_or_the_remark(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute("select distinct order_no from typed.alipay_settlement").fetchall()
    assert found == [("3302710287203084298",)]


def test_a_time_of_day_takes_its_day_from_the_column_beside_it(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute(
        "select strftime(min(happened_at), '%Y-%m-%d %H:%M') from typed.taobao_wechat_settlement"
        " where shop is not null"
    ).fetchall()
    assert found == [("2026-08-10 02:20",)]


def test_every_contract_has_a_sample() -> None:
    assert {source for p in FILES for source in sources_of(p)} == set(CONTRACTS)
    assert len(CONTRACTS) >= 35


def test_a_pdd_order_without_a_time_takes_its_day_from_its_number(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute(
        "select strftime(ordered_at::timestamp, '%Y-%m-%d %H:%M') from raw.pdd_order"
        " where _file like '%goods_first%' order by 1"
    ).fetchall()
    assert found[0] == ("2026-08-09 16:00",)


def test_tables_side_by_side_in_one_sheet_land_each_with_its_own_rows(
    all_samples: Shop, typed: duckdb.DuckDBPyConnection
) -> None:
    entries = [f for f in all_samples.result.files if f.file == "wechat_oa_trend.xlsx"]
    assert {(f.source, f.rows_in) for f in entries} == {
        ("wechat_oa_daily_read", 6),
        ("wechat_oa_daily_action", 3),
        ("wechat_oa_article_channel", 2),
    }
    assert typed.execute("select sum(readers) from typed.wechat_oa_daily_read").fetchall() == [
        (615,)
    ]


def test_order_columns_on_the_first_line_reach_all_lines_and_totals_stay_single(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute(
        "select order_no, count(*), count(buyer_nick), sum(paid_cny), sum(price_cny * quantity)"
        " from typed.alibaba1688_order group by order_no order by order_no"
    ).fetchall()
    assert found == [
        ("1930000000000001", 3, 3, Decimal("95.00"), Decimal("90")),
        ("1930000000000002", 1, 1, Decimal("12.00"), Decimal("12")),
    ]


def test_a_web_page_named_xls_lands_as_the_table_it_is(typed: duckdb.DuckDBPyConnection) -> None:
    found = typed.execute(
        "select followers from typed.wechat_oa_growth where counted_on = date '2026-08-17'"
    ).fetchall()
    assert found == [(13212,)]


def test_every_tag_group_of_a_customer_is_kept_by_name(typed: duckdb.DuckDBPyConnection) -> None:
    found = typed.execute("select distinct tags from typed.wecom_customer order by 1").fetchall()
    assert found == [
        ("标签组1(等级)=金卡;标签组2(偏好)=绿茶",),
        ("标签组1(等级)=银卡",),
        ("标签组2(偏好)=红茶",),
    ]


def test_records_inside_a_reply_know_what_stands_around_them(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute(
        "select chat_id, count(*), count(unionid) from typed.wecom_group_member group by chat_id"
    ).fetchall()
    assert found == [("wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA", 3, 1)]
    assert typed.execute(
        "select count(*), count(message_id) from typed.wechat_oa_api_article_total"
    ).fetchall() == [(1, 1)]
