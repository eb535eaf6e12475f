"""The language of destinations: one YAML file says what leaves the house, and in which form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, model_validator

from siyu.segments.definition import ID_PATTERN, Segment, Title
from siyu.strict import Strict

Form = Literal["csv", "csv.gz", "parquet"]


class Destination(Strict):
    """One destination. The file name is `id`; `columns` are read from activation.segment_input.

    `identifiers` leave readable, opened from the vault for `purpose`; by default none does. `scopes`
    says within what: an openid of one appid means nothing to another. With `encoding: utf-8-sig` a
    spreadsheet reads the Chinese of a CSV file as Chinese.
    """

    id: str = Field(pattern=ID_PATTERN)
    title: Title
    kind: Literal["files"]
    format: Form = "csv"
    encoding: Literal["utf-8", "utf-8-sig"] = "utf-8"
    columns: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    scopes: dict[str, str] = Field(default_factory=dict)
    purpose: str | None = None

    @model_validator(mode="after")
    def _purposeful(self) -> Destination:
        if bool(self.identifiers) != (self.purpose is not None):
            raise ValueError("identifiers and purpose are written together or not at all")
        for name in ("columns", "identifiers"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise ValueError(f"{name} names something twice")
        if beside := sorted(set(self.scopes) - set(self.identifiers)):
            raise ValueError(f"scopes names {beside[0]!r}, which identifiers does not")
        return self


def purpose_faults(
    segments: Iterable[Segment], destinations: Mapping[str, Destination]
) -> list[str]:
    """A line for each segment whose people agreed to another purpose than its values are opened for."""
    return [
        f"segments/{segment.id}: its consent is for {segment.consent.purpose}, but destination "
        f"{destination.id} opens values for {destination.purpose}; use one purpose in both"
        for segment in segments
        for destination in (destinations[d] for d in segment.destinations if d in destinations)
        if segment.consent is not None
        and destination.identifiers
        and segment.consent.purpose != destination.purpose
    ]
