"""`siyu publish`: send the night's lists again, or see what would be sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.settings import load_settings
from siyu.warehouse import connect, warehouse_as_of


def publish(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only; write nothing.")] = False,
    json: JsonFlag = False,
) -> None:
    """Deliver the newest night's lists; what was already sent is not sent twice."""
    from siyu.destinations.abandoned import recall_notes
    from siyu.destinations.catalogue import load_destinations
    from siyu.destinations.outbox import publish as send
    from siyu.destinations.scopes import empty_scopes, named_by
    from siyu.doubt import require_no_doubt
    from siyu.run_lock import only_one
    from siyu.segments.catalogue import load_segments

    settings = load_settings()
    segments = load_segments(settings.config_dir)
    destinations = load_destinations(settings.config_dir)
    with connect(settings, read_only=True) as con:
        warehouse_as_of(con)  # before the first night nothing is made by looking
    # Between the steps of a night the warehouse is free, but neither whole nor checked.
    with only_one(settings), connect(settings) as con:
        if not dry_run:
            require_no_doubt(con)
        as_of = warehouse_as_of(con)
        sent = send(
            con, settings, segments, destinations, as_of, run_id=as_of.isoformat(), dry_run=dry_run
        )
        empty = empty_scopes(con, named_by(segments.values(), destinations))
    for note in (*empty, *recall_notes(sent, destinations)):
        say(note)
    if json:
        print_json([asdict(d) for d in sent])
        return
    print_table(
        "Deliveries" + (" (dry run)" if dry_run else ""),
        ("destination", "segment", "added", "removed", "members", "status"),
        [
            (d.destination, d.segment_id, d.add_count, d.remove_count, d.member_count, d.status)
            for d in sent
        ],
    )
