"""Whether anything changed since the last finished night: landing, configuration, code."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from siyu.identity.decisions.decisions import decisions_path
from siyu.settings import PROJECT_DIR, Settings

CODE_FOLDERS = ("siyu", "ml", "orchestration", "dbt_project")
_CODE_SUFFIXES = (".py", ".sql", ".yml", ".csv")
_BUILT = ("target", "logs", "__pycache__")


def landing_fingerprint(landing: Path) -> str:
    """A hash of names, sizes and change times: it moves when a file comes, goes or grows."""
    if not landing.is_dir():
        return ""
    seen = [
        f"{path.relative_to(landing)}|{path.stat().st_size}|{path.stat().st_mtime_ns}"
        for path in sorted(landing.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    ]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest() if seen else ""


def tree_hash(
    folders: Iterable[Path], suffixes: tuple[str, ...], without: tuple[Path, ...] = ()
) -> str:
    """A hash of the files below some folders that end so; what tools build there is left out, and
    so are the files and folders `without`.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if any(path.is_relative_to(place) for place in without):
                continue
            if path.suffix in suffixes and path.is_file() and not set(parts) & set(_BUILT):
                digest.update("/".join((folder.name, *parts)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """The hash of one file; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def night_fingerprint(settings: Settings, as_of: str | None) -> str:
    """Everything a night depends on, in one hash; equal hashes mean an equal night."""
    parts = (
        landing_fingerprint(settings.landing_dir),
        landing_fingerprint(settings.pulled_dir),
        tree_hash([settings.config_dir], (".yml",)),
        tree_hash([PROJECT_DIR / name for name in CODE_FOLDERS], _CODE_SUFFIXES),
        file_hash(decisions_path(settings)),
        as_of or "",
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def build_fingerprint(settings: Settings) -> str:
    """What incremental tables depend on beside their rows: models, formulas, the brand's rules and
    what people decided about people, which moves rows of loads that were taken in long ago.

    Segments, destinations and metrics are left out: no table of the warehouse reads them.
    """
    code = [PROJECT_DIR / name for name in ("dbt_project", "siyu/identity", "siyu/metrics")]
    asked = [PROJECT_DIR / name for name in ("dbt_project/models/metrics", "siyu/metrics/query.py")]
    digest = hashlib.sha256(tree_hash(code, _CODE_SUFFIXES, tuple(asked)).encode())
    for path in sorted(settings.config_dir.glob("*.yml")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    digest.update(file_hash(decisions_path(settings)).encode())
    return digest.hexdigest()


def must_rebuild(settings: Settings) -> bool:
    """True when the warehouse was built, in whole or in part, by other models or other rules."""
    memo = _build_memo(settings)
    return not memo.exists() or memo.read_text() != build_fingerprint(settings)


def remember_build(settings: Settings) -> None:
    """Note what a whole build stands for; the note is replaced in one rename."""
    memo = _build_memo(settings)
    aside = memo.with_suffix(".new")
    aside.write_text(build_fingerprint(settings))
    os.replace(aside, memo)


def forget_build(settings: Settings) -> None:
    """Drop the note: what stands in the warehouse was built in an order that a night never takes."""
    _build_memo(settings).unlink(missing_ok=True)


def _build_memo(settings: Settings) -> Path:
    return settings.data_dir / ".last_build"


def _memo(settings: Settings) -> Path:
    return settings.data_dir / ".last_night.json"


def is_done(settings: Settings, fingerprint: str) -> bool:
    """True when the last finished night had this fingerprint and its results are still there."""
    memo = _memo(settings)
    if not (memo.exists() and settings.warehouse_path.exists() and settings.serving_path.exists()):
        return False
    return json.loads(memo.read_text()).get("fingerprint") == fingerprint


def remember(settings: Settings, fingerprint: str) -> None:
    """Note a finished night; the note is replaced in one rename."""
    memo = _memo(settings)
    aside = memo.with_suffix(".new")
    aside.write_text(json.dumps({"fingerprint": fingerprint}))
    os.replace(aside, memo)


def forget(settings: Settings) -> None:
    """Drop the note before a night starts: a night that dies halfway must not look finished."""
    _memo(settings).unlink(missing_ok=True)
