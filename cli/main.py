"""The `siyu` command: one file per group; faults become one line and an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import (
    demo,
    inspect,
    metrics,
    models,
    nights,
    people,
    publishing,
    quarantine,
    review,
    segments,
    sources,
    ui,
)
from siyu.errors import SiyuError

app = typer.Typer(
    name="siyu",
    help="Siyu (私域): exports of every platform in, one person out, segment lists every night.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(demo.app, name="demo")
app.add_typer(sources.app, name="source")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(segments.app, name="segment")
app.add_typer(people.app, name="person")
app.add_typer(review.app, name="review")
app.add_typer(models.app, name="model")
app.add_typer(metrics.app, name="metric")
app.command("run")(nights.run)
app.command("status")(nights.status)
app.command("check")(inspect.check)
app.command("doctor")(inspect.doctor)
app.command("sql")(inspect.sql)
app.command("why")(segments.why)
app.command("publish")(publishing.publish)
app.command("ui")(ui.ui)

_state = {"debug": False}


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace behind an error.")] = False,
) -> None:
    _state["debug"] = debug


def main() -> None:
    """Entry point. Exit 0 ok, 1 data or check failure, 2 config or usage, 3 warehouse locked."""
    try:
        app()
    except SiyuError as fault:
        if _state["debug"]:
            raise
        print(f"error: {fault}", file=sys.stderr)
        sys.exit(fault.exit_code)
    except Exception as fault:
        if _state["debug"]:
            raise
        # The words of a fault nobody foresaw may hold a value of the data, so only its kind is told.
        print(
            f"error: unforeseen fault ({type(fault).__name__}); see it with siyu --debug …",
            file=sys.stderr,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
