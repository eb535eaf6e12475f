"""The vault gives back what it was given, to a named purpose, until it is told to forget."""

from __future__ import annotations

import json
import sqlite3
import stat

import pytest
from cryptography.exceptions import InvalidTag

from siyu.errors import ConfigError
from siyu.privacy.vault import Vault
from tests.sources.exports import Shop

KEY = b"\x5a" * 32
PAIRS = {f"{n:032x}": f"value-of-{n}" for n in range(20)}


@pytest.fixture
def vault(shop: Shop) -> Vault:
    vault = Vault(shop.settings, KEY)
    assert vault.seal("email", PAIRS.items()) == 20
    return vault


def test_what_is_sealed_opens_again_in_another_process_with_the_key(
    shop: Shop, vault: Vault
) -> None:
    again = Vault(shop.settings, KEY)
    assert again.open(PAIRS, "test", "robot") == PAIRS
    assert vault.open(["f" * 32], "test", "robot") == {}


def test_sealing_again_changes_nothing(shop: Shop, vault: Vault) -> None:
    before = shop.settings.vault_path.read_bytes()
    assert vault.seal("email", PAIRS.items()) == 0
    assert Vault(shop.settings, KEY).seal("email", PAIRS.items()) == 0
    assert shop.settings.vault_path.read_bytes() == before


def test_no_value_stands_readable_in_the_file_and_only_its_owner_reads_it(
    shop: Shop, vault: Vault
) -> None:
    path = shop.settings.vault_path
    content = path.read_bytes()
    assert not any(value.encode() in content for value in PAIRS.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_two_boxes_share_a_nonce(shop: Shop, vault: Vault) -> None:
    with sqlite3.connect(shop.settings.vault_path) as con:
        rows = con.execute("select wrapped_key, box from sealed").fetchall()
    assert len({part[:12] for row in rows for part in row}) == 2 * len(PAIRS)


def test_another_key_opens_nothing(shop: Shop, vault: Vault) -> None:
    with pytest.raises(InvalidTag):
        Vault(shop.settings, b"\x00" * 32).open(PAIRS, "test", "robot")


def test_a_box_moved_to_another_token_does_not_open(shop: Shop, vault: Vault) -> None:
    one, other = list(PAIRS)[:2]
    with sqlite3.connect(shop.settings.vault_path) as con:
        con.execute("delete from sealed where token = ?", (other,))
        con.execute("update sealed set token = ? where token = ?", (other, one))
    with pytest.raises(InvalidTag):
        vault.open([other], "test", "robot")


def test_what_is_forgotten_is_gone_for_good_and_the_rest_stays(shop: Shop, vault: Vault) -> None:
    gone, *kept = PAIRS
    with sqlite3.connect(shop.settings.vault_path) as con:
        row = con.execute("select wrapped_key, box from sealed where token = ?", (gone,)).fetchone()
    assert vault.forget([gone, "f" * 32]) == 1
    assert vault.forget([gone]) == 0
    assert vault.forget([]) == 0
    assert Vault(shop.settings, KEY).open(PAIRS, "test", "robot") == {t: PAIRS[t] for t in kept}
    left = b"".join(p.read_bytes() for p in shop.settings.vault_path.parent.iterdir())
    assert not any(part in left for part in row)


def test_a_value_seen_again_after_it_was_forgotten_is_kept_again(vault: Vault) -> None:
    token = next(iter(PAIRS))
    vault.forget([token])
    assert vault.seal("email", [(token, "new")]) == 1
    assert vault.open([token], "test", "robot") == {token: "new"}


def test_every_opening_is_logged_with_counts_and_without_values(shop: Shop, vault: Vault) -> None:
    vault.open(list(PAIRS)[:3], "sms list", "robot")
    vault.open(["f" * 32], "audit", "auditor")
    log = shop.settings.vault_path.with_name("access.log.jsonl")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines == [
        {"actor": "robot", "purpose": "sms list", "values": 3},
        {"actor": "auditor", "purpose": "audit", "values": 1},
    ]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize(("purpose", "actor"), [("", "robot"), ("test", ""), ("", "")])
def test_without_purpose_and_actor_nothing_opens(vault: Vault, purpose: str, actor: str) -> None:
    with pytest.raises(ConfigError, match="purpose and an actor"):
        vault.open(PAIRS, purpose, actor)
