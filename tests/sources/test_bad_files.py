"""A bad file costs one line and itself: it is kept whole, and all other files land."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import zipfile
from datetime import date
from pathlib import Path

import pytest

from siyu.errors import ConfigError, PermanentFailure
from siyu.settings import PROJECT_DIR
from siyu.sources.land.ingest import LoadResult
from siyu.sources.quarantine.retry import retry
from siyu.sources.read.file_name import given_file
from siyu.sources.trial.check_file import check_file
from tests.sources.exports import COUPON, LONG_AGO, REFERRAL, Shop, coupons, csv_text, xlsx_bytes

NIGHT = date(2026, 8, 30)


def cut_zip() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", "订单号,金额\n" * 2000)
    return whole.getvalue()[:-60]


def one_short(header: tuple[str, ...], lost: str, instead: str) -> str:
    return csv_text([instead if h == lost else h for h in header], coupons(2))


JD = csv_text(
    ["订单号", "商品ID", "下单账号", "订购数量", "订单金额", "应付金额", "订单状态", "下单时间"],
    [["1", "2", "pin", "1", "3", "3", "完成", "2026-08-01 10:00:00"]],
)
BAD = {
    "empty.csv": b"",
    "blank.csv": b"\xef\xbb\xbf\r\n \r\n",
    "binary.csv": bytes(range(256)) * 64,
    "cut.zip": cut_zip(),
    "cut.xlsx": xlsx_bytes([COUPON, *coupons(50)])[:-900],
    "page.xls": b"<html><table><tr><td>1</td></tr></table></html>",
    "torn.json": b'{"user_info_list": [{"openid": "oA", "subsc',
    "no_list.json": b'{"errcode": 40001, "errmsg": "invalid credential"}',
    "unknown.csv": "甲,乙,丙\n1,2,3\n".encode(),
    "renamed.csv": one_short(COUPON, "券状态", "券的情况").encode(),
    "lines.jsonl": b'{"a": 1}\n{"a": \n',
    "latin.csv": "caf\xe9,\xff\xfe\xfd\n\x81".encode("latin-1"),
}


def ingest_with(shop: Shop, bad: dict[str, bytes]) -> LoadResult:
    shop.drop("good.csv", csv_text(COUPON, coupons(10)))
    shop.drop_all(bad)
    return shop.ingest()


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, LoadResult]:
    shop = Shop(tmp_path_factory.mktemp("bad"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIYU_KEY", "5a" * 32)
        return shop, ingest_with(shop, BAD)


@pytest.mark.parametrize("name", sorted(BAD))
def test_each_bad_file_gets_one_line_that_names_it(fed: tuple[Shop, LoadResult], name: str) -> None:
    lines = [m for m in fed[1].messages if m.startswith(f"{name}: ")]
    assert len(lines) == 1, fed[1].messages
    assert "\n" not in lines[0]
    assert "/" not in lines[0].replace("://", "")
    assert len(lines[0]) > len(name) + 15


def test_all_other_files_land(fed: tuple[Shop, LoadResult]) -> None:
    shop, result = fed
    assert len(shop.rows("coupon")) == 10
    assert sorted(f.file for f in result.files if f.status == "quarantined") == sorted(BAD)
    assert [f.file for f in result.files if f.status == "landed"] == ["good.csv"]


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_kept_whole_where_only_its_owner_looks(
    fed: tuple[Shop, LoadResult], name: str
) -> None:
    shop, result = fed
    (kept,) = (shop.settings.quarantine_dir / "files").rglob(name)
    assert kept.read_bytes() == BAD[name]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(shop.settings.quarantine_dir.stat().st_mode) == 0o700
    reason = json.loads((kept.parent / "reason.json").read_text())["reason"]
    assert reason in result.messages


def test_an_unknown_header_is_told_its_nearest_contract_and_what_differs(
    fed: tuple[Shop, LoadResult],
) -> None:
    (line,) = [m for m in fed[1].messages if m.startswith("renamed.csv")]
    assert "nearest contract coupon" in line
    assert "missing 券状态" in line
    assert "extra 券的情况" in line


def own_config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))


def test_characters_that_look_alike_are_reported_and_never_guessed(tmp_path: Path) -> None:
    config = own_config(tmp_path)
    contract = config / "sources" / "jd_order.yml"
    text = contract.read_text()
    contract.write_text(text.replace("[下单帐号, 下单账号]", "[下单帐号]"))
    shop = Shop(tmp_path / "data", config)
    (line,) = ingest_with(shop, {"lookalike.csv": JD.encode()}).messages
    assert line.startswith("lookalike.csv: nearest contract jd_order")
    assert "near misses, not guessed: 下单帐号 ~ 下单账号 (帐≠账)" in line
    contract.write_text(text)
    assert [f.status for f in shop.ingest().files] == ["landed"]


def test_a_header_that_two_contracts_fit_names_both(tmp_path: Path) -> None:
    config = own_config(tmp_path)
    twin = (config / "sources" / "coupon.yml").read_text().replace("id: coupon", "id: coupon_twin")
    (config / "sources" / "coupon_twin.yml").write_text(twin)
    shop = Shop(tmp_path / "data", config)
    shop.drop("both.csv", csv_text(COUPON, coupons(3)))
    result = shop.ingest(as_of=date(2026, 8, 30))
    (line,) = result.messages
    assert line.startswith("both.csv: the header fits coupon and coupon_twin")


def test_a_quarantined_file_is_tried_again_once_a_contract_is_added(tmp_path: Path) -> None:
    config = own_config(tmp_path)
    contract = config / "sources" / "referral.yml"
    text = contract.read_text()
    contract.unlink()
    shop = Shop(tmp_path / "data", config)
    row = ["R1", "spring", "oAbCdEf1", "oAbCdEf2", "2026-08-02 10:00:00", "5"]
    shop.drop("referrals.csv", csv_text(REFERRAL, [row]))
    shop.drop("coupons.csv", csv_text(COUPON, coupons(4)))
    assert [f.status for f in shop.ingest().files] == ["landed", "quarantined"]
    assert not shop.ingest().has_new
    contract.write_text(text)
    again = shop.ingest()
    assert [(f.file, f.status) for f in again.files] == [("referrals.csv", "landed")]
    assert len(shop.rows("referral")) == 1
    assert len(shop.rows("coupon")) == 4


def test_what_is_still_being_written_is_left_for_later(shop: Shop) -> None:
    whole = csv_text(COUPON, coupons(20))
    part = shop.drop("big.csv.part", whole)
    result = ingest_with(shop, {})
    assert result.messages == ("big.csv.part: still being written: left for the next run",)
    assert [f.file for f in result.files] == ["good.csv"]
    part.rename(part.with_suffix(""))
    assert [f.rows_landed for f in shop.ingest().files] == [20]


def test_a_first_night_of_bad_files_alone_still_names_each_of_them(shop: Shop) -> None:
    shop.drop_all({"empty.csv": b"", "unknown.csv": "甲,乙\n1,2\n".encode()})
    with pytest.raises(PermanentFailure) as failure:
        shop.ingest()
    lines = str(failure.value).splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["empty.csv", "unknown.csv"]
    assert len(lines) == 3
    assert shop.ingest(as_of=date(2026, 8, 1)).has_new


def named_in_gbk(folder: Path, name: str, content: bytes) -> Path:
    """A file as one copied from Chinese Windows: its name is no UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / os.fsdecode(name.encode("gb18030"))
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_file_whose_name_is_in_gbk_lands_under_its_readable_name(shop: Shop, suffix: str) -> None:
    rows = coupons(3)
    content = xlsx_bytes([COUPON, *rows]) if suffix == "xlsx" else csv_text(COUPON, rows).encode()
    path = named_in_gbk(shop.settings.landing_dir, f"优惠券 20260830231500.{suffix}", content)
    named_in_gbk(shop.settings.landing_dir, "不认识.csv", "甲,乙\n1,2\n".encode())
    done = {f.file: f.status for f in shop.ingest(as_of=NIGHT).files}
    assert done == {f"优惠券 20260830231500.{suffix}": "landed", "不认识.csv": "quarantined"}
    assert not shop.ingest().files
    report = check_file(path, shop.settings)
    assert (report.file, report.rows_landed) == (f"优惠券 20260830231500.{suffix}", 3)


def test_a_refused_row_of_a_file_named_in_gbk_can_be_tried_again(shop: Shop) -> None:
    rows = coupons(3)
    rows[1][3] = "九元"
    named_in_gbk(shop.settings.landing_dir, "优惠券.xlsx", xlsx_bytes([COUPON, *rows]))
    shop.ingest(as_of=NIGHT)
    (done,) = retry(shop.settings)
    assert (done.file, done.rows_refused, done.message) == ("优惠券.xlsx", 1, "")


def test_a_file_that_may_not_be_read_costs_one_line_and_itself(shop: Shop) -> None:
    shop.drop("good.csv", csv_text(COUPON, coupons(3)))
    # Nobody may read its start, whoever runs the test.
    shut = shop.settings.landing_dir / "shut.csv"
    shut.symlink_to("/proc/self/mem")
    result = shop.ingest(as_of=NIGHT)
    assert [f.file for f in result.files] == ["good.csv"]
    (line,) = result.messages
    assert line.startswith("shut.csv: cannot be read (")
    for command in (lambda: check_file(shut, shop.settings), lambda: given_file(shut.parent)):
        with pytest.raises(ConfigError, match=r"cannot be read \(|a folder; name one file"):
            command()


def test_a_landing_folder_that_is_a_file_is_one_line(shop: Shop) -> None:
    landing = shop.settings.landing_dir
    shutil.rmtree(landing, ignore_errors=True)
    landing.parent.mkdir(parents=True, exist_ok=True)
    landing.write_text("no folder", "utf-8")
    with pytest.raises(ConfigError, match="landing: a file"):
        shop.ingest()
