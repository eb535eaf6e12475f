"""Where Siyu's files lie: every path that the project reads or writes, from four environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from siyu.errors import ConfigError

PROJECT_DIR = Path(__file__).resolve().parent.parent
ENGINES = ("duckdb",)
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Settings:
    """One brand's folders. Nothing is created by looking; writers create what they need."""

    data_dir: Path
    config_dir: Path
    engine: str = "duckdb"
    lang: str = "en"

    @property
    def landing_dir(self) -> Path:
        return self.data_dir / "landing"

    @property
    def pulled_dir(self) -> Path:
        return self.data_dir / "pulled"

    @property
    def raw_dir(self) -> Path:
        return self.data_dir / "raw"

    @property
    def quarantine_dir(self) -> Path:
        return self.data_dir / "quarantine"

    @property
    def warehouse_path(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def serving_path(self) -> Path:
        return self.data_dir / "serving" / "siyu.duckdb"

    @property
    def vault_path(self) -> Path:
        return self.data_dir / "vault" / "vault.sqlite"

    @property
    def key_path(self) -> Path:
        return self.data_dir / "vault" / "master.key"


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from SIYU_DATA, SIYU_CONFIG, SIYU_ENGINE and SIYU_LANG.

    Raises ConfigError when a variable holds a value that is not allowed.
    """
    env = os.environ if env is None else env
    engine = env.get("SIYU_ENGINE", "duckdb")
    lang = env.get("SIYU_LANG", "en")
    for name, value, allowed in (
        ("SIYU_ENGINE", engine, ENGINES),
        ("SIYU_LANG", lang, LANGUAGES),
    ):
        if value not in allowed:
            raise ConfigError(f"{name}={value!r} is not one of {', '.join(allowed)}")
    data_dir = Path(env.get("SIYU_DATA", PROJECT_DIR / "data")).resolve()
    config_dir = Path(env.get("SIYU_CONFIG", PROJECT_DIR / "config")).resolve()
    for name, folder in (("SIYU_DATA", data_dir), ("SIYU_CONFIG", config_dir)):
        if folder.exists() and not folder.is_dir():
            raise ConfigError(f"{name}={str(folder)!r} is not a folder")
    return Settings(
        data_dir=data_dir,
        config_dir=config_dir,
        engine=engine,
        lang=lang,
    )
