"""What the growth marts cost, whole and for one day more, against bare queries on the same rows.

    python -m bench.warehouse [events]

A made shop of 90 days (50 M events, 5 M orders by default). The marts' SQL is what dbt compiles from
the project's models. First the marts stand at day 89; the day that follows is merged into them, and
its rows are compared with a build from nothing. fct_touch, on which attribution stands, is a line of
its own, with no limit against its bare query; what is deleted from it before a night is not counted.
CPU seconds count, both cores. Then Markov and Shapley on 1 M paths of 15 channels, against their SQL
count alone and against ChannelAttribution. Prints tables and, as its last line, one JSON object: name,
ratios, limits, ok, machine.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import resource
import sys
import tempfile
from pathlib import Path

import duckdb

from bench.journeys import measure_journeys
from bench.meter import Meter
from bench.shop_facts import hide_last_day, make_shop, show_last_day
from bench.verdict import report
from siyu.metrics.effects import effects_by_month
from siyu.settings import PROJECT_DIR

# Mart: its models in the order they build, with the key that a day replaces (none: the whole table).
MARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "sessions": {"core.fct_session": ("visit_key", "session_on")},
    "touches": {"core.fct_touch": ("touch_key", "touched_on")},
    "rfm": {"marts.rfm": ()},
    "retention": {"marts.retention": ()},
    "funnel": {"marts.funnel": ("day_on",)},
    "attribution": {
        "marts.int_attribution__step": ("month_on",),
        "marts.int_attribution__effect": (),
        "marts.attribution_credit": ("order_key",),
    },
}
BARE = {
    "sessions": """
        create or replace table bare as
        with marked as (
            select person_id, event_at, case when event_at - lag(event_at) over (
                partition by person_id order by event_at) <= interval 30 minute then 0 else 1 end
                as is_new
            from core.fct_event
        ),
        numbered as (
            select person_id, event_at, sum(is_new) over (
                partition by person_id order by event_at rows unbounded preceding) as session_no
            from marked
        )
        select person_id, session_no, min(event_at) as started_at, max(event_at) as ended_at,
            count(*) as event_count
        from numbered group by person_id, session_no""",
    "touches": """
        create or replace table bare as
        select 'visit:' || session_key as touch_key, person_id, started_at as touched_at,
            channel_id, campaign, landing_page
        from core.fct_session""",
    "rfm": """
        create or replace table bare as
        with buyers as (
            select person_id, max(ordered_on) as last_on, count(*) as f, sum(net_revenue_cny) as m
            from core.fct_order where is_paid group by person_id
        )
        select person_id, ntile(5) over (order by last_on) as r_score,
            ntile(5) over (order by f) as f_score, ntile(5) over (order by m) as m_score
        from buyers""",
    "retention": """
        create or replace table bare as
        with months as (
            select distinct person_id, date_trunc('month', ordered_on) as month_on
            from core.fct_order where is_paid
        ),
        firsts as (select person_id, min(month_on) as cohort_on from months group by person_id)
        select cohort_on, month_on, count(*) as retained_count
        from firsts inner join months using (person_id) group by cohort_on, month_on""",
    "funnel": """
        create or replace table bare as
        with homes as (
            select person_id, event_at, event_name, max(case when event_name = 'view_home'
                then event_at end) over (partition by person_id order by event_at
                rows unbounded preceding) as t1
            from core.fct_event
        ),
        views as (
            select *, max(case when event_name = 'view_product' and event_at - t1 <= interval 1 day
                then t1 end) over (partition by person_id order by event_at
                rows unbounded preceding) as t2
            from homes
        ),
        carts as (
            select *, max(case when event_name = 'add_to_cart' and event_at - t2 <= interval 1 day
                then t2 end) over (partition by person_id order by event_at
                rows unbounded preceding) as t3
            from views
        ),
        people as (
            select person_id, max(t1) as t1, max(t2) as t2, max(t3) as t3,
                max(case when event_name = 'purchase' and event_at - t3 <= interval 1 day
                    then t3 end) as t4
            from carts group by person_id
        )
        select count(t1), count(t2), count(t3), count(t4) from people""",
    # Three bare questions that the credit answers: all touches before an order, the last one, and how
    # often a channel follows another.
    "attribution": """
        create or replace table bare_moves as
        with item as (
            select person_id, touched_at as happened_at, channel_id from core.fct_touch
            union all
            select person_id, ordered_at, 'order' from core.fct_order where is_paid
        ),
        seen as (
            select channel_id, lead(channel_id) over (partition by person_id order by happened_at)
                as next_id
            from item
        )
        select channel_id, next_id, count(*) as n from seen group by all;
        create or replace table bare_last as
        select fct_order.order_key, touch.touch_key
        from core.fct_order asof inner join core.fct_touch as touch
            on fct_order.person_id = touch.person_id and touch.touched_at <= fct_order.ordered_at;
        create or replace table bare as
        select fct_order.order_key, fct_order.net_revenue_cny, touch.touch_key, touch.channel_id,
            touch.touched_at
        from core.fct_order inner join core.fct_touch as touch
            on fct_order.person_id = touch.person_id and touch.touched_at
                between fct_order.ordered_at - interval 7 day and fct_order.ordered_at
        where fct_order.is_paid""",
}
MEMORY = "4800MB"
LIMITS = {
    **{f"{mart}_full_to_bare": 1.5 for mart in MARTS if mart != "touches"},
    **{f"{mart}_day_to_full": 0.05 for mart in ("sessions", "touches", "funnel", "attribution")},
    "all_day_to_full": 0.05,
    "peak_gib": 6.0,
    "markov_to_count": 2.0,
    "shapley_to_count": 2.0,
}


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Two cores, and memory that leaves room for Python inside the limit: the rest goes to disk."""
    con = duckdb.connect(str(path))
    con.execute("set threads = 2; set preserve_insertion_order = false")
    con.execute(f"set memory_limit = '{MEMORY}'")
    return con


def compiled(folder: Path) -> dict[str, str]:
    """The SQL of every measured model, as dbt compiles it on the tables that stand there now."""
    from dbt.cli.main import dbtRunner

    project = PROJECT_DIR / "dbt_project"
    names = [m.split(".")[1] for models in MARTS.values() for m in models]
    words = ["--quiet", "compile", "--select", *names, "--project-dir", project]
    words += ["--profiles-dir", project, "--target-path", folder / "target"]
    with contextlib.redirect_stdout(io.StringIO()):
        done = dbtRunner().invoke([*map(str, words), "--log-path", str(folder / "logs")])
    if not done.success:
        raise SystemExit(f"dbt cannot compile the marts: {done.exception}")
    nodes = {f"{r.node.schema}.{r.node.name}": r.node.compiled_code for r in done.result}
    return {name: code for name, code in nodes.items() if name != "marts.int_attribution__effect"}


def effects(con: duckdb.DuckDBPyConnection) -> None:
    steps = con.table("marts.int_attribution__step").filter("step_count > 0").df()
    channels = con.execute("select channel_id from core.dim_channel").df()["channel_id"]
    found = effects_by_month(steps, channels, 1, 3)  # noqa: F841  (read by the next line)
    con.execute("create or replace table marts.int_attribution__effect as from found")


def build(con: duckdb.DuckDBPyConnection, sql: dict[str, str], model: str) -> None:
    """One model anew, as dbt's table materialisation does."""
    if model == "marts.int_attribution__effect":
        effects(con)
    else:
        con.execute(f"create or replace table {model} as {sql[model]}")


def merge(
    con: duckdb.DuckDBPyConnection, sql: dict[str, str], model: str, key: tuple[str, ...]
) -> None:
    """One model's day into what stands there, as dbt's delete+insert does."""
    if not key:
        build(con, sql, model)
        return
    con.execute(f"create or replace temp table fresh as {sql[model]}")
    same = " and ".join(f"fresh.{column} = old.{column}" for column in key)
    con.execute("begin")
    con.execute(f"delete from {model} as old using fresh where {same}")
    con.execute(f"insert into {model} from fresh")
    con.execute("commit")


def fingerprint(con: duckdb.DuckDBPyConnection, model: str) -> list[tuple]:
    return con.execute(
        f"select count(*), bit_xor(hash(t)), sum(hash(t) % 1000003) from {model} as t"
    ).fetchall()


def measure(folder: Path, events: int) -> tuple[Meter, bool]:
    """CPU seconds by step, and whether the merged rows are those of the full build."""
    path, meter = folder / "warehouse.duckdb", Meter(aloud=True)
    os.environ["SIYU_DATA"] = str(folder)
    with connect(path) as con:
        meter.time("make the shop", lambda: make_shop(con, events))
        hide_last_day(con)
    sql = compiled(folder)
    everything = [model for models in MARTS.values() for model in models]
    with connect(path) as con:
        for model in everything:
            build(con, sql, model)
        show_last_day(con)
        # Writing the day's facts is none of the marts' work.
        con.execute("checkpoint")
    day_sql = compiled(folder)
    merged = {}
    with connect(path) as con:
        for mart, models in MARTS.items():
            for model, key in models.items():
                meter.time(f"{mart}: day", lambda m=model, k=key: merge(con, day_sql, m, k))
        merged = {model: fingerprint(con, model) for model in everything}
        for mart, models in MARTS.items():
            con.execute("checkpoint")
            meter.time(f"{mart}: bare", lambda m=mart: con.execute(BARE[m]))
            for model in models:
                meter.time(f"{mart}: full", lambda m=model: build(con, sql, m))
        same = all(fingerprint(con, model) == merged[model] for model in everything)
    return meter, same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=50_000_000)
    events = parser.parse_args().events
    sys.path.insert(0, str(PROJECT_DIR))
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        meter, same = measure(Path(folder), events)
    cpu = meter.cpu
    print(
        f"{'CPU seconds':14} {'bare':>8} {'full':>8} {'day':>8} {'full/bare':>10} {'day/full':>9}"
    )
    ratios = {}
    for mart in MARTS:
        bare, full, day = (cpu[f"{mart}: {kind}"] for kind in ("bare", "full", "day"))
        ratios[f"{mart}_full_to_bare"], ratios[f"{mart}_day_to_full"] = full / bare, day / full
        print(f"{mart:14} {bare:8.2f} {full:8.2f} {day:8.2f} {full / bare:10.2f} {day / full:9.3f}")
    sums = {k: sum(cpu[f"{mart}: {k}"] for mart in MARTS) for k in ("full", "day")}
    ratios["all_day_to_full"] = sums["day"] / sums["full"]
    ratios["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{events:,} events; merged rows equal a build from nothing: {same}")
    print(f"peak {ratios['peak_gib']:.1f} GiB; making the shop took {cpu['make the shop']:.0f} s")
    ratios |= measure_journeys(min(1_000_000, events // 5))
    report("warehouse", ratios, LIMITS, holds=same)


if __name__ == "__main__":
    main()
