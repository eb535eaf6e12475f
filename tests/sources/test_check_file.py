"""How a file would be read is shown whole: every table of it, and every file of an archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import pyzipper
from typer.testing import CliRunner

from cli.main import app
from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.read import archive
from siyu.sources.trial.check_file import check_file
from tests.sources.exports import COUPON, coupons, csv_text, xlsx_bytes
from tests.sources.test_archives import locked, zipped

TREND = Path(__file__).parent / "samples" / "wechat_oa_trend.xlsx"
TABLES = ["wechat_oa_daily_read", "wechat_oa_daily_action", "wechat_oa_article_channel"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "data", PROJECT_DIR / "config")


def test_tables_side_by_side_are_shown_each_with_its_rows(settings: Settings) -> None:
    report = check_file(TREND, settings)
    assert [(r.source, r.rows_landed > 0) for r in report.all] == [(t, True) for t in TABLES]


def test_files_of_an_archive_are_shown_as_they_would_land(
    tmp_path: Path, settings: Settings
) -> None:
    inner = zipped({"trend.xlsx": TREND.read_bytes()})
    files: dict[str, str | bytes] = {
        "券_20260830231500.csv": csv_text(COUPON, coupons(4)),
        "inner.zip": inner,
        "readme.txt": "说明".encode(),
    }
    path = tmp_path / "bills.zip"
    path.write_bytes(zipped(files))
    report = check_file(path, settings)
    assert [(r.file, r.source) for r in report.all] == [
        *(("bills.zip//inner.zip/trend.xlsx", t) for t in TABLES),
        ("bills.zip//readme.txt", None),
        ("bills.zip//券_20260830231500.csv", "coupon"),
    ]
    assert report.all[-1].rows_landed == 4
    assert not settings.data_dir.exists()


def test_an_archive_that_does_not_open_says_why(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "locked.zip"
    path.write_bytes(locked("a.csv", csv_text(COUPON, coupons(2)), b"right", pyzipper.WZ_AES))
    assert "archive with a password" in check_file(path, settings).message
    monkeypatch.setenv(archive.PASSWORDS, "right")
    assert check_file(path, settings).rows_landed == 2


def test_the_command_ends_in_1_while_one_table_is_unread(tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.zip"
    mixed.write_bytes(
        zipped({"a.xlsx": xlsx_bytes([COUPON, *coupons(2)]), "b.csv": "甲,乙\n1,2\n"})
    )
    found = CliRunner().invoke(app, ["source", "check", str(mixed), "--json"])
    assert found.exit_code == 1
    said = json.loads(found.stdout)
    assert [said["source"], *(o["source"] for o in said["others"])] == ["coupon", None]
