"""The vault: readable values, each sealed under a key of its own that the master key wraps."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Lock

from siyu.errors import ConfigError
from siyu.settings import Settings

_NONCE = 12
_KEY = 32
# Of each value: its key, and a nonce each for its box and its wrapped key.
_CHANCE = _KEY + 2 * _NONCE
# Rows of one statement: SQLite gives up Python's lock, and waits for it, once a statement.
_AT_ONCE = 100
_CREATE = """
create table if not exists sealed (
    token text primary key, id_type text not null, wrapped_key blob not null, box blob not null
) without rowid
"""


class Vault:
    """Sealed values by token. Deleting a row destroys its key, and with it the value, for good."""

    def __init__(self, settings: Settings, master_key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._path = settings.vault_path
        self._log = settings.vault_path.with_name("access.log.jsonl")
        self._cipher = AESGCM
        self._turn = Lock()
        self._master = AESGCM(master_key)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
        con = sqlite3.connect(self._path)
        try:
            # Values lie in order of random tokens: larger pages are fewer to write. Only a new vault asks.
            con.execute("pragma page_size = 16384")
            con.execute(_CREATE)
            with con:
                yield con
        finally:
            con.close()

    def seal(self, id_type: str, pairs: Iterable[tuple[str, str]]) -> int:
        """Keep (token, value) pairs that are not kept yet; returns how many were new."""
        wanted = dict(pairs)
        with self._turn, self._open() as con:
            kept = con.execute(
                "select token from sealed where token in (select value from json_each(?))",
                (json.dumps(list(wanted)),),
            )
            # In order of the tokens, each page of the tree is written once.
            new = sorted(wanted.keys() - {row[0] for row in kept})
            # One call for all: each costs as much as half the sealing of a value.
            chance = os.urandom(_CHANCE * len(new))
            places = zip(new, range(0, len(chance), _CHANCE), strict=True)
            while some := list(islice(places, _AT_ONCE)):
                cells = [
                    cell
                    for token, at in some
                    for cell in (
                        token, id_type, *self._box(token, wanted[token], chance[at : at + _CHANCE]),
                    )
                ]  # fmt: skip
                rows = ", ".join(["(?, ?, ?, ?)"] * len(some))
                con.execute(f"insert or ignore into sealed values {rows}", cells)
        return len(new)

    def _box(self, token: str, value: str, chance: bytes) -> tuple[bytes, bytes]:
        bound = token.encode()
        key, nonce, wrap_nonce = chance[:_KEY], chance[_KEY:-_NONCE], chance[-_NONCE:]
        # The token is bound in, so a box moved to another row does not open.
        box = nonce + self._cipher(key).encrypt(nonce, value.encode(), bound)
        return wrap_nonce + self._master.encrypt(wrap_nonce, key, bound), box

    def open(self, tokens: Iterable[str], purpose: str, actor: str) -> dict[str, str]:
        """Readable values of the tokens that are kept. Logged first: who, what for, how many.

        Raises ConfigError without a purpose and an actor.
        """
        if not purpose or not actor:
            raise ConfigError("opening the vault needs a purpose and an actor")
        wanted = sorted(set(tokens))
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a") as log:
            log.write(
                json.dumps({"actor": actor, "purpose": purpose, "values": len(wanted)}) + "\n"
            )
        found: dict[str, str] = {}
        with self._open() as con:
            for token in wanted:
                row = con.execute(
                    "select wrapped_key, box from sealed where token = ?", (token,)
                ).fetchone()
                if row:
                    key = self._master.decrypt(row[0][:_NONCE], row[0][_NONCE:], token.encode())
                    plain = self._cipher(key).decrypt(
                        row[1][:_NONCE], row[1][_NONCE:], token.encode()
                    )
                    found[token] = plain.decode()
        return found

    def forget(self, tokens: Iterable[str]) -> int:
        """Destroy the keys of these tokens; returns how many were kept before."""
        with self._turn, self._open() as con:
            con.execute("pragma secure_delete = on")
            return con.executemany(
                "delete from sealed where token = ?", [(t,) for t in tokens]
            ).rowcount
