"""Bad input gets one clear line, and nothing else is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")


def broken_zip() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", "订单号,金额\n" * 2000)
    return whole.getvalue()[:-60]


def broken_xlsx() -> bytes:
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole)
    book.add_worksheet().write_row(0, 0, ["会员号", "手机号", "会员等级", "入会时间"])
    book.close()
    return whole.getvalue()[: len(whole.getvalue()) // 2]


BAD = {
    "unknown_header.csv": "甲,乙,丙\n1,2,3\n".encode(),
    "near_miss.csv": "邀请记录号,活动编号,邀请人unionid,被邀请人unionid,邀请日期\n1,a,x,y,z\n".encode(),
    "truncated.zip": broken_zip(),
    "truncated.xlsx": broken_xlsx(),
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 64,
}


@pytest.fixture(scope="module")
def fed(small_night: Brand, tmp_path_factory: pytest.TempPathFactory) -> tuple[Brand, object, dict]:
    brand = small_night.copy_to(tmp_path_factory.mktemp("bad"))
    before = brand.tables()
    for name, content in BAD.items():
        (brand.data / "landing" / name).write_bytes(content)
    (brand.data / "landing" / "still.csv.part").write_bytes("订单号,".encode())
    return brand, brand.siyu("run"), before


@pytest.mark.parametrize("name", sorted(BAD))
def test_each_bad_file_gets_one_line_naming_it(fed: tuple, name: str) -> None:
    _, answer, _ = fed
    lines = [line for line in answer.err.splitlines() if line.startswith("error:") and name in line]
    assert len(lines) == 1, answer.err[-3000:]
    assert len(lines[0]) > len(name) + 20


def test_bad_files_end_the_command_with_a_data_failure_and_no_traceback(fed: tuple) -> None:
    _, answer, _ = fed
    assert answer.code == 1
    assert "Traceback" not in answer.err


def test_what_was_there_stays_as_it_was(fed: tuple) -> None:
    brand, _, before = fed
    after = brand.tables()
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"ops.load_ledger", "ops.run", "ops.quarantine"}


def test_a_bad_file_is_kept_whole_in_quarantine(fed: tuple) -> None:
    brand, _, _ = fed
    kept = {p.name: p.read_bytes() for p in (brand.data / "quarantine" / "files").rglob("*.*")}
    for name, content in BAD.items():
        assert kept[name] == content


def test_the_night_says_how_many_files_lie_in_quarantine_until_they_are_mended(fed: tuple) -> None:
    brand, _, _ = fed
    answer = brand.siyu("status")
    assert "siyu quarantine list" in answer.err
    found = brand.siyu("status", "--json").json()["night"]["files_in_quarantine"]
    assert found == len(brand.siyu("quarantine", "list", "--json").json()) >= len(BAD)


def test_the_next_run_does_not_complain_again(fed: tuple) -> None:
    brand, _, _ = fed
    assert brand.siyu("run").code == 0


def _own_config(brand: Brand, folder: Path) -> Brand:
    return brand.with_own_config(folder)


@pytest.mark.parametrize("command", [["check"], ["run"]])
def test_a_mistyped_contract_key_is_one_line_and_exit_two(
    small_night: Brand, tmp_path: Path, command: list[str]
) -> None:
    brand = _own_config(small_night, tmp_path)
    path = brand.config / "sources" / "coupon.yml"
    path.write_text(path.read_text().replace("grain:", "grian:"))
    answer = brand.siyu(*command)
    assert answer.code == 2, answer.err
    lines = [line for line in answer.err.splitlines() if "grian" in line]
    assert len(lines) == 1
    assert "coupon.yml" in lines[0]
    assert "grain" in lines[0].replace("grian", "")
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", [["check"], ["run"]])
def test_a_segment_with_an_unknown_column_is_one_line_and_exit_two(
    small_night: Brand, tmp_path: Path, command: list[str]
) -> None:
    brand = _own_config(small_night, tmp_path)
    path = brand.config / "segments" / "referrers.yml"
    path.write_text(path.read_text().replace("referral_count", "referal_count"))
    answer = brand.siyu(*command)
    assert answer.code == 2, answer.err
    lines = [line for line in answer.err.splitlines() if "referal_count" in line]
    assert len(lines) == 1
    assert "referral_count" in lines[0]
    assert "referrers.yml" in lines[0]


def test_a_wrong_day_is_a_usage_error(small_night: Brand) -> None:
    answer = small_night.siyu("run", "--as-of", "17/08/2026")
    assert answer.code == 2
    assert "YYYY-MM-DD" in answer.err


def test_a_busy_warehouse_is_exit_three(small_night: Brand, tmp_path: Path) -> None:
    import fcntl

    brand = small_night.copy_to(tmp_path)
    with (brand.data / ".run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = brand.siyu("run")
    assert answer.code == 3
    assert len(answer.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "drop table core.fct_order",
        "copy (select 1) to '{folder}/out.csv'",
        "select * from read_csv('{folder}/in.csv')",
        "attach '{folder}/other.duckdb'",
        "set enable_external_access = true",
    ],
)
def test_a_query_reaches_nothing_but_the_public_tables(
    small_night: Brand, tmp_path: Path, query: str
) -> None:
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    answer = small_night.siyu("sql", query.format(folder=tmp_path))
    assert answer.code == 2
    assert len(answer.err.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
