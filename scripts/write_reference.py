"""Write docs/reference from the code itself; with --check, fail when a page is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
import yaml

from cli.main import app
from ml.action.tables import TABLES
from ml.feature_registry import load_features
from ml.score_words import score_tables
from orchestration.manifest import fresh_manifest
from siyu.metrics.query import load_metrics
from siyu.serving import PUBLIC_TABLES
from siyu.sources.contracts.catalogue import load_contracts

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"


def _commands(group: object, path: str) -> Iterator[tuple[str, object]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def cli_page() -> str:
    """Every command, its arguments and its options."""
    lines = ["# Commands", "", "Exit codes: 0 ok, 1 data or check failure, 2 config or usage,"]
    lines += ["3 warehouse locked. `siyu --debug COMMAND` shows the trace behind an error.", ""]
    for name, command in _commands(typer.main.get_command(app), "siyu"):
        lines += [f"## `{name}`", "", (command.help or "").split("\n")[0], ""]
        rows = []
        for parameter in command.params:
            shown = (
                ", ".join(parameter.opts)
                if parameter.param_type_name == "option"
                else (parameter.name.upper())
            )
            if parameter.name != "help":
                rows.append(f"| `{shown}` | {getattr(parameter, 'help', '') or ''} |")
        if rows:
            lines += ["| parameter | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines).rstrip() + "\n"


def sources_page() -> str:
    """Every source contract: grain, required columns, identifiers."""
    lines = ["# Sources", ""]
    for contract in load_contracts(ROOT / "config").values():
        required = ", ".join(contract.recognise.required) or "nothing, it reads a database"
        identifiers = ", ".join(
            f"{name} ({field.identifier.type}, {field.identifier.trust})"
            for name, field in contract.fields.items()
            if field.identifier
        )
        compared = ", ".join(
            f"{name} ({field.compare})" for name, field in contract.fields.items() if field.compare
        )
        lines += [
            f"## `{contract.id}` {contract.title.zh}",
            "",
            f"{contract.title.en}; {contract.grain}.",
            "",
            f"- Platform: {contract.platform}; formats: {', '.join(contract.recognise.formats)}",
            f"- Recognised by: {required}",
            f"- Key: {', '.join(contract.key)}",
            f"- Identifiers: {identifiers or 'none'}",
            *([f"- Compared: {compared}"] if compared else []),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _models() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            found[model["name"]] = model
    return found


def tables_page() -> str:
    """Every public dbt model with its columns."""
    models, written = _models(), {**TABLES, **score_tables()}
    lines = ["# Public tables", "", "The serving file holds exactly these, pseudonymous.", ""]
    for schema, tables in PUBLIC_TABLES.items():
        for table in tables:
            model = models.get(table)
            lines += [f"## `{schema}.{table}`", ""]
            if model is None and table in written:
                description, columns = written[table]
                lines += [description, "", "| column | type | meaning |", "|---|---|---|"]
                lines += [f"| {name} | {kind} | {text} |" for name, kind, text in columns]
                lines.append("")
                continue
            if model is None:
                lines += ["Written by Siyu itself, not by dbt.", ""]
                continue
            lines += [" ".join(str(model.get("description", "")).split()), ""]
            lines += ["| column | type | meaning |", "|---|---|---|"]
            for column in model.get("columns", []):
                text = " ".join(str(column.get("description", "")).split())
                lines.append(f"| {column['name']} | {column.get('data_type', '')} | {text} |")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def features_page() -> str:
    """The registry of features."""
    lines = [
        "# Features",
        "",
        "What models see of a buyer at a cutoff: facts loaded by then, no other.",
        "",
    ]
    lines += [
        "| feature | 中文 | meaning | window | source | a gap becomes |",
        "|---|---|---|---|---|---|",
    ]
    rules = {"zero": "0", "tenure": "the person's tenure", "never_seen": "999 days"}
    for f in load_features():
        lines.append(
            f"| {f.name} | {f.zh} | {f.description} | {f.window} | {f.source} | {rules[f.null_rule]} |"
        )
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    """Every metric in English and Chinese, from dbt's semantic manifest."""
    manifest = fresh_manifest(ROOT / "dbt_project").parent / "semantic_manifest.json"
    lines = [
        "# Metrics 指标",
        "",
        "Defined once in `dbt_project/models/metrics`; asked for with `siyu metric query NAME --by day`.",
        "Where a mart shows the same figure, a test holds both to the cent.",
        "",
        "只在 `dbt_project/models/metrics` 定义一次；用 `siyu metric query 名称 --by day` 查询。",
        "数据集市中的同名数字与指标查询结果由测试保证一致，精确到分。",
        "",
    ]
    for word in load_metrics(manifest).values():
        shown = word.shown
        lines += [f"## `{word.name}` {word.label} · {word.zh}", "", word.description, ""]
        lines += [word.zh_description, ""]
        lines += [f"- Formula 公式: `{word.formula}`"]
        if word.source:
            lines += [f"- Source 来源: `{word.source}`; finest grain 最细粒度: {word.grain}"]
        if shown:
            by = ", ".join(f"`{key}`" for key in shown["by"]) or "all in one 合计"
            lines += [f"- Shown by 对应集市: `marts.{shown['mart']}`, `{shown['column']}`, by {by}"]
        lines += [f"- Owner 负责: {word.owner}", ""]
    return "\n".join(lines).rstrip() + "\n"


PAGE_WRITERS = {
    "cli.md": cli_page,
    "sources.md": sources_page,
    "tables.md": tables_page,
    "features.md": features_page,
    "metrics.md": metrics_page,
}


def main() -> int:
    """Write the pages, or with --check say which are out of date."""
    checking = "--check" in sys.argv[1:]
    stale = []
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, write in PAGE_WRITERS.items():
        path, text = PAGES / name, write()
        if checking and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not checking:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
