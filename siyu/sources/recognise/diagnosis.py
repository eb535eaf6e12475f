"""Why no contract fits a header: the nearest one, and the exact columns in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.header import normalise_name, number_names
from siyu.sources.contracts.signature import extra_columns, missing_columns

_SHOWN = 12
_ALIKE = 0.8
_VALUE = re.compile(r"\d{5}|@|\*\*|^(##|\$\$)")


@dataclass(frozen=True)
class NearMiss:
    """A wanted column and one of the file that almost is it. Reported, never taken as equal.

    `characters` holds the parts in which they differ: `帐≠账`; `nothing` stands for none.
    """

    wanted: str
    found: str
    characters: str

    def __str__(self) -> str:
        return f"{self.wanted} ~ {self.found} ({self.characters})"


@dataclass(frozen=True)
class Diagnosis:
    """`nearest` is None when no contract shares a column with the file; header_row counts from 0."""

    nearest: str | None
    header_row: int = 0
    shared: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()

    def sentence(self, contracts: Iterable[str]) -> str:
        """The diagnosis in one line, with what to do."""
        if self.nearest is None:
            return (
                "no contract shares a column with it (contracts: "
                f"{', '.join(sorted(contracts))}); draft one with siyu source add"
            )
        parts = [f"nearest contract {self.nearest}"]
        for word, names in (
            ("missing", self.missing),
            ("forbidden", self.forbidden),
            ("extra", _shorten(self.extra)),
            ("near misses, not guessed:", tuple(map(str, self.near_misses))),
        ):
            parts += [f"{word} {', '.join(names)}"] if names else []
        return "; ".join(parts) + "; add an alias to the contract, or export again"


def diagnose(head: Sequence[Sequence[str]], contracts: Sequence[Contract]) -> Diagnosis:
    """The contract and the row that agree best: by the share of required columns, each forbidden one
    being one that is not met, then by how many columns are known at all, then by id.
    """
    best: tuple[tuple[float, int], Contract, int, tuple[str, ...]] | None = None
    signatures = [_Signature(c) for c in sorted(contracts, key=lambda c: c.id)]
    for row_number, row in enumerate(head):
        names = number_names(row)
        present = {n for n in names if n}
        for signature in signatures:
            score = signature.score(present)
            if score[0] > 0 and (best is None or score > best[0]):
                best = (score, signature.contract, row_number, names)
    if best is None:
        return Diagnosis(None)
    _, contract, row_number, names = best
    extra = extra_columns(contract, names)
    missing = missing_columns(contract, names)
    banned = {normalise_name(c) for c in contract.recognise.forbidden}
    return Diagnosis(
        nearest=contract.id,
        header_row=row_number,
        shared=tuple(n for n in names if n and n not in extra),
        missing=tuple(missing),
        extra=tuple(map(_without_value, extra)),
        forbidden=tuple(sorted(banned & set(names))),
        near_misses=tuple(_near_misses(missing, extra)),
    )


class _Signature:
    """A contract's required columns, each with its aliases, and all it knows: normalised once."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        spellings = [{normalise_name(c) for c in f.columns} for f in contract.fields.values()]
        self.known = set().union(*spellings)
        self.forbidden = {normalise_name(c) for c in contract.recognise.forbidden}
        self.required = [
            set().union({name}, *(s for s in spellings if name in s))
            for name in map(normalise_name, contract.recognise.required)
        ]

    def score(self, present: set[str]) -> tuple[float, int]:
        met = sum(not present.isdisjoint(aliases) for aliases in self.required)
        wanted = len(self.required) + len(self.forbidden & present)
        return met / wanted, len(self.known & present)


def explain(head: Sequence[Sequence[str]], contracts: Sequence[Contract]) -> str:
    """Why no contract fits, in one line."""
    return diagnose(head, contracts).sentence(c.id for c in contracts)


def _without_value(name: str) -> str:
    """A file without a header shows data where names should be; those stay unsaid."""
    return "(looks like a value)" if _VALUE.search(name) else name


def _near_misses(missing: Sequence[str], extra: Sequence[str]) -> list[NearMiss]:
    """For each wanted column the most similar column of the file, when it is similar enough."""
    found = []
    for wanted in missing:
        left = normalise_name(wanted)
        likeness = {
            name: SequenceMatcher(None, left, normalise_name(name)).ratio() for name in extra
        }
        close = [n for n in extra if likeness[n] >= _ALIKE or _same_but_unit(left, n)]
        close += [n for n in extra if n not in close and _one_letter_apart(left, normalise_name(n))]
        if close:
            nearest = max(close, key=lambda n: likeness[n])
            found.append(NearMiss(wanted, nearest, _characters(left, normalise_name(nearest))))
    return found


def _same_but_unit(left: str, name: str) -> bool:
    return left.replace("(元)", "") == normalise_name(name).replace("(元)", "")


def _one_letter_apart(left: str, right: str) -> bool:
    """Names of three letters or more that differ in one: 入帐类型 and 入账类型."""
    if len(left) != len(right) or len(left) < 3:
        return False
    return sum(a != b for a, b in zip(left, right, strict=True)) == 1


def _characters(left: str, right: str) -> str:
    parts = [
        f"{left[a:b] or 'nothing'}≠{right[c:d] or 'nothing'}"
        for tag, a, b, c, d in SequenceMatcher(None, left, right).get_opcodes()
        if tag != "equal"
    ]
    return ", ".join(parts) or "spelling alone"


def _shorten(names: Sequence[str]) -> tuple[str, ...]:
    more = (f"and {len(names) - _SHOWN} more",) if len(names) > _SHOWN else ()
    return (*names[:_SHOWN], *more)
