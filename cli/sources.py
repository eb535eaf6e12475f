"""`siyu source`: what can be read, and how one file would be read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.settings import load_settings

app = typer.Typer(help="Source contracts: list them, and try a file against them.")


@app.command("list")
def list_sources(json: JsonFlag = False) -> None:
    """Every source contract with its platform and grain."""
    from siyu.sources.catalogue import load_contracts

    contracts = load_contracts(load_settings().config_dir)
    rows = [(c.id, c.platform, c.title.en, c.title.zh, c.grain) for c in contracts.values()]
    if json:
        names = ("source", "platform", "title_en", "title_zh", "grain")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_table("Sources", ("source", "platform", "title", "名称", "grain"), rows)


@app.command("check")
def check_source(
    file: Annotated[Path, typer.Argument(help="An export file.")], json: JsonFlag = False
) -> None:
    """Show how a file would be read, without touching the warehouse."""
    from siyu.sources.check_file import check_file

    report = check_file(file, load_settings())
    if json:
        print_json(asdict(report))
    else:
        for name, value in asdict(report).items():
            if name not in ("mapping", "sample_rows") and value not in (None, "", [], {}, ()):
                say(f"{name}: {value}")
        print_table("", ("landed field", "file column"), dict(report.mapping).items())
        if report.sample_rows:
            columns = list(report.sample_rows[0])
            print_table("Sample (masked)", columns, [list(r.values()) for r in report.sample_rows])
    if report.source is None:
        raise typer.Exit(1)
