"""The language of source contracts: one YAML file says how one kind of export is read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from siyu.sources.contracts.database_block import Database
from siyu.sources.contracts.feeds import Feeds, order_fault
from siyu.sources.contracts.field import ContractField, one_group
from siyu.strict import NAME, Strict

FileFormat = Literal["csv", "xlsx", "json", "jsonl"]


class Title(Strict):
    en: str
    zh: str


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

    `pattern` has one group; `format` is strptime or `epoch`. `moment` needs no pattern: the name
    holds day and time of day in any of the ways that platforms write them.
    """

    pattern: str = ""
    format: str | None = None

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, pattern: str) -> str:
        return one_group(pattern)

    @model_validator(mode="after")
    def _pattern_or_moment(self) -> FromFileName:
        if (self.format == "moment") == bool(self.pattern):
            raise ValueError("needs a pattern, or format: moment alone")
        return self


class FillDown(Strict):
    """Fields that stand on the first row of a thing only: its other rows take them from there.

    A new thing begins where `by` is not empty. Totals are left where they stand.
    """

    by: str
    fields: tuple[str, ...]


class Contract(Strict):
    """One source. The file name is `id`.

    `key`: landed fields that name a row's thing, a timestamp to the minute; `version_by`: the field
    whose value is ranked by `status_rank`; newest state wins by (status rank, export time, load
    sequence).
    `repeats`: equal keys in one file are things of their own (two equal fees), told apart by count.
    `lands_only`: no dbt model reads it; its typed view is all there is.
    `feeds` makes facts of its rows without a model.
    A contract with `database` is read from there; `recognise` is then needed for files only.
    """

    id: str
    title: Title
    platform: str
    owner: str = "data-engineering"
    grain: str
    recognise: Recognise = Recognise(formats=(), required=())
    database: Database | None = None
    key: tuple[str, ...]
    repeats: bool = False
    fill_down: FillDown | None = None
    lands_only: bool = False
    feeds: Feeds | None = None
    seen_at: str
    exported_at: FromFileName | None = None
    file_fields: dict[str, FromFileName] = Field(default_factory=dict)
    records_at: str | None = None
    version_by: str | None = None
    status_rank: dict[str, int] = Field(default_factory=dict)
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

    @property
    def reads_files(self) -> bool:
        """Whether a file may be of this source."""
        return bool(self.recognise.required)

    @model_validator(mode="after")
    def _references(self) -> Contract:
        if not self.database and not self.reads_files:
            raise ValueError("needs recognise with required columns, or a database")
        if self.database and (self.version_by or self.exported_at):
            raise ValueError(
                "database: what was read last is the newest state; leave version_by and exported_at"
                " out"
            )
        known = set(self.fields) | set(self.file_fields)
        if self.feeds is not None:
            fault = order_fault(self.fields)
            if fault or self.lands_only:
                raise ValueError(f"feeds: {fault or 'an order needs lands_only: false'}")
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
