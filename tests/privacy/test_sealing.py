"""What is given to be sealed is in the vault before a load is committed, in however few steps."""

from __future__ import annotations

import sqlite3

import pytest

from siyu.privacy import sealing
from siyu.privacy.sealing import Sealing
from siyu.privacy.vault import Vault
from tests.sources.exports import Shop

KEY = b"\x5a" * 32
PAIRS = {f"{n:032x}": f"value-of-{n}" for n in range(20)}


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_every_value_is_sealed_when_the_block_ends(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(sealing, "_STEP", step)
    vault = Vault(shop.settings, KEY)
    with Sealing(vault) as values:
        for n, (token, value) in enumerate(PAIRS.items()):
            values.add("email" if n % 2 else "phone", {token: value})
    assert vault.open(PAIRS, "test", "robot") == PAIRS
    with sqlite3.connect(shop.settings.vault_path) as con:
        types = dict(con.execute("select id_type, count(*) from sealed group by 1"))
    assert types == {"email": 10, "phone": 10}


@pytest.mark.parametrize("step", [1, 1000])
def test_a_vault_that_cannot_be_written_stops_the_landing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(sealing, "_STEP", step)
    shop.settings.vault_path.parent.mkdir(parents=True)
    shop.settings.vault_path.write_text("no vault")
    with pytest.raises(sqlite3.DatabaseError), Sealing(Vault(shop.settings, KEY)) as values:
        for token, value in PAIRS.items():
            values.add("phone", {token: value})


def test_nothing_is_gathered_for_nothing(shop: Shop) -> None:
    with Sealing(Vault(shop.settings, KEY)):
        pass
    assert not shop.settings.vault_path.exists()
