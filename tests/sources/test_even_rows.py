"""Columns taken whole land the very rows that SQL makes of them, cell by cell."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from siyu.identity.rules import load_identity_rules
from siyu.settings import PROJECT_DIR
from siyu.sources.block.even_rows import EvenRows
from siyu.sources.block.place import Place
from siyu.sources.block.query_rows import QueryRows
from siyu.sources.block.tokens import Border
from siyu.sources.block.typed_columns import TypedColumns
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.land.rows import Landed, land_rows
from siyu.sources.recognise.stage import stage_all
from tests.sources.exports import CUSTOMER, ORDER, csv_text
from tests.sources.quirk_machine import TOKENS, spoil
from tests.sources.test_quirks import TABULAR
from tests.sources.test_samples import FILES

CONFIG = PROJECT_DIR / "config"
CONTRACTS = load_contracts(CONFIG)
BORDER = Border(TOKENS, load_identity_rules(CONFIG), None)


def land(folder: Path, path: Path) -> list[tuple[Landed, list[dict], list[dict]]]:
    """Counts, landed and refused rows of every table of a file."""
    found = []
    for number, staged in enumerate(stage_all(path, CONTRACTS)[0]):
        parts = folder / f"{number}.parquet", folder / f"{number}r.parquet", folder / f"{number}.x"
        landed = land_rows(staged, Place(path.name, "0" * 64, 7, *parts, "shop"), BORDER)
        refused = pq.read_table(parts[1]).to_pylist() if parts[1].exists() else []
        # A join may put the rows of a part in another order; their number is in the row.
        rows_of = pq.read_table(parts[0]).sort_by("_row").to_pylist()
        found.append((landed, rows_of, refused))
    return found


def assert_lands_as_by_sql(folder: Path, path: Path, patch: pytest.MonkeyPatch) -> None:
    for name in ("whole", "sql"):
        (folder / name).mkdir()
    whole = land(folder / "whole", path)
    with patch.context() as by_sql:
        by_sql.setattr(EvenRows, "fit", lambda *_: False)
        by_sql.setattr(TypedColumns, "_plain", lambda *_: None)
        assert land(folder / "sql", path) == whole


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_a_sample_lands_as_by_sql(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_lands_as_by_sql(tmp_path, path, monkeypatch)


@pytest.mark.parametrize("source", TABULAR)
def test_a_spoilt_file_lands_as_by_sql(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = spoil(CONTRACTS[source], random.Random(source))
    path = tmp_path / spoilt.name
    path.write_bytes(spoilt.content)
    assert_lands_as_by_sql(tmp_path, path, monkeypatch)


ROW = ["1", "某买家", "交易成功", "9.90", "2026-08-01 10:00:00"]
ODD = {
    "nothing at all": [],
    "a cell too many": [ROW, [*ROW, "surplus"]],
    "a cell too few": [ROW, ROW[:3]],
    "blank rows": [ROW, [""] * 5, [" "] * 5, ROW],
    "a total": [ROW, ["合计：", "", "交易成功", "19.80", "2026-08-01 10:00:00"]],
    "a day that does not exist": [ROW, [*ROW[:4], "2026-02-30 10:00:00"]],
    "the first and last moments": [[*ROW[:4], f"{y} 00:00:00"] for y in ("1900-01-01", "2100-12-31")],
    "moments out of reach": [[*ROW[:4], f"{y} 00:00:00"] for y in ("0000-01-01", "1899-12-31", "2101-01-01")],
    "an hour and a second too late": [
        [*ROW[:4], f"2026-08-01 {clock}"] for clock in ("24:00:00", "23:59:60")
    ],
    "dear and cheap": [[*ROW[:3], paid, ROW[4]] for paid in ("-0.0", "007", "1,299.00", "9.")],
    "a number cut by a spreadsheet": [ROW, ["1.93E+15", *ROW[1:]]],
    "guards and wide spaces": [["\u3000'1", "某买家\u00a0", "`交易成功", "9.90\t", ROW[4]]],
    "letters that begin like a wide space": [["1", "ー买家。", "交易成功，", "9.90", ROW[4]]],
    "no sign of a buyer": [["1", nick, *ROW[2:]] for nick in ("", "无", "张**", "##密文")],
}  # fmt: skip


@pytest.mark.parametrize("rows_of", ODD.values(), ids=ODD)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_odd_rows_land_or_are_refused_as_by_sql(
    rows_of: list[list[str]], end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.csv"
    text = csv_text(ORDER, rows_of).replace("\r\n", "\n").replace("\n", end)
    path.write_bytes(text.encode())
    assert_lands_as_by_sql(tmp_path, path, monkeypatch)


def test_rows_in_which_nothing_is_odd_need_no_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "customers.csv"
    phones = ["186******05", "13900001001", "13900001002"]
    path.write_text(csv_text(CUSTOMER, [["张*", p, "是", "5", ROW[4], "1"] for p in phones]))
    monkeypatch.setattr(QueryRows, "landed", None)
    ((landed, found, _),) = land(tmp_path, path)
    assert (landed.rows_landed, landed.rows_quarantined) == (3, 0)
    assert [r["_flags"] for r in found] == ["customer_phone:masked", None, None]
