"""Reading the YAML that a person wrote: every fault in plain lines, with the nearest allowed key."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from siyu.errors import ConfigError


def read_yaml(path: Path) -> object:
    """The content of one YAML file. Raises ConfigError, in one line, when it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        raise ConfigError(f"{path.name}: not found in {path.parent.name}/; add it") from None
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path.name}: not UTF-8 text; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{path.name}:{place} {problem}; correct the YAML there") from None


def faults_of(path: Path, error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line for each fault pydantic found: file, key, what is wrong, what is allowed."""
    return [_line(path, fault, model) for fault in error.errors(include_url=False)]


def raise_faults(faults: Sequence[str]) -> None:
    """Raises one ConfigError that holds all the faults, when there are any."""
    if faults:
        raise ConfigError("\n".join(faults))


def nearest(word: str, allowed: Sequence[str]) -> str:
    """' (did you mean x?)' for the closest allowed word, or nothing."""
    found = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f" (did you mean {found[0]}?)" if found else ""


def _line(path: Path, fault: Any, model: type[BaseModel]) -> str:
    place = tuple(str(part) for part in fault["loc"])
    key = ".".join(place) or "(whole file)"
    if fault["type"] == "extra_forbidden":
        allowed = sorted(_keys_at(model, place[:-1]))
        hint = nearest(place[-1], allowed)
        return f"{path.name}: {key}: unknown key{hint}; allowed: {', '.join(allowed)}"
    if fault["type"] == "missing":
        return f"{path.name}: {key}: missing; add it"
    shown = fault["msg"].removeprefix("Value error, ")
    return f"{path.name}: {key}: {shown}"


def _keys_at(model: type[BaseModel], place: Sequence[str]) -> list[str]:
    current: Any = model
    for part in place:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = field.annotation if field else None
        else:
            arguments = [a for a in get_args(current) if a is not type(None)]
            current = arguments[-1] if arguments else None
        arguments = [a for a in get_args(current) if isinstance(a, type)]
        models = [a for a in arguments if issubclass(a, BaseModel)]
        if models and type(None) in get_args(current):
            current = models[0]
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []
