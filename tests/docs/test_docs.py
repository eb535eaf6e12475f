"""What the documents promise is there, and what is there is documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/write_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) < 150
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_every_command_named_in_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text()
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text()
    for words in re.findall(
        r"siyu ((?:[a-z]+ ?){1,2})",
        "\n".join(line for line in text.splitlines() if line.startswith(".venv/bin/siyu")),
    ):
        first = words.split()[0]
        assert f"## `siyu {first}" in reference, words


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/check_layers.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_help_answers_without_the_heavy_libraries() -> None:
    code = (
        "import sys; import cli.main;"
        "heavy = {'dagster', 'dbt', 'pandas', 'sklearn', 'duckdb', 'great_expectations'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_lock_file_names_an_index() -> None:
    for path in (*ROOT.glob("requirements*"), ROOT / "Makefile", ROOT / "pyproject.toml"):
        assert "://" not in path.read_text().replace("http://127.0.0.1", ""), path
