"""A night adds its day to what stands there; the rows are those of a build from nothing."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.growth import build_marts, make_facts, read_marts, set_day

FIRST = date(2026, 5, 1)
NAMES = ("view_home", "view_product", "add_to_cart", "purchase")


def add_events(con: duckdb.DuckDBPyConnection, load: int, days: list[int], seed: int) -> None:
    """About six events of each of eight people on each day, some of them beside midnight."""
    draw = random.Random(seed)
    rows = []
    for day in days:
        for number in range(48):
            person = f"p{draw.randrange(8)}"
            # Shanghai midnight is 16:00 UTC.
            at = datetime(2026, 5, 1) + timedelta(
                days=day, hours=draw.choice((-7, 3, 15)), minutes=draw.randrange(59)
            )
            on = (at + timedelta(hours=8)).date()
            rows.append(
                (f"e{seed}-{day}-{number}", person, f"v:{person}", f"app:{person}", None, at, on,
                 draw.choice(NAMES), f"page{draw.randrange(3)}", None,
                 draw.choice(("ad", "oa_menu", "search", "share")), draw.choice(("c1", None)),
                 1.0, load, load)
            )  # fmt: skip
    con.executemany(f"insert into core.fct_event values ({', '.join('?' * 15)})", rows)


def add_orders(con: duckdb.DuckDBPyConnection, load: int, days: list[int], seed: int) -> None:
    draw = random.Random(seed)
    rows = []
    for day in days:
        for number in range(2):
            at = datetime(2026, 5, 1) + timedelta(days=day, hours=draw.randrange(14))
            person = f"p{draw.randrange(10)}" if draw.random() < 0.9 else None
            cents = Decimal(draw.randrange(100, 30000)).scaleb(-2)
            paid = draw.random() < 0.9
            rows.append(
                (f"o{seed}-{day}-{number}", person, at, (at + timedelta(hours=8)).date(), paid,
                 cents if paid else Decimal(0), load)
            )  # fmt: skip
    con.executemany("insert into core.fct_order values (?, ?, ?, ?, ?, ?, ?)", rows)


def add_visit(con: duckdb.DuckDBPyConnection, load: int, *minutes: int) -> None:
    """Views of p1 in one app session on May 20, so many minutes after 13:00 in Shanghai."""
    for minute in minutes:
        at = datetime(2026, 5, 20, 5) + timedelta(minutes=minute)
        con.execute(
            "insert into core.fct_event values (?, 'p1', 'v:p1', 'app:cut', null, ?, '2026-05-20',"
            " 'view_home', 'page0', null, 'ad', 'c1', 1.0, ?, ?)",
            [f"cut{minute}", at, load, load],
        )


def name_creator(con: duckdb.DuckDBPyConnection, load: int, chosen: str, creator: str) -> None:
    """Exports of this load say that these orders came through the creator."""
    con.execute(f"delete from core.int_touch__creator where order_key in ({chosen})")
    con.execute(
        "insert into core.int_touch__creator select 'creator:' || order_key || ':' || $1,"
        " order_key, person_id, ordered_at, 'creator', 'creator_order', 'w1', $1, $2"
        f" from core.fct_order where order_key in ({chosen})",
        [creator, load],
    )


def orders_of(known: str, day: int) -> str:
    """SQL of the orders of one day of May and on that have, or have not, a person."""
    on = FIRST + timedelta(days=day)
    return (
        f"select order_key from core.fct_order where person_id is {known} and ordered_on = '{on}'"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIYU_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("DBT_PROJECT_DIR", str(Path(__file__).resolve().parents[2] / "dbt_project"))
    return tmp_path


def test_days_that_overlap_and_come_out_of_order_give_the_rows_of_a_full_build(
    folder: Path,
) -> None:
    warehouse = folder / "warehouse.duckdb"
    with make_facts(warehouse) as con:
        add_events(con, 1, [*range(40), *range(44, 66)], seed=1)
        add_orders(con, 1, list(range(66)), seed=2)
        add_visit(con, 1, 0, 40)
        con.execute("insert into core.fct_message values ('m1', 'p2', 'm', 'c1',"
                    " '2026-05-25 04:00:00', 1)")  # fmt: skip
        con.execute("insert into core.int_touch__contact values ('oa:1', 'p3',"
                    " '2026-05-25 04:00:00', 'ad', null, 'subscribe', null, 1)")  # fmt: skip
        for day in (3, 20, 31, 45, 60):
            name_creator(con, 1, orders_of("not null", day), "k1")
            con.execute("update core.fct_order set person_id = null where order_key ="
                        " (select min(order_key) from core.fct_order where ordered_on = ?)",
                        [FIRST + timedelta(days=day + 2)])  # fmt: skip
            name_creator(con, 1, orders_of("null", day + 2), "k2")
        set_day(con, FIRST + timedelta(days=65))
    build_marts(folder)
    with duckdb.connect(str(warehouse)) as con:
        # The days that were missing, a second helping of days known already, and the next day.
        add_events(con, 2, [40, 41, 42, 43, 20, 64, 65, 66], seed=3)
        add_orders(con, 2, [66, 10], seed=4)
        # An event between two sessions joins them; a message was opened earlier; a follower left.
        add_visit(con, 2, 20)
        con.execute("update core.fct_message set opened_at = '2026-05-24 03:00:00',"
                    " changed_load_seq = 2")  # fmt: skip
        con.execute("delete from core.int_touch__contact")
        set_day(con, FIRST + timedelta(days=66))
    build_marts(folder)
    with duckdb.connect(str(warehouse)) as con:
        # A back-dated refund, an order that fell through, a merge, a person found, and one more day.
        con.execute("update core.fct_order set net_revenue_cny = net_revenue_cny - 0.37 where"
                    " is_paid and ordered_on = date '2026-05-12'")  # fmt: skip
        con.execute("update core.fct_order set is_paid = false, net_revenue_cny = 0,"
                    " changed_load_seq = 3 where order_key = 'o2-30-0'")  # fmt: skip
        for table in ("fct_event", "fct_order"):
            con.execute(f"update core.{table} set person_id = 'p0', changed_load_seq = 3"
                        " where person_id = 'p7'")  # fmt: skip
            con.execute(f"update core.{table} set changed_load_seq = 3 where person_id = 'p0'")
        con.execute("update core.fct_order set person_id = 'p1', changed_load_seq = 3"
                    " where person_id is null and ordered_on = date '2026-06-20'")  # fmt: skip
        # Creators told late, corrected, and no longer told.
        name_creator(con, 3, orders_of("not null", 20), "k3")
        name_creator(con, 3, orders_of("null", 33), "k3")
        name_creator(con, 3, orders_of("not null", 52), "k1")
        con.execute(f"delete from core.int_touch__creator where order_key in"
                    f" ({orders_of('not null', 45)} union {orders_of('null', 47)})")  # fmt: skip
        con.execute("update core.int_touch__creator set person_id = 'p0', changed_load_seq = 3"
                    " where person_id = 'p7'")  # fmt: skip
        add_events(con, 3, [67], seed=5)
        # Loaded with the first, for a day that has come only now.
        add_events(con, 1, [68], seed=7)
        add_orders(con, 3, [67], seed=6)
        set_day(con, FIRST + timedelta(days=68))
    build_marts(folder)
    added = read_marts(folder)
    build_marts(folder)
    assert read_marts(folder) == added, "a rerun changes nothing"
    build_marts(folder, "--full-refresh")
    whole = read_marts(folder)
    assert {name for name in whole if whole[name] != added[name]} == set()
    assert all(whole.values())
    by_creator = {row[5] for row in whole["marts.attribution"]}
    assert by_creator == {"", "k1", "k2", "k3"}
    versions = {row[-3] for row in whole["marts.attribution_credit"]}
    assert len(versions) == 3, "no closed month yet, then one for each month after"


def test_an_order_loses_the_touches_that_a_split_or_a_later_state_takes_away(folder: Path) -> None:
    warehouse = folder / "warehouse.duckdb"
    with make_facts(warehouse) as con:
        add_events(con, 1, list(range(40)), seed=1)
        add_orders(con, 1, list(range(40)), seed=2)
        for number, day in enumerate((3, 8, 13, 18)):
            con.execute("insert into core.int_touch__contact select ?, person_id,"
                        " ordered_at - interval 1 hour, 'ad', null, 'subscribe', null, 1 from"
                        " core.fct_order where person_id is not null and ordered_on = ? limit 1",
                        [f"oa:{number}", FIRST + timedelta(days=day)])  # fmt: skip
        set_day(con, FIRST + timedelta(days=39))
    build_marts(folder)
    with duckdb.connect(str(warehouse)) as con:
        # The account of p2 is another person's, and p3's is nobody's; their orders stay where they were.
        con.execute("update core.fct_event set person_id = 'p20', changed_load_seq = 2"
                    " where person_id = 'p2' and event_on between '2026-05-10' and '2026-05-20'")  # fmt: skip
        con.execute("update core.fct_event set person_id = null, changed_load_seq = 2"
                    " where person_id = 'p3' and event_on > '2026-06-01'")  # fmt: skip
        # A contact came later than was known, one left, one is another person's.
        con.execute("update core.int_touch__contact set touched_at = touched_at + interval 15 day,"
                    " changed_load_seq = 2 where touch_key = 'oa:0'")  # fmt: skip
        con.execute("delete from core.int_touch__contact where touch_key = 'oa:1'")
        con.execute("update core.int_touch__contact set person_id = 'p20', changed_load_seq = 2"
                    " where touch_key = 'oa:2'")  # fmt: skip
        set_day(con, FIRST + timedelta(days=40))
    build_marts(folder)
    added = read_marts(folder)
    build_marts(folder, "--full-refresh")
    whole = read_marts(folder)
    assert {name for name in whole if whole[name] != added[name]} == set()


@pytest.mark.parametrize(
    "change",
    [
        # A contact's later state dates it in another month; a buyer is no longer known, which no load
        # of the order tells; an account turns out to be shared.
        "update core.int_touch__contact set touched_at = touched_at + interval 35 day,"
        " changed_load_seq = 2",
        "update core.fct_order set person_id = null where ordered_on = '2026-05-12'",
        "update core.fct_event set person_id = null, changed_load_seq = 2"
        " where event_on = '2026-05-12' and person_id in ('p2', 'p3')",
    ],
)
def test_a_closed_month_is_counted_again_when_it_loses_a_touch_or_an_order(
    change: str, folder: Path
) -> None:
    warehouse = folder / "warehouse.duckdb"
    with make_facts(warehouse) as con:
        add_events(con, 1, list(range(62)), seed=1)
        add_orders(con, 1, list(range(62)), seed=2)
        con.execute("insert into core.int_touch__contact values ('oa:1', 'p3',"
                    " '2026-05-12 04:00:00', 'ad', null, 'subscribe', null, 1)")  # fmt: skip
        set_day(con, FIRST + timedelta(days=62))
    build_marts(folder)
    before = read_marts(folder)
    with duckdb.connect(str(warehouse)) as con:
        con.execute(change)
    build_marts(folder)
    added = read_marts(folder)
    build_marts(folder, "--full-refresh")
    whole = read_marts(folder)
    steps = "marts.int_attribution__step"
    assert whole[steps] != before[steps]
    assert {name for name in whole if whole[name] != added[name]} == set()
