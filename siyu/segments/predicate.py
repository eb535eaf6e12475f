"""Reads a segment's SQL predicate: one expression over the known columns, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from siyu.segments.columns import InputColumn
from siyu.segments.strict_yaml import suggest

# An allow-list: whatever reads files, runs queries, draws lots or asks the clock is not in it.
_ALLOWED = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE,
    exp.In, exp.Between, exp.Is, exp.Null, exp.Boolean, exp.Literal, exp.Column, exp.Identifier,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Coalesce, exp.Nullif, exp.Abs, exp.Like,
    exp.Lower, exp.Upper, exp.Case, exp.If, exp.Interval, exp.Var, exp.Cast, exp.DataType,
    exp.Extract, exp.Month, exp.Year, exp.Day, exp.Tuple,
)  # fmt: skip


def parse_predicate(sql: str, columns: Collection[str]) -> exp.Expr:
    """The predicate's tree; `as_of` stands for the business day.

    Raises ValueError with one sentence: not one expression, a form that is not allowed, or an
    unknown column with the nearest known one.
    """
    try:
        found = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError):
        raise ValueError("not readable as one SQL expression") from None
    if len(found) != 1:
        raise ValueError("exactly one expression is expected, without ';'")
    tree = found[0]
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            raise ValueError(
                f"{node.key} is not allowed: write comparisons of columns with and, or, not, "
                "in, between, is null, like, case, cast, coalesce and arithmetic"
            )
        if isinstance(node, exp.Column):
            if node.table:
                raise ValueError(f"write the column {node.name} without a table name")
            if node.name != "as_of" and node.name not in columns:
                raise ValueError(f"unknown column {node.name}; {suggest(node.name, columns)}")
    return tree


def try_on_no_one(predicate: str, columns: Mapping[str, InputColumn]) -> None:
    """Asks the engine whether the compiled predicate fits the columns' types.

    Raises ValueError with the engine's first line. It is tried on nulls and on text of one letter.
    """
    nulls = ", ".join(f'cast(null as {c.sql_type}) as "{c.name}"' for c in columns.values())
    texts = ", ".join("'x'" if c.kind == "text" else "null" for c in columns.values())
    with duckdb.connect() as con:
        con.execute(f"create table person as select {nulls} union all select {texts}")
        try:
            kind = con.execute(f"select typeof({predicate}) from person").fetchall()[0][0]
            con.execute(f"select {predicate} from person").fetchall()
        except duckdb.Error as error:
            raise ValueError(f"does not fit the columns: {str(error).splitlines()[0]}") from None
    if kind != "BOOLEAN":
        raise ValueError(f"a predicate that is true or false is expected, this is {kind.lower()}")
