"""The tables that the contracts of config/examples read, as a CRM and an ERP keep them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import yaml

from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.database.pull import Pulled, pull
from tests.databases.servers import Server
from tests.sources.exports import Shop

CUSTOMER = """
create table customer (
  id varchar(32) primary key, mobile varchar(20), wechat_unionid varchar(64), full_name text,
  member_level varchar(20), points integer, balance numeric(12, 2), note text, is_active boolean,
  created_at timestamptz, updated_at timestamptz, password_hash text
)"""
SALES_ORDER = """
create table sales_order (
  order_sn varchar(32) primary key, buyer_mobile varchar(20), state varchar(20),
  goods_amount decimal(12, 2), freight decimal(12, 2), pay_amount decimal(12, 2),
  refund_amount decimal(12, 2), created datetime, paid datetime, modified datetime(6)
) character set utf8mb4"""


def fresh(server: Server) -> None:
    """The table that the server keeps, empty."""
    name, sql = (
        ("customer", CUSTOMER) if server.kind == "postgresql" else ("sales_order", SALES_ORDER)
    )
    server.execute(f"drop table if exists {name}", sql)


def add_customers(server: Server, rows: Iterable[tuple[str, str, str]]) -> None:
    """Customers by number, points and time of the last change."""
    values = ", ".join(
        f"('{no}', '1390000{int(no[1:]):04d}', null, '王小明', '金卡', {points}, 12.50, '密', true,"
        f" '2026-01-02 03:04:05+08', '{changed}', 'x')"
        for no, points, changed in rows
    )
    server.execute(
        f"insert into customer values {values} on conflict (id) do update set"
        " points = excluded.points, updated_at = excluded.updated_at"
    )


def connect(shop: Shop, name: str, url: str) -> None:
    """Keep an address where a brand keeps it."""
    path = shop.settings.data_dir / "keys" / "databases" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(url)
    path.chmod(0o600)


def change_contract(shop: Shop, source: str, **words: object) -> None:
    """Other words in the database block of a contract."""
    path = shop.settings.config_dir / "sources" / f"{source}.yml"
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    told["database"] = {k: v for k, v in {**told["database"], **words}.items() if v is not None}
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def read(shop: Shop, source: str) -> Pulled:
    """Read one database into the folder of the brand."""
    return pull(shop.settings, load_contracts(shop.settings.config_dir)[source], dict(os.environ))


def pulled_files(shop: Shop, source: str) -> list[Path]:
    return sorted((shop.settings.pulled_dir / source).glob("*.csv"))
