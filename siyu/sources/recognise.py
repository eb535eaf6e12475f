"""Which contract a file belongs to, decided by the names in its header alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from siyu.errors import PermanentFailure
from siyu.sources.contract import Contract, ContractField
from siyu.sources.header import normalise_name, number_names

# Characters that people and platforms confuse; a pair is reported, never taken as equal.
_LOOKALIKES = str.maketrans({"帐": "账", "积": "计", "賬": "账", "号": "号"})


class Unrecognised(PermanentFailure):
    """No contract, or more than one, fits the header."""


@dataclass(frozen=True)
class Match:
    """The contract, the row that holds the header (from 0) and its numbered names."""

    contract: Contract
    header_row: int
    names: tuple[str, ...]


def recognise(
    head: Sequence[Sequence[str]], file_format: str, contracts: Mapping[str, Contract]
) -> Match:
    """The one contract whose signature stands in one of the first rows.

    Raises Unrecognised naming both contracts when two fit, and the nearest one with its missing
    and extra columns when none does.
    """
    fitting = [c for c in contracts.values() if file_format in c.recognise.formats]
    if file_format == "json":
        fitting = list(contracts.values())
    for row_number, row in enumerate(head):
        names = number_names(row)
        found = [
            c
            for c in fitting
            if row_number < c.recognise.header_within_rows and fits(c, set(names))
        ]
        if len(found) > 1:
            listed = " and ".join(sorted(c.id for c in found))
            raise Unrecognised(
                f"the header fits {listed}; give one of them a forbidden column in its contract"
            )
        if found:
            return Match(found[0], row_number, names)
    raise Unrecognised(explain(head, fitting or list(contracts.values())))


def fits(contract: Contract, names: set[str]) -> bool:
    """Whether a header holds all required and no forbidden columns of the contract."""
    return not missing_columns(contract, names) and not (_all(contract.recognise.forbidden) & names)


def missing_columns(contract: Contract, names: Iterable[str]) -> list[str]:
    """Required columns that a header lacks under every alias, as the contract spells them."""
    present = set(names)
    lacking = [c for c in contract.recognise.required if normalise_name(c) not in present]
    return [c for c in lacking if not _aliases(contract, c) & present]


def extra_columns(contract: Contract, names: Iterable[str]) -> list[str]:
    """Columns of a header that the contract does not read."""
    known = {normalise_name(c) for f in contract.fields.values() for c in _read_by(f)}
    known |= _all(contract.recognise.required) | _all(contract.ignored)
    return [n for n in names if n and n.split("#")[0] not in known]


def explain(head: Sequence[Sequence[str]], contracts: Sequence[Contract]) -> str:
    """Why no contract fits: the nearest one, its missing columns, the extra ones, near misses."""
    best: tuple[float, Contract, tuple[str, ...]] | None = None
    for row in head:
        names = number_names(row)
        present = set(names)
        for contract in contracts:
            required = _all(contract.recognise.required)
            share = len(required & present) / len(required)
            if share > 0 and (best is None or share > best[0]):
                best = (share, contract, names)
    if best is None:
        known = ", ".join(sorted(c.id for c in contracts))
        return f"no contract shares a column with it (contracts: {known}); add a contract"
    _, contract, names = best
    missing = missing_columns(contract, names)
    extra = extra_columns(contract, names)
    near = [f"{m} ~ {e}" for m in missing for e in extra if _alike(m, e)]
    clash = sorted(_all(contract.recognise.forbidden) & set(names))
    parts = [f"nearest contract {contract.id}"]
    parts += [f"missing {', '.join(missing)}"] if missing else []
    parts += [f"forbidden {', '.join(clash)}"] if clash else []
    parts += [f"extra {', '.join(_shorten(extra))}"] if extra else []
    parts += [f"near misses {', '.join(near)} (not guessed)"] if near else []
    return "; ".join(parts) + "; add an alias to the contract, or export again"


def _aliases(contract: Contract, column: str) -> set[str]:
    wanted = normalise_name(column)
    spellings = [_all(field.columns) for field in contract.fields.values()]
    return set().union(*(names for names in spellings if wanted in names))


def _read_by(field: ContractField) -> Iterator[str]:
    yield from field.columns
    yield from field.day_from
    for other in field.or_from:
        yield from other.columns


def _all(columns: Iterable[str]) -> set[str]:
    return {normalise_name(c) for c in columns}


def _alike(a: str, b: str) -> bool:
    left, right = normalise_name(a), unicodedata.normalize("NFKC", b)
    if left.translate(_LOOKALIKES) == right.translate(_LOOKALIKES):
        return True
    if left.replace("(元)", "") == right.replace("(元)", ""):
        return True
    return SequenceMatcher(None, left, right).ratio() >= 0.8


def _shorten(names: Sequence[str]) -> list[str]:
    return list(names[:12]) + ([f"and {len(names) - 12} more"] if len(names) > 12 else [])
