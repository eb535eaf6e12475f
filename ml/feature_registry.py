"""The registry of features: what each means, how far it looks back, what a gap in it becomes.

It is the YAML beside dbt's person_features, so that the warehouse, the models and the reference
page speak of the same columns.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR

REGISTRY = PROJECT_DIR / "dbt_project" / "models" / "features" / "person_features.yml"
_KEYS = ("person_id", "as_of_on")


class Feature(BaseModel):
    """One column that models may see."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    zh: str
    window: Literal["30 days", "90 days", "180 days", "whole record"]
    source: Literal["fct_order", "fct_payment", "fct_event", "fct_message", "dim_person"]
    null_rule: Literal["zero", "tenure", "never_seen"]
    form: Literal["log", "share", "plain"]
    grows: bool


@cache
def load_features(path: Path = REGISTRY) -> tuple[Feature, ...]:
    """Every registered feature. Raises ConfigError naming the one that is not fully described."""
    columns = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]
    found = []
    for column in columns:
        if column["name"] in _KEYS:
            continue
        meta = (column.get("config") or {}).get("meta") or {}
        try:
            found.append(
                Feature(name=column["name"], description=column.get("description", ""), **meta)
            )
        except ValidationError as fault:
            keys = ", ".join(sorted({str(one["loc"][0]) for one in fault.errors()}))
            raise ConfigError(
                f"{path.name}: feature {column['name']}: {keys} missing or not allowed; a feature "
                "needs description, zh, window, source, null_rule, form and grows"
            ) from fault
    return tuple(found)
