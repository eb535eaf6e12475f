"""Results on the shelf: a folder per training, whole or absent, and a pointer to the newest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ml.action.outcome import Outcome, Verdict
from siyu.errors import PermanentFailure
from siyu.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

_POINTER = "newest.json"
_KEPT = 3


def put(settings: Settings, as_of: date, outcome: Outcome) -> str:
    """Stores a training's verdict and rows, and points to it. Returns its version.

    The same rows and figures on the same day are the same version: a rerun changes nothing.
    """
    verdict = asdict(outcome.verdict)
    text = json.dumps(verdict, indent=2, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode())
    if outcome.rows is not None:
        digest.update(outcome.rows.to_csv(index=False).encode())
    version = f"{as_of.isoformat()}-{digest.hexdigest()[:12]}"
    shelf = _shelf(settings, outcome.verdict.asset)
    folder = shelf / version
    if not (folder / "verdict.json").exists():
        aside = shelf / f".{version}.{uuid.uuid4().hex}"
        aside.mkdir(parents=True)
        try:
            if outcome.rows is not None:
                outcome.rows.to_parquet(aside / "rows.parquet", index=False)
            (aside / "verdict.json").write_text(text + "\n", encoding="utf-8")
            os.replace(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    pointer = shelf / f".{_POINTER}.{uuid.uuid4().hex}"
    pointer.write_text(
        json.dumps({"version": version, "as_of": as_of.isoformat()}) + "\n", encoding="utf-8"
    )
    os.replace(pointer, shelf / _POINTER)
    _forget_old(shelf, version)
    return version


def newest(settings: Settings, asset: str) -> tuple[Verdict, date, pd.DataFrame | None] | None:
    """The newest training of an asset: verdict, business day, rows; None before the first.

    Raises PermanentFailure when the pointer leads nowhere.
    """
    shelf = _shelf(settings, asset)
    if not (shelf / _POINTER).exists():
        return None
    pointer = json.loads((shelf / _POINTER).read_text(encoding="utf-8"))
    folder = shelf / pointer["version"]
    if not (folder / "verdict.json").exists():
        raise PermanentFailure(
            f"{asset}: models/next_action/{asset}/{pointer['version']} is missing; delete"
            f" models/next_action/{asset}/{_POINTER} and run the weekly training again"
        )
    verdict = Verdict(**json.loads((folder / "verdict.json").read_text(encoding="utf-8")))
    rows = None
    if (folder / "rows.parquet").exists():
        import pandas as pd

        rows = pd.read_parquet(folder / "rows.parquet")
    return verdict, date.fromisoformat(pointer["as_of"]), rows


def forget_people(settings: Settings, asset: str, known: set[str]) -> int:
    """Takes rows of people who are not `known` off every version kept; returns how many.

    Each file is written aside and renamed, so a kill leaves the old file or the new one. The name
    aside is always the same, so that what a kill leaves there is taken up again, never kept.
    """
    import pandas as pd

    gone = 0
    for path in sorted(_shelf(settings, asset).glob("*/rows.parquet")):
        rows = pd.read_parquet(path)
        if "person_id" not in rows.columns:
            continue
        stays = rows["person_id"].isin(known)
        if not stays.all():
            aside = path.with_name(f".{path.name}")
            rows[stays].to_parquet(aside, index=False)
            os.replace(aside, path)
            gone += int((~stays).sum())
    return gone


def _shelf(settings: Settings, asset: str) -> Path:
    return settings.models_dir / "next_action" / asset


def _forget_old(shelf: Path, current: str) -> None:
    """Keeps the newest few trainings: rows name people, and nobody needs them for ever."""
    versions = sorted(p.name for p in shelf.iterdir() if p.is_dir() and not p.name.startswith("."))
    for name in versions[:-_KEPT]:
        if name != current:
            shutil.rmtree(shelf / name, ignore_errors=True)
