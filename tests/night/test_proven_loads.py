"""A load is judged by its contract until it passed once, whatever cut the run short that landed it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siyu.settings import Settings
from siyu.sources.land.ingest import ingest
from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")
HEAD = "授权记录号,手机号,unionid,用途,渠道,授权状态,变更时间\n"
PART = ("run", "--select", "key:raw/consent")
READABLE = "13900001234"


def drop(brand: Brand, rows: str) -> None:
    path = brand.data / "landing" / "consents_20260819120000.csv"
    path.write_text(HEAD + rows, "utf-8")


@pytest.mark.parametrize("rows", ["", "X1,13900000001,,营销,短信,撤回,not a day\n"])
def test_a_file_of_which_no_row_can_land_stops_no_night(
    small_night: Brand, tmp_path: Path, rows: str
) -> None:
    brand = small_night.copy_to(tmp_path)
    drop(brand, rows)
    answer = brand.siyu(*PART)
    assert answer.code == 0, answer.err
    assert len(brand.siyu("quarantine", "list", "--json").json()) == bool(rows)


def test_a_load_that_broke_its_contract_stops_every_run_and_not_only_the_first(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    drop(brand, "X1,13900000001,,营销,短信,撤回,2026-08-17 12:00:00\n")
    # As a run that is killed right after landing leaves it; the value is one that never may land.
    load = ingest(Settings(brand.data, brand.config))
    (part,) = (brand.data / "raw" / "consent" / f"load={load.load_seq:06d}").glob("*.parquet")
    table = pq.read_table(part)
    place = table.column_names.index("phone")
    pq.write_table(table.set_column(place, "phone", pa.array([READABLE])), part)
    for _ in range(2):
        answer = brand.siyu(*PART)
        assert answer.code == 1
        (line,) = [one for one in answer.err.splitlines() if one.startswith("error: ")]
        assert "consent" in line and "expectations" in line and READABLE not in answer.err
    pq.write_table(table, part)
    for _ in range(2):
        assert brand.siyu(*PART).code == 0


def test_a_load_that_broke_its_contract_can_be_taken_out_and_read_again(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    assert brand.siyu("quarantine", "take", "consent").code == 2
    assert brand.siyu("quarantine", "take", "no_such_source").code == 2
    # One row lands and breaks the contract, one was refused.
    drop(
        brand,
        "X1,13900000001,,营销,短信,撤回,2026-08-17 12:00:00\n"
        "X2,13900000002,,营销,短信,撤回,not a day\n",
    )
    load = ingest(Settings(brand.data, brand.config))
    (part,) = (brand.data / "raw" / "consent" / f"load={load.load_seq:06d}").glob("*.parquet")
    table = pq.read_table(part)
    place = table.column_names.index("phone")
    pq.write_table(table.set_column(place, "phone", pa.array([READABLE])), part)
    answer = brand.siyu(*PART)
    assert answer.code == 1 and "siyu quarantine take" in answer.err
    (taken,) = brand.siyu("quarantine", "take", "consent", "--json").json()
    assert (taken["rows"], taken["rules"]) == (1, ["phone is well formed"])
    # The nights go on, nothing readable is left, and the count says what waits.
    assert brand.siyu(*PART).code == 0
    assert not part.exists()
    (waits,) = brand.siyu("quarantine", "list", "--json").json()
    assert waits["reasons"] == {"broke_contract": 1, "not_a_timestamp": 1}
    # What broke it is mended: the row lands once, and the load is proven.
    (again,) = brand.siyu("quarantine", "retry", "--json").json()
    assert (again["rows_landed"], again["rows_refused"]) == (1, 1)
    assert brand.siyu(*PART).code == 0
    (waits,) = brand.siyu("quarantine", "list", "--json").json()
    assert waits["reasons"] == {"not_a_timestamp": 1}
