"""The master key: from the environment, or from a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat

from siyu.errors import ConfigError
from siyu.settings import Settings

KEY_BYTES = 32


def load_master_key(settings: Settings) -> bytes:
    """32 bytes from SIYU_KEY (64 hex digits), else from the key file, made on first use (0600).

    Raises ConfigError when the variable is malformed or the file can be read by others.
    """
    text = os.environ.get("SIYU_KEY")
    if text:
        return _parse(text, "SIYU_KEY")
    path = settings.key_path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
        # A link fails where a key already stands, so two first runs cannot make two keys.
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ConfigError(
            f"the key file {path.name} can be read by others (mode {mode:o}): run chmod 600 on it"
        )
    return _parse(path.read_text().strip(), path.name)


def _parse(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(f"{where} must be {KEY_BYTES * 2} hex digits")
    return key
