"""The dbt manifest that the asset graph is read from: parsed again whenever the project changed."""

from __future__ import annotations

from pathlib import Path

from siyu.errors import PermanentFailure
from siyu.fingerprint import tree_hash

_SOURCES = (".sql", ".yml", ".py", ".csv")


def fresh_manifest(project_dir: Path) -> Path:
    """The path of a manifest that is true to the project's files.

    Raises PermanentFailure with dbt's own words when the project cannot be parsed.
    """
    target = project_dir / "target"
    manifest, mark = target / "manifest.json", target / "manifest.source-hash"
    now = tree_hash([project_dir], _SOURCES)
    if manifest.exists() and mark.exists() and mark.read_text() == now:
        return manifest
    # Imported here: dbt costs seconds, and a fresh manifest is the rare case.
    from dbt.cli.main import dbtRunner

    words = [
        "--quiet",
        "parse",
        "--project-dir",
        str(project_dir),
        "--profiles-dir",
        str(project_dir),
    ]
    done = dbtRunner().invoke([*words, "--target-path", str(target)])
    if not done.success:
        raise PermanentFailure(f"dbt cannot parse the project: {done.exception}")
    mark.write_text(now)
    return manifest
