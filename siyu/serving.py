"""The serving file: the public tables alone, pseudonymous, replaced in one rename."""

from __future__ import annotations

import os

import duckdb

from siyu.errors import PermanentFailure
from siyu.settings import Settings

# Exactly the tables that others may rely on; everything else stays in the working warehouse.
PUBLIC_TABLES: dict[str, tuple[str, ...]] = {
    "identity": (
        "bridge_identity",
        "person_history",
        "person_alias",
        "person_link",
        "person_decision",
        "link_decision",
        "household",
        "review_queue",
        "review_band",
    ),
    "core": (
        "dim_person",
        "dim_product",
        "dim_channel",
        "dim_day",
        "fct_order",
        "fct_order_line",
        "fct_payment",
        "fct_event",
        "fct_session",
        "fct_touch",
        "fct_message",
        "fct_referral",
        "fct_consent",
        "fct_experiment_group",
        "dim_channel_code",
        "fct_content",
        "fct_coupon",
        "fct_cart",
        "fct_channel_spend",
        "fct_creator_work",
        "fct_commission",
        "fct_community",
        "fct_community_message",
        "fct_service",
        "fct_feedback",
        "fct_member_movement",
        "fct_active_day",
    ),
    "marts": (
        "person_360",
        "rfm",
        "lifecycle",
        "lifecycle_transition",
        "retention",
        "value_decay",
        "value_movement",
        "value_threshold",
        "daily_kpi",
        "store_daily",
        "linkability",
        "reconciliation",
        "reconciliation_daily",
        "funnel",
        "path",
        "attribution_credit",
        "attribution",
        "channel_effect",
        "channel_step",
        "referral_chain",
        "referral",
        "coupon",
        "activity",
        "active_hour",
        "aarrr",
        "retention_day",
        "growth_accounting",
        "community",
        "service",
        "nps",
        "campaign",
        "channel_roi",
        "kol_roi",
        "repurchase",
        "category",
        "category_pair",
        "customer_value",
        "emotional_account",
        "price_sensitivity",
        "first_party_share",
        "lifecycle_time",
        "rfm_edge",
        "rfm_history",
        "content_roi",
    ),
    "ml": (
        "churn_score",
        "ltv_score",
        "score_night",
        "next_action",
        "recommendation",
        "cross_sell",
        "uplift_score",
        "send_hour",
        "price_sensitivity",
        "review_sentiment",
        "demand_forecast",
    ),
    "activation": ("segment_membership", "delivery"),
    "ops": ("load_ledger", "quarantine", "run"),
}


def open_serving(settings: Settings, **config: str) -> duckdb.DuckDBPyConnection:
    """The serving file, to be read. Raises PermanentFailure when it is no file of this DuckDB."""
    try:
        return duckdb.connect(str(settings.serving_path), read_only=True, config={**config})
    except duckdb.IOException:
        raise PermanentFailure(
            "serving/siyu.duckdb cannot be read: move it away, and `siyu run --force` makes it again"
        ) from None


def publish_serving(settings: Settings) -> int:
    """Copy the public tables into serving/siyu.duckdb; returns how many tables it holds.

    Written aside and renamed: a reader keeps the old file until it opens the new one.
    """
    target = settings.serving_path
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(target.name + ".new")
    aside.unlink(missing_ok=True)
    con = duckdb.connect()
    copied = 0
    try:
        con.execute(f"attach '{_quoted(settings.warehouse_path)}' as warehouse (read_only)")
        con.execute(f"attach '{_quoted(aside)}' as serving")
        for schema, tables in PUBLIC_TABLES.items():
            con.execute(f'create schema if not exists serving."{schema}"')
            for table in tables:
                con.execute(
                    f'create table serving."{schema}"."{table}" as '
                    f'from warehouse."{schema}"."{table}"'
                )
                copied += 1
        con.execute("detach serving")
    finally:
        con.close()
    os.replace(aside, target)
    return copied


def _quoted(path: object) -> str:
    """A path inside an ATTACH literal, where DuckDB takes no parameter."""
    return str(path).replace("'", "''")
