"""Readable identifiers and personal values to tokens, once per distinct value of a file."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from siyu.identity.normalise import Normal, normalise
from siyu.identity.rules import IdentityRules
from siyu.privacy.pseudonym import PERSONAL, Tokeniser
from siyu.privacy.vault import Vault
from siyu.sources.field import ContractField
from siyu.sources.sentiment import kindness
from siyu.sources.word_list import balances

# Past this many distinct values of a column what is known is dropped and made again when met.
_MOST_KNOWN = 1_000_000
# Of words only what they say lands.
_READ = {"sentiment": kindness, "word_balance": balances}


@dataclass(frozen=True)
class Border:
    """What stands at the border between readable values and tokens."""

    tokeniser: Tokeniser
    rules: IdentityRules
    vault: Vault | None


@dataclass
class Known:
    """Tokens of the values met so far in one column: token, state, stand-in. Bounded in size."""

    found: dict[str, tuple[str | None, str, str | None]] = field(default_factory=dict)

    def make_room(self) -> None:
        if len(self.found) > _MOST_KNOWN:
            self.found = {}


def distinct_cells(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Every value of a field of the block at hand, once; null is none."""
    cells: list[str] = (
        con.execute(f'select distinct "p_{name}" as v from typed where "p_{name}" is not null')
        .to_arrow_table()
        .column("v")
        .to_pylist()
    )
    return cells


def tokenise(
    con: duckdb.DuckDBPyConnection,
    name: str,
    field: ContractField,
    cells: list[str],
    border: Border,
    known: Known,
) -> None:
    """Temp table tokens_<field>: plain -> token, state, stand_in, for the distinct cells of a block.

    `stand_in` tells two values apart that give no identifier, such as masked phones in a key.
    """
    known.make_room()
    met = known.found
    new = _tokens([c for c in cells if c not in met], field, border)
    met.update(new)
    rows = [new.get(c) or met[c] for c in cells]
    table = pa.table(
        {
            "plain": pa.array(cells, pa.string()),
            "token": pa.array([r[0] for r in rows], pa.string()),
            "state": pa.array([r[1] for r in rows], pa.string()),
            "stand_in": pa.array([r[2] for r in rows], pa.string()),
        }
    )
    con.register("token_map", table)
    con.execute(f"create or replace temp table tokens_{name} as select * from token_map")
    con.unregister("token_map")


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
