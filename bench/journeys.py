"""Markov and Shapley on made paths: the SQL count, the algebra on top, and a public library."""

from __future__ import annotations

import contextlib
import importlib.util
import io

import duckdb
import numpy as np
import pandas as pd

from bench.meter import Meter
from siyu.metrics.markov import removal_effects
from siyu.metrics.shapley import shapley_of_paths

CHANNELS = 15
PATHS = """
create table step as
select range as path_id, unnest(range(1 + (hash(range) % 7)::int)) as step_no,
    hash(range + 5) % 5 = 0 as converted
from range({paths});
create table touch as
select path_id, step_no, converted,
    1 + (hash(path_id * 7 + step_no) % {channels})::int as channel_no
from step order by path_id, step_no
"""
MOVES = """
create or replace table move as
with seen as (
    select channel_no, converted,
        coalesce(lag(channel_no) over path, 0) as before,
        lead(channel_no) over path is null as is_last
    from touch window path as (partition by path_id order by step_no)
)
select before as from_state, channel_no as to_state, count(*) as n from seen group by all
union all
select channel_no, case when converted then -1 else -2 end, count(*) from seen where is_last
group by all
"""
SETS = """
create or replace table channel_set as
with path as (
    select bit_or(1::bigint << (channel_no - 1)) as mask, any_value(converted)::int as converted
    from touch group by path_id
)
select mask, sum(converted)::double as conversions from path group by mask
"""


def measure_journeys(paths: int) -> dict[str, float]:
    """Ratios of the whole answer to its SQL count, and of the library to the whole answer."""
    con, meter = duckdb.connect(), Meter()
    con.execute("set threads = 2")
    con.execute(PATHS.format(paths=paths, channels=CHANNELS))
    for _ in range(2):  # the second time is measured: the first warms the imports
        meter.cpu.clear()
        meter.time("Markov: SQL count", lambda: con.execute(MOVES))
        meter.time(
            "Markov: algebra", lambda: removal_effects(con.table("move").df(), 1, CHANNELS + 1)
        )
        meter.time("Shapley: SQL count", lambda: con.execute(SETS))
        meter.time("Shapley: algebra", lambda: _shapley(con.table("channel_set").df()))
    ours = removal_effects(con.table("move").df(), 1, CHANNELS + 1).share.to_numpy()
    ratios = {
        f"{name.lower()}_to_count": 1
        + meter.cpu[f"{name}: algebra"] / meter.cpu[f"{name}: SQL count"]
        for name in ("Markov", "Shapley")
    }
    if importlib.util.find_spec("ChannelAttribution"):
        theirs = _library(con, meter)
        ratios["library_to_markov"] = meter.cpu["Markov: ChannelAttribution"] / (
            meter.cpu["Markov: SQL count"] + meter.cpu["Markov: algebra"]
        )
        print(f"largest difference of a share to the library: {np.abs(ours - theirs).max():.5f}")
    else:
        print("ChannelAttribution is not installed: `make bench` installs it")
    print(f"{'journeys':32} {'CPU s':>8}   {paths:,} paths, {CHANNELS} channels")
    for name, spent in meter.cpu.items():
        print(f"{name:32} {spent:8.3f}")
    return ratios


def _shapley(sets: pd.DataFrame) -> np.ndarray:
    return shapley_of_paths(sets["mask"].to_numpy(), sets["conversions"].to_numpy(), CHANNELS)


def _library(con: duckdb.DuckDBPyConnection, meter: Meter) -> np.ndarray:
    """ChannelAttribution's first-order shares on the same paths; making its strings counts not."""
    frame = con.execute(
        "select string_agg('c' || lpad(channel_no::varchar, 2, '0'), ' > ' order by step_no) as path,"
        " any_value(converted)::int as won, 1 - any_value(converted)::int as lost"
        " from touch group by path_id"
    ).df()
    frame = frame.groupby("path", as_index=False)[["won", "lost"]].sum()
    answer: dict[str, pd.DataFrame] = {}

    def solve() -> None:
        import ChannelAttribution

        with contextlib.redirect_stdout(io.StringIO()):
            answer["shares"] = ChannelAttribution.markov_model(
                frame, "path", "won", var_null="lost"
            )

    solve()  # imports are not measured
    meter.time("Markov: ChannelAttribution", solve)
    shares = answer["shares"].sort_values("channel_name")["total_conversions"].to_numpy()
    return shares / shares.sum()
