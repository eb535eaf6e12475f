"""Another key would make a stranger of everybody who comes back: it is refused before anything lands."""

from __future__ import annotations

from pathlib import Path

import pytest

from siyu.data_key import load_data_key
from siyu.errors import ConfigError
from siyu.sources.raw.ledger import read_ledgers
from tests.sources.exports import COUPON, Shop, coupons, csv_text

OTHER = "7f" * 32


def landed(shop: Shop) -> int:
    shop.drop("a.csv", csv_text(COUPON, coupons(5)))
    shop.ingest()
    shop.drop("b.csv", csv_text(COUPON, coupons(5, start=5)))
    return len(read_ledgers(shop.settings))


def test_another_key_is_refused_and_lands_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = landed(shop)
    monkeypatch.setenv("SIYU_KEY", OTHER)
    with pytest.raises(ConfigError, match="SIYU_KEY is not the key that this data was landed with"):
        shop.ingest()
    assert len(read_ledgers(shop.settings)) == loads
    monkeypatch.undo()
    monkeypatch.setenv("SIYU_KEY", "5a" * 32)
    assert shop.ingest().has_new


def test_a_key_file_that_is_gone_is_not_made_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIYU_KEY")
    landed(shop)
    kept = shop.settings.key_path.read_text()
    shop.settings.key_path.unlink()
    with pytest.raises(ConfigError, match=r"master\.key is gone"):
        shop.ingest()
    assert not shop.settings.key_path.exists()
    shop.settings.key_path.write_text(kept)
    shop.settings.key_path.chmod(0o600)
    assert shop.ingest().has_new


def test_data_of_before_the_key_was_noted_takes_the_key_that_is_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed(shop)
    (shop.settings.raw_dir / ".key").unlink()
    assert shop.ingest().has_new
    monkeypatch.setenv("SIYU_KEY", OTHER)
    with pytest.raises(ConfigError, match="SIYU_KEY"):
        load_data_key(shop.settings)


def test_a_folder_without_a_load_takes_any_key(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_data_key(shop.settings) == bytes.fromhex("5a" * 32)
    monkeypatch.setenv("SIYU_KEY", OTHER)
    assert load_data_key(shop.settings) == bytes.fromhex(OTHER)
    assert landed(shop) == 1
