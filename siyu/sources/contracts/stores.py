"""Which store a file belongs to, from its name: the longest known name in it decides."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from siyu.config_file import faults_of, raise_faults, read_yaml


class Store(BaseModel):
    """One shop of the brand. `file_names`: words by which its files are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    platform: str
    name: str
    file_names: tuple[str, ...]


class Stores(BaseModel):
    """config/stores.yml: the shops of the brand by id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stores: dict[str, Store] = {}

    def of(self, file: str, platform: str) -> str | None:
        """The id of the store whose name is the longest one in the file's name.

        天猫某某旗舰店 contains 某某旗舰店: the longer one is meant.
        """
        text = _plain(file)
        found = [
            (len(_plain(word)), store_id)
            for store_id, store in self.stores.items()
            for word in store.file_names
            if store.platform == platform and _plain(word) in text
        ]
        return max(found)[1] if found else None


def load_stores(config_dir: Path) -> Stores:
    """The brand's stores; none when there is no file. Raises ConfigError, a line a fault."""
    path = config_dir / "stores.yml"
    if not path.exists():
        return Stores()
    try:
        stores = Stores.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        raise_faults(faults_of(path, error, Stores))
        raise
    owners: dict[tuple[str, str], str] = {}
    faults = []
    for store_id, store in stores.stores.items():
        for word in store.file_names:
            other = owners.setdefault((store.platform, _plain(word)), store_id)
            if other != store_id:
                faults.append(
                    f"{path.name}: stores.{store_id}.file_names: {word!r} also names {other};"
                    " give one of them a longer name"
                )
    raise_faults(faults)
    return stores


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
