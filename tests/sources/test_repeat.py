"""What lands depends on the bytes that were dropped, not on their order, names or how often."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.sources.raw.ledger import read_ledgers
from tests.sources.exports import COUPON, EVENT, Shop, coupons, csv_text


def _two_sources() -> dict[str, str]:
    events = [
        [f"e{n}", f"2026-08-03 10:{n:02d}:00", "wx0a", f"oX{n}", "s1", "view", "1.5"]
        for n in range(9)
    ]  # fmt: skip
    return {
        "a.csv": csv_text(COUPON, coupons(20)),
        "b.csv": csv_text(COUPON, coupons(20, start=20)),
        "c.csv": csv_text(EVENT, events),
    }


def test_neither_the_order_of_files_nor_of_rows_changes_what_lands(tmp_path: Path) -> None:
    one, other = Shop(tmp_path / "one"), Shop(tmp_path / "other")
    one.drop_all(_two_sources())
    for name, text in _two_sources().items():
        header, *rows = text.splitlines()
        other.drop(f"z_{'cba'['abc'.index(name[0])]}.csv", "\r\n".join([header, *rows[::-1], ""]))
    one.ingest()
    other.ingest()
    columns = "* exclude (_row, _file, _file_sha256)"
    for source in ("coupon", "mini_program_event"):
        assert one.rows(source, columns) == other.rows(source, columns) != []


def test_the_same_bytes_land_once_whatever_their_name(shop: Shop) -> None:
    text = csv_text(COUPON, coupons(20))
    shop.drop_all({"a.csv": text, "sub/copy.csv": text})
    first = shop.ingest()
    assert {f.file: f.status for f in first.files} == {
        "a.csv": "landed",
        "sub/copy.csv": "duplicate",
    }
    shop.drop("again.csv", text)
    again = shop.ingest()
    assert not again.has_new
    assert [f.message for f in again.files] == [
        "again.csv: same bytes as a.csv: nothing of it is new"
    ]
    assert shop.ingest().files == ()
    assert len(shop.rows("coupon")) == 20


def test_a_second_ingest_with_nothing_new_writes_nothing(shop: Shop) -> None:
    shop.drop_all({**_two_sources(), "bad.csv": "甲,乙\r\n1,2\r\n"})
    first = shop.ingest()
    before = shop.tree("."), shop.tree("quarantine")
    second = shop.ingest()
    assert (first.has_new, second.has_new, second.files) == (True, False, ())
    assert second.as_of == first.as_of
    assert (shop.tree("."), shop.tree("quarantine")) == before


def test_two_runs_over_equal_landings_give_equal_bytes(tmp_path: Path) -> None:
    shops = [Shop(tmp_path / name) for name in ("one", "other")]
    for one in shops:
        one.drop_all(_two_sources())
        one.ingest()
    assert shops[0].tree() == shops[1].tree()


def test_a_night_cannot_be_played_into_the_past(shop: Shop) -> None:
    shop.drop("a.csv", csv_text(COUPON, coupons(5)))
    shop.ingest(as_of=date(2026, 8, 20))
    shop.drop("b.csv", csv_text(COUPON, coupons(5, start=5)))
    before = shop.tree()
    with pytest.raises(ConfigError, match=r"2026-08-19.*2026-08-20"):
        shop.ingest(as_of=date(2026, 8, 19))
    assert shop.tree() == before
    assert shop.ingest(as_of=date(2026, 8, 20)).load_seq == 2


def test_the_ledger_reads_back_as_it_was_written(shop: Shop) -> None:
    shop.drop_all(_two_sources())
    result = shop.ingest()
    (ledger,) = read_ledgers(shop.settings)
    assert (ledger.files, ledger.as_of, ledger.load_seq) == (result.files, result.as_of, 1)
