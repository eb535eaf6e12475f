"""How good the people are, measured against a truth beside the data (never read by the pipeline).

Pair precision, recall and the largest cluster are told together: any one of them alone can look
good while people are mixed or torn apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from siyu.identity.solve.resolve import KEY


@dataclass(frozen=True)
class LargestCluster:
    """The person with most identifiers, and how many true persons it mixes."""

    person_id: str
    identifier_count: int
    true_person_count: int


@dataclass(frozen=True)
class Evaluation:
    """Shares are null-free: with no pair to find, precision and recall are 1.

    Linkable pairs are those of one true person that its own evidence connects; an account of one
    true person may stand for several (a household phone) and counts once for each.
    """

    account_count: int
    true_person_count: int
    found_person_count: int
    pair_precision: float
    recall_linkable: float | None
    recall_all: float
    bcubed_precision: float
    bcubed_recall: float
    largest: LargestCluster | None


def evaluate(
    bridge: pd.DataFrame, truth_accounts: pd.DataFrame, truth_evidence: pd.DataFrame | None
) -> Evaluation:
    """Compare `bridge` (id_type, scope, value_key, person_id) with the truth (see identity/truth.py).

    Only accounts that the bridge gives a person are counted; a pair is right when its two accounts
    share a true person. Without evidence nothing is known about what could be linked.
    """
    truth = truth_accounts[["truth_person", *KEY]].drop_duplicates()
    named = bridge.loc[bridge["person_id"].notna(), [*KEY, "person_id"]]
    rows = truth.merge(named, on=KEY, how="inner")
    rows["account"] = rows.groupby(KEY).ngroup()
    once = rows.drop_duplicates("account")
    both = rows.groupby(["person_id", "truth_person"]).size()
    right = _right_pairs(rows)
    claimed = int(_pairs(once.groupby("person_id").size()))
    true_pairs = int(_pairs(rows.groupby("truth_person").size()))
    cell = both.reindex(pd.MultiIndex.from_frame(rows[["person_id", "truth_person"]])).to_numpy()
    found = rows["person_id"].map(once.groupby("person_id").size()).to_numpy()
    real = rows["truth_person"].map(rows.groupby("truth_person").size()).to_numpy()
    return Evaluation(
        account_count=len(once),
        true_person_count=rows["truth_person"].nunique(),
        found_person_count=rows["person_id"].nunique(),
        pair_precision=_share(right, claimed),
        recall_linkable=None if truth_evidence is None else _recall_linkable(rows, truth_evidence),
        recall_all=_share(int(_pairs(both)), true_pairs),
        bcubed_precision=float(np.mean(cell / found)) if len(rows) else 1.0,
        bcubed_recall=float(np.mean(cell / real)) if len(rows) else 1.0,
        largest=_largest(rows),
    )


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _right_pairs(rows: pd.DataFrame) -> int:
    """Pairs of one cluster that share a true person; a pair that shares two counts once."""
    several = rows["account"].duplicated(keep=False)
    simple = _pairs(rows[~several].groupby(["person_id", "truth_person"]).size())
    mixed = rows[several].merge(rows, on=["person_id", "truth_person"], suffixes=("", "_other"))
    mixed = mixed[mixed["account"] != mixed["account_other"]]
    low, high = (f(mixed["account"], mixed["account_other"]) for f in (np.minimum, np.maximum))
    return simple + len(pd.DataFrame({"low": low, "high": high}).drop_duplicates())


def _recall_linkable(rows: pd.DataFrame, evidence: pd.DataFrame) -> float:
    """Found share of the pairs that the evidence of their true person connects."""
    rows = rows.assign(part=_parts(rows, evidence))
    linkable = int(_pairs(rows.groupby(["truth_person", "part"]).size()))
    linked = int(_pairs(rows.groupby(["truth_person", "part", "person_id"]).size()))
    return _share(linked, linkable)


def _parts(rows: pd.DataFrame, evidence: pd.DataFrame) -> np.ndarray:
    """Component of each (true person, account) under the evidence of that true person."""
    index = pd.MultiIndex.from_frame(rows[["truth_person", *KEY]])
    ends = []
    for side in ("a", "b"):
        names = ["truth_person", f"{side}_type", f"{side}_scope", f"{side}_key"]
        ends.append(index.get_indexer(pd.MultiIndex.from_frame(evidence[names])))
    known = (ends[0] >= 0) & (ends[1] >= 0)
    a, b = ends[0][known], ends[1][known]
    shape = (len(rows), len(rows))
    matrix = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=shape)
    return connected_components(matrix, directed=False)[1]


def _largest(rows: pd.DataFrame) -> LargestCluster | None:
    if rows.empty:
        return None
    sizes = rows.groupby("person_id").agg(n=("account", "nunique"), t=("truth_person", "nunique"))
    top = sizes.sort_values(["n", "t"], ascending=False, kind="stable").iloc[0]
    return LargestCluster(str(top.name), int(top["n"]), int(top["t"]))
