"""One read-only look at a PostgreSQL or MySQL database: a single snapshot, rows as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.clock import BUSINESS_TIMEZONE
from siyu.errors import ConfigError
from siyu.settings import Settings
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.database_block import Database
from siyu.sources.contracts.field import ContractField
from siyu.sources.contracts.header import normalise_name
from siyu.sources.contracts.signature import read_by
from siyu.sources.database.address import database_url
from siyu.sources.database.faults import fault_of
from siyu.sources.database.watermark import Watermark, as_watermark, kind_of

CONNECT_SECONDS = 10
# A server's clock and a writer's may differ; past this a time lies in the future.
AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """What a contract reads of a table: columns in the table's order, rows in order of the watermark.

    `unmarked` rows have no watermark, `ahead` rows one that lies in the future: neither is read.
    `upto` is what may count as read: nothing later than now, by the server's clock.
    """

    columns: tuple[str, ...]
    mark_at: int
    rows: Iterator[tuple[Any, ...]]
    unmarked: int
    ahead: int
    upto: Watermark | None = None


class Snapshot:
    """An open transaction that only reads."""

    def __init__(self, con: Any, contract: Contract, database: Database) -> None:
        self._con, self._contract, self._database = con, contract, database

    def read(self, lower: Watermark | None, limit: int | None = None) -> Reading:
        """Rows from `lower` on, page by page; all of them when it is None."""
        import sqlalchemy as sa

        database = self._database
        names = self._names()
        chosen = self._chosen(names)
        mark: Any = sa.column(_quoted(database.watermark))
        body = self._body()
        wanted: Any = sa.select(*(sa.column(_quoted(n)) for n in chosen)).select_from(body)
        wanted = wanted.where(mark.is_not(None))
        # One pass over the table for both.
        newest, unmarked = self._con.execute(
            sa.select(sa.func.max(mark), sa.func.count() - sa.func.count(mark)).select_from(body)
        ).one()
        ahead, upto = 0, None
        if newest is not None:
            latest = as_watermark(newest, database.watermark)
            self._same_kind(latest, lower)
            upto = self._now(latest)
            limit_mark = upto + AHEAD if isinstance(upto, date) else None
            if limit_mark is not None and latest > limit_mark:  # type: ignore[operator]
                ahead = self._count(body, mark > sa.literal(limit_mark))
                wanted = wanted.where(mark <= sa.literal(limit_mark))
        if lower is not None:
            wanted = wanted.where(mark >= sa.literal(lower))
        order = [mark, *(sa.column(_quoted(n)) for n in self._key_columns(names))]
        wanted = wanted.order_by(*order).limit(limit)
        return Reading(
            chosen,
            chosen.index(database.watermark),
            self._stream(wanted),
            int(unmarked),
            ahead,
            upto,
        )

    def _stream(self, wanted: Any) -> Iterator[tuple[Any, ...]]:
        pages = self._con.execution_options(
            stream_results=True, yield_per=self._database.page_rows
        ).execute(wanted)
        for page in pages.partitions():
            yield from map(tuple, page)

    def _names(self) -> list[str]:
        import sqlalchemy as sa

        found = self._con.execute(sa.select(sa.text("*")).select_from(self._body()).limit(0))
        names = list(found.keys())
        if self._database.watermark not in names:
            raise ConfigError(
                f"{self._contract.id}.yml: database.watermark: no column"
                f" {self._database.watermark}; there are {', '.join(names)}"
            )
        present = {normalise_name(n) for n in names}
        lacking = [
            field.columns[0]
            for field in self._landed()
            if field.columns and not {normalise_name(c) for c in read_by(field)} & present
        ]
        if lacking:
            # A file may come without a column; a table that lost one is another table.
            raise ConfigError(
                f"{what_of(self._contract)}: no column {', '.join(lacking)}; there are"
                f" {', '.join(names)}"
            )
        return names

    def _landed(self) -> list[ContractField]:
        fields = self._contract.fields.values()
        return [f for f in fields if f.personal != "drop" or f.required]

    def _chosen(self, names: list[str]) -> tuple[str, ...]:
        """Columns that the contract lands, and the watermark; nothing else leaves the database."""
        fields = self._landed()
        known = {normalise_name(c) for f in fields for c in read_by(f)}
        like = [re.compile(f.columns_like) for f in fields if f.columns_like]
        return tuple(
            n
            for n in names
            if n == self._database.watermark
            or normalise_name(n) in known
            or any(p.search(normalise_name(n)) for p in like)
        )

    def _key_columns(self, names: list[str]) -> list[str]:
        """The key's columns: rows of one watermark come in the same order every time."""
        aliases = [
            {normalise_name(c) for c in self._contract.fields[k].columns}
            for k in self._contract.key
            if k in self._contract.fields
        ]
        return [n for keys in aliases for n in names if normalise_name(n) in keys]

    def _body(self) -> Any:
        import sqlalchemy as sa

        if self._database.query:
            # The statement is the brand's own; a colon in it is no parameter of ours.
            text = self._database.query.strip().rstrip(";").replace(":", "\\:")
            return sa.text(text).columns().subquery("source_rows")
        schema, _, table = (self._database.table or "").rpartition(".")
        return sa.table(_quoted(table), schema=_quoted(schema) if schema else None)

    def _now(self, newest: Watermark) -> Watermark | None:
        """The server's clock as a watermark of the same kind; numbers know no time."""
        import sqlalchemy as sa

        if isinstance(newest, int):
            return None
        now = self._one(sa.select(sa.func.current_timestamp()))
        now = now.replace(tzinfo=ZoneInfo(BUSINESS_TIMEZONE)) if now.tzinfo is None else now
        local: datetime = now.astimezone(ZoneInfo(self._database.time_zone))
        if not isinstance(newest, datetime):
            return local.date()
        return local.astimezone(UTC) if newest.tzinfo else local.replace(tzinfo=None)

    def _same_kind(self, newest: Watermark, lower: Watermark | None) -> None:
        if lower is not None and kind_of(newest) != kind_of(lower):
            raise ConfigError(
                f"{self._contract.id}: watermark column {self._database.watermark} was of another"
                " kind when it was read last; give the source a new id"
            )

    def _one(self, statement: Any) -> Any:
        return self._con.execute(statement).scalar()

    def _count(self, body: Any, test: Any) -> int:
        import sqlalchemy as sa

        return int(self._one(sa.select(sa.func.count()).select_from(body).where(test)))


@contextmanager
def snapshot(
    settings: Settings, contract: Contract, env: Mapping[str, str] | None = None
) -> Iterator[Snapshot]:
    """A snapshot of the database that a contract reads.

    Raises ConfigError for what the brand must mend, TransientFailure when the server is away.
    """
    database = database_of(contract)
    url = database_url(settings, database.connection, env)
    try:
        import sqlalchemy as sa

        connect = {"connect_timeout": CONNECT_SECONDS}
        if url.drivername.startswith("mysql"):
            connect |= {"read_timeout": database.timeout_seconds + CONNECT_SECONDS}
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=connect)
    except ModuleNotFoundError as missing:
        raise ConfigError(
            f"connection {database.connection}: the driver {missing.name} is not installed;"
            " install the extra: pip install -e '.[database]'"
        ) from None
    try:
        with engine.connect() as con:
            _only_read(con, database)
            yield Snapshot(con, contract, database)
            con.rollback()
    except sa.exc.SQLAlchemyError as error:
        raise fault_of(
            error, database.connection, what_of(contract), database.timeout_seconds
        ) from None
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("psycopg", "pymysql"):
            raise
        # Faults of a driver while a stream is read may come as they are.
        raise fault_of(
            error, database.connection, what_of(contract), database.timeout_seconds
        ) from None
    finally:
        engine.dispose()


def database_of(contract: Contract) -> Database:
    """The database block of a contract. Raises ConfigError when there is none."""
    if contract.database is None:
        raise ConfigError(f"{contract.id}: reads no database; its contract has no `database`")
    return contract.database


def what_of(contract: Contract) -> str:
    """The table or query of a contract, for words."""
    database = database_of(contract)
    return f"{contract.id}: " + (f"table {database.table}" if database.table else "database.query")


def _only_read(con: Any, database: Database) -> None:
    """Make the session's transactions read-only snapshots in Shanghai time, with a time limit."""
    seconds = database.timeout_seconds
    if con.dialect.name == "postgresql":
        con.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        settings = [
            f"set time zone '{BUSINESS_TIMEZONE}'",
            f"set statement_timeout = '{seconds}s'",
            f"set lock_timeout = '{seconds}s'",
        ]
    else:
        con.execution_options(isolation_level="REPEATABLE READ")
        limit = (
            f"set session max_statement_time = {seconds}"
            if con.dialect.is_mariadb
            else f"set session max_execution_time = {seconds * 1000}"
        )
        settings = ["set session transaction read only", "set session time_zone = '+08:00'", limit]
    for statement in settings:
        con.exec_driver_sql(statement)
    con.commit()


def _quoted(name: str) -> Any:
    from sqlalchemy.sql import quoted_name

    return quoted_name(name, quote=True)
