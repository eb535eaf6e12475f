"""The words that every file shares: platforms, lifecycle stages, consent purposes, channels."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from siyu.config_file import faults_of, read_yaml
from siyu.errors import ConfigError
from siyu.strict import Strict


class Term(Strict):
    """One word in both languages."""

    en: str
    zh: str


class Channel(Strict):
    """One way by which people come; `group` gathers channels in reports."""

    en: str
    zh: str
    group: str = Field(min_length=1)


class Vocabulary(Strict):
    """The content of vocabulary.yml. The keys are the codes that data and configuration use."""

    platforms: dict[str, Term]
    lifecycle_stages: dict[str, Term]
    consent_purposes: dict[str, Term]
    consent_channels: dict[str, Term]
    channels: dict[str, Channel]


def load_vocabulary(config_dir: Path) -> Vocabulary:
    """The words of `config_dir`/vocabulary.yml. Raises ConfigError naming every fault."""
    path = config_dir / "vocabulary.yml"
    try:
        return Vocabulary.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(faults_of(path, error, Vocabulary))) from None
