"""Facts written straight into a warehouse, so that the growth marts build on them in seconds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

from siyu.settings import PROJECT_DIR

DBT_DIR = PROJECT_DIR / "dbt_project"
MARTS = (
    "core.fct_session",
    "core.fct_touch",
    "marts.funnel",
    "marts.path",
    "marts.int_attribution__step",
    "marts.int_attribution__effect",
    "marts.attribution_credit",
    "marts.attribution",
)
CHANNELS = ("ad", "oa_menu", "organic", "search", "share")
EVENT_COLUMNS = """event_key varchar, person_id varchar, visitor_key varchar, session_key varchar,
    device_id varchar, event_at timestamp, event_on date, event_name varchar, page varchar,
    product_id varchar, channel_id varchar, campaign varchar, duration_seconds double,
    load_seq integer, changed_load_seq integer"""
ORDER_COLUMNS = """order_key varchar, person_id varchar, ordered_at timestamp, ordered_on date,
    is_paid boolean, net_revenue_cny decimal(18, 2), changed_load_seq integer"""


def make_facts(path: Path) -> duckdb.DuckDBPyConnection:
    """An open warehouse whose facts have their columns and no rows."""
    con = duckdb.connect(str(path))
    con.execute("create schema raw; create schema core; create schema marts")
    con.execute(
        "create table raw.attribution_rule as select 7 as window_days, 20 as step_cap,"
        " 0.4::double as position_ends, 7::double as half_life_days, 1 as markov_order,"
        " 'net_revenue' as credited_value"
    )
    con.execute(
        "create table raw.predicted_ltv (person_id varchar, ltv_cny decimal(18, 2), as_of_on date)"
    )
    con.execute(
        "create table marts.int_order__contribution"
        " (order_key varchar, contribution_cny decimal(18, 2))"
    )
    con.execute("create table raw.as_of (as_of_on date)")
    con.execute(
        "create table core.dim_channel as select unnest(?) as channel_id", [(*CHANNELS, "creator")]
    )
    con.execute(f"create table core.fct_event ({EVENT_COLUMNS})")
    con.execute(f"create table core.fct_order ({ORDER_COLUMNS})")
    con.execute(
        "create table core.fct_message (message_key varchar, person_id varchar, message_id varchar,"
        " campaign varchar, opened_at timestamp, changed_load_seq integer)"
    )
    con.execute(
        "create table core.int_touch__contact (touch_key varchar, person_id varchar,"
        " touched_at timestamp, channel_id varchar, campaign varchar, kind varchar,"
        " creator_id varchar, changed_load_seq integer)"
    )
    con.execute(
        "create table core.int_touch__creator (touch_key varchar, order_key varchar,"
        " person_id varchar, touched_at timestamp, channel_id varchar, kind varchar,"
        " content_id varchar, creator_id varchar, changed_load_seq integer)"
    )
    return con


def set_day(con: duckdb.DuckDBPyConnection, day: date) -> None:
    con.execute("delete from raw.as_of")
    con.execute("insert into raw.as_of values (?)", [day])


def build_marts(folder: Path, *words: str) -> None:
    """Run the growth marts on folder/warehouse.duckdb (SIYU_DATA must be that folder)."""
    names = [name.split(".")[1] for name in MARTS]
    run_dbt(folder, "run", "--select", *names, *words)


def run_dbt(folder: Path, *words: str) -> None:
    """One dbt command on that warehouse; fails with the messages of what failed."""
    places = {"--project-dir": DBT_DIR, "--profiles-dir": DBT_DIR}
    places |= {"--target-path": folder / "target", "--log-path": folder / "logs"}
    flat = [str(word) for pair in places.items() for word in pair]
    answer = dbtRunner().invoke(["--quiet", *words, *flat])
    failed = [r.message for r in answer.result or [] if r.status in ("error", "fail")]
    assert answer.success, failed or answer.exception


def read_marts(folder: Path) -> dict[str, list[tuple]]:
    """Every mart's rows, sorted."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        return {name: con.execute(f"from {name} order by all").fetchall() for name in MARTS}
