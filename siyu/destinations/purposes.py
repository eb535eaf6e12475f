"""What privacy.yml allows: for each purpose, the identifiers that may be opened from the vault."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from siyu.config_file import faults_of, nearest, raise_faults, read_yaml
from siyu.identity.rules import load_identity_rules
from siyu.strict import Strict


class Purpose(Strict):
    """One purpose: its Chinese name and what may be opened for it."""

    zh: str = ""
    identifiers: tuple[str, ...] = ()


class Privacy(Strict):
    """The content of privacy.yml."""

    purposes: dict[str, Purpose] = Field(default_factory=dict)


def load_purposes(config_dir: Path) -> dict[str, tuple[str, ...]]:
    """Identifier types by purpose; none when there is no file, so that nothing may be opened.

    Raises ConfigError, a line a fault, also for a type that identity.yml does not know.
    """
    path = config_dir / "privacy.yml"
    if not path.exists():
        return {}
    try:
        privacy = Privacy.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        raise_faults(faults_of(path, error, Privacy))
        raise
    types = load_identity_rules(config_dir).order
    raise_faults(
        [
            f"{path.name}: purposes.{name}.identifiers: {one!r} is not an identifier type"
            f"{nearest(one, types)}; allowed: {', '.join(types)}"
            for name, purpose in privacy.purposes.items()
            for one in purpose.identifiers
            if one not in types
        ]
    )
    return {name: purpose.identifiers for name, purpose in privacy.purposes.items()}
