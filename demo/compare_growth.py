"""Growth held against what the demo planted: invitations, effects of campaigns, credit of creators."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb

# An effect is found when it lies within so many of its own standard errors of the planted one.
ERRORS_ALLOWED = 3.0

_REFERRAL = """
select sum(accepted_count), sum(participant_count), max(depth) from marts.referral
"""
_OPENS = "select open_lift, open_lift_error from marts.campaign where campaign = 'oa-personal'"
# Who bought within the window, by group. Times are UTC; a window is whole days from the assignment.
_COUPON = """
with people as (
    select
        g.variant,
        bool_or(coalesce(o.is_paid, false)) as bought
    from core.fct_experiment_group as g
    left join core.fct_order as o
        on o.person_id = g.person_id and o.ordered_at >= g.assigned_at
        and o.ordered_at < g.assigned_at + to_days($days)
    where g.experiment = $experiment
    group by g.experiment_group_key, g.variant
),
rates as (select variant, avg(bought::int) as rate, count(*) as n from people group by variant)
select
    sum(case when variant = 'treatment' then rate else -rate end),
    sqrt(sum(rate * (1 - rate) / n))
from rates
"""
# Of the orders that name their creator this is the last touch. (It may be the last one before later
# orders of the buyer too.)
_CREATORS = """
select creator_id, count(*), sum(last_cny)
from marts.attribution_credit as credit
inner join core.fct_touch as touch
    on credit.touch_key = touch.touch_key and credit.order_key = touch.order_key
group by creator_id
"""


def compare_growth(con: duckdb.DuckDBPyConnection, truth_dir: Path) -> dict[str, object]:
    """Found and true figures by measure; effects with their standard error. {} without a truth."""
    if not (truth_dir / "effects.json").exists():
        return {}
    effects = json.loads((truth_dir / "effects.json").read_text())
    growth = json.loads((truth_dir / "growth.json").read_text())
    accepted, people, depth = con.execute(_REFERRAL).fetchall()[0]
    coupon = effects["coupon_experiment"]
    lift, lift_error = (con.execute(_OPENS).fetchall() or [(None, None)])[0]
    window = {"days": coupon["window_days"], "experiment": coupon["experiment"]}
    bought, bought_error = con.execute(_COUPON, window).fetchall()[0]
    found = {c: (n, money) for c, n, money in con.execute(_CREATORS).fetchall()}
    true = {
        c: (t["orders"], Decimal(t["net_cents"]).scaleb(-2))
        for c, t in growth["creator_credit"].items()
    }
    return {
        "k_factor": round((accepted or 0) / people, 6) if people else 0.0,
        "true_k_factor": effects["referral"]["k"],
        "chain_depth": depth or 0,
        "true_chain_depth": effects["referral"]["depth"],
        **_effect("message_open_lift", lift, lift_error, effects["message_open_lift"]),
        **_effect("coupon_effect", bought, bought_error, coupon["all"]["planted"]),
        "creator_orders": sum(n for n, _ in found.values()),
        "true_creator_orders": sum(n for n, _ in true.values()),
        "creator_credit_cny": str(sum((money for _, money in found.values()), Decimal("0.00"))),
        "true_creator_credit_cny": str(sum((m for _, m in true.values()), Decimal("0.00"))),
        "creators_differing": sum(found.get(c) != true.get(c) for c in found.keys() | true.keys()),
    }


def _effect(
    name: str, found: float | None, error: float | None, planted: float
) -> dict[str, object]:
    """The effect found, its standard error, the planted one, and how far apart in errors."""
    if found is None or not error:
        return {name: "too few people to tell", f"true_{name}": planted}
    off = abs(found - planted) / error
    return {
        name: f"{found:.4f} ± {error:.4f}",
        f"true_{name}": planted,
        f"{name}_within_{ERRORS_ALLOWED:g}_errors": f"{off <= ERRORS_ALLOWED} ({off:.2f})",
    }
