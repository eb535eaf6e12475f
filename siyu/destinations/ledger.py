"""What was handed over: one row a list and night, and who is on the other side since when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date

import duckdb

from siyu.errors import PermanentFailure
from siyu.segments.input_view import has_table

_TABLES = (
    "create table if not exists activation.delivery (delivery_id varchar primary key, "
    "destination varchar, segment_id varchar, as_of_on date, add_count bigint, "
    "remove_count bigint, member_count bigint, holdout_count bigint, no_consent_count bigint, "
    "manifest_sha256 varchar, status varchar)",
    "create table if not exists activation.delivered_member (destination varchar, "
    "segment_id varchar, person_id varchar, added_on date, removed_on date, "
    "identifier_hash varchar)",
    "alter table activation.delivered_member add column if not exists identifier_hash varchar",
)
# Of each person on a list, which identifiers it names: a hash of their tokens, None when it names none.
Handed = Mapping[str, str | None]


@dataclass(frozen=True)
class Delivery:
    """One list of one night. `status`: planned (dry run), intent (under way), settled, or unsent
    when the night died before its list was in place.
    """

    delivery_id: str
    destination: str
    segment_id: str
    as_of: date
    add_count: int
    remove_count: int
    member_count: int
    holdout_count: int
    no_consent_count: int
    manifest_sha256: str
    status: str


def delivery_id(destination: str, segment_id: str, as_of: date) -> str:
    """The idempotency key of one list of one night."""
    return hashlib.sha256(f"{destination}|{segment_id}|{as_of}".encode()).hexdigest()[:32]


def prepare_ledger(con: duckdb.DuckDBPyConnection, wanted: set[str], as_of: date) -> None:
    """Creates the tables. Raises PermanentFailure when this night cannot be delivered.

    That is when a wanted segment was not evaluated for it, or a later night is delivered already.
    """
    evaluated: set[str] = set()
    if has_table(con, "activation.segment_night"):
        rows = con.execute(
            "select segment_id from activation.segment_night where as_of_on = ?", [as_of]
        ).fetchall()
        evaluated = {row[0] for row in rows}
    if missing := wanted - evaluated:
        names = ", ".join(sorted(missing))
        raise PermanentFailure(f"not evaluated for {as_of}: {names}; run the segments first")
    con.execute("create schema if not exists activation")
    for statement in _TABLES:
        con.execute(statement)
    newest = con.execute("select max(as_of_on) from activation.delivery").fetchall()[0][0]
    if newest is not None and newest > as_of:
        raise PermanentFailure(f"lists of {newest} are already delivered; {as_of} is before them")


def open_lists(con: duckdb.DuckDBPyConnection, as_of: date) -> set[tuple[str, str]]:
    """(destination, segment) of every list that had members or gave them up this very night."""
    rows = con.execute(
        "select distinct destination, segment_id from activation.delivered_member "
        "where removed_on is null or removed_on >= ?",
        [as_of],
    ).fetchall()
    return {(row[0], row[1]) for row in rows}


def delivered_before(
    con: duckdb.DuckDBPyConnection, destination: str, segment_id: str, as_of: date
) -> Handed:
    """Who was on the other side when this night began, also when the night is run again."""
    rows = con.execute(
        "select person_id, identifier_hash from activation.delivered_member where destination = ? "
        "and segment_id = ? and added_on < ? and (removed_on is null or removed_on >= ?)",
        [destination, segment_id, as_of, as_of],
    ).fetchall()
    return dict(rows)


def record_intent(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """The intent is on disk before the first byte of a list is."""
    con.execute(
        "insert or replace into activation.delivery values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*astuple(replace(delivery, manifest_sha256="", status="intent"))],
    )


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection, keep: bool = True) -> Iterator[None]:
    """All of it or nothing; nothing as well when it is only to be looked at."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit" if keep else "rollback")


@contextmanager
def people_as(
    con: duckdb.DuckDBPyConnection, name: str, people: Iterable[str] | Handed
) -> Iterator[duckdb.DuckDBPyConnection]:
    """These people as a relation `name`, person_id and identifier_hash; handed over without a copy."""
    import pyarrow as pa

    ids = sorted(people)
    hashes = (
        [people[person] for person in ids] if isinstance(people, Mapping) else [None] * len(ids)
    )
    columns = {"person_id": ids, "identifier_hash": hashes}
    con.register(name, pa.table({n: pa.array(v, pa.string()) for n, v in columns.items()}))
    try:
        yield con
    finally:
        con.unregister(name)


def settle(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    added: Iterable[str] | Handed,
    removed: Iterable[str],
) -> Delivery:
    """The list is in place: this night's additions and removals replace what it noted before."""
    with transaction(con):
        note_settled(con, delivery, added, removed)
    return replace(delivery, status="settled")


def note_settled(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    added: Iterable[str] | Handed,
    removed: Iterable[str],
) -> None:
    """The rows of `settle`, in the transaction of whoever calls."""
    pair, night = [delivery.destination, delivery.segment_id], delivery.as_of
    own = "destination = ? and segment_id = ?"
    table = "activation.delivered_member"
    steps: tuple[tuple[str, list[object]], ...] = (
        (f"delete from {table} where {own} and added_on = ?", [*pair, night]),
        (f"update {table} set removed_on = null where {own} and removed_on = ?", [*pair, night]),
        (
            f"update {table} set removed_on = ? where {own} and removed_on is null "
            "and person_id in (select person_id from siyu_removed)",
            [night, *pair],
        ),
        (
            f"insert into {table} (destination, segment_id, person_id, added_on, identifier_hash) "
            "select ?, ?, person_id, cast(? as date), identifier_hash from siyu_added",
            [*pair, night],
        ),
        (
            "update activation.delivery set status = 'settled', manifest_sha256 = ? "
            "where delivery_id = ?",
            [delivery.manifest_sha256, delivery.delivery_id],
        ),
    )
    with people_as(con, "siyu_added", added), people_as(con, "siyu_removed", removed):
        for statement, values in steps:
            con.execute(statement, values)
