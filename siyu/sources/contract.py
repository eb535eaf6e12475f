"""The language of source contracts: one YAML file says how one kind of export is read."""

from __future__ import annotations

import re
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from siyu.identity.traits import Trait

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


class Database(Strict):
    """A table, or a query that only reads, of a PostgreSQL or MySQL database.

    `connection` names an address that is kept outside the contract. Rows are read in order of the
    `watermark`, a column that grows with every change, from a little before where the last reading
    ended: `overlap_minutes` for times and days, `overlap_numbers` for whole numbers.
    `time_zone` is that of times which carry none.
    """

    connection: str
    table: str | None = None
    query: str | None = None
    watermark: str
    overlap_minutes: int = Field(default=60, ge=0)
    overlap_numbers: int = Field(default=0, ge=0)
    page_rows: int = Field(default=10_000, ge=1, le=1_000_000)
    timeout_seconds: int = Field(default=600, ge=1)
    time_zone: str = "Asia/Shanghai"

    @field_validator("connection")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not NAME.match(name):
            raise ValueError(
                "must be a name in lower snake case; the address itself goes into the environment"
            )
        return name

    @field_validator("table")
    @classmethod
    def _table_name(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[\w$]+(\.[\w$]+)?", name):
            raise ValueError(f"{name!r} is no table name; allowed: table or schema.table")
        return name

    @field_validator("query")
    @classmethod
    def _reads_only(cls, query: str | None) -> str | None:
        if query is not None and not re.fullmatch(r"(?is)\s*(select|with)\b[^;]*;?\s*", query):
            raise ValueError("must be one statement that begins with select or with")
        return query

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"no time zone {name!r}; allowed: such as Asia/Shanghai, UTC"
            ) from None
        return name

    @model_validator(mode="after")
    def _one_of_two(self) -> Database:
        if (self.table is None) == (self.query is None):
            raise ValueError("needs a table or a query, and not both")
        return self


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
    personal: Literal["drop", "hash", "keep", "sentiment"] | None = None
    compare: Trait | None = None
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


OrderStatus = Literal["unpaid", "paid", "shipped", "completed", "closed", "cancelled"]


class OrderFeed(Strict):
    """The rows become orders of core.fct_order, by the names of their fields; no model is needed.

    `amounts`: an order's amounts are repeated on its rows or stand on one of them (`per_order`: the
    largest counts), or belong to their row (`per_row`: they are summed). `status_words` say what the
    wordings of `status` mean, spaces left out; those of the known platforms need not be told.
    """

    amounts: Literal["per_order", "per_row"] = "per_order"
    status_words: dict[OrderStatus, tuple[str, ...]] = {}


class Feeds(Strict):
    """Which facts are made of a contract's rows."""

    order: OrderFeed


# What an order needs, and what else core takes when a field has the name.
ORDER_NEEDS = ("order_no", "status", "ordered_at", "paid_cny")


class Contract(Strict):
    """One source. The file name is `id`.

    `key`: landed fields that name a row's thing; `version_by`: the field whose value is ranked by
    `status_rank`; newest state wins by (status rank, export time, load sequence).
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
            lacking = [n for n in ORDER_NEEDS if n not in self.fields]
            if lacking or self.lands_only:
                what = f"fields {', '.join(lacking)}" if lacking else "lands_only: false"
                raise ValueError(f"feeds: an order needs {what}")
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
