"""What every asset shares: the brand's settings, the owner, and the one-writer pool."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from siyu.settings import Settings, load_settings

OWNER = "team:data-engineering"
GROWTH = "team:growth"
POOL = "warehouse"


def settings_from_env() -> Settings:
    """Settings of the running process; read per step so that tests can point elsewhere."""
    return load_settings()


def table_names(keys: Iterable[dg.AssetKey]) -> list[tuple[str, str]]:
    """Schema and name of the tables behind asset keys."""
    return [(key.path[0], key.path[1]) for key in keys if len(key.path) == 2]
