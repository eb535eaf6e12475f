"""Readable identifiers and personal values to tokens."""

from __future__ import annotations

from dataclasses import dataclass

from siyu.identity.normalise import Normal, normalise
from siyu.identity.rules import IdentityRules
from siyu.privacy.pseudonym import PERSONAL, Tokeniser
from siyu.privacy.sealing import Sealing
from siyu.sources.contracts.field import ContractField
from siyu.sources.words.sentiment import kindness
from siyu.sources.words.word_list import balances

# Of words only what they say lands.
_READ = {"sentiment": kindness, "word_balance": balances}


@dataclass(frozen=True)
class Border:
    """What stands at the border between readable values and tokens."""

    tokeniser: Tokeniser
    rules: IdentityRules
    sealing: Sealing | None


@dataclass(frozen=True)
class Tokens:
    """What stands for each of some distinct cells of a field, in their order.

    A state that is not ok says why there is no token. A stand-in tells two values apart that give
    no identifier, such as masked phones in a key.
    """

    token: list[str | None]
    state: list[str]
    stand_in: list[str | None]


def tokenise(field: ContractField, cells: list[str], border: Border) -> Tokens:
    """Tokens of distinct cells; what the vault keeps of them is given to be sealed."""
    if read := _READ.get(field.personal or ""):
        return Tokens(list(read(cells)), ["ok"] * len(cells), [None] * len(cells))
    id_type = field.identifier.type if field.identifier else PERSONAL
    if field.identifier:
        normals = [normalise(id_type, cell, border.rules) for cell in cells]
    else:
        normals = [Normal(cell, "ok") for cell in cells]
    values = [n.value for n in normals if n.value is not None]
    tokens = dict(zip(values, border.tokeniser.tokens(id_type, values), strict=True))
    stand_in: list[str | None] = [None] * len(cells)
    if len(values) < len(cells):
        odd = [cell for cell, n in zip(cells, normals, strict=True) if n.value is None]
        stand_ins = dict(zip(odd, border.tokeniser.tokens(PERSONAL, odd), strict=True))
        stand_in = [stand_ins.get(cell) for cell in cells]
    if border.sealing and field.identifier and border.rules.types[id_type].vault:
        border.sealing.add(id_type, {token: value for value, token in tokens.items()})
    return Tokens(
        [tokens.get(n.value) if n.value else None for n in normals],
        [n.state for n in normals],
        stand_in,
    )
