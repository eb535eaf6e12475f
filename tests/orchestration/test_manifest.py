"""The manifest that the asset graph is read from is whole for everybody who asks for it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from siyu.settings import PROJECT_DIR

ASK = """
import json, sys
from pathlib import Path
from orchestration.manifest import fresh_manifest
print(len(json.loads(fresh_manifest(Path(sys.argv[1])).read_bytes())["nodes"]))
"""


def test_processes_that_ask_for_the_manifest_at_once_all_read_a_whole_one(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(
        PROJECT_DIR / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs")
    )
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(project)],
            cwd=PROJECT_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [(process.communicate(), process.returncode) for process in asking]
    assert [code for _, code in told] == [0, 0, 0], told
    held = json.loads((project / "target" / "manifest.json").read_bytes())
    assert {out.strip() for (out, _), _ in told} == {str(len(held["nodes"]))}
    assert (project / "target" / "semantic_manifest.json").is_file()
    assert not list((project / "target").glob("parse-*")), "nothing is left beside"
