"""One landed column of a contract: where its value stands, what it is, whom it names."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from siyu.identity.likeness.traits import Trait
from siyu.strict import Strict

FieldType = Literal[
    "text",
    "integer",
    "decimal",
    "timestamp",
    "date",
    "epoch_seconds",
    "percent",
    "flag",
    "month_day",
    "yuan",
]


def one_group(pattern: str) -> str:
    """The pattern, when it is one with one group. Raises ValueError."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error.msg}; correct it") from None
    if groups != 1:
        raise ValueError(f"has {groups} groups; put ( ) around the one part to read")
    return pattern


class Identifier(Strict):
    """The field names a person. `scope` is fixed, or taken from the landed field `scope_from`.

    Identifiers of one `subject` in one row stand together; those of two subjects (a referrer and
    the person referred) never do. Low trust describes and suggests, but never links.
    """

    type: str
    scope: str = ""
    scope_from: str | None = None
    trust: Literal["high", "medium", "low"] = "high"
    subject: str = "self"


class Elsewhere(Strict):
    """Another cell of the row to read when the field's own is empty.

    `extract` has one group, the part to read; `prefix` is written before it.
    """

    columns: tuple[str, ...]
    extract: str | None = None
    prefix: str = ""

    _one_group = field_validator("extract")(lambda text: text and one_group(text))


class ContractField(Strict):
    """One landed column. `columns` are aliases: the first one present in the file is read.

    `extract` reads a part of the cell; `or_from` names other cells for rows where it is empty;
    `day_from` names the column that holds the day when this one holds only the time of day.
    Type `yuan` is a currency that must be the yuan.
    `columns_like` joins every column whose name matches, as `name=value;name=value`.
    `compare` says what the value tells about the person of the row, so that keyed tokens of its parts
    land beside it (or instead of it) and probable matches can be suggested.
    """

    columns: tuple[str, ...] = ()
    columns_like: str | None = None
    extract: str | None = None
    or_from: tuple[Elsewhere, ...] = ()
    day_from: tuple[str, ...] = ()
    type: FieldType = "text"
    required: bool = False
    null_tokens: tuple[str, ...] = ()
    identifier: Identifier | None = None
    personal: Literal["drop", "hash", "keep", "sentiment", "word_balance"] | None = None
    compare: Trait | None = None
    unit: str | None = None
    constant: str | None = None
    description: str = ""

    _one_group = field_validator("extract")(lambda text: text and one_group(text))

    @property
    def is_one_column(self) -> bool:
        """Whether a cell of this field is a cell of the file, and nothing is put together for it."""
        parts = (self.columns_like, self.extract, self.or_from, self.day_from)
        return self.constant is None and not any(parts)
