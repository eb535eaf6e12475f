"""How far a row's state has come, by the words of its contract as they are today."""

from __future__ import annotations

from siyu.sources.block.clean import sql_text
from siyu.sources.contracts.contract import Contract

# Brackets are made narrow; commas and spaces, which exports write or leave out, are nothing.
_WIDE, _NARROW, _UNSAID = "（）", "()", "，, \t\r\n\u3000"
_SAID = str.maketrans(_WIDE, _NARROW, _UNSAID)


def said(word: str) -> str:
    """A status word without the marks that exports write or leave out."""
    return word.translate(_SAID)


def rank_sql(contract: Contract) -> str:
    """The rank of a raw row, an integer; 0 for words without one and for contracts without ranks.

    Made when it is read, so that a wording which a contract learns later ranks what landed before.
    """
    if not contract.version_by or not contract.status_rank:
        return "0::integer"
    marks = f"{sql_text(_WIDE + _UNSAID)}, {sql_text(_NARROW)}"
    word = f'translate("{contract.version_by}", {marks})'
    whens = " ".join(
        f"when {sql_text(said(text))} then {rank}" for text, rank in contract.status_rank.items()
    )
    return f"(case {word} {whens} else 0 end)::integer"
