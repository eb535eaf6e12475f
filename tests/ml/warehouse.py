"""A warehouse made of the real orders, with its features from the project's own SQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import duckdb
import jinja2

if TYPE_CHECKING:
    from datetime import date

    from siyu.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DBT = ROOT / "dbt_project"
ORDERS = ROOT / "demo" / "data" / "online_retail.parquet"

# customer, invoice_no (C… cancels), bought_at, quantity, cny.
LINES = f"""
create view line as
    select cast(cast(CustomerID as integer) as varchar) as customer, InvoiceNo as invoice_no,
           InvoiceDate as bought_at, Quantity as quantity,
           cast(Quantity * UnitPrice as decimal(18, 2)) as cny
    from (select distinct * from '{ORDERS}') where CustomerID is not null and UnitPrice > 0;
"""
CORE = """
create schema core; create schema raw; create schema features; create schema ledger;
create table raw.as_of (as_of_on date);
create table ledger.load_ledger (load_seq integer, as_of_on date);
create table core.int_fact__learned (kind varchar, fact_key varchar, learned_on date);
create table core.bridge_identity (
    id_type varchar, person_id varchar, first_load_seq integer
);
create table core.dim_person as
    select distinct 'p' || customer as person_id, cast(null as date) as joined_on from line;
create table core.fct_order as
    select invoice_no as order_key, 'p' || customer as person_id, 'shop' as platform,
           cast(min(bought_at) as date) as ordered_on, cast(min(bought_at) as date) as paid_on,
           min(bought_at) - interval 8 hour as ordered_at, true as is_paid,
           count(*) as line_count, sum(quantity) as item_quantity, sum(cny) as paid_cny,
           1 as load_seq
    from line where invoice_no not like 'C%' group by invoice_no, customer;
create table core.fct_payment as
    select order_key || ':payment' as payment_key, order_key, person_id,
           'payment' as kind, paid_cny as amount_cny,
           paid_cny as signed_cny, paid_on as happened_on, true as is_dated from core.fct_order
    union all
    select 'refund:' || invoice_no, invoice_no, 'p' || customer, 'refund', -sum(cny), sum(cny),
           cast(min(bought_at) as date), true
    from line where invoice_no like 'C%' group by invoice_no, customer;
create table core.fct_event (event_key varchar, person_id varchar, event_on date);
create table core.fct_message (message_key varchar, person_id varchar, opened_at timestamp);
"""


def build_warehouse(path: Path, as_of: date, lines: str = LINES) -> None:
    """Writes core tables from the real orders up to as_of, and the feature tables over them.

    `lines` is the statement that makes the view of their lines.
    """
    with duckdb.connect(str(path)) as con:
        con.execute(lines)
        con.execute(CORE)
        con.execute("insert into raw.as_of values (?)", [as_of])
        con.execute("delete from core.fct_order where paid_on > ?", [as_of])
        con.execute("delete from core.fct_payment where happened_on > ?", [as_of])
        build_features(con)


def build_features(con: duckdb.DuckDBPyConnection) -> None:
    """Runs both feature models against whatever core tables the connection holds."""
    for name in ("person_features", "person_features_history"):
        con.execute(f"create or replace table features.{name} as {render_model(name)}")


def render_model(name: str) -> str:
    """A feature model's SQL for DuckDB, from the same macros that dbt compiles."""
    model = (DBT / "models" / "features" / f"{name}.sql").read_text(encoding="utf-8")
    macro_files = [
        *sorted((DBT / "macros" / "engine").glob("*.sql")),
        *sorted((DBT / "macros" / "rules").glob("person_*features.sql")),
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in macro_files)
    environment = jinja2.Environment(autoescape=False)
    environment.globals.update(
        {
            "ref": lambda table: f"core.{table}",
            "source": lambda schema, table: f"{schema}.{table}",
            "var": lambda _name, default: default,
            "return": lambda value: value,
        }
    )
    macros = environment.from_string(source).module
    environment.globals["adapter"] = SimpleNamespace(
        dispatch=lambda macro: getattr(macros, f"duckdb__{macro}")
    )
    return (
        environment.from_string(f"{source}\n-- model --\n{model}")
        .render()
        .split("-- model --\n")[1]
    )


def copy_of(settings: Settings, data: Path) -> Settings:
    """The same brand under another folder."""
    from siyu.settings import Settings as Brand

    shutil.copytree(settings.data_dir, data, dirs_exist_ok=True)
    return Brand(data_dir=data, config_dir=settings.config_dir)
