"""A raw layer made of rows written in a test: one table per contract, as ingest would leave it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import yaml

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.contract import Contract
from siyu.sources.raw.fed_orders import fed_order_view, fed_wording_view
from siyu.sources.raw.order_identifiers import order_identifier_view
from siyu.sources.raw.views import typed_view

SYSTEM = {
    "_key": "VARCHAR",
    "_status_rank": "INTEGER",
    "_exported_at": "VARCHAR",
    "_row": "BIGINT",
    "_flags": "VARCHAR",
    "_load_seq": "INTEGER",
    "_store_id": "VARCHAR",
    "_file": "VARCHAR",
    "_file_sha256": "VARCHAR",
}
Rows = dict[str, list[dict[str, str]]]


def contracts() -> list[Contract]:
    """Every source contract of the repository."""
    paths = sorted((PROJECT_DIR / "config" / "sources").glob("*.yml"))
    return [Contract.model_validate(yaml.safe_load(p.read_text("utf-8"))) for p in paths]


def write_raw(warehouse: Path, as_of_on: date, rows: Rows) -> None:
    """Write schema `raw` with the given rows; a source without rows is typed and empty."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema if not exists raw")
        con.execute(
            "create or replace table raw.identifier_observation (source varchar,"
            " record_key varchar,"
            " subject varchar, id_type varchar, scope varchar, value_key varchar, trust varchar,"
            " seen_at timestamp, load_seq integer, file_sha256 varchar, row_no bigint)"
        )
        con.execute("create schema if not exists typed")
        for contract in contracts():
            _write_source(con, contract, rows.get(contract.id, []))
            con.execute(typed_view(contract))
        con.execute(
            "create or replace table raw.identity_trait (source varchar, record_key varchar,"
            " load_seq integer, tokens varchar)"
        )
        con.execute(order_identifier_view(contracts()))
        con.execute(fed_order_view(contracts()))
        con.execute(fed_wording_view(contracts()))
        _write_reference(con, as_of_on)


def _write_source(con: duckdb.DuckDBPyConnection, contract: Contract, rows: list[dict]) -> None:
    fields = [n for n, f in contract.fields.items() if f.personal != "drop"]
    fields += [n for n in contract.file_fields if n not in fields]
    columns = dict.fromkeys(fields, "VARCHAR") | SYSTEM
    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"create or replace table raw.{contract.id} ({shape})")
    for number, row in enumerate(rows, start=1):
        key = "\x1f".join(row.get(name) or "" for name in contract.key)
        landed = {
            "_key": key,
            "_status_rank": contract.status_rank.get(row.get(contract.version_by or "", ""), 0),
            "_row": number,
            "_load_seq": 1,
            "_file_sha256": hashlib.sha256(contract.id.encode()).hexdigest(),
            **row,
        }
        names, marks = ", ".join(landed), ", ".join("?" * len(landed))
        con.execute(f"insert into raw.{contract.id} ({names}) values ({marks})", [*landed.values()])
        _observe(con, contract, landed)


def _observe(con: duckdb.DuckDBPyConnection, contract: Contract, row: dict) -> None:
    for name, field in contract.fields.items():
        mark = field.identifier
        if mark is None or row.get(name) is None:
            continue
        scope = row[mark.scope_from] if mark.scope_from else mark.scope
        record = f"{contract.id}:{row['_key']}:{mark.subject}"
        con.execute(
            "insert into raw.identifier_observation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [contract.id, record, mark.subject, mark.type, scope, row[name], mark.trust,
             row.get(contract.seen_at), row["_load_seq"], row["_file_sha256"], row["_row"]],
        )  # fmt: skip


def _write_reference(con: duckdb.DuckDBPyConnection, as_of_on: date) -> None:
    config = PROJECT_DIR / "config"
    types = yaml.safe_load((config / "identity.yml").read_text("utf-8"))["types"]
    channels = yaml.safe_load((config / "vocabulary.yml").read_text("utf-8"))["channels"]
    con.execute(
        "create or replace table raw.identifier_type (id_type varchar, priority integer,"
        " links boolean, max_per_person integer, hub_limit integer, window_days integer)"
    )
    for priority, (name, rule) in enumerate(types.items(), start=1):
        limits = [rule.get(k) for k in ("max_per_person", "hub_limit", "window_days")]
        con.execute(
            "insert into raw.identifier_type values (?, ?, ?, ?, ?, ?)",
            [name, priority, rule.get("links", True), *limits],
        )
    con.execute(
        "create or replace table raw.channel (channel_id varchar, name_en varchar,"
        " name_zh varchar, channel_group varchar)"
    )
    for name, channel in channels.items():
        values = [name, channel["en"], channel["zh"], channel["group"]]
        con.execute("insert into raw.channel values (?, ?, ?, ?)", values)
    con.execute(
        "create or replace table raw.attribution_rule as select 7 as window_days,"
        " 20 as step_cap, 0.4::double as position_ends, 7::double as half_life_days,"
        " 1 as markov_order, 'net_revenue' as credited_value"
    )
    con.execute(
        "create or replace table raw.predicted_ltv"
        " (person_id varchar, ltv_cny decimal(18, 2), as_of_on date)"
    )
    con.execute(
        "create or replace table raw.published_action"
        " (asset varchar, is_published boolean, trained_on date)"
    )
    con.execute("create schema if not exists ops")
    con.execute(
        "create or replace table ops.load_ledger as select 1 as load_seq, ?::date as as_of_on,"
        " 'a.csv' as file, 'a' as file_sha256, 'landed' as status",
        [as_of_on],
    )
    con.execute("create or replace table raw.as_of as select ?::date as as_of_on", [as_of_on])
