"""`siyu source`: what can be read, and how one file would be read."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.settings import load_settings

if TYPE_CHECKING:
    from siyu.sources.trial.file_report import FileReport

app = typer.Typer(help="Source contracts: list them, and try a file against them.")


@app.command("list")
def list_sources(json: JsonFlag = False) -> None:
    """Every source contract with its platform and grain."""
    from siyu.sources.contracts.catalogue import load_contracts

    contracts = load_contracts(load_settings().config_dir)
    rows = [(c.id, c.platform, c.title.en, c.title.zh, c.grain) for c in contracts.values()]
    if json:
        names = ("source", "platform", "title_en", "title_zh", "grain")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_table("Sources", ("source", "platform", "title", "名称", "grain"), rows)


@app.command("check")
def check_source(
    file: Annotated[
        Path, typer.Argument(help="An export file, or the name of a source that reads a database.")
    ],
    json: JsonFlag = False,
) -> None:
    """Show how a file or a database would be read, without touching the warehouse."""
    from siyu.sources.contracts.catalogue import load_contracts
    from siyu.sources.database.check import check_database
    from siyu.sources.trial.check_file import check_file

    settings = load_settings()
    contracts = load_contracts(settings.config_dir)
    contract = None if os.path.isfile(file) else contracts.get(str(file))
    if contract is not None and contract.database is not None:
        report = check_database(settings, contract)
    else:
        report = check_file(file, settings, contracts)
    if json:
        print_json(asdict(report))
    else:
        show_report(report)
    if any(one.source is None for one in report.all):
        raise typer.Exit(1)


@app.command("add")
def add_source(
    file: Annotated[Path, typer.Argument(help="An export file that no contract reads yet.")],
    source_id: Annotated[str, typer.Option("--id", help="Name of the new source.")] = "",
    platform: Annotated[str, typer.Option(help="Platform, as in vocabulary.yml.")] = "",
    key: Annotated[str, typer.Option(help="Fields that name a row, joined by commas.")] = "",
    seen_at: Annotated[str, typer.Option(help="Field that says when a row happened.")] = "",
    json: JsonFlag = False,
) -> None:
    """Draft a contract from a file: config/sources, or config/drafts while a TODO is open."""
    from siyu.sources.draft.guesses import Answers
    from siyu.sources.draft.write import add_draft

    keys = tuple(k.strip() for k in key.split(",") if k.strip())
    added = add_draft(file, load_settings(), Answers(source_id, platform, keys, seen_at))
    if json:
        print_json(asdict(added))
        return
    say(f"{added.place} written: {added.fields} fields, {len(added.todos)} to decide")
    for line in added.todos:
        say(f"  {line.strip()}")
    if added.report is None:
        say(
            f"replace each TODO, move the file to config/sources/{added.source}.yml, then siyu check"
        )
    else:
        show_report(added.report)


def show_report(report: FileReport) -> None:
    """A file report as words and tables: what was recognised, the mapping, samples, rejects."""
    tables = ("mapping", "sample_rows", "rejects", "others")
    facts = [(n, v) for n, v in asdict(report).items() if n not in tables]
    shown = [(n, ", ".join(v) if isinstance(v, tuple) else v) for n, v in facts]
    print_table("", ("file", report.file), [(n, v) for n, v in shown[1:] if v not in (None, "")])
    if report.mapping:
        print_table("Mapping", ("landed field", "file column"), report.mapping.items())
    if report.sample_rows:
        fields = list(report.sample_rows[0])
        columns = ("field", *(f"row {n}" for n in range(1, len(report.sample_rows) + 1)))
        samples = [(name, *(r[name] for r in report.sample_rows)) for name in fields]
        print_table("Sample (masked)", columns, samples)
    if report.rejects:
        rows = [(r.reason, r.field, r.rows, str(list(r.first_rows))) for r in report.rejects]
        print_table("Would be quarantined", ("reason", "field", "rows", "first rows"), rows)
    for other in report.others:
        show_report(other)
