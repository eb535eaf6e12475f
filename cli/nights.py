"""`siyu run` and `siyu status`: play a night, and see how the brand stands."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.days import day_option
from cli.output import AsOf, JsonFlag, print_json, print_table, say
from siyu.settings import load_settings


def run(
    ctx: typer.Context,
    as_of: AsOf = None,
    demo_if_empty: Annotated[
        bool, typer.Option("--demo-if-empty", help="Build the demo brand when landing is empty.")
    ] = False,
    select: Annotated[
        str | None,
        typer.Option(
            "--select",
            metavar="SELECTION",
            help="Only a part of the night: group:marts, key:core/fct_order+ …",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run even when nothing changed.")] = False,
    json: JsonFlag = False,
) -> None:
    """The whole night in this process: ingest, build, score, segments, lists, serving."""
    from cli.summary import night_summary, print_summary
    from orchestration.night import run_night

    settings = load_settings()
    day_option("--as-of", as_of)
    landing = settings.landing_dir
    if demo_if_empty and not (landing.is_dir() and any(landing.iterdir())):
        from demo.build import build_demo

        say("landing is empty: building the demo brand from real orders …")
        build_demo(landing, settings.data_dir / "truth")
    debug = bool(ctx.find_root().params.get("debug"))
    result = run_night(settings, as_of, force, select, debug)
    # A part may be all that was ever played; only a whole night has figures.
    summary = night_summary(settings) if settings.serving_path.exists() or not select else {}
    if json:
        told = {"refused": list(result.refused), "unread": list(result.unread)}
        print_json({"ran": result.ran, **told, **summary})
    else:
        if not result.ran:
            say("nothing new since the last night: no table and no list was touched")
        if summary:
            print_summary(summary)
        else:
            say(f"played {select}; no whole night has finished yet: siyu run plays it")
    faults = (*result.refused, *result.unread)
    for line in faults:
        say(f"error: {line}")
    if faults:
        raise typer.Exit(1)


def status(json: JsonFlag = False) -> None:
    """The newest night in figures, and how fresh every source is."""
    from cli.summary import night_summary, print_summary
    from siyu.sources.contracts.catalogue import load_contracts
    from siyu.sources.raw.status import source_status
    from siyu.warehouse import connect, warehouse_as_of

    settings = load_settings()
    summary = night_summary(settings)
    with connect(settings, read_only=True) as con:
        as_of = warehouse_as_of(con)
    sources = source_status(settings, load_contracts(settings.config_dir), as_of)
    if json:
        print_json({**summary, "sources": [s.__dict__ for s in sources]})
        return
    print_summary(summary)
    print_table(
        "Sources",
        ("source", "files", "rows", "newest day", "stale"),
        [(s.source, s.files, s.rows, s.newest_on, s.is_stale) for s in sources],
    )
