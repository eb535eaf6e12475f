"""Reads a folder of YAML definitions; every fault of every file becomes one plain line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from siyu.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Place = Sequence[int | str]
_VALUE = "a text, a finite number, true, false, a date, or a list of these is expected"


def suggest(word: str, allowed: Iterable[str]) -> str:
    """What to say about an unknown word: the nearest allowed one, else all of them."""
    choices = sorted(allowed)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"allowed: {', '.join(choices)}"


def load_folder(
    folder: Path,
    model: type[Model],
    keys_at: Callable[[Place], Iterable[str]],
    check: Callable[[Model], Iterable[tuple[Place, str]]],
) -> list[Model]:
    """All definitions in a folder, by id. Raises ConfigError once, one line for each fault."""
    loaded: list[Model] = []
    faults: list[str] = []
    paths = [p for p in (*folder.glob("*.yml"), *folder.glob("*.yaml")) if not p.is_dir()]
    for path in sorted(paths):
        found, lines = _load_file(path, model, keys_at, check)
        faults.extend(lines)
        if path.suffix == ".yaml" and path.with_suffix(".yml") in paths:
            faults.append(
                f"{folder.name}/{path.name}: {path.stem}.yml is there too; keep one of them"
            )
        if found is not None:
            loaded.append(found)
    raise_faults(faults)
    return loaded


def raise_faults(faults: Sequence[str]) -> None:
    """One ConfigError that carries every fault; nothing when there is none."""
    if faults:
        raise ConfigError("\n".join(faults))


def _load_file(
    path: Path,
    model: type[Model],
    keys_at: Callable[[Place], Iterable[str]],
    check: Callable[[Model], Iterable[tuple[Place, str]]],
) -> tuple[Model | None, list[str]]:
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text("utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except OSError as error:
        return None, [f"{name}: cannot be read: {error.strerror}"]
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "a value or the encoding is not readable"
        if mark and "op:" in "".join(text.splitlines()[mark.line : mark.line + 1]):
            problem += "; an operator stands in quotes, such as op: '>='"
        return None, [f"{name}{line}: not YAML in UTF-8: {problem}"]
    if not isinstance(content, dict):
        return None, [f"{name}: a mapping of keys is expected, see the other files of this folder"]

    def fault(place: Place, message: str) -> str:
        return f"{name}:{_line(tree, place)}: {_show(place)}{message}"

    faults = [fault(place, "the key is written twice") for place in _doubled(tree, ())]
    if content.get("id") != path.stem:
        faults.append(fault(("id",), f"must equal the file name, {path.stem}"))
    try:
        found = model.model_validate(content)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            place = item["loc"]
            if item["type"] == "extra_forbidden":
                key = str(place[-1])
                faults.append(fault(place, f"unknown key; {suggest(key, keys_at(place[:-1]))}"))
            elif "value" in place:
                # One line instead of one for every kind of value that it is not.
                faults.append(fault(place[: place.index("value") + 1], _VALUE))
            else:
                faults.append(fault(place, item["msg"].removeprefix("Value error, ")))
        return None, list(dict.fromkeys(faults))
    faults.extend(fault(place, message) for place, message in check(found))
    return found, faults


def _show(place: Place) -> str:
    parts = [p for p in place if p not in ("condition", "group")]
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts).lstrip(".")
    return f"{text}: " if text else ""


def _line(node: yaml.Node | None, place: Place) -> int:
    """The line of the deepest part of `place` that the file really has, from 1."""
    line = node.start_mark.line if node else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            # Of a key written twice the last one counts, in YAML and so here.
            pair = next(((k, v) for k, v in reversed(node.value) if k.value == part), None)
            if pair:
                line, node = pair[0].start_mark.line, pair[1]
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value)
        ):
            node = node.value[part]
            line = node.start_mark.line
    return line + 1


def _doubled(node: yaml.Node | None, place: tuple[int | str, ...]) -> Iterable[Place]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*place, key.value)
            seen.add(key.value)
            yield from _doubled(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield from _doubled(value, (*place, position))
