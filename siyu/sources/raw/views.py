"""The raw layer as dbt sees it: one view per contract over what the ledgers name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import duckdb

from siyu.errors import PermanentFailure
from siyu.identity.rules import load_identity_rules
from siyu.metrics.settings import load_attribution_settings
from siyu.settings import Settings
from siyu.sources.block.clean import sql_text
from siyu.sources.block.compare import column_of_traits, compared_fields, comparison_view
from siyu.sources.contracts.contract import Contract
from siyu.sources.raw.fed_orders import fed_order_view, fed_wording_view
from siyu.sources.raw.ledger import Ledger, part_paths, read_ledgers
from siyu.sources.raw.night_before import keep_predicted_ltv, keep_published_actions
from siyu.sources.raw.order_identifiers import order_identifier_view
from siyu.sources.raw.quarantine import refused_path
from siyu.sources.raw.status_rank import rank_sql
from siyu.vocabulary import load_vocabulary

_META = {
    "_key": "varchar",
    "_status_rank": "integer",
    "_exported_at": "varchar",
    "_row": "bigint",
    "_flags": "varchar",
    "_load_seq": "integer",
    "_store_id": "varchar",
    "_file": "varchar",
    "_file_sha256": "varchar",
}

_TYPED = {
    "cny": "decimal(18,2)",
    "decimal": "decimal(24,6)",
    "percent": "decimal(18,6)",
    "integer": "bigint",
    "timestamp": "timestamp",
    "epoch_seconds": "timestamp",
    "date": "date",
    "flag": "boolean",
}


def prepare_raw(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Mapping[str, Contract],
    as_of: date | None,
) -> date:
    """Make schema raw and the ledger tables from the loads known on `as_of` (default: the newest).

    Returns the business day. Raises PermanentFailure when nothing was ever loaded and no day given.
    """
    ledgers = read_ledgers(settings)
    day = as_of or max((one.as_of for one in ledgers), default=None)
    if day is None:
        raise PermanentFailure("nothing has landed yet: put exports into the landing folder")
    known = [one for one in ledgers if one.as_of <= day]
    for schema in ("raw", "typed", "ops"):
        con.execute(f"create schema if not exists {schema}")
    con.execute("begin")
    for contract in contracts.values():
        _source_view(con, settings, contract, known)
        con.execute(typed_view(contract))
    _observation_view(con, contracts)
    con.execute(comparison_view(list(contracts.values())))
    con.execute(order_identifier_view(contracts.values()))
    con.execute(fed_order_view(contracts.values()))
    con.execute(fed_wording_view(contracts.values()))
    _rule_tables(con, settings, day)
    keep_predicted_ltv(con, day)
    keep_published_actions(con, day)
    _ledger_tables(con, settings, known)
    con.execute("commit")
    return day


def raw_columns(contract: Contract) -> dict[str, str]:
    """Columns of a raw view in order, with their types."""
    fields = [name for name, f in contract.fields.items() if f.personal != "drop"]
    traits = map(column_of_traits, compared_fields(contract))
    return {**dict.fromkeys([*fields, *contract.file_fields, *traits], "varchar"), **_META}


def _source_view(
    con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, known: list[Ledger]
) -> None:
    files = [
        str(path)
        for one in known
        for f in one.files
        if f.source == contract.id
        for path in part_paths(settings, one.load_seq, f)
    ]
    columns = raw_columns(contract)
    if files:
        present = {
            row[0]
            for row in con.execute(
                "select column_name from (describe select * from"
                " read_parquet($files, union_by_name = true))",
                {"files": files},
            ).fetchall()
        }
        listed = ", ".join(map(sql_text, files))
        source = f"read_parquet([{listed}], union_by_name = true)"
    else:
        present, source = set(), "(select 1) where false"
    # A column that came into the contract later is null in older files.
    picked = ", ".join(
        f'"{n}"::{t} as "{n}"' if n in present else f'null::{t} as "{n}"'
        for n, t in columns.items()
        if n != "_status_rank"
    )
    picked += f", {rank_sql(contract)} as _status_rank"
    con.execute(f'create or replace view raw."{contract.id}" as select {picked} from {source}')


def typed_view(contract: Contract) -> str:
    """SQL of view typed.<source>: the newest state of every key, each column in the type of its field.

    The rule is that of macro latest_state. Instants are UTC, money is decimal(18,2).
    """
    fields = {n: f for n, f in contract.fields.items() if f.personal != "drop"}
    columns = []
    for name, field in fields.items():
        tokenised = field.identifier or field.personal == "hash"
        kind = "text" if tokenised else "cny" if field.unit == "cny" else field.type
        kind = {"sentiment": "decimal", "word_balance": "integer"}.get(field.personal or "", kind)
        cast = (
            f'try_cast("{name}" as {_TYPED[kind]}) as "{name}"' if kind in _TYPED else f'"{name}"'
        )
        columns.append(cast)
    columns += [f'"{n}"' for n in contract.file_fields]
    columns += [
        "try_cast(_exported_at as timestamp) as exported_at",
        "_load_seq as load_seq",
        "_flags as flags",
        "_store_id",
    ]
    return (
        f'create or replace view typed."{contract.id}" as select {", ".join(columns)}'
        f' from raw."{contract.id}" qualify row_number() over (partition by _key order by'
        " _status_rank desc, _exported_at desc nulls last, _load_seq desc, _file_sha256 desc,"
        " _row desc) = 1"
    )


def _observation_view(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """raw.identifier_observation: one row per identifier per landed row."""
    parts = []
    for contract in contracts.values():
        for name, field in contract.fields.items():
            rule = field.identifier
            if rule is None:
                continue
            scope = (
                f"coalesce(\"{rule.scope_from}\", '')" if rule.scope_from else sql_text(rule.scope)
            )
            parts.append(
                f"select '{contract.id}' as source,"
                f" '{contract.id}:' || _key || ':{rule.subject}' as record_key,"
                f" '{rule.subject}' as subject, '{rule.type}' as id_type, {scope} as scope,"
                f" \"{name}\" as value_key, '{rule.trust}' as trust,"
                f' try_cast("{contract.seen_at}" as timestamp) as seen_at, _load_seq as load_seq,'
                f" _file_sha256 as file_sha256, _row as row_no"
                f' from raw."{contract.id}" where "{name}" is not null'
            )
    con.execute(f"create or replace view raw.identifier_observation as {' union all '.join(parts)}")


def _rule_tables(con: duckdb.DuckDBPyConnection, settings: Settings, day: date) -> None:
    rules = load_identity_rules(settings.config_dir)
    con.execute(
        "create or replace table raw.identifier_type (id_type varchar, priority integer,"
        " links boolean, max_per_person integer, hub_limit integer, window_days integer)"
    )
    con.executemany(
        "insert into raw.identifier_type values (?, ?, ?, ?, ?, ?)",
        [
            (name, place, t.links, t.max_per_person, t.hub_limit, t.window_days)
            for place, (name, t) in enumerate(rules.types.items(), start=1)
        ],
    )
    con.execute(
        "create or replace table raw.channel (channel_id varchar, name_en varchar,"
        " name_zh varchar, channel_group varchar)"
    )
    con.executemany(
        "insert into raw.channel values (?, ?, ?, ?)",
        [
            (name, word.en, word.zh, word.group)
            for name, word in load_vocabulary(settings.config_dir).channels.items()
        ],
    )
    rule = load_attribution_settings(settings.config_dir)
    con.execute(
        "create or replace table raw.attribution_rule as select ?::integer as window_days,"
        " ?::integer as step_cap, ?::double as position_ends, ?::double as half_life_days,"
        " ?::integer as markov_order, ?::varchar as credited_value",
        [*rule.model_dump().values()],
    )
    con.execute("create or replace table raw.as_of (as_of_on date)")
    con.execute("insert into raw.as_of values (?)", [day])


def _ledger_tables(con: duckdb.DuckDBPyConnection, settings: Settings, known: list[Ledger]) -> None:
    con.execute(
        "create or replace table ops.load_ledger (load_seq integer, as_of_on date, file varchar,"
        " file_sha256 varchar, source varchar, status varchar, rows_in bigint, rows_landed bigint,"
        " rows_quarantined bigint, reasons varchar, rows_ignored bigint, ignored varchar,"
        " sheet varchar, store_id varchar, encoding varchar, data_from_on date, data_to_on date,"
        " contract_version varchar, watermark varchar, message varchar)"
    )
    rows = [
        (
            one.load_seq, one.as_of, f.file, f.sha256, f.source, f.status, f.rows_in,
            f.rows_landed, f.rows_quarantined, json.dumps(f.reasons, ensure_ascii=False),
            sum(f.ignored.values()), json.dumps(f.ignored, ensure_ascii=False),
            f.sheet, f.store_id, f.encoding, f.data_from_on, f.data_to_on, f.contract_version,
            f.watermark, f.message,
        )
        for one in known
        for f in one.files
    ]  # fmt: skip
    if rows:
        con.executemany(f"insert into ops.load_ledger values ({', '.join('?' * 20)})", rows)
    con.execute(
        "create or replace table ops.quarantine (load_seq integer, source varchar, file varchar,"
        " row_no bigint, reason varchar, field varchar)"
    )
    for one in known:
        for f in one.files:
            if f.rows_quarantined:
                con.execute(
                    "insert into ops.quarantine select $seq, source, _file, _row, reason, field"
                    " from read_parquet($part)",
                    {
                        "seq": one.load_seq,
                        "part": str(refused_path(settings, one.load_seq, f.part or f.sha256)),
                    },
                )
