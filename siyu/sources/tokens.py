"""Readable identifiers and personal values to tokens, once per distinct value of a file."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from siyu.identity.normalise import Normal, normalise
from siyu.identity.rules import IdentityRules
from siyu.privacy.pseudonym import PERSONAL, Tokeniser
from siyu.privacy.vault import Vault
from siyu.sources.contract import ContractField


@dataclass(frozen=True)
class Border:
    """What stands at the border between readable values and tokens."""

    tokeniser: Tokeniser
    rules: IdentityRules
    vault: Vault | None


def tokenise(
    con: duckdb.DuckDBPyConnection, name: str, field: ContractField, border: Border
) -> None:
    """Temp table tokens_<field>: plain -> token, state, stand_in; each distinct value once.

    `stand_in` tells two values apart that give no identifier, such as masked phones in a key.
    """
    cells = [
        row[0]
        for row in con.execute(
            f'select distinct "p_{name}" from plain where "p_{name}" is not null'
        ).fetchall()
    ]
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
    table = pa.table(
        {
            "plain": pa.array(cells, pa.string()),
            "token": pa.array(
                [tokens.get(n.value) if n.value else None for n in normals], pa.string()
            ),
            "state": pa.array([n.state for n in normals], pa.string()),
            "stand_in": pa.array([stand_ins.get(cell) for cell in cells], pa.string()),
        }
    )
    con.register("token_map", table)
    con.execute(f"create or replace temp table tokens_{name} as select * from token_map")
    con.unregister("token_map")
