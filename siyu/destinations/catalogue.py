"""All destinations of a brand, checked without a warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from siyu.destinations.definition import Destination
from siyu.destinations.purposes import load_purposes
from siyu.identity.rules import load_identity_rules
from siyu.segments.columns import PERSON_360_CONTRACT, known_columns
from siyu.segments.definition import Title
from siyu.segments.strict_yaml import Place, load_folder, suggest


def load_destinations(
    config_dir: Path, contract: Path = PERSON_360_CONTRACT
) -> dict[str, Destination]:
    """Every destination of `config_dir`/destinations, by id. Raises ConfigError for all faults.

    An identifier passes only when privacy.yml allows the purpose to open it, the vault keeps it, and
    the destination says within which appid it means it, where identity.yml asks for that.
    """
    columns = known_columns(contract)
    purposes = load_purposes(config_dir)
    types = load_identity_rules(config_dir).types
    kept = {name for name, rule in types.items() if rule.vault}

    def check(destination: Destination) -> Iterable[tuple[Place, str]]:
        for position, name in enumerate(destination.columns):
            if name not in columns:
                yield ("columns", position), f"unknown column {name!r}; {suggest(name, columns)}"
        purpose = destination.purpose
        if purpose is None:
            return
        if purpose not in purposes:
            yield ("purpose",), f"unknown purpose {purpose!r}; {suggest(purpose, purposes)}"
            return
        allowed = set(purposes[purpose]) & kept
        for position, name in enumerate(destination.identifiers):
            if name not in allowed:
                yield (
                    ("identifiers", position),
                    f"{name!r} may not be opened for {purpose} (privacy.yml); "
                    f"{suggest(name, allowed)}",
                )
            elif (within := types[name].within) and not destination.scopes.get(name):
                yield (
                    ("identifiers", position),
                    f"{name!r} means something only within one {within}: write which, as "
                    f"scopes: {{{name}: THE_{within.upper()}}}",
                )

    found = load_folder(config_dir / "destinations", Destination, _keys_at, check)
    return {destination.id: destination for destination in found}


def _keys_at(place: Place) -> Iterable[str]:
    return (Title if place and place[-1] == "title" else Destination).model_fields
