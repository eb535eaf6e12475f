"""The warehouse held against the demo's truth: money order by order, people pair by pair, growth."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from demo.compare_growth import compare_growth
from demo.compare_journeys import compare_with_chain
from siyu.errors import ConfigError
from siyu.identity.judged.evaluate import evaluate
from siyu.identity.judged.evaluate_household import evaluate_households
from siyu.identity.judged.truth import landing_token, load_truth
from siyu.settings import Settings

# Refunds are known once their day has come; an order's net is what was known on the as-of day.
_ORDERS = """
with night as (select max(as_of_on) as as_of_on from ops.run),
refunded as (
    select platform, order_no, sum(refund_cny) as refund_cny
    from read_parquet($refunds) cross join night where refunded_on <= night.as_of_on group by all
),
truth as (
    select o.platform, o.order_no, o.paid_cny - coalesce(r.refund_cny, 0) as net_cny
    from read_parquet($orders) as o cross join night
    left join refunded as r using (platform, order_no)
    where o.ordered_at::date <= night.as_of_on
)
select
    coalesce(sum(f.net_revenue_cny), 0) as found,
    coalesce(sum(t.net_cny), 0) as truth,
    count(*) filter (where f.net_revenue_cny is distinct from t.net_cny) as differing,
    count(t.order_no) as orders
from truth as t full outer join core.fct_order as f using (platform, order_no)
"""

_CERTAIN = """
select person_id, other_person_id from identity.review_queue
where status = 'open' and band = 'certain'
"""

# What the demo plants that no fee, subsidy or time explains.
UNEXPLAINED = ("receipt_missing", "fee_too_high")
_DIFFERENCES = """
select reason, count(*), sum(unexplained_cny) from marts.reconciliation
where outcome = 'unexplained' group by reason order by reason
"""


def compare_with_truth(settings: Settings) -> dict[str, object]:
    """Measures by name; money as text to the cent, shares as numbers. What was built decides what is
    compared: the demo brand, or journeys of a known chain.

    Raises ConfigError when there is no truth or no finished night to compare.
    """
    truth_dir = settings.data_dir / "truth"
    brand = (truth_dir / "orders.parquet").exists()
    if not brand and not (truth_dir / "journeys.json").exists():
        raise ConfigError("there is no truth here: only a demo brand (`siyu demo build`) has one")
    if not settings.serving_path.exists():
        raise ConfigError("there is no finished night to compare: run `siyu run` first")
    with duckdb.connect(str(settings.serving_path), read_only=True) as con:
        if not brand:
            return compare_with_chain(con, truth_dir)
        report = _money(con, truth_dir) | _bills(con, truth_dir) | _people(con, settings)
        return report | compare_growth(con, truth_dir)


def _people(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, object]:
    truth_dir = settings.data_dir / "truth"
    bridge = con.execute("select * from identity.bridge_identity").df()
    queue = con.execute(_CERTAIN).df()
    homes = con.execute("select household_id, person_id from identity.household").df()
    accounts, evidence = load_truth(truth_dir, landing_token(settings))
    people = evaluate(bridge, accounts, evidence)
    largest = people.largest
    planted = pd.read_parquet(truth_dir / "households.parquet")
    households = evaluate_households(homes, bridge, accounts, planted)
    return {
        "true_people": people.true_person_count,
        "found_people": people.found_person_count,
        "accounts": people.account_count,
        "pair_precision": round(people.pair_precision, 5),
        "pair_recall_linkable": round(people.recall_linkable or 0.0, 5),
        "pair_recall_all": round(people.recall_all, 5),
        "bcubed_precision": round(people.bcubed_precision, 5),
        "bcubed_recall": round(people.bcubed_recall, 5),
        **_suggestions(queue, bridge, accounts),
        "household_precision": round(households.precision, 5),
        "household_recall": round(households.recall, 5),
        "households_of_one_true_person": households.same_person_pairs,
        "largest_cluster_person": largest.person_id if largest else "none",
        "largest_cluster_identifiers": largest.identifier_count if largest else 0,
        "largest_cluster_true_people": largest.true_person_count if largest else 0,
    }


def _suggestions(
    queue: pd.DataFrame, bridge: pd.DataFrame, accounts: pd.DataFrame
) -> dict[str, object]:
    """Open suggestions of the surest band: how many, of how many the truth knows both sides, and
    how many of those are one person in truth.
    """
    true = accounts.merge(bridge, on=["id_type", "scope", "value_key"])
    people = true.groupby("person_id")["truth_person"].agg(set).to_dict()
    pairs = list(zip(queue["person_id"], queue["other_person_id"], strict=True))
    known = [(people[a], people[b]) for a, b in pairs if a in people and b in people]
    return {
        "suggested_certain": len(pairs),
        "suggested_certain_known": len(known),
        "suggested_certain_right": sum(1 for a, b in known if a & b),
    }


def _bills(con: duckdb.DuckDBPyConnection, truth_dir: Path) -> dict[str, object]:
    """Differences between orders and bills: those found against those that the demo planted."""
    path = truth_dir / "settlement.json"
    if not path.exists():
        return {}
    planted = json.loads(path.read_text())
    found = {
        reason: (count, str(amount))
        for reason, count, amount in con.execute(_DIFFERENCES).fetchall()
    }
    report: dict[str, object] = {}
    for reason in sorted({*found, *(r for r in planted if r in UNEXPLAINED)}):
        true = planted.get(reason, {"orders": 0, "amount_cny": "0.00"})
        count, amount = found.get(reason, (0, "0.00"))
        report[f"bill_{reason}"] = f"{count} orders, {amount}"
        report[f"true_bill_{reason}"] = f"{true['orders']} orders, {true['amount_cny']}"
    return report


def _money(con: duckdb.DuckDBPyConnection, truth_dir: Path) -> dict[str, object]:
    paths = {
        "orders": str(truth_dir / "orders.parquet"),
        "refunds": str(truth_dir / "refunds.parquet"),
    }
    found, truth, differing, orders = con.execute(_ORDERS, paths).fetchall()[0]
    cent = Decimal("0.01")
    return {
        "orders": orders,
        "orders_differing": differing,
        "net_revenue_cny": str(Decimal(found).quantize(cent)),
        "true_net_revenue_cny": str(Decimal(truth).quantize(cent)),
    }
