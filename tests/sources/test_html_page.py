"""A web page that is a table gives every cell in its place, as a browser would show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from siyu.sources.read.html_page import open_page


def rows(tmp_path: Path, page: str) -> list[list[str]]:
    path = tmp_path / "page.xls"
    path.write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    return open_page(path)[0].head


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><th>订单号</th><th>金额</th></tr><tr><td>1</td><td>5</td></tr></table>",
        "<table><tr><th>订单号<th>金额<tr><td>1<td>5</table>",
        "<table><tr><th>订单号</th><th>金额</tr><tr><td>1</td><td>5</tr></table>",
    ],
)
def test_a_cell_ends_where_the_next_begins(tmp_path: Path, page: str) -> None:
    assert rows(tmp_path, page) == [["订单号", "金额"], ["1", "5"]]


def test_a_cell_that_spans_rows_or_columns_stands_in_the_first_and_moves_no_other(
    tmp_path: Path,
) -> None:
    page = (
        "<table><tr><td>订单号<td>商品<td colspan=2>收货人<td>金额"
        "<tr><td rowspan=3>1<td>茶<td>甲<td rowspan='2'>深圳<td>5"
        "<tr><td>杯<td>乙<td>6"
        "<tr><td>壶<td>丙<td>广州<td>7"
        "<tr><td>2<td>茶<td>丁<td>北京<td>8</table>"
    )
    assert rows(tmp_path, page) == [
        ["订单号", "商品", "收货人", "", "金额"],
        ["1", "茶", "甲", "深圳", "5"],
        ["", "杯", "乙", "", "6"],
        ["", "壶", "丙", "广州", "7"],
        ["2", "茶", "丁", "北京", "8"],
    ]
