"""The `siyu` command: one file per group; faults become one line and an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

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
from cli.output import say
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
        sys.exit(app(standalone_mode=False))
    except Exception as fault:
        if _state["debug"] and not isinstance(fault, TyperException):
            raise
        words, code = _told(fault)
        if words:
            say(f"error: {words}")
        sys.exit(code)


def _told(fault: Exception) -> tuple[str, int]:
    """One line about a fault, and the exit code that says which kind it was."""
    if isinstance(fault, SiyuError):
        return str(fault), fault.exit_code
    if isinstance(fault, TyperException):
        # What was typed is wrong; the message names the option or the command.
        if not fault.format_message():
            return "", fault.exit_code  # without a command the help was printed
        where = getattr(getattr(fault, "ctx", None), "command_path", "siyu")
        return f"{fault.format_message().rstrip('.')}; see {where} --help", fault.exit_code
    if isinstance(fault, OSError) and fault.filename and fault.strerror:
        return f"{fault.filename}: {fault.strerror}", 1
    # The words of a fault nobody foresaw may hold a value of the data, so only its kind is told.
    return f"unforeseen fault ({type(fault).__name__}); see it with siyu --debug …", 1


if __name__ == "__main__":
    main()
