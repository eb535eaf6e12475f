"""Which contract a file belongs to, decided by the names in its header alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from siyu.errors import PermanentFailure
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.header import number_names
from siyu.sources.contracts.signature import fits
from siyu.sources.recognise.diagnosis import explain

# A table is a table: platforms write csv, people save it as a workbook, some pages are tables.
_TABULAR = {"csv", "xlsx"}
_CONTAINERS = {"csv": _TABULAR, "xlsx": _TABULAR, "html": _TABULAR}


class Unrecognised(PermanentFailure):
    """No contract, or more than one, fits the header."""


@dataclass(frozen=True)
class Match:
    """The contract, the row that holds the header (from 0), its numbered names and their columns."""

    contract: Contract
    header_row: int
    names: tuple[str, ...]
    span: tuple[int, int]


def recognise(
    head: Sequence[Sequence[str]], file_format: str, contracts: Mapping[str, Contract]
) -> list[Match]:
    """The one contract whose signature stands in one of the first rows.

    Tables that stand side by side, parted by empty columns, give a match each. Raises Unrecognised
    naming both contracts when two fit, and the nearest one with its missing and extra columns when
    none does.
    """
    kind = _CONTAINERS.get(file_format, {file_format})
    fitting = [c for c in contracts.values() if kind & set(c.recognise.formats)]
    if file_format == "json":
        fitting = list(contracts.values())
    for row_number, row in enumerate(head):
        within = [c for c in fitting if row_number < c.recognise.header_within_rows]
        sides = [_match(row, row_number, span, within) for span in _parts(row)]
        matches = [m for m in sides if m is not None]
        if len(matches) < 2:
            # An unnamed column alone parts nothing.
            whole = _match(row, row_number, (0, len(row)), within)
            matches = [whole] if whole else matches
        if matches:
            return matches
    raise Unrecognised(explain(head, fitting or list(contracts.values())))


def _match(
    row: Sequence[str], row_number: int, span: tuple[int, int], contracts: Sequence[Contract]
) -> Match | None:
    names = number_names(row[slice(*span)])
    present = set(names)
    found = [c for c in contracts if fits(c, present)]
    if len(found) > 1:
        listed = " and ".join(sorted(c.id for c in found))
        raise Unrecognised(
            f"the header fits {listed}; give one of them a forbidden column in its contract"
        )
    return Match(found[0], row_number, names, span) if found else None


def _parts(row: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of at least two named columns between empty ones."""
    start = 0
    for place in range(len(row) + 1):
        if place == len(row) or not row[place].strip():
            if place - start > 1:
                yield start, place
            start = place + 1
