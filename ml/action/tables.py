"""The tables of the next action: typed and present even while nothing is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

PERSON = ("person_id", "varchar", "Person.")
AS_OF = ("as_of_on", "date", "Business day of the training.")

# table -> what it holds (last sentence: its grain), and its columns: name, type, meaning.
TABLES: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "next_action": (
        "How each asset did beside the plain rule in its newest training, and whether its table is "
        "published. Grain: one row per asset.",
        (
            ("asset", "varchar", "Table of schema ml."),
            (
                "is_published",
                "boolean",
                "Whether it beat the plain rule, so that its table is filled.",
            ),
            ("metric", "varchar", "What was measured on the held-out days."),
            ("method", "varchar", "The method chosen before the held-out days."),
            ("value", "double", "Its figure; null when no contest took place."),
            ("baseline", "varchar", "The best plain rule."),
            ("baseline_value", "double", "The plain rule's figure."),
            ("judged_rows", "bigint", "People, pairs or weeks it was judged on."),
            ("reason", "varchar", "Why it is or is not published, in one line."),
            ("trained_on", "date", "Business day of the training; null before the first."),
            ("row_count", "bigint", "Rows in its table."),
        ),
    ),
    "recommendation": (
        "Products that a person has not bought yet, best first. "
        "Grain: one row per person and rank.",
        (
            PERSON,
            ("rank", "integer", "1 is the best."),
            ("product_id", "varchar", "Product, as in core.dim_product."),
            ("score", "double", "The method's score; comparable within a person only."),
            ("method", "varchar", "Method in service."),
            AS_OF,
        ),
    ),
    "cross_sell": (
        "If this product is in the basket, that one belongs beside it. "
        "Grain: one row per ordered pair of products.",
        (
            ("product_id", "varchar", "Product in the basket."),
            ("other_product_id", "varchar", "Product to offer."),
            ("basket_count", "bigint", "Baskets that held both."),
            ("support", "double", "Share of all baskets that held both."),
            ("confidence", "double", "Share of the product's baskets that held the other too."),
            ("lift", "double", "Confidence over the other's share of all baskets."),
            ("lift_low", "double", "Lower end of the 95 % interval of the lift."),
            AS_OF,
        ),
    ),
    "uplift_score": (
        "How much a coupon raises a buyer's chance to order within four weeks. "
        "Grain: one row per buyer.",
        (
            PERSON,
            ("uplift", "double", "Rise of the chance, between -1 and 1."),
            ("uplift_decile", "integer", "10 holds the people whom a coupon moves most."),
            ("experiment", "varchar", "Randomised experiment it was learned from."),
            ("method", "varchar", "Method in service."),
            AS_OF,
        ),
    ),
    "send_hour": (
        "At which hour of the day to write to a person. Grain: one row per person with activity.",
        (
            PERSON,
            ("send_hour", "integer", "Shanghai hour, 0 to 23: the middle of the three busiest."),
            ("segment_hour", "integer", "The same of the person's segment, buyers or others."),
            ("activity_count", "bigint", "Hours with activity that it rests on."),
            AS_OF,
        ),
    ),
    "price_sensitivity": (
        "How often a person buys below the usual price. Grain: one row per person and category "
        "bought from.",
        (
            PERSON,
            ("category", "varchar", "Category, as in core.dim_product."),
            ("line_count", "bigint", "Paid lines that it rests on."),
            (
                "low_price_count",
                "bigint",
                "Of them, below 95 % of the product's median price so far.",
            ),
            (
                "low_price_share",
                "double",
                "Expected share of such lines, shrunk to the person's and the category's.",
            ),
            ("category_share", "double", "The category's share among all buyers."),
            AS_OF,
        ),
    ),
    "review_sentiment": (
        "What the words of known people's reviews of a year say by the character model. "
        "Grain: one row per review.",
        (
            ("feedback_key", "varchar", "Review, as in core.fct_feedback."),
            PERSON,
            ("product_id", "varchar", "Product, as in core.dim_product."),
            ("kindness", "double", "Chance that the words are kind."),
            ("says", "varchar", "kind (from 0.8), unkind (up to 0.2) or unclear."),
            AS_OF,
        ),
    ),
    "demand_forecast": (
        "Pieces that the coming four weeks are likely to need. "
        "Grain: one row per product and week.",
        (
            ("product_id", "varchar", "Product, as in core.dim_product."),
            ("week_on", "date", "First day of the week."),
            ("quantity_p10", "double", "Pieces that nine weeks of ten exceed."),
            ("quantity_p50", "double", "Pieces that one week of two exceeds."),
            ("quantity_p90", "double", "Pieces that one week of ten exceeds."),
            AS_OF,
        ),
    ),
}


def ensure_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Creates what is missing; tables that are there keep their rows."""
    con.execute("create schema if not exists ml")
    for name, (_, columns) in TABLES.items():
        typed = ", ".join(f'"{column}" {kind}' for column, kind, _ in columns)
        con.execute(f"create table if not exists ml.{name} ({typed})")


def replace_rows(con: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame | None) -> int:
    """The whole table anew, in the caller's transaction; people the warehouse no longer knows
    are left out. Returns how many rows there are.
    """
    columns = [column for column, _, _ in TABLES[name][1]]
    con.execute(f"delete from ml.{name}")
    if rows is None or rows.empty:
        return 0
    named = ", ".join(f'"{column}"' for column in columns)
    known = ""
    if "person_id" in columns:
        known = "where person_id in (select person_id from core.dim_person)"
    con.register("action_rows", rows)
    con.execute(
        f"insert into ml.{name} ({named}) select {named} from action_rows {known} order by all"
    )
    con.unregister("action_rows")
    return int(con.execute(f"select count(*) from ml.{name}").fetchall()[0][0])
