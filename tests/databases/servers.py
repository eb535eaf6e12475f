"""Real database servers in folders of their own, on loopback, for as long as the tests run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

PASSWORD = "p@ss:word"
_SECONDS = 30


class CannotStart(Exception):
    """No server can be started here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server with an empty database `shop`, and a process of our own behind it."""

    kind: str
    port: int
    process: subprocess.Popen[bytes]

    def url(self, user: str = "root", password: str = PASSWORD, database: str = "shop") -> str:
        """The address as a brand writes it."""
        scheme = "postgresql" if self.kind == "postgresql" else "mysql"
        secret = password.replace("@", "%40").replace(":", "%3A")
        return f"{scheme}://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "shop") -> None:
        """Run statements, each committed, as the owner of the tables."""
        driver = "postgresql+psycopg" if self.kind == "postgresql" else "mysql+pymysql"
        url = sa.make_url(self.url(database=database)).set(drivername=driver)
        engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as con:
            for statement in statements:
                con.exec_driver_sql(statement.replace("%", "%%"))


def start_postgresql(folder: Path) -> Iterator[Server]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(found).parent for found in [shutil.which("initdb")] if found
    ]
    if not programs:
        raise CannotStart("no PostgreSQL server here (apt-get install postgresql)")
    user = _plain_user("postgres")
    data = _own(folder / "data", user)
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    shutil.chown(secret, user)
    _run(
        [programs[-1] / "initdb", "-D", data, "-U", "root", "--pwfile", secret, "-A",
         "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C"],
        user,
    )  # fmt: skip
    port = _free_port()
    process = subprocess.Popen(
        [programs[-1] / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
         "-c", f"unix_socket_directories={data}", "-c", "fsync=off"],
        user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=data,
    )  # fmt: skip
    yield from _running(Server("postgresql", port, process), "postgres")


def start_mariadb(folder: Path) -> Iterator[Server]:
    program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if not program or not install:
        raise CannotStart("no MariaDB server here (apt-get install mariadb-server)")
    user = _plain_user("mysql")
    data = _own(folder / "data", user)
    _run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
         "--skip-test-db"],
        user,
    )  # fmt: skip
    port = _free_port()
    first = folder / "first.sql"
    first.write_text(f"alter user root@localhost identified by '{PASSWORD}';")
    shutil.chown(first, user)
    process = subprocess.Popen(
        [program, "--no-defaults", f"--datadir={data}", f"--port={port}",
         "--bind-address=127.0.0.1", f"--socket={data}/s.sock", f"--init-file={first}",
         f"--pid-file={data}/p.pid", "--innodb-flush-log-at-trx-commit=0"],
        user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=data,
    )  # fmt: skip
    yield from _running(Server("mariadb", port, process), "mysql")


def _running(server: Server, first_database: str) -> Iterator[Server]:
    create = "create database shop"
    create += "" if server.kind == "postgresql" else " character set utf8mb4"
    until = time.monotonic() + _SECONDS
    try:
        while True:
            try:
                server.execute(create, database=first_database)
                break
            except sa.exc.OperationalError:
                if time.monotonic() > until or server.process.poll() is not None:
                    raise CannotStart(f"{server.kind} did not answer") from None
                time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(_SECONDS)


def _plain_user(name: str) -> str | int:
    """Servers refuse to run as root; anybody else runs them as himself."""
    if os.getuid():
        return os.getuid()
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise CannotStart(f"no user {name} to run the server as") from None
    return name


def _own(folder: Path, user: str | int) -> Path:
    folder.mkdir(parents=True, mode=0o700)
    shutil.chown(folder, user)
    return folder


def _run(words: list[object], user: str | int) -> None:
    done = subprocess.run(
        [str(w) for w in words], user=user, capture_output=True, check=False, cwd="/"
    )
    if done.returncode:
        raise CannotStart(f"{Path(str(words[0])).name} failed here (exit {done.returncode})")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
