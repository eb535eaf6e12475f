"""Where a database is: a URL from the environment, or from a file that only its owner can read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from siyu.errors import ConfigError
from siyu.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_FORMS = "postgresql://user:password@host:5432/name or mysql://user:password@host:3306/name"


def variable(connection: str) -> str:
    """The environment variable that holds the URL of a connection."""
    return f"SIYU_DATABASE_{connection.upper()}"


def database_url(settings: Settings, connection: str, env: Mapping[str, str] | None = None) -> URL:
    """The URL of a connection with its driver. Raises ConfigError; no message shows any of it."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    env = os.environ if env is None else env
    name = variable(connection)
    text, where = env.get(name, "").strip(), name
    path = settings.data_dir / "keys" / "databases" / connection
    if not text and path.is_file():
        where = f"keys/databases/{connection}"
        if (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            raise ConfigError(f"{where} can be read by others (mode {mode:o}): run chmod 600 on it")
        text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise ConfigError(
            f"connection {connection} has no address: set {name}, or write it to"
            f" keys/databases/{connection} in the data folder (chmod 600): {_FORMS}"
        )
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError(
            f"{where} is no database URL; allowed: {_FORMS}; write signs in a password as %40 …"
        ) from None
    if url.drivername not in _DRIVERS or not url.database:
        raise ConfigError(f"{where}: {url.drivername}: not read; allowed: {_FORMS}")
    return url.set(drivername=_DRIVERS[url.drivername])
