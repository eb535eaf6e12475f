"""The truth about people that a brand brings: which account is whose.

A folder with `accounts.parquet` or `accounts.csv`, columns truth_person, id_type, scope (empty where
a type has none) and value, readable as an export shows it: one row per account and true person. With
`evidence.parquet` or `.csv` beside it (truth_person, then type, scope and value of side a and b, such
as a_type) recall is also told among the pairs that some source ever showed together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pandas as pd

from siyu.data_key import load_data_key
from siyu.errors import ConfigError
from siyu.identity.normalise import normalise
from siyu.identity.rules import load_identity_rules
from siyu.privacy.pseudonym import Tokeniser
from siyu.settings import Settings

_ACCOUNT = ["truth_person", "id_type", "scope", "value"]
_SIDES = [f"{side}_{part}" for side in "ab" for part in ("type", "scope", "value")]
_EVIDENCE = ["truth_person", *_SIDES]
_SUFFIXES = (".parquet", ".csv")


class Token(Protocol):
    """Turns a readable value into its value_key; None when it names nobody."""

    def __call__(self, id_type: str, value: str, /) -> str | None: ...


def has_truth(folder: Path) -> bool:
    return _file(folder, "accounts") is not None


def landing_token(settings: Settings) -> Token:
    """Tokens made as at landing: under the brand's rules and key."""
    rules = load_identity_rules(settings.config_dir)
    tokens = Tokeniser(load_data_key(settings))

    def token(id_type: str, value: str) -> str | None:
        plain = normalise(id_type, value, rules).value if id_type in rules.types else None
        return None if plain is None else tokens.token(id_type, plain)

    return token


def load_truth(folder: Path, token: Token) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """accounts (truth_person, id_type, scope, value_key) and evidence (truth_person, a_*, b_*).

    Readable values become tokens here and go no further; what has no token is left out. Evidence is
    None where none lies there. Raises ConfigError when there is no truth or a column is missing.
    """
    path = _file(folder, "accounts")
    if path is None:
        raise ConfigError(
            f"no truth in {folder.name}/: put accounts.csv or accounts.parquet there"
            f" with the columns {', '.join(_ACCOUNT)}"
        )
    accounts = _read(path, _ACCOUNT)
    accounts["value_key"] = _tokens(accounts, "id_type", "value", token)
    accounts = accounts.drop(columns="value").dropna(subset=["value_key"])
    path = _file(folder, "evidence")
    if path is None:
        return accounts, None
    evidence = _read(path, _EVIDENCE)
    for side in ("a", "b"):
        evidence[f"{side}_key"] = _tokens(evidence, f"{side}_type", f"{side}_value", token)
    evidence = evidence.drop(columns=["a_value", "b_value"])
    return accounts, evidence.dropna(subset=["a_key", "b_key"])


def _file(folder: Path, name: str) -> Path | None:
    return next((p for s in _SUFFIXES if (p := folder / f"{name}{s}").exists()), None)


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        if path.suffix == ".csv":
            found = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        else:
            found = pd.read_parquet(path)
    except (ValueError, OSError):
        raise ConfigError(
            f"{path.name}: cannot be read as {path.suffix[1:]}; save it anew"
        ) from None
    missing = [c for c in columns if c not in found.columns]
    if missing:
        raise ConfigError(
            f"{path.name}: missing column {', '.join(missing)}; needed: {', '.join(columns)}"
        )
    return found[columns].copy()


def _tokens(frame: pd.DataFrame, id_type: str, value: str, token: Token) -> pd.Series:
    pairs = zip(frame[id_type], frame[value], strict=True)
    keys = [None if pd.isna(text) or text == "" else token(kind, str(text)) for kind, text in pairs]
    return pd.Series(keys, index=frame.index, dtype="str")
