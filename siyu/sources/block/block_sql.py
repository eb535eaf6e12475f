"""The SQL that turns one block's cells into landed rows, made from the contract and the header."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from siyu.identity.normalise import DAMAGED
from siyu.sources.block.clean import null_sql, sql_text, strip_sql, typed_sql
from siyu.sources.block.compare import column_of_traits, compared_fields
from siyu.sources.block.told_by_name import from_file_name
from siyu.sources.contracts.contract import Contract, FillDown
from siyu.sources.contracts.field import ContractField
from siyu.sources.contracts.header import normalise_name

TOTALS = ("总计", "合计", "小计", "汇总", "共计", "总和")
_READABLE = {"integer": "not_an_integer", "yuan": "foreign_currency"}
_CURRENCY = re.compile("(币种|币别|货币|货币种类|货币类型|currency)(#[0-9]+)?$", re.IGNORECASE)
# Of a landed moment, 2026-08-01 10:00:00, what counts in a key.
MINUTE_LETTERS = 16
_TIME_OF_DAY = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_ID = re.compile(r"_(no|id)$")


def column_of(columns: Sequence[str], names: tuple[str, ...]) -> int | None:
    """Position of the first alias that the file has."""
    for alias in columns:
        wanted = normalise_name(alias)
        if wanted in names:
            return names.index(wanted)
    return None


@dataclass(frozen=True)
class BlockSql:
    """`typed` reads cells c0 …; `fault` and `landed` read what it gives, as table `typed`.

    Table `typed`: _split, p_<field> for every field, cleaned, null where empty, and v_<field> for
    every field that is more than text.
    """

    contract: Contract
    names: tuple[str, ...]

    @cached_property
    def kept(self) -> dict[str, ContractField]:
        return {n: f for n, f in self.contract.fields.items() if f.personal != "drop"}

    @cached_property
    def tokenised(self) -> dict[str, ContractField]:
        return {
            n: f
            for n, f in self.kept.items()
            if f.identifier or f.personal in ("hash", "sentiment", "word_balance")
        }

    @cached_property
    def stand_ins(self) -> list[str]:
        """Key fields that may hold no identifier; column _key_<field> then keeps their rows apart."""
        fields = self.contract.fields
        return [n for n in self.contract.key if n in fields and fields[n].identifier]

    @cached_property
    def moments(self) -> list[str]:
        """Fields of which a spreadsheet keeps no seconds: in a key they count to the minute."""
        return [n for n, f in self.kept.items() if f.type == "timestamp"]

    @cached_property
    def currencies(self) -> dict[str, ContractField]:
        """Columns that say in what currency the amounts are; those of the contract are yuan."""
        if not any(f.unit == "cny" for f in self.contract.fields.values()):
            return {}
        passed_over = set(map(normalise_name, self.contract.ignored))
        return {
            f"currency_in_column_{place}": ContractField(columns=(name,), type="yuan")
            for place, name in enumerate(self.names, start=1)
            if _CURRENCY.search(name) and name not in passed_over
        }

    @cached_property
    def read(self) -> dict[str, ContractField]:
        """Fields whose cells are looked at: those kept or compared, and those that may be a fault."""
        own = {
            n: f
            for n, f in self.contract.fields.items()
            if n in self.kept or f.required or f.compare
        }
        return own | self.currencies

    @cached_property
    def more_than_text(self) -> dict[str, ContractField]:
        own = {n: f for n, f in self.kept.items() if f.type != "text" and n not in self.tokenised}
        return own | self.currencies

    @cached_property
    def numbers_of_things(self) -> list[str]:
        """Text fields such as an order's number; one cut by a spreadsheet must not join anything."""
        return [
            n
            for n, f in self.kept.items()
            if f.type == "text"
            and _ID.search(n)
            and n not in self.contract.key
            and n not in self.tokenised
        ]

    @cached_property
    def totals_fields(self) -> list[str]:
        """The key, and whatever stands in the first column."""
        first = [
            n for n, f in self.contract.fields.items() if column_of(f.columns, self.names) == 0
        ]
        marks = dict.fromkeys([*first, *self.contract.key])
        return [n for n in marks if n in self.read]

    def typed(self, source: str, only: Collection[str] | None = None) -> str:
        """Select of every cell of `source`, cleaned, and read as its type once; null where it cannot.

        `source` has columns c0 … and _split. `only` leaves the other fields out.
        """
        fields = {n: f for n, f in self.read.items() if only is None or n in only}
        bare = [f'({self._cell(f)})::varchar as "b_{n}"' for n, f in fields.items()]
        nulled = [f'{null_sql(f"b_{n}", self.contract, f)} as "p_{n}"' for n, f in fields.items()]
        plain = (
            f"select {', '.join(['_split', *nulled])} from"
            f" (select {', '.join(['_split', *bare])} from {source})"
        )
        if self.contract.fill_down:
            plain = self._filled(plain, self.contract.fill_down)
        values = [
            f'({typed_sql(f"p_{n}", f)})::varchar as "v_{n}"'
            for n, f in fields.items()
            if n in self.more_than_text
        ]
        return f"select {', '.join(['*', *values])} from ({plain})"

    def _filled(self, plain: str, fill: FillDown) -> str:
        """Cells filled down within each thing; the order of rows is that of the file."""
        window = "over (partition by _thing order by _place rows unbounded preceding)"
        filled = ", ".join(
            f'last_value("p_{n}" ignore nulls) {window} as "p_{n}"'
            for n in fill.fields
            if n in self.read
        )
        return (
            f"select * exclude (_thing, _place) replace ({filled}) from (select *,"
            f' count("p_{fill.by}") over (order by _place rows unbounded preceding) as _thing'
            f" from (select *, row_number() over () as _place from ({plain}))) order by _place"
        )

    def fault(self, has_damaged: bool) -> str:
        """`reason:field` of the first thing wrong with a row of `typed`, null for a good row."""
        checks: list[tuple[str, str, str]] = []
        words = ", ".join(map(sql_text, TOTALS))
        marks = [f'p."p_{n}"' for n in self.totals_fields]
        tests = [f"(strlen({m}) <= 12 and rtrim({m}, ':： ') in ({words}))" for m in marks]
        if tests:
            checks.append(("1_totals_row", "", f"coalesce({' or '.join(tests)}, false)"))
        for name, field in self.read.items():
            cell = f'p."p_{name}"'
            if has_damaged and name in self.contract.key:
                # Many ids become one when a spreadsheet cuts their end: the rows must not merge.
                checks.append(("2_damaged_key", name, f"coalesce({_damaged(cell)}, false)"))
            if field.required:
                checks.append(("3_missing_required", name, f"{cell} is null"))
            if name in self.more_than_text:
                reason = _READABLE.get(field.type, f"not_a_{field.type}")
                unread = f'{cell} is not null and p."v_{name}" is null'
                checks.append((f"4_{reason}", name, unread))
        checks.append(("5_too_many_cells", "", "p._split is not null"))
        whens = " ".join(
            f"when {test} then {sql_text(reason[2:] + ':' + name)}"
            for reason, name, test in sorted(checks)
        )
        return f"case {whens} end"

    def landed(self, file: str, has_damaged: bool, offset: int) -> tuple[str, str]:
        """Select list of a landed row and the joins it needs, over `typed as p`."""
        values = [f"(p.rowid + {offset + 1})::bigint as _row"]
        joins: list[str] = []
        flags: list[str] = []
        for name in self.kept:
            cell = f'p."p_{name}"'
            if name in self.tokenised:
                values.append(f'm_{name}.token as "{name}"')
                if name in self.stand_ins:
                    values.append(f'm_{name}.stand_in as "_key_{name}"')
                flags.append(
                    f"case when m_{name}.state <> 'ok' then '{name}:' || m_{name}.state end"
                )
                joins.append(f"left join told_{name} as m_{name} on m_{name}.plain = {cell}")
            elif has_damaged and name in self.numbers_of_things:
                # Kept as text beside the row, where nothing can join it.
                flags.append(f"case when {_damaged(cell)} then '{name}:damaged:' || {cell} end")
                values.append(f'case when not {_damaged(cell)} then {cell} end as "{name}"')
            elif name in self.more_than_text:
                values.append(f'p."v_{name}" as "{name}"')
            else:
                values.append(f'{cell} as "{name}"')
        for name in compared_fields(self.contract):
            values.append(f'm_{name}.alike as "{column_of_traits(name)}"')
            if name not in self.tokenised:
                joins.append(f'left join told_{name} as m_{name} on m_{name}.plain = p."p_{name}"')
        for name, rule in self.contract.file_fields.items():
            found = from_file_name(rule, file)
            values.append(f'{sql_text(found) if found else "null::varchar"} as "{name}"')
        text = f"nullif(concat_ws(';', {', '.join(flags)}), '')" if flags else "null::varchar"
        values.append(f"{text} as _flags")
        return ", ".join(values), " ".join(joins)

    def _cell(self, field: ContractField) -> str:
        """A field's cell as cleaned text: its own column, a part of it, or another column."""
        if field.constant is not None:
            return sql_text(field.constant)
        if field.columns_like:
            return self._joined(field.columns_like)
        position = column_of(field.columns, self.names)
        own = "null" if position is None else _bare(position)
        if not (field.extract or field.or_from or field.day_from):
            return own
        parts = [self._part(own, field, field.extract, "")]
        for other in field.or_from:
            place = column_of(other.columns, self.names)
            if place is not None:
                parts.append(self._part(_bare(place), field, other.extract, other.prefix))
        cell = f"coalesce({', '.join(parts)})"
        day = column_of(field.day_from, self.names)
        if day is not None:
            whole = f"concat_ws(' ', {_bare(day)}, {cell})"
            cell = (
                f"case when regexp_full_match({cell}, '{_TIME_OF_DAY}') then {whole}"
                f" else {cell} end"
            )
        return cell

    def _part(self, cell: str, field: ContractField, pattern: str | None, prefix: str) -> str:
        text = null_sql(cell, self.contract, field)
        if pattern:
            text = f"nullif(regexp_extract({text}, {sql_text(pattern)}, 1), '')"
        return f"({sql_text(prefix)} || {text})" if prefix else text

    def _joined(self, pattern: str) -> str:
        like = re.compile(pattern)
        parts = [
            f"{sql_text(name + '=')} || nullif({_bare(place)}, '')"
            for place, name in enumerate(self.names)
            if like.search(name)
        ]
        return f"nullif(concat_ws(';', {', '.join(parts)}), '')" if parts else "null"


def _bare(place: int) -> str:
    return strip_sql(f"c{place}")


def _damaged(cell: str) -> str:
    return f"regexp_full_match({cell}, {sql_text(DAMAGED.pattern)})"
