"""Landed rows of a block in which no row is at fault: whole columns, no join and no query."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.identity.normalise import DAMAGED
from siyu.sources.block.block_sql import MINUTE_LETTERS, TOTALS, BlockSql
from siyu.sources.block.cells import any_matches, lengths, plain_text, whole
from siyu.sources.block.compare import column_of_traits, compared_fields
from siyu.sources.block.met import Told
from siyu.sources.block.place import Place
from siyu.sources.block.texts import Coded, Column, Rows
from siyu.sources.block.told_by_name import from_file_name

_PART = "\x1f"
_TOTALS = f"({'|'.join(TOTALS)})[:： ]*"
_TOTALS_BYTES = 12


class EvenRows:
    """Makes of typed columns the very rows that `QueryRows` makes."""

    def __init__(self, sql: BlockSql, place: Place) -> None:
        contract = sql.contract
        self._sql, self._place = sql, place
        # Rows that are told apart by looking at each other are numbered by a query.
        self._stands_alone = not contract.repeats and place.only_rows is None
        found = {n: from_file_name(rule, place.file) for n, rule in contract.file_fields.items()}
        self._of_file = found
        self._exported = (
            from_file_name(contract.exported_at, place.file) if contract.exported_at else None
        )

    def has_damaged(self, typed: pa.Table) -> bool:
        """Whether a number that should name a thing was cut by a spreadsheet."""
        names = [*self._sql.numbers_of_things, *self._sql.contract.key]
        columns = [f"p_{n}" for n in names if f"p_{n}" in typed.column_names]
        return any(any_matches(typed.column(c), DAMAGED.pattern) for c in columns)

    def fit(self, typed: pa.Table, has_damaged: bool) -> bool:
        """Whether every row of a block lands, and none of them needs a look at another."""
        if not self._stands_alone or has_damaged:
            return False
        if typed.column("_split").null_count < len(typed):
            return False
        for name, field in self._sql.read.items():
            nulls = typed.column(f"p_{name}").null_count
            if nulls and field.required:
                return False
            if name in self._sql.more_than_text and typed.column(f"v_{name}").null_count != nulls:
                return False
        return not any(self._has_totals(typed.column(f"p_{n}")) for n in self._sql.totals_fields)

    def _has_totals(self, marks: pa.ChunkedArray) -> bool:
        cells = whole(marks)
        sizes = lengths(cells)
        short = (sizes > 0) & (sizes <= _TOTALS_BYTES)
        return bool(short.any()) and any_matches(cells, _TOTALS)

    def landed(self, typed: pa.Table, told: Mapping[str, Told], offset: int) -> Rows:
        """The rows, in order of the file. `told` says what stands for the cells of a field."""
        count, sql, place = len(typed), self._sql, self._place
        columns: dict[str, Column] = {}
        for name in sql.kept:
            if name in sql.tokenised:
                columns[name] = told[name].token
            else:
                read = "v" if name in sql.more_than_text else "p"
                columns[name] = whole(typed.column(f"{read}_{name}"))
        for name, found in self._of_file.items():
            columns[name] = _same(found, count)
        for name in compared_fields(sql.contract):
            columns[column_of_traits(name)] = told[name].alike
        columns["_key"] = self._key(columns, told, count)
        columns["_exported_at"] = _same(self._exported, count)
        columns["_row"] = pa.array(np.arange(offset + 1, offset + count + 1, dtype=np.int64))
        columns["_flags"] = self._flags(told, count)
        columns["_load_seq"] = pa.repeat(pa.scalar(place.load_seq, pa.int32()), count)
        columns["_store_id"] = _same(place.store_id, count)
        columns["_file"] = _same(place.file, count)
        columns["_file_sha256"] = _same(place.sha256, count)
        return columns

    def _key(self, columns: Mapping[str, Column], told: Mapping[str, Told], count: int) -> pa.Array:
        parts = []
        for name in self._sql.contract.key:
            column = columns.get(name)
            if name in self._sql.stand_ins:
                part = told[name].key_part
            elif column is None:
                part = pa.nulls(count, pa.string())
            else:
                part = plain_text(column.spread() if isinstance(column, Coded) else column)
                if name in self._sql.moments:
                    part = pc.utf8_slice_codeunits(part, 0, MINUTE_LETTERS)
            parts.append(pc.fill_null(part, "") if part.null_count else part)
        return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, _PART)

    def _flags(self, told: Mapping[str, Told], count: int) -> pa.Array:
        """`field:state` for every identifier of a row that gives no token, joined by `;`."""
        text: pa.Array = pa.nulls(count, pa.string())
        for name in self._sql.tokenised:
            if not told[name].is_plain:
                mark = told[name].mark(name)
                # Joining with null_handling="skip" would drop the rows in which all are null.
                text = pc.coalesce(pc.binary_join_element_wise(text, mark, ";"), text, mark)
        return text


def _same(value: str | None, count: int) -> pa.Array:
    if value is None:
        return pa.nulls(count, pa.string())
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([value]))
