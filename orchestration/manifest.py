"""The dbt manifest that the asset graph is read from: parsed again whenever the project changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from siyu.errors import PermanentFailure
from siyu.fingerprint import tree_hash

_SOURCES = (".sql", ".yml", ".py", ".csv")


def fresh_manifest(project_dir: Path) -> Path:
    """The path of a manifest that is true to the project's files, its semantic one beside it.

    Several processes may ask at once, as the workers of a test run do: each parses aside and
    renames, so that nobody reads another's half-written file.

    Raises PermanentFailure with dbt's own words when the project cannot be parsed.
    """
    target = project_dir / "target"
    manifest, mark = target / "manifest.json", target / "manifest.source-hash"
    now = tree_hash([project_dir], _SOURCES)
    if manifest.exists() and mark.exists() and mark.read_text() == now:
        return manifest
    # Imported here: dbt costs seconds, and a fresh manifest is the rare case.
    from dbt.cli.main import dbtRunner

    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix="parse-") as aside:
        words = ["--quiet", "parse", "--project-dir", str(project_dir)]
        words += ["--profiles-dir", str(project_dir), "--target-path", aside]
        done = dbtRunner().invoke(words)
        if not done.success:
            raise PermanentFailure(f"dbt cannot parse the project: {done.exception}")
        (Path(aside) / mark.name).write_text(now)
        # The mark last: with it in place, the two others are.
        for name in ("semantic_manifest.json", manifest.name, mark.name):
            os.replace(Path(aside) / name, target / name)
    return manifest
