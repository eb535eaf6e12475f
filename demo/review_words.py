"""The words of reviews: sentences put together from parts, kind or unkind as planted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.draws import Draws

# Opening, what it is about, what follows from it.
_KIND = (
    ("", "等了两天就到了,", "朋友介绍来的,", "第二次来买,", "给家里人挑的,", "拆开看了看,"),
    (
        "做工比想象中细致",
        "颜色跟图片一样好看",
        "孩子拿到手就不肯放下",
        "摆在客厅里特别温馨",
        "包得严严实实",
        "客服回答得很耐心",
        "大小正合适",
        "用料扎实,摸着舒服",
    ),
    ("。", ",很喜欢。", ",下次还来。", ",值这个价钱。", ",推荐给大家。", ",满意!"),
)
_UNKIND = (
    ("", "等了一个多星期,", "本来挺期待的,", "第二次来买,", "给家里人挑的,", "拆开看了看,"),
    ("边上裂了一道口子", "颜色跟图片差得远", "用了一天就坏掉了", "味道刺鼻,不敢放屋里",
     "盒子压扁了,里面也碎了", "客服半天不回话", "少发了一件", "用料太薄,一碰就掉漆"),
    ("。", ",很失望。", ",不会再来了。", ",不值这个价钱。", ",大家别买。", ",只想退货。"),
)  # fmt: skip


def words_of(draws: Draws, ids: pd.Series, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words of each review ('' where none were written), and whether they are kind.

    Stars and words disagree at the planted rates, so neither can be read off the other.
    """
    unkind = np.array(rates.REVIEW_UNKIND_BY_STAR)[score - 1]
    is_kind = draws.share(ids, "review is kind") >= unkind
    silent = draws.share(ids, "review has words") >= rates.REVIEW_HAS_WORDS
    picks = [draws.below(ids, f"review part {n}", 24) for n in range(3)]
    words = []
    for row, kind in enumerate(is_kind):
        parts = _KIND if kind else _UNKIND
        words.append(
            "".join(part[pick[row] % len(part)] for part, pick in zip(parts, picks, strict=True))
        )
    return np.where(silent, "", np.array(words)), is_kind
