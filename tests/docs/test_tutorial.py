"""Every command of the tutorial is run, in order, in a folder like a fresh clone's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("whole_brand")

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_tutorial_works_word_for_word(first_night: Brand, tmp_path: Path) -> None:
    for name in (".venv", "Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    # The first night takes minutes and is the same as the one already played.
    shutil.copytree(first_night.data, tmp_path / "data")
    env = {
        **os.environ,
        "SIYU_DATA": str(tmp_path / "data"),
        "SIYU_CONFIG": str(tmp_path / "config"),
    }
    ran = 0
    for kind, words, body in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text()):
        options = dict(word.split("=", 1) for word in words.split())
        if "file" in options:
            (tmp_path / options["file"]).write_text(body, encoding="utf-8")
        if kind != "sh":
            continue
        for command in body.strip().splitlines():
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
            wanted = int(options.get("exit", 0))
            assert done.returncode == wanted, (
                f"{command}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}"
            )
            ran += 1
    assert ran >= 15
    lists = tmp_path / "data" / "published" / "files" / "loyal_wecom_friends"
    assert any(lists.rglob("members.csv"))
