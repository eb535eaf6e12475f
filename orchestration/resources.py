"""What every asset shares: the brand's settings, the owner, and the one-writer pool."""

from __future__ import annotations

from siyu.settings import Settings, load_settings

OWNER = "team:data-engineering"
GROWTH = "team:growth"
POOL = "warehouse"


def settings_from_env() -> Settings:
    """Settings of the running process; read per step so that tests can point elsewhere."""
    return load_settings()
