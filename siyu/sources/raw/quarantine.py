"""Quarantine: what could not be read is kept, with its reason, where only its owner looks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from siyu.settings import Settings


def refused_path(settings: Settings, load_seq: int, name: str) -> Path:
    """Where the refused rows of one table of one load lie; `name` as for part_path."""
    return settings.quarantine_dir / "rows" / f"load={load_seq:06d}" / f"{name[:16]}.parquet"


def keep_file(
    settings: Settings, path: Path, sha256: str, message: str, name: str | None = None
) -> Path:
    """Copy a whole file with the reason beside it; the copy appears in one rename."""
    folder = settings.quarantine_dir / "files" / sha256[:16]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(settings.quarantine_dir, 0o700)
    aside = folder / ".copy"
    shutil.copyfile(path, aside)
    os.chmod(aside, 0o600)
    os.replace(aside, folder / (name or path.name))
    reason = folder / ".reason"
    reason.write_text(json.dumps({"reason": message}, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(reason, folder / "reason.json")
    return folder / (name or path.name)
