"""`siyu metric`: what each number means, and the number itself by day, channel or platform."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table
from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR, load_settings

app = typer.Typer(no_args_is_help=True, help="Metrics: defined once in dbt, asked for here.")


@app.command("list")
def list_metrics(json: JsonFlag = False) -> None:
    """Every metric with its meaning, formula and owner; needs no warehouse."""
    from siyu.metrics.query import load_metrics

    words = load_metrics(_manifest()).values()
    if json:
        print_json([asdict(word) for word in words])
        return
    columns = ("metric", "中文", "meaning", "formula")
    print_table("Metrics", columns, [(w.name, w.zh, w.description, w.formula) for w in words])


@app.command("show")
def show(name: str, json: JsonFlag = False) -> None:
    """One metric: meaning in both languages, formula, owner, and what it can be grouped by."""
    from siyu.metrics.query import Metrics

    manifest = _manifest()
    word = _known(manifest, [name])[0]
    found = {**asdict(word), "by": Metrics(manifest, load_settings().serving_path).dimensions(name)}
    if json:
        print_json(found)
        return
    print_table(name, ("what", "value"), [(key, _text(value)) for key, value in found.items()])


@app.command("query")
def query(
    names: Annotated[list[str], typer.Argument(help="One metric or several: siyu metric list.")],
    by: Annotated[
        list[str] | None,
        typer.Option(help="day, week, month, quarter, year or a dimension; may be repeated."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Condition, as \"{{ Dimension('order__platform') }} = 'jd'\"."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows at most.")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of rows.")] = False,
    json: JsonFlag = False,
) -> None:
    """Ask for metrics: MetricFlow writes the SQL, the public tables answer."""
    from siyu.metrics.query import Metrics

    manifest = _manifest()
    _known(manifest, names)
    metrics = Metrics(manifest, load_settings().serving_path)
    if sql:
        print(metrics.write_sql(names, by or [], where or [], limit))
        return
    found = metrics.query(names, by or [], where or [], limit)
    if json:
        print_json([dict(zip(found.columns, row, strict=True)) for row in found.rows])
    else:
        print_table("", found.columns, found.rows)


def _manifest() -> Path:
    from orchestration.manifest import fresh_manifest

    return fresh_manifest(PROJECT_DIR / "dbt_project").parent / "semantic_manifest.json"


def _known(manifest: Path, names: list[str]) -> list:
    from siyu.metrics.query import load_metrics

    words = load_metrics(manifest)
    for name in names:
        if name not in words:
            near = get_close_matches(name, words, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "siyu metric list names them all"
            raise ConfigError(f"{name!r} is no metric; {hint}")
    return [words[name] for name in names]


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
