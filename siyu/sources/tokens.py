"""Readable identifiers and personal values to tokens, once per distinct value of a file."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from siyu.identity.normalise import Normal, normalise
from siyu.identity.rules import IdentityRules
from siyu.privacy.pseudonym import PERSONAL, Tokeniser
from siyu.privacy.vault import Vault
from siyu.sources.field import ContractField
from siyu.sources.sentiment import kindness
from siyu.sources.word_list import balances

# Past this many distinct values of a column what is known is dropped and made again when met.
_MOST_KNOWN = 300_000
# Of words only what they say lands.
_READ = {"sentiment": kindness, "word_balance": balances}


@dataclass(frozen=True)
class Border:
    """What stands at the border between readable values and tokens."""

    tokeniser: Tokeniser
    rules: IdentityRules
    vault: Vault | None


@dataclass(frozen=True)
class Tokens:
    """What stands for each distinct cell of a field, in one order: token, state, stand-in.

    A state that is not ok says why there is no token. A stand-in tells two values apart that give
    no identifier, such as masked phones in a key.
    """

    token: list[str | None]
    state: list[str]
    stand_in: list[str | None]

    def table(self, cells: list[str]) -> pa.Table:
        """Columns plain, token, state, stand_in of these distinct cells."""
        return pa.table(
            {
                "plain": pa.array(cells, pa.string()),
                "token": pa.array(self.token, pa.string()),
                "state": pa.array(self.state, pa.string()),
                "stand_in": pa.array(self.stand_in, pa.string()),
            }
        )

    @property
    def all_ok(self) -> bool:
        return self.state.count("ok") == len(self.state)


@dataclass
class Known:
    """What is known of the values met so far in one column. Bounded in size.

    Most values have a token and nothing else; the others have their state and stand-in.
    """

    tokens: dict[str, str] = field(default_factory=dict)
    odd: dict[str, tuple[str | None, str, str | None]] = field(default_factory=dict)

    def make_room(self) -> None:
        if len(self.tokens) + len(self.odd) > _MOST_KNOWN:
            self.tokens, self.odd = {}, {}


def tokenise(field: ContractField, cells: list[str], border: Border, known: Known) -> Tokens:
    """Tokens of the distinct cells of a block; those met before are not computed again."""
    known.make_room()
    tokens, odd = known.tokens, known.odd
    new = [c for c in cells if c not in tokens and c not in odd]
    for cell, found in _tokens(new, field, border).items():
        token, state, stand_in = found
        if token is not None and state == "ok" and stand_in is None:
            tokens[cell] = token
        else:
            odd[cell] = found
    plain = list(map(tokens.get, cells))
    if None not in plain:
        return Tokens(plain, ["ok"] * len(cells), [None] * len(cells))
    whole = [odd[c] if t is None else (t, "ok", None) for c, t in zip(cells, plain, strict=True)]
    return Tokens([w[0] for w in whole], [w[1] for w in whole], [w[2] for w in whole])


def _tokens(
    cells: list[str], field: ContractField, border: Border
) -> dict[str, tuple[str | None, str, str | None]]:
    if read := _READ.get(field.personal or ""):
        return {cell: (said, "ok", None) for cell, said in zip(cells, read(cells), strict=True)}
    id_type = field.identifier.type if field.identifier else PERSONAL
    if field.identifier:
        normals = [normalise(id_type, cell, border.rules) for cell in cells]
    else:
        normals = [Normal(cell, "ok") for cell in cells]
    values = [n.value for n in normals if n.value is not None]
    tokens = dict(zip(values, border.tokeniser.tokens(id_type, values), strict=True))
    odd = [cell for cell, n in zip(cells, normals, strict=True) if n.value is None]
    stand_ins = dict(zip(odd, border.tokeniser.tokens(PERSONAL, odd), strict=True))
    if border.vault and field.identifier and border.rules.types[id_type].vault:
        border.vault.seal(id_type, ((token, value) for value, token in tokens.items()))
    return {
        cell: (tokens.get(n.value) if n.value else None, n.state, stand_ins.get(cell))
        for cell, n in zip(cells, normals, strict=True)
    }
