"""The plain rule beside the model of Chinese words: words of praise less words of blame.

It is counted at the border as well, because only there are words to count: the model's gain over it
can then be judged on the brand's own reviews, of which no word lands.
"""

from __future__ import annotations

from collections.abc import Iterable

PRAISE = ("好", "喜欢", "满意", "推荐", "不错", "舒服", "方便", "值得", "赞", "快")
BLAME = ("差", "坏", "退", "失望", "垃圾", "慢", "不好", "难", "破", "骗", "后悔", "问题")
# What a landed value looks like.
PATTERN = r"^-?[0-9]{1,6}$"


def balance_of_words(text: str) -> int:
    """Words of praise minus words of blame."""
    return sum(map(text.count, PRAISE)) - sum(map(text.count, BLAME))


def balances(texts: Iterable[str]) -> list[str | None]:
    """The balance of each text; None without a Chinese character, as the model gives none."""
    return [
        str(balance_of_words(text)) if any("\u4e00" <= c <= "\u9fff" for c in text) else None
        for text in texts
    ]
