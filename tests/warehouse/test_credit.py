"""The marts' credits, held against the attribution library path by path."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from siyu.metrics.attribution import MODELS, RULES, credit_of_effects, rule_weights
from siyu.metrics.markov import RemovalEffects
from tests.warehouse.growth import CHANNELS, build_marts, make_facts, set_day

CENT = Decimal("0.01")
# One path of attribution: (days before the order, channel) of each touch, oldest first.
Touches = list[tuple[float, str]]


@dataclass(frozen=True)
class Credited:
    """One order as the mart has it: its money, month, and the credits of its touches by model."""

    order_key: str
    amount_cny: Decimal
    month_on: date
    channels: list[str]
    credits: dict[str, list[Decimal]]


def draw_paths(count: int, seed: int) -> dict[str, Touches]:
    """Paths of one to thirty touches, some longer than the step cap, some of one channel alone, some with
    several touches at one instant, which follow their keys."""
    draw = random.Random(seed)
    paths = {}
    for number in range(count):
        length = draw.choice((1, 1, 2, 3, 4, 7, 12, 20, 21, 30))
        channels = draw.sample(CHANNELS, draw.randrange(1, len(CHANNELS) + 1))
        instants = range(1, 5) if number % 4 == 0 else range(1, 7 * 86400)
        seconds = sorted(draw.choices(instants, k=length), reverse=True)
        paths[f"o{number:03}"] = [(s / 86400, draw.choice(channels)) for s in seconds]
    return paths


def write_paths(con: duckdb.DuckDBPyConnection, paths: dict[str, Touches], seed: int) -> None:
    """Every order with a person of its own, so that a path is what was drawn; and organic orders."""
    draw = random.Random(seed)
    orders, touches = [], []
    for number, (order_key, path) in enumerate(paths.items()):
        at = datetime(2026, 5, 10) + timedelta(days=number % 90, seconds=draw.randrange(86400))
        # A gift costs nothing, and a refund after the return window may leave less than nothing.
        cents = draw.choice((0, 1, 99, 10000, -250, draw.randrange(100, 5_000_000)))
        orders.append((order_key, at, Decimal(cents).scaleb(-2)))
        touches += [
            (f"{order_key}:{step:02}", order_key, at - timedelta(seconds=round(days * 86400)), by)
            for step, (days, by) in enumerate(path)
        ]
        orders.append((f"{order_key}-organic", at, Decimal(cents).scaleb(-2)))
    con.executemany(
        "insert into core.fct_order select $1, $1, $2, ($2 + interval 8 hour)::date, true, $3, 1",
        orders,
    )
    con.executemany(
        "insert into core.int_touch__contact values ($1, $2, $3, $4, null, 'contact_added', null, 1)",
        touches,
    )


@pytest.fixture(scope="module")
def paths() -> dict[str, Touches]:
    return draw_paths(240, seed=11)


@pytest.fixture(scope="module")
def warehouse(
    paths: dict[str, Touches], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("credit")
    with make_facts(folder / "warehouse.duckdb") as con:
        write_paths(con, paths, seed=12)
        set_day(con, date(2026, 8, 10))
    project = Path(__file__).resolve().parents[2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIYU_DATA", str(folder))
        patch.syspath_prepend(str(project))
        patch.setenv("DBT_PROJECT_DIR", str(project / "dbt_project"))
        build_marts(folder)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        yield con


@pytest.fixture(scope="module")
def credited(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Credited]:
    columns = ", ".join(f"{model}_cny" for model in MODELS)
    rows = warehouse.execute(
        "select order_key, net_revenue_cny, date_trunc('month', ordered_on)::date, channel_id,"
        f" {columns} from marts.attribution_credit order by order_key, step_no"
    ).fetchall()
    steps = defaultdict(list)
    for row in rows:
        steps[row[0]].append(row)
    return {
        key: Credited(
            key,
            of[0][1],
            of[0][2],
            [row[3] for row in of],
            {model: [row[4 + n] for row in of] for n, model in enumerate(MODELS)},
        )
        for key, of in steps.items()
    }


def assert_shared_by(order: Credited, model: str, weights: np.ndarray) -> None:
    """Each running total of the credits is within a cent of the exact share of the order."""
    running = np.cumsum([float(part) for part in order.credits[model]])
    exact = float(order.amount_cny) * np.cumsum(weights)
    assert len(running) == len(exact), order
    assert np.abs(running - exact).max() <= float(CENT) / 2 + 1e-4, (model, order, exact)


def shares_of(path: Touches, effect_by_channel: dict[str, float]) -> np.ndarray:
    """The library's shares of one path by effects that are known per channel."""
    effects = RemovalEffects(base=1.0, effect=pd.Series(effect_by_channel))
    return credit_of_effects([channel for _, channel in path], effects)


def kept(path: Touches) -> Touches:
    """The newest twenty touches: the step cap of the tests' rule."""
    return path[-20:]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_shares_an_order_as_the_library_does(
    rule: str, paths: dict[str, Touches], credited: dict[str, Credited]
) -> None:
    for order_key, path in paths.items():
        days = np.array([before for before, _ in kept(path)])
        assert credited[order_key].channels == [channel for _, channel in kept(path)]
        assert_shared_by(credited[order_key], rule, rule_weights(rule, len(days), days))


def test_markov_credit_follows_the_effects_of_the_months_before_as_the_library_shares_them(
    warehouse: duckdb.DuckDBPyConnection, paths: dict[str, Touches], credited: dict[str, Credited]
) -> None:
    effects: dict[date, dict[str, float]] = defaultdict(dict)
    for month_on, channel, permille in warehouse.execute(
        "select cast(month_on as date), channel_id, effect_permille"
        " from marts.int_attribution__effect"
    ).fetchall():
        effects[month_on][channel] = float(permille)
    assert len(effects) >= 2, "at least two months follow a closed one"
    for order_key, path in paths.items():
        order = credited[order_key]
        if order.month_on in effects:
            shares = shares_of(kept(path), effects[order.month_on])
            assert_shared_by(order, "markov", shares)
        else:
            assert order.credits["markov"] == order.credits["linear"], "no month has closed yet"


def test_shapley_shares_an_order_equally_among_its_channels(
    paths: dict[str, Touches], credited: dict[str, Credited]
) -> None:
    for order_key, path in paths.items():
        shares = shares_of(kept(path), {channel: 1.0 for _, channel in path})
        assert_shared_by(credited[order_key], "shapley", shares)


def test_an_order_without_a_touch_is_organic_under_every_model(
    credited: dict[str, Credited], paths: dict[str, Touches]
) -> None:
    for order_key in paths:
        order = credited[f"{order_key}-organic"]
        assert order.channels == ["organic"]
        assert all(order.credits[model] == [order.amount_cny] for model in MODELS)


def test_every_model_credits_each_order_and_the_whole_to_the_cent(
    warehouse: duckdb.DuckDBPyConnection, credited: dict[str, Credited]
) -> None:
    for order in credited.values():
        for model in MODELS:
            assert sum(order.credits[model], Decimal(0)) == order.amount_cny, (model, order)
    whole = warehouse.execute("select sum(net_revenue_cny) from core.fct_order").fetchone()[0]
    totals = dict(
        warehouse.execute(
            "select model, sum(credit_cny) from marts.attribution group by model"
        ).fetchall()
    )
    assert totals == dict.fromkeys(MODELS, whole)
