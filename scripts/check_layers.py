"""The layering lint: imports run one way, and outsiders read only public models."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What each package may import of ours. Data flows left to right; nothing points back.
MAY_IMPORT = {
    "siyu": {"siyu"},
    "ml": {"siyu", "ml"},
    "demo": {"siyu", "demo"},
    "orchestration": {"siyu", "ml", "orchestration"},
    "cli": {"siyu", "ml", "orchestration", "demo", "cli"},
    "console": {"siyu", "ml", "console"},
}
ONLY_IN = {"dagster": "orchestration", "dagster_dbt": "orchestration", "streamlit": "console"}
PRIVATE_MODEL = re.compile(r"\b(?:staging\.stg_\w+|stg_\w+__\w+|int_\w+__\w+)\b")
# The warehouse's own Python entry points are named by dbt, which may read its private models.
READS_PRIVATE = {"siyu/identity", "dbt_project"}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def import_faults(package: str, path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    place = path.relative_to(ROOT)
    for line, name in imports(tree):
        if name in MAY_IMPORT and name not in MAY_IMPORT[package]:
            yield f"{place}:{line}: {package} may not import {name}"
        if name in ONLY_IN and ONLY_IN[name] != package:
            yield f"{place}:{line}: {name} may be imported only in {ONLY_IN[name]}/"


def reading_faults(path: Path) -> Iterator[str]:
    place = path.relative_to(ROOT).as_posix()
    if any(place.startswith(prefix) for prefix in READS_PRIVATE):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in PRIVATE_MODEL.findall(node.value):
                yield f"{place}:{node.lineno}: reads {found}, which is not a public model"


def model_faults() -> Iterator[str]:
    """Public models carry an enforced contract; private ones are named so."""
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            config = model.get("config", {})
            public = (model.get("access") or config.get("access")) == "public"
            enforced = config.get("contract", {}).get("enforced", False)
            name = model["name"]
            if public and not enforced:
                yield f"{path.relative_to(ROOT)}: {name} is public but its contract is not enforced"
            if public and name.startswith(("stg_", "int_")):
                yield f"{path.relative_to(ROOT)}: {name} is a private layer, so it cannot be public"


def main() -> int:
    """Print every fault; exit 1 when there is one."""
    faults = list(model_faults())
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            faults += import_faults(package, path)
            faults += reading_faults(path)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
