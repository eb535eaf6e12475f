"""The outbox: intent first, then the list, then settled; a crash and a rerun end the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import duckdb

from siyu.destinations.abandoned import stand_in
from siyu.destinations.audience import Audience, column_names, find_audience, with_identifiers
from siyu.destinations.definition import Destination, purpose_faults
from siyu.destinations.files import Sheet, list_folder, write_list
from siyu.destinations.ledger import (
    Delivery,
    delivered_before,
    delivery_id,
    open_lists,
    prepare_ledger,
    record_intent,
    settle,
    transaction,
)
from siyu.destinations.scopes import mixed_scopes, named_by
from siyu.destinations.unknown import settle_unknown
from siyu.destinations.unsettled import settle_earlier
from siyu.errors import ConfigError
from siyu.segments.definition import Segment
from siyu.segments.membership import Segments, as_list
from siyu.segments.score_state import score_state
from siyu.settings import Settings


def publish(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    segments: Segments,
    destinations: Mapping[str, Destination],
    as_of: date,
    run_id: str,
    dry_run: bool = False,
) -> list[Delivery]:
    """Deliver every segment to the destinations it names; recall lists no longer configured, also
    those of a destination that is gone itself.

    add and remove are against what was settled before this night: whoever takes them in removes
    first, since a person whose identifiers changed is in both. Raises PermanentFailure when
    the segments were not evaluated for this night or a later night is already delivered, and
    ConfigError when a segment's consent is not for the purpose that a destination opens values for,
    or a destination would hand out identifiers of two appids as one.
    """
    known = {segment.id: segment for segment in as_list(segments)}
    pairs = {(d, s.id) for s in known.values() for d in s.destinations if d in destinations}
    faults = purpose_faults(known.values(), destinations)
    if faults := faults or mixed_scopes(con, named_by(known.values(), destinations)):
        raise ConfigError("\n".join(faults))
    prepare_ledger(con, {segment for _, segment in pairs}, as_of)

    def deliver() -> list[Delivery]:
        recalls = open_lists(con, as_of) - pairs
        return [
            _deliver(
                con,
                settings,
                destinations.get(destination) or stand_in(settings.published_dir, destination),
                segment_id,
                known.get(segment_id) if (destination, segment_id) in pairs else None,
                as_of,
                run_id,
                dry_run,
            )
            for destination, segment_id in sorted(pairs | recalls)
        ]

    published = settings.published_dir
    if dry_run:
        with transaction(con, keep=False):
            settle_unknown(con, published, as_of)
            settle_earlier(con, published, as_of, tidy=False)
            return deliver()
    with transaction(con):
        settle_unknown(con, published, as_of)
        settle_earlier(con, published, as_of, tidy=True)
    return deliver()


def _deliver(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    destination: Destination,
    segment_id: str,
    segment: Segment | None,
    as_of: date,
    run_id: str,
    dry_run: bool,
) -> Delivery:
    """One list. Without a segment it is a recall: everybody is removed."""
    audience = Audience(column_names(destination))
    if segment is not None:
        audience = find_audience(con, destination, segment, as_of)
    before = delivered_before(con, destination.id, segment_id, as_of)
    now = audience.handed
    # Whoever is named by another identifier than before is taken back under the old one.
    gone = {p for p, named in before.items() if p not in now or now[p] != named}
    new = {p: named for p, named in now.items() if p not in before or p in gone}
    planned = Delivery(
        delivery_id(destination.id, segment_id, as_of),
        destination.id,
        segment_id,
        as_of,
        add_count=len(new),
        remove_count=len(gone),
        member_count=len(now),
        holdout_count=audience.held_out,
        no_consent_count=audience.without_consent,
        manifest_sha256="",
        status="planned",
    )
    if dry_run:
        return planned
    record_intent(con, planned)
    audience = with_identifiers(settings, destination, audience)
    added = [row for row in audience.rows if row[0] in new]
    # A person removed is named by the id alone: a revoked consent opens nothing.
    removed = [(person,) for person in sorted(gone)]
    manifest: dict[str, object] = {
        "as_of": as_of.isoformat(),
        "counts": {"add": len(added), "remove": len(removed), "members": len(now)},
        "definition_hash": segment.definition_hash if segment else None,
        "destination": destination.id,
        "held_out": audience.held_out,
        "identifiers": list(destination.identifiers),
        "run_id": run_id,
        "scopes": destination.scopes,
        "scores": score_state(con, segment.requires_score if segment else None, as_of),
        "segment": segment_id,
        "without_consent": audience.without_consent,
    }
    sheets = {
        "add": Sheet(audience.names, added),
        "remove": Sheet(["person_id"], removed),
        "members": Sheet(audience.names, audience.rows),
    }
    folder = list_folder(settings.published_dir, destination.id, segment_id, as_of)
    is_readable = bool(destination.identifiers)
    digest = write_list(
        folder, sheets, destination.format, manifest, is_readable, destination.encoding
    )
    return settle(con, replace(planned, manifest_sha256=digest), new, gone)
