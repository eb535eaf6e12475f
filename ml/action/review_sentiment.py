"""Whether the words of this brand's reviews may be read: the character model against plain rules.

The model learned from public texts, so every review of the brand is out of sample. Its own stars are
the labels. Kind and unkind are judged by AUC, which does not ask how many of them there are: where
nine in ten stars are good, a majority is nearly always right and tells nobody who is unhappy.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict, is_sure, say, untried
from ml.evaluate import auc, auc_gain, ece

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

ASSET, METRIC = "review_sentiment", "AUC of good against poor stars"
METHOD, MAJORITY, WORD_LIST = "character model", "majority", "word list"
WINDOW_DAYS = 365  # as long as the emotional account looks back
MIN_OF_A_KIND = 50
GOOD_STARS = 4  # macro opinion: three and less detract
CLEARLY_UNKIND, CLEARLY_KIND = 0.2, 0.8  # macro opinion

_REVIEWS = """
select feedback_key, person_id, product_id, score, cast(kindness as double) as kindness, word_balance
from features.review_words where given_on > ? and given_on <= ? order by feedback_key
"""


def train_review_sentiment(con: duckdb.DuckDBPyConnection, as_of: date) -> Outcome:
    """What each review's words say, published where the model beats both plain rules.

    The plain rules are the majority, which says the same of every review, and the balance of a small
    list of words. Nothing is fitted: the model is the one that reads reviews when they land.
    """
    reviews = con.execute(_REVIEWS, [as_of - timedelta(days=WINDOW_DAYS), as_of]).df()
    is_good = (reviews["score"] >= GOOD_STARS).to_numpy()
    fewest = min(int(is_good.sum()), int((~is_good).sum()))
    if fewest < MIN_OF_A_KIND:
        why = f"{fewest} reviews with words and the rarer kind of stars, {MIN_OF_A_KIND} needed"
        return untried(ASSET, METRIC, why)
    said = reviews["kindness"].to_numpy()
    plain = plain_rules(reviews)
    bars = {name: auc(is_good, rule) for name, rule in plain.items()}
    baseline = max(sorted(bars), key=bars.__getitem__)
    gain, error = auc_gain(is_good, said, plain[baseline])
    is_won = is_sure(gain, error)
    value, bar = auc(is_good, said), bars[baseline]
    verdict = Verdict(
        ASSET, is_won, METRIC, METHOD, round(value, 6), baseline, round(bar, 6),
        say(is_won, METRIC, value, baseline, bar, error), len(reviews),
        figures(is_good, said, plain[WORD_LIST]),
    )  # fmt: skip
    return Outcome(verdict, _rows(reviews, as_of) if is_won else None)


def plain_rules(reviews: pd.DataFrame) -> dict[str, np.ndarray]:
    """How kind each plain rule believes every review to be."""
    import numpy as np

    return {
        MAJORITY: np.zeros(len(reviews)),
        WORD_LIST: reviews["word_balance"].to_numpy(dtype="float64"),
    }


def figures(is_good: np.ndarray, said: np.ndarray, balance: np.ndarray) -> dict[str, float]:
    """Shares that are told beside the verdict and decide nothing: stars err too."""
    clear = (said <= CLEARLY_UNKIND) | (said >= CLEARLY_KIND)
    agrees = (said >= 0.5) == is_good
    found = {
        f"AUC {WORD_LIST}": auc(is_good, balance),
        "good stars": float(is_good.mean()),
        "agrees with the stars": float(agrees.mean()),
        f"{WORD_LIST} agrees with the stars": float(((balance >= 0) == is_good).mean()),
        f"{MAJORITY} agrees with the stars": float(max(is_good.mean(), 1 - is_good.mean())),
        "clear words": float(clear.mean()),
        "clear words agree with the stars": float(agrees[clear].mean()) if clear.any() else 0.0,
        "calibration error against stars": ece(is_good, said),
    }
    return {name: round(value, 6) for name, value in found.items()}


def _rows(reviews: pd.DataFrame, as_of: date) -> pd.DataFrame:
    import numpy as np

    kindness = reviews["kindness"]
    says = np.where(
        kindness <= CLEARLY_UNKIND, "unkind", np.where(kindness >= CLEARLY_KIND, "kind", "unclear")
    )
    known = reviews["person_id"].notna()
    rows = reviews[["feedback_key", "person_id", "product_id", "kindness"]]
    return rows.assign(says=says, as_of_on=as_of)[known].reset_index(drop=True)
