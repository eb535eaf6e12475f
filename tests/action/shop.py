"""A small made shop in memory: people with a taste of their own, or with none at all."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

AS_OF = date(2026, 8, 17)
TASTES, PRODUCTS_OF_A_TASTE = 6, 40


def shop_of(people: int, has_taste: bool, seed: int = 7) -> duckdb.DuckDBPyConnection:
    """core.dim_person and core.fct_order_line over half a year; six baskets of five products each.

    With taste, nine of ten products come from the person's own forty; without, from all alike.
    """
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        for basket in range(6):
            day = AS_OF - timedelta(days=int(draw.integers(0, 180)))
            own = has_taste and draw.random(5) < 0.9
            anywhere = draw.integers(0, TASTES * PRODUCTS_OF_A_TASTE, 5)
            mine = person % TASTES * PRODUCTS_OF_A_TASTE + draw.integers(0, PRODUCTS_OF_A_TASTE, 5)
            for product in sorted(set(np.where(own, mine, anywhere).tolist())):
                rows.append((f"p{person:04d}", f"o{person:04d}-{basket}", f"s{product:03d}", day))
    lines = pd.DataFrame(rows, columns=["person_id", "order_key", "product_id", "ordered_on"])
    con = duckdb.connect()
    con.execute("create schema core")
    con.register("made", lines)
    con.execute(
        "create table core.fct_order_line as select person_id, order_key, product_id, "
        "cast(ordered_on as date) as ordered_on, 1.00 as paid_cny from made"
    )
    con.execute("create table core.dim_person as select distinct person_id from made")
    return con
