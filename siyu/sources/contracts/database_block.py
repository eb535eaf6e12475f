"""The `database` block of a contract: which table is read, and how far each time."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from siyu.strict import NAME, Strict


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
    overlap_numbers: int = Field(default=1_000, ge=0)
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
