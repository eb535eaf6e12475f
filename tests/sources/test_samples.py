"""A small file as its platform writes it, for every contract: it is known, lands whole and is typed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.catalogue import load_contracts
from siyu.sources.raw_views import prepare_raw
from tests.sources.conftest import KEY
from tests.sources.exports import Shop

SAMPLES = Path(__file__).parent / "samples"
CONTRACTS = load_contracts(PROJECT_DIR / "config")


def source_of(sample: Path) -> str:
    """`1791430000_douyin_settlement.v2.csv` -> `douyin_settlement`."""
    return sample.name.split(".")[0].lstrip("0123456789_")


@pytest.fixture(scope="module")
def all_samples(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("samples") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIYU_KEY", KEY)
        shop.drop_all(
            {p.name: p.read_bytes() for p in sorted(SAMPLES.iterdir()) if p.suffix != ".md"}
        )
        shop.result = shop.ingest()
    return shop


@pytest.fixture(scope="module")
def typed(all_samples: Shop) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    prepare_raw(con, all_samples.settings, CONTRACTS, None)
    return con


def test_every_sample_lands_whole_under_its_contract(all_samples: Shop) -> None:
    found = {f.file: (f.source, f.rows_quarantined, f.message) for f in all_samples.result.files}
    assert found == {p.name: (source_of(p), 0, "") for p in SAMPLES.iterdir() if p.suffix != ".md"}


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
    assert {source_of(p) for p in SAMPLES.iterdir() if p.suffix != ".md"} == set(CONTRACTS)


def test_a_pdd_order_without_a_time_takes_its_day_from_its_number(
    typed: duckdb.DuckDBPyConnection,
) -> None:
    found = typed.execute(
        "select strftime(ordered_at::timestamp, '%Y-%m-%d %H:%M') from raw.pdd_order"
        " where _file like '%goods_first%' order by 1"
    ).fetchall()
    assert found[0] == ("2026-08-09 16:00",)
