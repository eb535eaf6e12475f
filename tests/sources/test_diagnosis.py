"""A file that lacks one column of its signature is told so by that name, for every contract."""

from __future__ import annotations

import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.header import normalise_name
from siyu.sources.recognise.diagnosis import diagnose
from siyu.sources.recognise.recognise import Unrecognised, recognise

CONTRACTS = load_contracts(PROJECT_DIR / "config")
TABULAR = {n: c for n, c in CONTRACTS.items() if {"csv", "xlsx"} & set(c.recognise.formats)}


def whole_header(contract: Contract) -> list[str]:
    """One spelling of every column that a contract knows."""
    read = [f.columns[0] for f in contract.fields.values() if f.columns]
    known = {normalise_name(a) for f in contract.fields.values() for a in f.columns}
    silent = [c for c in contract.recognise.required if normalise_name(c) not in known]
    return list(dict.fromkeys([*read, *silent]))


def spellings(contract: Contract, column: str) -> set[str]:
    groups = [{normalise_name(a) for a in f.columns} for f in contract.fields.values()]
    wanted = normalise_name(column)
    return {wanted}.union(*(g for g in groups if wanted in g))


@pytest.mark.parametrize("source", sorted(TABULAR))
def test_the_contract_and_the_column_that_is_missing_are_named(source: str) -> None:
    contract = CONTRACTS[source]
    for column in contract.recognise.required:
        lost = spellings(contract, column)
        header = [h if normalise_name(h) not in lost else "某栏" for h in whole_header(contract)]
        with pytest.raises(Unrecognised):
            recognise([header], "csv", TABULAR)
        found = diagnose([header], list(TABULAR.values()))
        assert (found.nearest, found.missing, found.forbidden) == (source, (column,), ())
