"""Comparison tokens of a field that the contract marks `compare`: landed beside its own value.

A field gives one text, `part=token` for each part it shows; readable parts go no further than here.
"""

from __future__ import annotations

from siyu.identity.likeness.traits import PARTS, parts_of
from siyu.privacy.pseudonym import Tokeniser
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField

# 64 bits: what is compared is candidates, and no row is joined to another by these alone.
SHORT = 16
_TYPE = "trait_"


def column_of_traits(name: str) -> str:
    """The raw column that holds the comparison tokens of a field."""
    return f"_like_{name}"


def compared_fields(contract: Contract) -> dict[str, ContractField]:
    return {n: f for n, f in contract.fields.items() if f.compare}


def token_texts(trait: str, cells: list[str], tokeniser: Tokeniser) -> list[str | None]:
    """The tokens of each value as one text, None where it shows nothing to compare."""
    shown = [parts_of(trait, cell) for cell in cells]
    # Many values show the same: a phone no more than its ends.
    rows = dict.fromkeys(shown)
    columns = []
    for place, part in enumerate(PARTS[trait]):
        values = list(dict.fromkeys(text for row in rows if (text := row[place]) is not None))
        keyed = tokeniser.tokens(_TYPE + part, values)
        token = {v: f"{part}={t[:SHORT]}" for v, t in zip(values, keyed, strict=True)}
        columns.append([token.get(row[place] or "") for row in rows])
    texts = [" ".join(filter(None, row)) or None for row in zip(*columns, strict=True)]
    told = dict(zip(rows, texts, strict=True))
    return [told[row] for row in shown]


def comparison_view(contracts: list[Contract]) -> str:
    """SQL of view raw.identity_trait: one row per landed row and compared field, packed tokens."""
    selects = [
        f"select '{c.id}' as source, '{c.id}:' || _key || ':self' as record_key,"
        f' _load_seq as load_seq, "{column_of_traits(n)}" as tokens'
        f' from raw."{c.id}" where "{column_of_traits(n)}" is not null'
        for c in contracts
        for n in compared_fields(c)
    ]
    empty = (
        "select null::varchar as source, null::varchar as record_key, null::integer as load_seq,"
        " null::varchar as tokens where false"
    )
    return f"create or replace view raw.identity_trait as {' union all '.join(selects or [empty])}"
