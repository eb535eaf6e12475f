"""`siyu quarantine`: nothing refused is forgotten, and a mended contract brings it in exactly once."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR
from siyu.sources.quarantine.quarantined import find_quarantined, open_quarantine, refused_rows
from siyu.sources.quarantine.retry import retry
from siyu.sources.raw.ledger import read_ledgers
from tests.brand import Brand
from tests.sources.exports import COUPON, Shop, coupons, csv_text

DAY = date(2026, 8, 30)


def with_bad_rows() -> str:
    """Ten coupons; the amounts of three cannot be read, and one remark holds a phone."""
    rows = coupons(10)
    for place in (2, 5, 7):
        rows[place][3] = "见附件13812345678"
    return csv_text(COUPON, rows)


@pytest.fixture
def own(tmp_path: Path) -> Shop:
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    return Shop(tmp_path / "data", config)


def renamed() -> str:
    return csv_text([("券的状态" if h == "券状态" else h) for h in COUPON], coupons(4, start=100))


def alias(shop: Shop) -> None:
    path = shop.settings.config_dir / "sources" / "coupon.yml"
    text = path.read_text()
    assert "[券状态]" in text
    path.write_text(text.replace("[券状态]", "[券状态, 券的状态]"))


def forgive(shop: Shop) -> None:
    """A contract that takes the odd amounts for nothing."""
    path = shop.settings.config_dir / "sources" / "coupon.yml"
    text = path.read_text()
    line = next(x for x in text.splitlines() if "columns: [面额]" in x)
    mended = line.replace("columns: [面额]", "columns: [面额], null_tokens: [见附件13812345678]")
    path.write_text(text.replace(line, mended.replace(", required: true", "")))


def test_files_and_rows_in_quarantine_are_listed_with_their_reasons(own: Shop) -> None:
    own.drop_all({"rows.csv": with_bad_rows(), "renamed.csv": renamed()})
    own.ingest(as_of=DAY)
    whole, rows = sorted(open_quarantine(own.settings), key=lambda q: q.file)
    assert (whole.file, whole.source, whole.rows) == ("renamed.csv", None, 0)
    assert "nearest contract coupon; missing 券状态; extra 券的状态" in whole.message
    assert "券状态 ~ 券的状态 (nothing≠的)" in whole.message
    assert (rows.file, rows.source, rows.reasons) == ("rows.csv", "coupon", {"not_a_decimal": 3})
    shown = refused_rows(own.settings, rows, 10)
    assert [r.row_no for r in shown] == [3, 6, 8]
    assert "13812345678" not in json.dumps([r.record for r in shown])


def test_a_retry_before_the_contract_is_mended_writes_no_load_and_says_why(own: Shop) -> None:
    own.drop_all({"good.csv": csv_text(COUPON, coupons(3)), "renamed.csv": renamed()})
    own.ingest()
    before = own.tree()
    (result,) = retry(own.settings)
    assert result.rows_landed == 0
    assert "nearest contract coupon" in result.message
    assert own.tree() == before


def test_a_retried_file_lands_once_even_when_landing_no_longer_has_it(own: Shop) -> None:
    own.drop("good.csv", csv_text(COUPON, coupons(3)))
    path = own.drop("renamed.csv", renamed())
    own.ingest()
    path.unlink()
    alias(own)
    (result,) = retry(own.settings)
    assert (result.rows_landed, result.rows_refused, result.message) == (4, 0, "")
    assert open_quarantine(own.settings) == []
    assert path.read_text() == renamed().replace("\r\n", "\n")
    assert not own.ingest().has_new
    assert len(own.rows("coupon")) == 7


def test_only_refused_rows_are_read_again_and_nothing_lands_twice(own: Shop) -> None:
    own.drop("rows.csv", with_bad_rows())
    own.ingest()
    assert len(own.rows("coupon")) == 7
    forgive(own)
    (result,) = retry(own.settings)
    assert (result.rows_landed, result.rows_refused) == (3, 0)
    assert sorted(r[0] for r in own.rows("coupon", "_row")) == list(range(1, 11))
    assert open_quarantine(own.settings) == []
    for ledger in read_ledgers(own.settings):
        for entry in ledger.files:
            assert entry.rows_in == entry.rows_landed + entry.rows_quarantined
    assert retry(own.settings) == []


def test_a_word_that_names_no_or_two_files_is_refused(own: Shop) -> None:
    own.drop_all({"a/x.csv": "甲,乙\n1,2\n", "b/x.csv": "甲,丙\n1,2\n"})
    own.ingest(as_of=DAY)
    with pytest.raises(ConfigError, match=r"more than one file in quarantine"):
        find_quarantined(own.settings, "x.csv")
    with pytest.raises(ConfigError, match="not in quarantine"):
        find_quarantined(own.settings, "y.csv")
    assert find_quarantined(own.settings, "a/x.csv").file == "a/x.csv"


def test_the_command_shows_the_difference_and_ends_in_1_while_something_stays(own: Shop) -> None:
    own.drop_all({"good.csv": csv_text(COUPON, coupons(3)), "renamed.csv": renamed()})
    own.ingest()
    brand = Brand(own.settings.data_dir, own.settings.config_dir)
    shown = brand.siyu("quarantine", "show", "renamed.csv", "--json").json()
    assert shown["now"]["nearest"] == "coupon"
    assert shown["now"]["missing"] == ["券状态"]
    assert shown["now"]["extra"] == ["券的状态"]
    assert brand.siyu("quarantine", "retry").code == 1
    alias(own)
    assert brand.siyu("quarantine", "retry", "renamed.csv").code == 0
    assert brand.siyu("quarantine", "list", "--json").json() == []
