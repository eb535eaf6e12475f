"""Whatever a database refuses is one line that says what to do, without a value or a password."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from siyu.errors import ConfigError, SiyuError, TransientFailure
from siyu.sources.contracts.catalogue import load_contracts
from tests.databases.servers import PASSWORD, Server
from tests.databases.tables import (
    add_customers,
    change_contract,
    connect,
    pulled_files,
    read,
)
from tests.sources.exports import Shop

pytestmark = pytest.mark.xdist_group("databases")
CRM, ERP = "crm_customer_table", "erp_order_table"


@pytest.fixture
def crm(crm: Server) -> Server:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08")])
    return crm


def refused(shop: Shop, source: str) -> SiyuError:
    """The fault of a reading that fails: one line, nothing written, no secret told."""
    with pytest.raises(SiyuError) as caught:
        read(shop, source)
    line = str(caught.value)
    assert "\n" not in line and PASSWORD not in line and "13900000001" not in line
    assert not pulled_files(shop, source)
    return caught.value


def spoil_address(**words: str) -> Callable[[Shop, Server, str], None]:
    def spoil(shop: Shop, server: Server, name: str) -> None:
        connect(shop, name, server.url(**words))

    return spoil


def unreachable(shop: Shop, server: Server, name: str) -> None:
    connect(shop, name, server.url().replace(f":{server.port}/", ":1/"))


ADDRESSES = [
    (unreachable, TransientFailure, "cannot be reached"),
    (spoil_address(password="wrong"), ConfigError, "refused user or password"),
    (spoil_address(user="nobody"), ConfigError, "refused user or password"),
    (spoil_address(database="elsewhere"), ConfigError, "no such database"),
]


@pytest.mark.parametrize(("spoil", "kind", "words"), ADDRESSES)
def test_an_address_that_does_not_work(
    shop: Shop, crm: Server, erp: Server, spoil: Callable, kind: type, words: str
) -> None:
    for server, name, source in ((crm, "crm", CRM), (erp, "erp", ERP)):
        spoil(shop, server, name)
        fault = refused(shop, source)
        assert (
            isinstance(fault, kind) and words in str(fault) and f"connection {name}" in str(fault)
        )


CONTRACTS = [
    (CRM, {"table": "public.customers"}, "no such table"),
    (CRM, {"watermark": "changed_at"}, "no column changed_at; there are id, mobile"),
    (CRM, {"watermark": "full_name"}, "holds str; allowed: a time, a day or a whole number"),
    (CRM, {"table": None, "query": "select id, updated_at from customer"}, "no column"),
    (CRM, {"table": None, "query": "select * from customer where idd = 1"}, "not there"),
    (CRM, {"table": None, "query": "select from from customer"}, "cannot read the statement"),
    (CRM, {"table": None, "query": "select *, pg_sleep(9) from customer", "timeout_seconds": 1},
     "took longer than 1 s"),
    (CRM, {"table": None, "query": "select *, nextval('counter') from customer"}, "tries to write"),
    (ERP, {"table": "sales_orders", "query": None}, "no such table"),
    (ERP, {"query": "select nothing from sales_order"}, "not there"),
    (ERP, {"query": "select o.*, sleep(9) as changed from sales_order as o",
           "timeout_seconds": 1}, "took longer than 1 s"),
    (ERP, {"watermark": "state"}, "holds str"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "words", "line"), CONTRACTS)
def test_a_contract_that_does_not_fit_the_table(
    shop: Shop, crm: Server, erp: Server, source: str, words: dict[str, object], line: str
) -> None:
    crm.execute("drop sequence if exists counter", "create sequence counter")
    erp.execute(
        "insert into sales_order values ('S1', '13900000001', '已付款', 1, 0, 1, 0,"
        " '2026-08-01 10:00:00', null, null)"
    )
    change_contract(shop, source, **words)
    assert line in str(refused(shop, source))


def test_a_user_without_the_right_to_read(shop: Shop, crm: Server, erp: Server) -> None:
    for server, name, source in ((crm, "crm", CRM), (erp, "erp", ERP)):
        if server.kind == "postgresql":
            server.execute(
                "drop role if exists guest", f"create role guest login password '{PASSWORD}'"
            )
        else:
            server.execute(
                f"create or replace user guest@localhost identified by '{PASSWORD}'",
                "grant create on shop.* to guest@localhost",
            )
        connect(shop, name, server.url(user="guest"))
        assert "grant select" in str(refused(shop, source))


def test_rows_without_a_watermark_and_rows_from_the_future_are_told_and_hide_no_other(
    shop: Shop, crm: Server
) -> None:
    add_customers(crm, [("M2", 2, "2999-01-01 00:00:00+08")])
    crm.execute("insert into customer (id) values ('M3')")
    pulled = read(shop, CRM)
    assert pulled.rows == 1
    assert pulled.message == (
        f"{CRM}: table public.customer: 1 rows have no updated_at and were not read; fill the"
        " column, or use a query with coalesce(…); 1 rows have a updated_at that lies in the future"
        " and were not read; correct them"
    )
    assert shop.ingest().files[0].watermark == "updated_at 2026-08-01T02:00:00+00:00"


def test_a_watermark_that_changes_its_kind_is_not_compared(shop: Shop, crm: Server) -> None:
    read(shop, CRM)
    shop.ingest()
    crm.execute("alter table customer alter column updated_at type timestamp")
    with pytest.raises(ConfigError, match="of another kind when it was read last"):
        read(shop, CRM)


def test_an_address_that_is_not_given_or_not_kept_safe(shop: Shop, crm: Server) -> None:
    path = shop.settings.data_dir / "keys" / "databases" / "crm"
    path.chmod(0o644)
    assert "run chmod 600" in str(refused(shop, CRM))
    path.unlink()
    assert "set SIYU_DATABASE_CRM" in str(refused(shop, CRM))
    for text in ("no url", "oracle://u:p@h/x", "postgresql://u:p@h"):
        connect(shop, "crm", text)
        assert "allowed: postgresql://" in str(refused(shop, CRM))


def test_the_environment_goes_before_the_file(
    shop: Shop, crm: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(shop, "crm", "no url")
    monkeypatch.setenv("SIYU_DATABASE_CRM", crm.url())
    assert read(shop, CRM).rows == 1


def test_a_driver_that_is_not_installed(
    shop: Shop, crm: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "driver psycopg is not installed" in str(refused(shop, CRM))


def test_nothing_but_the_last_reading_says_what_is_newest(shop: Shop) -> None:
    path = shop.settings.config_dir / "sources" / f"{CRM}.yml"
    path.write_text(path.read_text("utf-8") + "version_by: level\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="leave version_by and exported_at out"):
        load_contracts(shop.settings.config_dir)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"connection": "postgresql://u:p@h/x"}, "the address itself goes into the environment"),
        ({"table": "customer; drop table customer"}, "is no table name"),
        ({"query": "select 1"}, "needs a table or a query, and not both"),
        ({"table": None, "query": "delete from customer"}, "begins with select or with"),
        ({"table": None, "query": "select 1; select 2"}, "must be one statement"),
        ({"time_zone": "Shanghai"}, "no time zone 'Shanghai'"),
        ({"overlap_minute": 1}, "unknown key (did you mean overlap_minutes?)"),
    ],
)
def test_a_mistyped_contract_is_told_before_any_night(
    shop: Shop, words: dict[str, object], line: str
) -> None:
    change_contract(shop, CRM, **words)
    with pytest.raises(ConfigError) as caught:
        load_contracts(shop.settings.config_dir)
    assert str(caught.value).startswith(f"{CRM}.yml: database") and line in str(caught.value)
