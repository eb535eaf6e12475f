"""Who bought what: the purchases of known people as matrices, and what they bought afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

# A dense product-by-product matrix is made of the products bought by most people, at most these.
MAX_PRODUCTS = 4000
RECENT_DAYS = 56

_PURCHASES = """
select distinct person_id, product_id, ordered_on
from core.fct_order_line
where person_id is not null and product_id is not null and paid_cny > 0 and ordered_on <= ?
order by person_id, product_id, ordered_on
"""


@dataclass(frozen=True)
class Baskets:
    """`bought` is people x products, 1 where bought before the cutoff; `recent` counts the buyers of
    the last eight weeks of each product.
    """

    people: pd.Index
    products: pd.Index
    bought: sp.csr_matrix
    recent: np.ndarray


def read_purchases(con: duckdb.DuckDBPyConnection, as_of: date) -> pd.DataFrame:
    """Person, product and day of every paid line up to as_of, once a day."""
    frame = con.execute(_PURCHASES, [as_of]).df()
    frame["ordered_on"] = frame["ordered_on"].dt.date
    return frame


def baskets_before(purchases: pd.DataFrame, cutoff: date) -> Baskets:
    """What was known before the day `cutoff`."""
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

    known = purchases[purchases["ordered_on"] < cutoff]
    pairs = known[["person_id", "product_id"]].drop_duplicates()
    buyers = pairs.groupby("product_id").size().reset_index(name="n")
    buyers = buyers.sort_values(["n", "product_id"], ascending=[False, True]).head(MAX_PRODUCTS)
    products = pd.Index(sorted(buyers["product_id"]))
    people = pd.Index(sorted(pairs["person_id"].unique()))
    bought = _matrix(pairs, people, products)
    late = known[known["ordered_on"] >= cutoff - timedelta(days=RECENT_DAYS)]
    recent = late.groupby("product_id")["person_id"].nunique().reindex(products).fillna(0)
    return Baskets(people, products, sp.csr_matrix(bought), recent.to_numpy(dtype=np.float64))


def new_purchases(
    purchases: pd.DataFrame, before: Baskets, cutoff: date, until: date
) -> sp.csr_matrix:
    """People x products, 1 where first bought from `cutoff` to `until`, both days included."""
    days = purchases["ordered_on"]
    after = purchases[(days >= cutoff) & (days <= until)]
    pairs = after[["person_id", "product_id"]].drop_duplicates()
    found = _matrix(pairs, before.people, before.products)
    fresh = found - found.multiply(before.bought)
    fresh.eliminate_zeros()
    return fresh.tocsr()


def _matrix(pairs: pd.DataFrame, people: pd.Index, products: pd.Index) -> sp.csr_matrix:
    import numpy as np
    import scipy.sparse as sp

    row = people.get_indexer(pairs["person_id"])
    column = products.get_indexer(pairs["product_id"])
    there = (row >= 0) & (column >= 0)
    return sp.csr_matrix(
        (np.ones(int(there.sum())), (row[there], column[there])),
        shape=(len(people), len(products)),
    )
