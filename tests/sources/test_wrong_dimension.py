"""A sheet that declares a wrong size is read by its cells, not by its word."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import xlsxwriter

from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.trial.check_file import check_file


def test_an_xlsx_that_declares_one_cell_lands_all_its_rows(tmp_path: Path) -> None:
    whole, wrong = tmp_path / "whole.xlsx", tmp_path / "wrong.xlsx"
    book = xlsxwriter.Workbook(whole)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["会员号", "手机号", "会员等级", "入会时间"])
    for row in range(1, 41):
        sheet.write_row(row, 0, [f"M{row:05d}", "13612345678", "金卡", "2026-08-01 10:00:00"])
    book.close()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(wrong, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part, found = re.subn(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', part)
                assert found == 1
            target.writestr(name, part)
    report = check_file(wrong, Settings(tmp_path / "data", PROJECT_DIR / "config"))
    assert (report.source, report.rows_in, report.rows_landed) == ("crm_member", 40, 40)
