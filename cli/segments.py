"""`siyu segment` and `siyu why`: who is in which list, and for what reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonFlag, print_json, print_table
from siyu.errors import ConfigError
from siyu.settings import load_settings
from siyu.warehouse import connect, warehouse_as_of

if TYPE_CHECKING:
    from siyu.segments.definition import Segment

app = typer.Typer(help="Segments: list, show, preview, diff.")
Name = Annotated[str, typer.Argument(help="Segment id.")]


def one_segment(name: str) -> Segment:
    """The segment called so. Raises ConfigError naming the nearest otherwise."""
    from difflib import get_close_matches

    from siyu.segments.catalogue import load_segments

    segments = load_segments(load_settings().config_dir)
    if name not in segments:
        near = get_close_matches(name, segments, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"no segment {name!r}: known are {', '.join(sorted(segments))}{hint}")
    return segments[name]


@app.command("list")
def list_segments(json: JsonFlag = False) -> None:
    """Every segment with its rule's owner, consent and holdout."""
    from siyu.segments.catalogue import load_segments

    segments = load_segments(load_settings().config_dir).values()
    if json:
        print_json([s.model_dump(mode="json") for s in segments])
        return
    print_table(
        "Segments",
        ("segment", "title", "名称", "holdout", "destinations"),
        [
            (s.id, s.title.en, s.title.zh, float(s.holdout_share), ", ".join(s.destinations))
            for s in segments
        ],
    )


@app.command()
def show(segment: Name, json: JsonFlag = False) -> None:
    """A segment's definition and the SQL it compiles to."""
    from siyu.segments.compile import compile_segment

    found = one_segment(segment)
    with connect(load_settings(), read_only=True) as con:
        predicate = compile_segment(found, warehouse_as_of(con))
    if json:
        print_json({**found.model_dump(mode="json"), "sql": predicate})
        return
    rows = [(k, v) for k, v in found.model_dump(mode="json").items() if v not in (None, [], {})]
    print_table(segment, ("key", "value"), [*rows, ("sql", predicate)])


@app.command()
def preview(segment: Name, json: JsonFlag = False) -> None:
    """How many people the rule would take today, and a few of them."""
    from siyu.segments.preview import preview_segment

    with connect(load_settings(), read_only=True) as con:
        found = preview_segment(con, one_segment(segment), warehouse_as_of(con))
    if json:
        print_json(asdict(found))
        return
    print_table(f"Preview of {segment}", ("what", "value"), asdict(found).items())


@app.command()
def diff(segment: Name, json: JsonFlag = False) -> None:
    """Who entered and who left on the newest night."""
    from siyu.segments.preview import diff_segment

    with connect(load_settings(), read_only=True) as con:
        found = diff_segment(con, one_segment(segment), warehouse_as_of(con))
    if json:
        print_json(asdict(found))
        return
    print_table(f"Changes of {segment}", ("what", "value"), asdict(found).items())


def why(
    person: Annotated[str, typer.Argument(help="Person id.")], segment: Name, json: JsonFlag = False
) -> None:
    """Why a person is, or is not, in a segment: every condition with its value."""
    from siyu.segments.why import explain_membership

    with connect(load_settings(), read_only=True) as con:
        found = explain_membership(con, one_segment(segment), person, warehouse_as_of(con))
    if json:
        print_json(asdict(found))
        return
    rows = [
        (c.source, c.condition, "" if c.value is None else str(c.value), c.holds)
        for c in found.conditions
    ]
    print_table(
        f"{person} in {segment}: {found.verdict}", ("source", "condition", "value", "holds"), rows
    )
