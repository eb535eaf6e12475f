"""The master key is one person's file, or the environment's; anything else is refused."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from siyu.errors import ConfigError
from siyu.privacy.keys import KEY_BYTES, load_master_key
from tests.sources.exports import Shop


def test_a_key_is_made_on_first_use_and_read_back_ever_after(shop: Shop) -> None:
    key = load_master_key(shop.settings)
    assert len(key) == KEY_BYTES
    assert load_master_key(shop.settings) == key
    path = shop.settings.key_path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_two_brands_never_get_the_same_key(shop: Shop, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    other = Shop(tmp_path_factory.mktemp("other"))
    assert load_master_key(shop.settings) != load_master_key(other.settings)


def test_first_runs_at_once_agree_on_one_key(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_master_key(shop.settings), range(8)))
    assert len(keys) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_key_that_others_can_read_is_refused_in_one_line(shop: Shop, mode: int) -> None:
    key = load_master_key(shop.settings)
    shop.settings.key_path.chmod(mode)
    with pytest.raises(ConfigError) as failure:
        load_master_key(shop.settings)
    said = str(failure.value)
    assert len(said.splitlines()) == 1
    assert "chmod 600" in said
    assert key.hex() not in said


def test_the_environment_wins_over_the_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    load_master_key(shop.settings)
    monkeypatch.setenv("SIYU_KEY", "7f" * 32)
    assert load_master_key(shop.settings) == b"\x7f" * 32


def test_with_a_key_in_the_environment_no_file_is_made(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIYU_KEY", "7f" * 32)
    load_master_key(shop.settings)
    assert not shop.settings.key_path.exists()


@pytest.mark.parametrize("text", ["secret", "7f" * 31, "7f" * 33, "zz" * 32, "  "])
def test_a_malformed_key_is_refused_and_never_shown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("SIYU_KEY", text)
    with pytest.raises(ConfigError) as failure:
        load_master_key(shop.settings)
    assert str(failure.value) == "SIYU_KEY must be 64 hex digits"


def test_a_damaged_key_file_is_refused_and_not_replaced(shop: Shop) -> None:
    load_master_key(shop.settings)
    shop.settings.key_path.write_text("half a key")
    with pytest.raises(ConfigError, match=r"^master\.key must be 64 hex digits$"):
        load_master_key(shop.settings)
    assert shop.settings.key_path.read_text() == "half a key"
