"""A contract's columns held against those of a header: required, forbidden, read, and left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField
from siyu.sources.contracts.header import normalise_name


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
    known = {normalise_name(c) for f in contract.fields.values() for c in read_by(f)}
    known |= _all(contract.recognise.required) | _all(contract.ignored)
    like = [re.compile(f.columns_like) for f in contract.fields.values() if f.columns_like]
    return [
        n
        for n in names
        if n and n.split("#")[0] not in known and not any(p.search(n) for p in like)
    ]


def _aliases(contract: Contract, column: str) -> set[str]:
    wanted = normalise_name(column)
    spellings = [_all(field.columns) for field in contract.fields.values()]
    return set().union(*(names for names in spellings if wanted in names))


def read_by(field: ContractField) -> Iterator[str]:
    """Every column name that a field may be read from; `columns_like` aside."""
    yield from field.columns
    yield from field.day_from
    for other in field.or_from:
        yield from other.columns


def _all(columns: Iterable[str]) -> set[str]:
    return {normalise_name(c) for c in columns}
