"""Turns a segment into one SQL predicate over activation.segment_input. Pure."""

from __future__ import annotations

from datetime import date

from sqlglot import exp, parse_one

from siyu.segments.business_day import is_day_token, resolve_day_token
from siyu.segments.definition import Condition, Node, Segment

DIALECT = "duckdb"
_COMPARISONS = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip


def compile_segment(segment: Segment, as_of: date, is_guarded: bool = True) -> str:
    """The predicate of membership: in by rule or SQL, and not excluded. Never null.

    Guarded, a person with whose values SQL cannot reckon is not in, instead of stopping the night.
    """
    if segment.sql:
        by_sql = _sql_tree(segment.sql, as_of)
        tree = _known(_tried(by_sql) if is_guarded else by_sql)
    else:
        tree = compile_node(segment.rule, as_of)
    if segment.exclude is not None:
        tree = exp.and_(tree, exp.not_(compile_node(segment.exclude, as_of)))
    return tree.sql(DIALECT)


def compile_node(node: Node | None, as_of: date) -> exp.Expr:
    """A rule tree as an expression that is true or false, never null."""
    if isinstance(node, Condition):
        return _known(_condition(node, as_of))
    if node is None:
        raise ValueError("a segment without SQL has a rule")
    parts = [exp.paren(compile_node(part, as_of)) for part in node.parts]
    if node.kind == "all":
        return exp.paren(exp.and_(*parts))
    any_of = exp.paren(exp.or_(*parts))
    return any_of if node.kind == "any" else exp.paren(exp.not_(any_of))


def compile_condition(condition: Condition, as_of: date) -> str:
    """One condition as SQL, for showing it beside its value."""
    return _condition(condition, as_of).sql(DIALECT)


def sql_parts(sql: str, as_of: date) -> list[tuple[str, str, list[str]]]:
    """What a predicate's outermost `and` joins, compiled for showing and guarded for judging, each
    with the columns it reads.
    """
    tree = _sql_tree(sql, as_of).unnest()
    parts = list(tree.flatten()) if isinstance(tree, exp.And) else [tree]
    return [
        (
            part.sql(DIALECT),
            _tried(part.copy()).sql(DIALECT),
            sorted({column.name for column in part.find_all(exp.Column)}),
        )
        for part in parts
    ]


def _known(tree: exp.Expr) -> exp.Expr:
    return exp.func("coalesce", tree, exp.false(), dialect=DIALECT)


def _tried(tree: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="try", expressions=[tree])


def _sql_tree(sql: str, as_of: date) -> exp.Expr:
    def place(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return _literal(as_of) if node.name == "as_of" else exp.column(node.name, quoted=True)
        return node

    tree = exp.paren(parse_one(sql, dialect=DIALECT).transform(place))
    # What cannot be cast of a person is missing; what is written here and cannot be cast is a mistake.
    for cast in [node for node in tree.find_all(exp.Cast) if type(node) is exp.Cast]:
        if cast.find(exp.Column):
            cast.replace(exp.TryCast(**cast.args))
    return tree


def _literal(value: object) -> exp.Expr:
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date", dialect=DIALECT)
    return exp.convert(value)


def _condition(condition: Condition, as_of: date) -> exp.Expr:
    column = exp.column(condition.column, quoted=True)
    op = condition.op
    if op in ("is_null", "not_null"):
        missing = exp.Is(this=column, expression=exp.null())
        return missing if op == "is_null" else exp.not_(missing)
    given = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    values = [_literal(resolve_day_token(str(v), as_of) if is_day_token(v) else v) for v in given]
    if op == "in":
        return exp.In(this=column, expressions=values)
    if op == "between":
        return exp.Between(this=column, low=values[0], high=values[1])
    if op == "top_share":
        return _top_share(column, values[0])
    return _COMPARISONS[op](this=column, expression=values[0])


def _top_share(column: exp.Expr, share: exp.Expr) -> exp.Expr:
    """The person's place among all who have a value; ties fall by person_id, so it is total."""
    name = column.sql(DIALECT)
    return parse_one(
        f"{name} is not null and row_number() over (order by {name} desc nulls last, "
        f'"person_id") <= ceil({share.sql(DIALECT)} * count({name}) over ())',
        dialect=DIALECT,
    )
