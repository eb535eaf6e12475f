"""All segments of a brand, checked without a warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from siyu.clock import parse_day
from siyu.segments.business_day import is_day_token, resolve_day_token
from siyu.segments.columns import PERSON_360_CONTRACT, InputColumn, known_columns
from siyu.segments.compile import compile_segment
from siyu.segments.definition import (
    Condition,
    Consent,
    Group,
    Node,
    Segment,
    Strict,
    Title,
)
from siyu.segments.predicate import parse_predicate, try_on_no_one
from siyu.segments.strict_yaml import Place, load_folder, suggest
from siyu.segments.used import read_scores
from siyu.vocabulary import load_vocabulary

_OPERATORS = {
    "text": {"=", "!=", "in", "is_null", "not_null"},
    "flag": {"=", "!=", "is_null", "not_null"},
    "date": {"=", "!=", "<", "<=", ">", ">=", "between", "is_null", "not_null", "top_share"},
    "number": {
        "=", "!=", "<", "<=", ">", ">=", "in", "between", "is_null", "not_null", "top_share",
    },
}  # fmt: skip
_VALUES = {
    "text": "text that does not begin with as_of",
    "flag": "true or false",
    "date": "a date written YYYY-MM-DD, as_of, or as_of - 90 days",
    "number": "a number or as_of.month",
}
_ANY_DAY = date(2000, 1, 1)


def load_segments(config_dir: Path, contract: Path = PERSON_360_CONTRACT) -> dict[str, Segment]:
    """Every segment of `config_dir`/segments, by id.

    Raises ConfigError once for all faults; each line names file, line, key and what is allowed.
    """
    columns = known_columns(contract)
    words = load_vocabulary(config_dir)
    vocabulary = {"purpose": set(words.consent_purposes), "channel": set(words.consent_channels)}
    destinations = {path.stem for path in (config_dir / "destinations").glob("*.y*ml")}
    check = partial(_check, columns=columns, vocabulary=vocabulary, destinations=destinations)
    found = load_folder(config_dir / "segments", Segment, _keys_at, check)
    return {segment.id: segment for segment in found}


def _keys_at(place: Place) -> Iterable[str]:
    last = place[-1] if place else None
    models: dict[str, type[Strict]] = {
        "condition": Condition,
        "group": Group,
        "title": Title,
        "consent": Consent,
    }
    return models.get(str(last), Segment).model_fields


def _check(
    segment: Segment,
    columns: Mapping[str, InputColumn],
    vocabulary: Mapping[str, set[str]],
    destinations: set[str],
) -> Iterable[tuple[Place, str]]:
    faults = [
        fault
        for part in ("rule", "exclude")
        if (node := getattr(segment, part)) is not None
        for place, condition in _places(node, (part,))
        for fault in _check_condition(condition, place, columns)
    ]
    yield from faults
    part = "sql" if segment.sql is not None else "rule"
    try:
        if segment.sql is not None:
            parse_predicate(segment.sql, columns)
        if not faults:
            try_on_no_one(compile_segment(segment, _ANY_DAY, is_guarded=False), columns)
    except ValueError as error:
        yield (part,), str(error)
        return
    if segment.consent is not None:
        for key, allowed in vocabulary.items():
            word = getattr(segment.consent, key)
            if word not in allowed:
                yield ("consent", key), f"unknown {key} {word!r}; {suggest(word, allowed)}"
    for position, name in enumerate(segment.destinations):
        if name not in destinations:
            message = f"unknown destination {name!r}; {suggest(name, destinations)}"
            yield ("destinations", position), message
    read = read_scores(segment)
    if read and segment.requires_score not in read:
        score = min(read)
        yield ("requires_score",), f"the rule reads {score} scores: write requires_score: {score}"


def _places(node: Node, place: tuple[int | str, ...]) -> Iterable[tuple[Place, Condition]]:
    if isinstance(node, Condition):
        yield place, node
        return
    for position, part in enumerate(node.parts):
        yield from _places(part, (*place, node.kind, position))


def _check_condition(
    condition: Condition, place: Place, columns: Mapping[str, InputColumn]
) -> Iterable[tuple[Place, str]]:
    column = columns.get(condition.column)
    if column is None:
        hint = suggest(condition.column, columns)
        yield (*place, "column"), f"unknown column {condition.column!r}; {hint}"
        return
    if condition.op not in _OPERATORS[column.kind]:
        allowed = ", ".join(sorted(_OPERATORS[column.kind]))
        yield (
            (*place, "op"),
            f"{condition.op} does not fit {column.name} ({column.kind}): {allowed}",
        )
        return
    given = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.op in ("is_null", "not_null", "top_share"):
        return
    for value in given:
        if not _fits(value, column):
            yield (*place, "value"), f"{column.name} takes {_VALUES[column.kind]}"


def _fits(value: object, column: InputColumn) -> bool:
    if is_day_token(value):
        if column.kind == "text":
            return False
        try:
            value = resolve_day_token(str(value), _ANY_DAY)
        except ValueError:
            return False
    if column.kind == "date" and isinstance(value, str):
        try:
            value = parse_day(value)
        except ValueError:
            return False
    wanted: dict[str, tuple[type, ...]] = {
        "text": (str,), "flag": (bool,), "number": (int, float), "date": (date,)
    }  # fmt: skip
    return isinstance(value, wanted[column.kind]) and isinstance(value, bool) == (
        column.kind == "flag"
    )
