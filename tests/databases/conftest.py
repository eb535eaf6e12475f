"""One server of each kind for all tests here; where none can be started they skip and say why."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from siyu.settings import PROJECT_DIR
from tests.databases.servers import CannotStart, Server, start_mariadb, start_postgresql
from tests.databases.tables import connect, fresh
from tests.sources.conftest import KEY
from tests.sources.exports import Shop


@contextmanager
def _server(start: Callable[[Path], Iterator[Server]]) -> Iterator[Server]:
    pytest.importorskip("psycopg")
    pytest.importorskip("pymysql")
    # Short and open to all: a socket's path has a limit, and the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="siyu-db") as name:
        folder = Path(name)
        folder.chmod(0o755)
        servers = start(folder)
        try:
            server = next(servers)
        except CannotStart as fault:
            pytest.skip(str(fault))
        try:
            yield server
        finally:
            next(servers, None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with _server(start_postgresql) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    with _server(start_mariadb) as server:
        yield server


@pytest.fixture(autouse=True)
def known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIYU_KEY", KEY)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A brand whose configuration holds both contracts of config/examples, no file and no night."""
    config = Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))
    for example in sorted((config / "examples").glob("*.yml")):
        shutil.copy(example, config / "sources")
    return Shop(tmp_path / "data", config)


@pytest.fixture
def crm(shop: Shop, postgresql: Server) -> Server:
    """The brand's CRM: no customer yet."""
    fresh(postgresql)
    connect(shop, "crm", postgresql.url())
    return postgresql


@pytest.fixture
def erp(shop: Shop, mariadb: Server) -> Server:
    """The brand's ERP: no order yet."""
    fresh(mariadb)
    connect(shop, "erp", mariadb.url())
    return mariadb
