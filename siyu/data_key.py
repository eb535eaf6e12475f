"""The master key of a data folder: tokens made with another one name nobody who is known.

Under another key an order of a known buyer is a stranger's, and a withdrawn consent is nobody's.
"""

from __future__ import annotations

import os

from siyu.errors import ConfigError
from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.settings import Settings
from siyu.sources.raw.ledger import ledger_dir


def load_data_key(settings: Settings) -> bytes:
    """The master key, noted by a token of its own beside what landed when the first load lands.

    Raises ConfigError when data has landed and the key is gone or another one.
    """
    where = "SIYU_KEY" if os.environ.get("SIYU_KEY") else settings.key_path.name
    mark = settings.raw_dir / ".key"
    has_landed = any(ledger_dir(settings).glob("*.json"))
    if has_landed and where != "SIYU_KEY" and not settings.key_path.exists():
        raise ConfigError(f"{where} is gone, and data was landed with a key: bring it back")
    key = load_master_key(settings)
    own = Tokeniser(key).token("master_key", "of this data folder")
    if has_landed and mark.exists():
        if mark.read_text("utf-8") != own:
            raise ConfigError(
                f"{where} is not the key that this data was landed with: bring that one back, or"
                " land everything anew in a data folder of its own"
            )
        return key
    # Before the first load is whole nothing rests on the key.
    mark.parent.mkdir(parents=True, exist_ok=True)
    aside = mark.with_name(f".key.{os.getpid()}")
    aside.write_text(own, "utf-8")
    os.replace(aside, mark)
    return key
