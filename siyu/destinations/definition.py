"""The language of destinations: one YAML file says what leaves the house, and in which form."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from siyu.segments.definition import ID_PATTERN, Strict, Title


class Destination(Strict):
    """One destination. The file name is `id`; `columns` are read from activation.segment_input.

    `identifiers` leave readable, opened from the vault for `purpose`; by default none does.
    """

    id: str = Field(pattern=ID_PATTERN)
    title: Title
    kind: Literal["files"]
    format: Literal["csv", "csv.gz", "parquet"] = "csv"
    columns: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    purpose: str | None = None

    @model_validator(mode="after")
    def _purposeful(self) -> Destination:
        if bool(self.identifiers) != (self.purpose is not None):
            raise ValueError("identifiers and purpose are written together or not at all")
        for name in ("columns", "identifiers"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise ValueError(f"{name} names something twice")
        return self
