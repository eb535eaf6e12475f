"""What identity.yml says: the identifier types in order of trust, and the values that stand for nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from siyu.config_file import faults_of, raise_faults, read_yaml
from siyu.errors import ConfigError
from siyu.strict import Strict

Normaliser = Literal["wechat_id", "code", "account", "phone_cn", "email"]


class TypeRule(Strict):
    """One identifier type. `max_per_person` is per scope; null means no limit. With `window_days`
    the limit counts identifiers first seen within any so many days: people change phones.

    A value touched by more than `hub_limit` identifiers of any one other type is shared: it
    describes a person, it does not link. `links: false` never links. `within` names what a value
    means nothing without, such as the appid of an openid: whoever is handed values says which.
    """

    zh: str
    normaliser: Normaliser
    max_per_person: int | None = Field(default=None, ge=1)
    window_days: int | None = Field(default=None, ge=1)
    hub_limit: int | None = Field(default=None, ge=1)
    links: bool = True
    vault: bool = False
    within: str | None = None

    @model_validator(mode="after")
    def _window_of_a_limit(self) -> TypeRule:
        if self.window_days and self.max_per_person is None:
            raise ValueError("window_days needs max_per_person: say how many within the window")
        return self


class IdentityRules(Strict):
    """All identifier types; the order of `types` is the order of trust (earlier links first)."""

    types: dict[str, TypeRule]
    blocked: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("blocked")
    @classmethod
    def _patterns(cls, blocked: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for id_type, patterns in blocked.items():
            for pattern in patterns:
                try:
                    re.compile(pattern)
                except re.error as fault:
                    raise ValueError(f"{id_type}: {pattern!r} is not a pattern: {fault}") from None
        return blocked

    @property
    def order(self) -> tuple[str, ...]:
        """The types, most trusted first."""
        return tuple(self.types)

    def priority(self, id_type: str) -> int:
        """Place in the order of trust, counted from 1."""
        return self.order.index(id_type) + 1

    def is_blocked(self, id_type: str, value: str) -> bool:
        """Whether a normalised value stands for nobody (a test number, a row of zeros)."""
        # Every value passes here, and a loop costs half of `any` over a generator.
        for pattern in self._blocked.get(id_type, ()):  # noqa: SIM110
            if pattern.fullmatch(value):
                return True
        return False

    @cached_property
    def _blocked(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        return {t: _few(patterns) for t, patterns in self.blocked.items()}


def _few(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """The patterns, those without groups of their own as one: every value is held against each."""
    ungrouped = [p for p in patterns if not re.compile(p).groups]
    try:
        joined = [re.compile("|".join(f"(?:{p})" for p in ungrouped))] if ungrouped else []
    except re.error:
        # Flags stand at the start of a pattern or nowhere.
        return tuple(map(re.compile, patterns))
    return (*joined, *(re.compile(p) for p in patterns if p not in ungrouped))


def load_identity_rules(config_dir: Path) -> IdentityRules:
    """The rules of `config_dir`/identity.yml. Raises ConfigError naming every fault of the file."""
    path = config_dir / "identity.yml"
    try:
        rules = IdentityRules.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(faults_of(path, error, IdentityRules))) from None
    unknown = [t for t in rules.blocked if t not in rules.types]
    raise_faults(
        [
            f"{path.name}: blocked.{t}: not an identifier type; allowed: {', '.join(rules.types)}"
            for t in unknown
        ]
    )
    return rules
