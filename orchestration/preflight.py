"""What a brand wrote, checked whole before a night begins: no warehouse is needed."""

from __future__ import annotations

from collections.abc import Callable, Sized
from pathlib import Path

from siyu.errors import ConfigError


def check_config(config_dir: Path) -> tuple[dict[str, int], list[str]]:
    """How many of each kind of file there are, and every fault of all of them, a line each."""
    from ml.config import load_models_config
    from siyu.destinations.catalogue import load_destinations
    from siyu.destinations.definition import purpose_faults
    from siyu.destinations.purposes import load_purposes
    from siyu.identity.rules import load_identity_rules
    from siyu.metrics.settings import load_attribution_settings
    from siyu.segments.catalogue import load_segments
    from siyu.sources.contracts.catalogue import load_contracts
    from siyu.sources.contracts.stores import load_stores

    loaders: dict[str, Callable[[Path], object]] = {
        "identity rules": load_identity_rules,
        "source contracts": load_contracts,
        "stores": lambda folder: load_stores(folder).stores,
        "segments": load_segments,
        "destinations": load_destinations,
        "purposes": load_purposes,
        "models": load_models_config,
        "attribution rules": load_attribution_settings,
    }
    faults: list[str] = []
    counts: dict[str, int] = {}
    for name, load in loaders.items():
        try:
            found = load(config_dir)
        except ConfigError as fault:
            faults.extend(str(fault).splitlines())
        else:
            counts[name] = len(found) if isinstance(found, Sized) else 1
    if not faults:
        faults = purpose_faults(load_segments(config_dir).values(), load_destinations(config_dir))
    return counts, list(dict.fromkeys(faults))


def require_good_config(config_dir: Path) -> None:
    """Raises ConfigError with every fault, so that a night never starts on a mistyped file."""
    _, faults = check_config(config_dir)
    if faults:
        raise ConfigError("\nerror: ".join(faults))
