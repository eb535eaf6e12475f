"""The language of segments: one YAML file says who belongs, who is reached, where it goes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    model_validator,
)

from siyu.strict import Strict

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "between", "is_null", "not_null", "top_share"
]
Score = Literal["churn", "ltv"]
Scalar = StrictBool | StrictInt | StrictFloat | Annotated[date, Field(strict=True)] | StrictStr
ID_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"


class Title(Strict):
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Consent(Strict):
    """Without this consent a member is counted but never published."""

    purpose: str
    channel: str


class Condition(Strict):
    """One test of one column. A missing value satisfies no condition but `is_null`.

    Values may name the business day: `as_of`, `as_of.month`, `as_of - 90 days`.
    `top_share: 0.1` holds for the highest tenth of all persons that have a value.
    """

    column: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None

    @model_validator(mode="after")
    def _arity(self) -> Condition:
        value, op = self.value, self.op
        if op in ("is_null", "not_null"):
            wanted, good = "no value", value is None
        elif op == "in":
            wanted, good = "a list of one or more values", isinstance(value, tuple) and bool(value)
        elif op == "between":
            good = isinstance(value, tuple) and len(value) == 2
            wanted = "a list of two values"
        elif op == "top_share":
            good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
            wanted = "a share above 0 and at most 1"
        else:
            wanted, good = "one value", value is not None and not isinstance(value, tuple)
        if not good:
            raise ValueError(f"op {op} takes {wanted}")
        return self


class Group(Strict):
    """Exactly one of: all of them hold, any of them holds, none of them holds."""

    all: tuple[Node, ...] | None = Field(default=None, min_length=1)
    any: tuple[Node, ...] | None = Field(default=None, min_length=1)
    none: tuple[Node, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_kind(self) -> Group:
        if sum(part is not None for part in (self.all, self.any, self.none)) != 1:
            raise ValueError("a group has exactly one of all, any, none")
        return self

    @property
    def kind(self) -> Literal["all", "any", "none"]:
        return "all" if self.all else "any" if self.any else "none"

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.all or self.any or self.none or ()


def _node_kind(value: object) -> str:
    keys = value.keys() if isinstance(value, dict) else ()
    group = isinstance(value, Group) or (keys and not {"column", "op", "value"} & set(keys))
    return "group" if group else "condition"


Node = Annotated[
    Annotated[Condition, Tag("condition")] | Annotated[Group, Tag("group")],
    Discriminator(_node_kind),
]
Group.model_rebuild()


class Segment(Strict):
    """One segment. The file name is `id`.

    `rule` or `sql` says who belongs; `exclude` takes people out again. `holdout_share` of the
    members is never published, so that the effect of reaching the others can be measured.
    `holdout_key` draws them, the id by default: a segment that is renamed keeps its old id there, or
    people would change sides; segments with one key keep the same people back.
    """

    id: str = Field(pattern=ID_PATTERN)
    title: Title
    description: str = Field(min_length=1)
    owner: str = "operations"
    rule: Node | None = None
    sql: str | None = None
    exclude: Node | None = None
    requires_score: Score | None = None
    consent: Consent | None = None
    holdout_share: float = Field(default=0.0, ge=0.0, le=0.5)
    holdout_key: str | None = Field(default=None, pattern=ID_PATTERN)
    destinations: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Segment:
        if (self.rule is None) == (self.sql is None):
            raise ValueError("a segment has exactly one of rule, sql")
        if self.destinations and self.consent is None:
            raise ValueError("a segment with destinations names the consent it needs")
        return self

    @property
    def drawn_by(self) -> str:
        """What the holdout is drawn by."""
        return self.holdout_key or self.id

    @property
    def definition_hash(self) -> str:
        """Changes when, and only when, something that decides behaviour or wording changes."""
        return definition_hash(self)


def definition_hash(model: BaseModel) -> str:
    """sha256 of the definition's canonical JSON, 64 hex."""
    payload: Any = model.model_dump(mode="json")
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def conditions(node: Condition | Group, path: str) -> Iterator[tuple[str, Condition]]:
    """Every condition below a node with its place, such as `rule.all[0].any[2]`."""
    if isinstance(node, Condition):
        yield path, node
        return
    for position, part in enumerate(node.parts):
        yield from conditions(part, f"{path}.{node.kind}[{position}]")
