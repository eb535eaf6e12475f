"""What a set of scored pairs is worth against the truth: pair by pair, and as people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from siyu.identity.judged.evaluate import Evaluation, evaluate


@dataclass(frozen=True)
class Quality:
    """Shares of pairs said to be one person, and the same once pairs are closed into people."""

    precision: float
    recall: float
    people: Evaluation

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    @property
    def people_f1(self) -> float:
        return harmonic(self.people.pair_precision, self.people.recall_all)


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def measure(rows: pd.DataFrame, links: pd.DataFrame, threshold: float) -> Quality:
    """`rows` has record and truth_person; `links` a, b, probability, each pair once."""
    said = links[links["probability"] >= threshold]
    place = pd.Index(rows["record"])
    a, b = place.get_indexer(said["a"]), place.get_indexer(said["b"])
    truth = rows["truth_person"].to_numpy()
    right = int((truth[a] == truth[b]).sum())
    sizes = rows["truth_person"].value_counts()
    true_pairs = int((sizes * (sizes - 1) // 2).sum())
    matrix = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(rows), len(rows)))
    cluster = connected_components(matrix, directed=False)[1]
    key = {"id_type": "record", "scope": "", "value_key": rows["record"]}
    bridge = pd.DataFrame({**key, "person_id": [f"p{c}" for c in cluster]})
    accounts = pd.DataFrame({"truth_person": truth, **key})
    return Quality(
        precision=right / len(said) if len(said) else 1.0,
        recall=right / true_pairs if true_pairs else 1.0,
        people=evaluate(bridge, accounts, None),
    )
