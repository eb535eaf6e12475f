"""The shelf of models: a folder per version, whole or absent, and a pointer to the one serving."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siyu.errors import PermanentFailure
from siyu.settings import Settings

NAMES = ("churn", "ltv")  # the leading horizon of each question
METHOD = 4  # raise it when fitting or what is stored changes: versions change with it
_POINTER, _JOURNAL = "champion.json", "journal.jsonl"


@dataclass(frozen=True)
class ChampionCard:
    """The model in service, and the best plain rule beside it on the same held-out window."""

    name: str
    version: str
    champion: str
    metric: str
    value: float
    baseline: str
    baseline_value: float


def champion_version(settings: Settings, name: str) -> str | None:
    """The version in service, or None before the first training.

    A version stored by an older method of fitting does not count: the next night trains anew.
    """
    pointer = settings.models_dir / name / _POINTER
    if not pointer.exists():
        return None
    version = str(json.loads(pointer.read_text(encoding="utf-8"))["version"])
    path = settings.models_dir / name / version / "metrics.json"
    if path.exists() and json.loads(path.read_text(encoding="utf-8")).get("method") != METHOD:
        return None
    return version


def champions(settings: Settings) -> list[ChampionCard]:
    """Every model in service, by name."""
    found = []
    for name in NAMES:
        version = champion_version(settings, name)
        if version is not None:
            kept = read_metrics(settings, name, version)
            found.append(ChampionCard(**{k: kept[k] for k in ChampionCard.__dataclass_fields__}))
    return found


def save(settings: Settings, metrics: dict[str, Any], model: Any, card: str) -> None:
    """Writes one version aside and moves it into place; a version already there is left alone."""
    import joblib

    folder = settings.models_dir / metrics["name"] / metrics["version"]
    if (folder / "metrics.json").exists():
        return
    aside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    aside.mkdir(parents=True)
    try:
        joblib.dump(model, aside / "model.joblib")
        (aside / "card.md").write_text(card, encoding="utf-8")
        kept = {**metrics, "model_sha256": _sha256(aside / "model.joblib")}
        text = json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False)
        (aside / "metrics.json").write_text(text + "\n", encoding="utf-8")
        os.replace(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def promote(settings: Settings, name: str, version: str, as_of: str, reason: str) -> None:
    """Puts a stored version into service and writes down why.

    The journal is written first, so a pointer never moves without its reason. Raises
    PermanentFailure when the version is not on the shelf.
    """
    read_metrics(settings, name, version)
    before = champion_version(settings, name)
    lines = [json.dumps(line, ensure_ascii=False) for line in journal(settings, name)]
    entry = {"as_of": as_of, "version": version, "before": before, "reason": reason}
    text = "\n".join([*lines, json.dumps(entry, ensure_ascii=False)]) + "\n"
    _write(settings.models_dir / name / _JOURNAL, text)
    _write(settings.models_dir / name / _POINTER, json.dumps({"version": version}) + "\n")


def rollback(settings: Settings, name: str, as_of: str, reason: str) -> str:
    """Puts the version that served before the present one back into service; returns it.

    Raises PermanentFailure when nothing served before.
    """
    current = champion_version(settings, name)
    for entry in reversed(journal(settings, name)):
        if entry["version"] == current:
            if entry["before"] is None:
                break
            promote(settings, name, entry["before"], as_of, f"rollback: {reason}")
            return str(entry["before"])
    raise PermanentFailure(f"{name}: no version served before {current or 'the first training'}")


def journal(settings: Settings, name: str) -> list[dict[str, Any]]:
    """Who was put into service when, in whose place and why; oldest first."""
    path = settings.models_dir / name / _JOURNAL
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def versions(settings: Settings, name: str) -> list[str]:
    """Every version on the shelf, oldest first."""
    return sorted(path.parent.name for path in (settings.models_dir / name).glob("*/metrics.json"))


def _write(path: Path, text: str) -> None:
    """The whole file or none."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, path)


def read_metrics(settings: Settings, name: str, version: str) -> dict[str, Any]:
    """What was recorded of one version. Raises PermanentFailure when it is not there."""
    path = settings.models_dir / name / version / "metrics.json"
    if not path.exists():
        raise PermanentFailure(
            f"{name} model {version}: metrics.json is missing; delete models/{name}/{_POINTER} "
            "and train again"
        )
    return dict(json.loads(path.read_text(encoding="utf-8")))


def load(settings: Settings, name: str, version: str) -> Any:
    """The model, when its file is still the one that was written.

    Raises PermanentFailure when the file is missing or was changed: it is never opened then.
    """
    import joblib

    path = settings.models_dir / name / version / "model.joblib"
    recorded = read_metrics(settings, name, version)["model_sha256"]
    if not path.exists() or _sha256(path) != recorded:
        raise PermanentFailure(
            f"{name} model {version}: model.joblib is not the file that was recorded; delete "
            f"models/{name}/{version} and models/{name}/{_POINTER}, then train again"
        )
    return joblib.load(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
