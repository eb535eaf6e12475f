"""`siyu review`: pairs of people who are probably one, and what an operator says to them."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.errors import ConfigError
from siyu.settings import load_settings
from siyu.warehouse import connect

if TYPE_CHECKING:
    from siyu.identity.decisions.decisions import Kind

app = typer.Typer(help="Probable matches: list, accept, reject. Nothing merges by itself.")
Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Suggestions, as `list` prints them.")
]
Band = Annotated[
    str | None, typer.Option(help="All open ones of a band: certain, likely or possible.")
]
Least = Annotated[
    float | None, typer.Option(metavar="P", help="All open ones at least so probable, such as .99.")
]
Reason = Annotated[str, typer.Option(help="Why, for the next reader; no personal value.")]
Actor = Annotated[str, typer.Option(help="Who decides; the user of this machine by default.")]
STATES = ("open", "accepted", "rejected", "stale", "all")


@app.command("list")
def list_queue(
    band: Band = None,
    min_probability: Least = None,
    status: Annotated[str, typer.Option(help=f"One of {', '.join(STATES)}.")] = "open",
    limit: Annotated[int, typer.Option(min=0, help="Suggestions shown at most.")] = 30,
    json: JsonFlag = False,
) -> None:
    """The most probable pairs first: what agrees, in words, and what each of the two holds."""
    from siyu.identity.decisions.decisions import decisions_path
    from siyu.identity.likeness.review import read_queue
    from siyu.identity.likeness.suggest import BANDS

    if status not in STATES:
        raise ConfigError(f"--status {status!r} is not one of {', '.join(STATES)}")
    if band is not None and band not in BANDS:
        raise ConfigError(f"--band {band!r} is not one of {', '.join(BANDS)}")
    settings = load_settings()
    with connect(settings, read_only=True) as con:
        queue = read_queue(con, decisions_path(settings))
    found = [
        e
        for e in queue
        if (status == "all" or e.status == status)
        and (band is None or e.band == band)
        and (min_probability is None or e.probability >= min_probability)
    ]
    if json:
        print_json([asdict(e) for e in found])
        return
    print_table(
        "Review queue",
        ("id", "person", "other", "probability", "agreement", "holds", "other holds", "status"),
        [
            (e.suggestion_id, e.person_id, e.other_person_id, f"{e.probability:.4f}", e.agreement,
             e.evidence, e.other_evidence, e.status)
            for e in found[:limit]
        ],
    )  # fmt: skip
    if len(found) > limit:
        say(f"{limit} of {len(found):,}; --limit shows more")


@app.command()
def accept(
    ids: Ids = None,
    band: Band = None,
    min_probability: Least = None,
    reason: Reason = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """These pairs are one person each: kept as merges, which outrank evidence and survive rebuilds."""
    _answer("merge", ids or [], band, min_probability, reason, actor, json)


@app.command()
def reject(
    ids: Ids = None,
    band: Band = None,
    min_probability: Least = None,
    reason: Reason = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """These pairs are two people each: kept apart for good, and never suggested again."""
    _answer("keep_apart", ids or [], band, min_probability, reason, actor, json)


def _answer(
    kind: Kind,
    ids: list[str],
    band: str | None,
    min_probability: float | None,
    reason: str,
    actor: str,
    json: bool,
) -> None:
    from siyu.identity.decisions.decisions import add_decisions, decisions_path, read_decisions
    from siyu.identity.likeness.review import answer, choose, read_queue

    settings = load_settings()
    path = decisions_path(settings)
    with connect(settings, read_only=True) as con:
        chosen = choose(read_queue(con, path), ids, band, min_probability)
        before = read_decisions(path)
        given = answer(con, kind, chosen, reason, actor or getpass.getuser(), not ids, before)
    kept = add_decisions(path, given.decisions) if given.decisions else []
    if json:
        print_json({"decisions": [d.decision_id for d in kept], "left_open": list(given.left_open)})
        return
    word = "accepted" if kind == "merge" else "rejected"
    say(f"{len(kept):,} {word}; `siyu run` carries them out" if kept else "nothing to decide")
    if given.left_open:
        say(
            f"{len(given.left_open):,} left open: with the others they would break a limit of"
            " identity.yml; look at them one by one"
        )
