"""A workbook that would end the process that reads it costs one line; a wide one costs nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from siyu.sources.read import workbook_size
from siyu.sources.read.table import Unreadable
from siyu.sources.read.workbook import open_workbook
from tests.sources.exports import COUPON, Shop, coupons, csv_text, xlsx_bytes

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def changed(part: str, old: str, new: str) -> bytes:
    """A workbook of coupons in which one part says something else."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes([COUPON, *coupons(3)]))) as before,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            text = before.read(name).decode()
            assert name != part or old in text
            after.writestr(name, text.replace(old, new) if name == part else text)
    return whole.getvalue()


def book(*cells: tuple[int, int, str], bold: bool = False) -> bytes:
    """A workbook of coupons with more cells somewhere; without a text they are only formatted."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([COUPON, *coupons(3)]):
            sheet.write_row(number, 0, row)
        for row, column, text in cells:
            sheet.write(row, column, text, workbook.add_format({"bold": True}) if bold else None)
    return whole.getvalue()


ROW = '<row r="2"'
FAR = "<row r = '1048576'><c r = 'xfd1048576'><v>1</v></c></row>"
BOMBS = {
    "far.xlsx": book((1_048_575, 16_383, "x")),
    "far_quoted.xlsx": changed(SHEET, ROW, FAR + ROW),
    "beyond.xlsx": changed(SHEET, 'r="A2"', 'r="ZZZZZZ2"'),
    "texts.xlsx": changed(TEXTS, 'uniqueCount="', 'uniqueCount="4294967295" was="'),
    "more_texts.xlsx": changed(TEXTS, 'uniqueCount="', 'uniqueCount="9223372036854775807" was="'),
    "blank.xlsx": changed(SHEET, "</worksheet>", " " * (32 << 20) + "</worksheet>"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_workbook_that_asks_for_all_memory_costs_one_line(shop: Shop, name: str) -> None:
    shop.drop_all({name: BOMBS[name], "good.csv": csv_text(COUPON, coupons(3))})
    result = shop.ingest()
    assert {f.file: f.status for f in result.files} == {name: "quarantined", "good.csv": "landed"}
    (line,) = result.messages
    assert line.startswith(f"{name}: spreadsheet ")


def test_cells_that_are_only_formatted_far_out_and_wide_rows_land(shop: Shop) -> None:
    shop.drop("formatted.xlsx", book((1_048_575, 16_383, ""), bold=True))
    shop.drop("wide.xlsx", book((0, 800, "备注"), (5_000, 0, "")))
    assert [(f.status, f.rows_landed) for f in shop.ingest().files] == [("landed", 3)] * 2


def test_a_workbook_that_does_not_name_its_cells_in_text_is_tried_apart_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []
    monkeypatch.setattr(workbook_size, "_kills_its_reader", lambda path: tried.append(path) is None)
    binary = io.BytesIO()
    with zipfile.ZipFile(binary, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.bin", b"\x83\x01")
    for name, content in {"a.xlsb": binary.getvalue(), "a.xls": b"\xd0\xcf\x11\xe0" * 200}.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(Unreadable, match="fills the memory"):
            open_workbook(path)
    assert [path.name for path in tried] == ["a.xlsb", "a.xls"]
