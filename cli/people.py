"""`siyu person`: one person's accounts, refused links and history, without a readable value."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table
from siyu.settings import load_settings
from siyu.warehouse import connect

app = typer.Typer(help="People: who is behind which accounts, and why.")


@app.command()
def show(person: Annotated[str, typer.Argument(help="Person id.")], json: JsonFlag = False) -> None:
    """A person's identifiers (as tokens), refused links and history."""
    from siyu.identity.explain import person_detail

    with connect(load_settings(), read_only=True) as con:
        detail = person_detail(con, person)
    if json:
        print_json(asdict(detail))
        return
    for title, rows in (
        ("Identifiers", detail.identifiers),
        ("Refused links", detail.refused),
        ("History", detail.history),
    ):
        shown = [asdict(row) for row in rows]
        if shown:
            print_table(title, list(shown[0]), [list(r.values()) for r in shown])
