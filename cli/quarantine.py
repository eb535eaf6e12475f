"""`siyu quarantine`: what could not be read, why, and once more after a contract was mended."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.settings import load_settings

app = typer.Typer(help="What could not be read: list, show, retry; take a broken load out.")
File = Annotated[
    str, typer.Argument(metavar="FILE", help="File name, id, or the id's first letters.")
]


@app.command("list")
def list_quarantine(json: JsonFlag = False) -> None:
    """Every file with something in quarantine, and the reason."""
    from siyu.sources.quarantine.quarantined import open_quarantine

    items = open_quarantine(load_settings())
    if json:
        print_json([{n: v for n, v in asdict(i).items() if n != "entry"} for i in items])
        return
    print_table(
        "Quarantine",
        ("id", "file", "load", "rows", "reason"),
        [
            (
                i.id,
                i.file,
                i.load_seq,
                i.rows if i.source else "whole file",
                _reason(i.reasons, i.message),
            )
            for i in items
        ],
    )


@app.command("show")
def show_quarantine(
    file: File,
    limit: Annotated[int, typer.Option(min=0, help="Refused rows shown at most.")] = 20,
    json: JsonFlag = False,
) -> None:
    """One file: how it differs from the nearest contract, or which of its rows were refused."""
    from siyu.sources.quarantine.quarantined import find_quarantined, kept_copy, refused_rows
    from siyu.sources.trial.check_file import check_file

    settings = load_settings()
    item = find_quarantined(settings, file)
    copy = kept_copy(settings, item) if item.source is None else None
    report = check_file(copy, settings) if copy else None
    if report and item.entry.sheet:
        report = next((r for r in report.all if r.sheet == item.entry.sheet), report)
    rows = refused_rows(settings, item, limit) if item.source else []
    if json:
        facts = {n: v for n, v in asdict(item).items() if n != "entry"}
        now = asdict(report) if report else None
        print_json({**facts, "now": now, "refused_rows": [asdict(r) for r in rows]})
        return
    if report:
        from cli.sources import show_report

        say(f"kept in load {item.load_seq}; read with today's contracts:")
        show_report(report)
        if report.source:
            say(f"contract {report.source} reads it now: siyu quarantine retry {item.id}")
    elif item.source is None:
        say(f"{item.message} (its bytes are gone: drop the file in again)")
    else:
        say(f"{item.file}: {item.rows} rows refused by {item.source} in load {item.load_seq}")
        print_table(
            "Refused rows (personal columns left out)",
            ("row", "reason", "field", "record"),
            [(r.row_no, r.reason, r.field, _record(r.record)) for r in rows],
        )


@app.command("retry")
def retry_quarantine(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="One file; all when left out.")
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Read quarantined files and rows again with today's contracts."""
    from siyu.run_lock import only_one
    from siyu.sources.quarantine.quarantined import find_quarantined
    from siyu.sources.quarantine.retry import retry

    settings = load_settings()
    chosen = [find_quarantined(settings, file)] if file else None
    with only_one(settings):
        results = retry(settings, chosen)
    if json:
        print_json([asdict(r) for r in results])
    else:
        rows = [(r.id, r.file, r.rows_landed, r.rows_refused, r.message) for r in results]
        print_table("Retried", ("id", "file", "landed", "still refused", "why"), rows)
        if any(r.rows_landed for r in results):
            say("landed; `siyu run` plays the night with it")
    if any(r.message or r.rows_refused for r in results):
        raise typer.Exit(1)


@app.command("take")
def take_load(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source, by its id.")],
    json: JsonFlag = False,
) -> None:
    """Take out what landed of a source and breaks its contract, so that nights go on without it."""
    from siyu.run_lock import only_one
    from siyu.sources.quarantine.take_out import take_out

    settings = load_settings()
    with only_one(settings):
        taken = take_out(settings, source)
    if json:
        print_json([asdict(t) for t in taken])
        return
    print_table(
        "Taken out",
        ("file", "load", "rows", "broke"),
        [(t.file, t.load_seq, t.rows, ", ".join(t.rules)) for t in taken],
    )
    say("the rows wait in quarantine; siyu quarantine retry reads them again")


def _reason(reasons: dict[str, int], message: str) -> str:
    return message or ", ".join(f"{count} {reason}" for reason, count in reasons.items())


def _record(record: dict[str, str | None]) -> str:
    return ", ".join(f"{name}={value}" for name, value in record.items() if value)
