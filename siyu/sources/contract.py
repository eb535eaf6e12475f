"""The language of source contracts: one YAML file says how one kind of export is read."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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
]
FileFormat = Literal["csv", "xlsx", "json", "jsonl"]
NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class Strict(BaseModel):
    """A mistyped key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Strict):
    en: str
    zh: str


def _pattern(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error.msg}; correct it") from None
    if groups != 1:
        raise ValueError(f"has {groups} groups; put ( ) around the one part to read")
    return pattern


class Recognise(Strict):
    """How a file of this source is told from all others: by its header, never by its name alone."""

    formats: tuple[FileFormat, ...]
    required: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    sheet: str | None = None
    header_within_rows: int = Field(default=30, ge=1, le=200)
    footer_starts_with: str | None = None


class FromFileName(Strict):
    """A value that only the file name carries.

    `pattern` has one group; `format` is strptime or `epoch`.
    """

    pattern: str
    format: str | None = None

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, pattern: str) -> str:
        return _pattern(pattern)


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

    _one_group = field_validator("extract")(lambda text: text and _pattern(text))


class ContractField(Strict):
    """One landed column. `columns` are aliases: the first one present in the file is read.

    `extract` reads a part of the cell; `or_from` names other cells for rows where it is empty;
    `day_from` names the column that holds the day when this one holds only the time of day.
    `columns_like` joins every column whose name matches, as `name=value;name=value`.
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
    personal: Literal["drop", "hash", "keep"] | None = None
    unit: str | None = None
    constant: str | None = None
    description: str = ""

    _one_group = field_validator("extract")(lambda text: text and _pattern(text))


class FillDown(Strict):
    """Fields that stand on the first row of a thing only: its other rows take them from there.

    A new thing begins where `by` is not empty. Totals are left where they stand.
    """

    by: str
    fields: tuple[str, ...]


class Contract(Strict):
    """One source. The file name is `id`.

    `key`: landed fields that name a row's thing; `version_by`: the field whose value is ranked by
    `status_rank`; newest state wins by (status rank, export time, load sequence).
    `repeats`: equal keys in one file are things of their own (two equal fees), told apart by count.
    `lands_only`: no dbt model reads it; its typed view is all there is.
    """

    id: str
    title: Title
    platform: str
    owner: str = "data-engineering"
    grain: str
    recognise: Recognise
    key: tuple[str, ...]
    repeats: bool = False
    fill_down: FillDown | None = None
    lands_only: bool = False
    seen_at: str
    exported_at: FromFileName | None = None
    file_fields: dict[str, FromFileName] = {}
    records_at: str | None = None
    version_by: str | None = None
    status_rank: dict[str, int] = {}
    null_tokens: tuple[str, ...] = ("", "-", "--", "——", "/", "无", "null", "NULL", "\\N")
    fields: dict[str, ContractField]
    ignored: tuple[str, ...] = ()
    stale_after_days: int = Field(default=3, ge=1)

    @property
    def looks_across_rows(self) -> bool:
        """Whether a row's meaning depends on other rows of its file, which is then read as one."""
        return self.repeats or self.fill_down is not None

    @field_validator("fields")
    @classmethod
    def _names(cls, fields: dict[str, ContractField]) -> dict[str, ContractField]:
        bad = [name for name in fields if not NAME.match(name)]
        if bad:
            raise ValueError(f"field names must be lower snake case: {', '.join(bad)}")
        return fields

    @model_validator(mode="after")
    def _references(self) -> Contract:
        known = set(self.fields) | set(self.file_fields)
        for place, names in (
            ("key", self.key),
            ("seen_at", (self.seen_at,)),
            ("fill_down", (self.fill_down.by, *self.fill_down.fields) if self.fill_down else ()),
            ("version_by", (self.version_by,) if self.version_by else ()),
            (
                "scope_from",
                tuple(
                    f.identifier.scope_from
                    for f in self.fields.values()
                    if f.identifier and f.identifier.scope_from
                ),
            ),
        ):
            missing = [n for n in names if n not in known]
            if missing:
                raise ValueError(f"{place} names unknown fields: {', '.join(missing)}")
        return self
