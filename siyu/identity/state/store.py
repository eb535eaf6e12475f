"""What identity remembers between nights: tables that only `advance` writes, step by step.

Everything here can be made again from raw, the ledger and the decisions, row for row.
"""

from __future__ import annotations

import duckdb

# Raised when the way of solving changes: the state is then made again from the first load.
ALGORITHM = 5

# `pair` has one row per record and further identifier of it (a record's anchor stands in every
# row), and one row with node_id = anchor_id for a record that holds a single identifier.
# Persons are the key_hash of their founder; published ids are its 16 hex digits. Node numbers are
# good for one state only: the key is the identity. `founding` has the persons first seen in a step,
# `history` their merges and splits. What moves from night to night (membership) is
# kept apart from what is long (node), so that a night rewrites numbers alone. Hashes, tokens and
# numbers in no order hardly shrink: trying to compress them would cost more than writing them.
_CREATE = """
create schema if not exists identity_state;
create table if not exists identity_state.header (fingerprint varchar);
create table if not exists identity_state.step (
    step_no integer, load_seq integer, load_hash varchar, batch varchar,
    new_identifiers bigint, solved_identifiers bigint, changed_identifiers bigint
);
create table if not exists identity_state.id_group (
    group_id smallint, id_type varchar, scope varchar
);
create table if not exists identity_state.source (source_id smallint, source varchar);
create table if not exists identity_state.node (
    node_id integer,
    group_id smallint,
    value_key varchar using compression uncompressed,
    key_hash ubigint using compression uncompressed,
    first_load_seq integer,
    first_seen_at timestamp using compression uncompressed,
    last_seen_at timestamp using compression uncompressed,
    record_count integer
);
create table if not exists identity_state.membership (
    node_id integer,
    component integer using compression uncompressed,
    person ubigint using compression uncompressed,
    shared_load_seq integer
);
create table if not exists identity_state.pair (
    record uhugeint using compression uncompressed,
    anchor_id integer using compression uncompressed,
    node_id integer using compression uncompressed,
    anchor_trust utinyint,
    trust utinyint,
    load_seq integer,
    seen_at timestamp using compression uncompressed,
    source_id smallint
);
create table if not exists identity_state.refused (
    a_id integer, b_id integer, reason varchar, evidence_count integer, decided_load_seq integer
);
create table if not exists identity_state.founding (
    step_no integer, load_seq integer, person ubigint using compression uncompressed
);
create table if not exists identity_state.history (
    step_no integer, load_seq integer, person ubigint, change varchar, other_person ubigint,
    cause varchar
);
"""
TABLES = (
    "header",
    "step",
    "id_group",
    "source",
    "node",
    "membership",
    "pair",
    "refused",
    "founding",
    "history",
)


def create_state(con: duckdb.DuckDBPyConnection) -> None:
    """Make the state tables where they are missing."""
    con.execute(_CREATE)


def read_header(con: duckdb.DuckDBPyConnection) -> tuple[str, list[tuple[int, str, str]]]:
    """What the state was made under, and the (load_seq, load_hash, batch) of its steps in order."""
    known = con.execute("select fingerprint from identity_state.header").fetchall()
    steps = con.execute(
        "select load_seq, load_hash, batch from identity_state.step order by step_no"
    ).fetchall()
    return str(known[0][0]) if known else "", [(int(r[0]), str(r[1]), str(r[2])) for r in steps]


def is_behind(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a load has landed whose people are not made out yet."""
    if not con.execute(
        "select 1 from duckdb_tables() where schema_name = 'identity_state' and table_name = 'step'"
    ).fetchall():
        return True
    known, landed = con.execute(
        "select (select coalesce(max(load_seq), 0) from identity_state.step),"
        " (select coalesce(max(load_seq), 0) from ops.load_ledger where status = 'landed')"
    ).fetchall()[0]
    return bool(known < landed)


def person_name(column: str) -> str:
    """SQL for the published id of a person column; null stays null."""
    return f"'p' || lpad(lower(to_hex({column})), 16, '0')"


def key_hash(id_type: str, scope: str, value_key: str) -> str:
    """SQL for the 64-bit hash of an identifier: the same on every machine and version.

    The number's lower half, which DuckDB names md5_number_upper and finds three times slower.
    """
    whole = f"md5_number({id_type} || '|' || {scope} || '|' || {value_key})"
    return f"({whole} & {2**64 - 1}::uhugeint)::ubigint"
