"""Cells to cleaned and typed columns: a column at a time where all of it is plain, else by SQL."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from siyu.sources.block.block_sql import BlockSql, column_of
from siyu.sources.block.cells import (
    has_word,
    is_dressed,
    nulled,
    plain_text,
    read_plainly,
    undressed,
    words_of,
)  # fmt: skip
from siyu.sources.block.clean import null_words
from siyu.sources.block.compare import compared_fields
from siyu.sources.block.read_cells import Cells
from siyu.sources.contracts.field import ContractField


class TypedColumns:
    """Makes columns p_<field>, v_<field> and _split of a block, as BlockSql.typed does.

    The SQL says what cells mean; what is taken without it is a column in which every cell, undressed,
    stands as that SQL would leave it.
    """

    def __init__(self, sql: BlockSql) -> None:
        self._sql = sql
        self._whole = sql.contract.fill_down is not None
        self._places = {n: column_of(f.columns, sql.names) for n, f in sql.read.items()}
        # Looked up as they are, and most of them are words of their own.
        self._plain_text = {*sql.tokenised, *compared_fields(sql.contract)}
        self._words = {n: null_words(sql.contract, f) for n, f in sql.read.items()}

    def of(self, con: duckdb.DuckDBPyConnection, cells: Cells) -> pa.Table:
        """The columns in order of the fields; nulls where a cell is empty or cannot be read."""
        found: dict[str, pa.Array] = {"_split": cells.split}
        odd = []
        bare: dict[int, pa.Array] = {}
        for name, field in self._sql.read.items():
            plain = None if self._whole else self._plain(name, field, cells, bare)
            if plain is None:
                odd.append(name)
            else:
                found |= plain
        if odd:
            found |= self._by_sql(con, odd, cells)
        return pa.table(found)

    def _plain(
        self, name: str, field: ContractField, cells: Cells, bare: dict[int, pa.Array]
    ) -> dict[str, pa.Array] | None:
        if not field.is_one_column:
            return None
        place = self._places[name]
        if place is None:
            cell = pa.nulls(len(cells), pa.string())
        else:
            if place not in bare:
                given = cells.column(place)
                dressed = is_dressed(words_of(given))
                bare[place] = undressed(plain_text(given)) if dressed else given
            cell = bare[place]
            if name in self._plain_text or has_word(cell, self._words[name]):
                cell = nulled(plain_text(cell), self._words[name])
        if name not in self._sql.more_than_text:
            return {f"p_{name}": cell}
        if cell.null_count == len(cell):
            return {f"p_{name}": cell, f"v_{name}": cell}
        value = read_plainly(field.type, words_of(cell))
        if value is None:
            return None
        if pa.types.is_dictionary(cell.type):
            value = pa.DictionaryArray.from_arrays(cell.indices, value)
        return {f"p_{name}": cell, f"v_{name}": value}

    def _by_sql(
        self, con: duckdb.DuckDBPyConnection, names: list[str], cells: Cells
    ) -> dict[str, pa.Array]:
        fields = [self._sql.read[n] for n in names]
        places = None
        if all(f.is_one_column for f in fields):
            places = sorted({p for n in names if (p := self._places[n]) is not None})
        con.register("cells", cells.table(places))
        # Long expressions with nothing to reorder: the optimiser costs more than the cells do.
        con.execute("pragma disable_optimizer")
        try:
            found = con.execute(self._sql.typed("cells", names)).to_arrow_table()
        finally:
            con.execute("pragma enable_optimizer")
            con.unregister("cells")
        return {
            name: found.column(name).combine_chunks().cast(pa.string())
            for name in found.column_names
            if name != "_split"
        }
