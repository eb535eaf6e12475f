"""Lists in place of which the ledger knows nothing: the warehouse was made anew, the lists were not."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import duckdb

from siyu.clock import parse_day
from siyu.destinations.files import people_in_list
from siyu.destinations.ledger import Delivery, delivery_id, note_settled, record_intent
from siyu.fingerprint import file_hash
from siyu.segments.definition import ID_PATTERN


def settle_unknown(con: duckdb.DuckDBPyConnection, published: Path, as_of: date) -> None:
    """Note whom the newest earlier list of each such pair names, so that removals are still sent.

    Runs in the transaction of whoever calls.
    """
    known = set(
        con.execute("select distinct destination, segment_id from activation.delivery").fetchall()
    )
    for manifest in sorted(_newest(published, as_of, known)):
        folder = manifest.parent
        segment, destination = folder.parent.name, folder.parent.parent.name
        told = _told(manifest)
        members = people_in_list(folder, "members")
        night = parse_day(folder.name)
        found = Delivery(
            delivery_id(destination, segment, night),
            destination,
            segment,
            night,
            add_count=told.get("add", 0),
            remove_count=told.get("remove", 0),
            member_count=len(members),
            holdout_count=told.get("held_out", 0),
            no_consent_count=told.get("without_consent", 0),
            manifest_sha256=file_hash(manifest),
            status="settled",
        )
        record_intent(con, found)
        note_settled(con, found, members, [])


def _told(manifest: Path) -> dict[str, int]:
    """The figures of a manifest; none of one that somebody changed."""
    try:
        told = json.loads(manifest.read_text("utf-8"))
        figures = {**told["counts"], **{n: told[n] for n in ("held_out", "without_consent")}}
    except (ValueError, KeyError, TypeError):
        return {}
    return {name: int(figure) for name, figure in figures.items() if isinstance(figure, int)}


def _is_copy(manifest: Path, destination: str) -> bool:
    """Whether somebody laid the list there for themselves: it tells of another destination, or none
    can be called so.
    """
    try:
        told = json.loads(manifest.read_text("utf-8"))["destination"]
    except (ValueError, KeyError, TypeError):
        told = destination
    return told != destination or not re.match(ID_PATTERN, destination)


def _newest(published: Path, as_of: date, known: set[tuple[str, str]]) -> list[Path]:
    """The manifest of the newest list before this night, of each pair that is not known."""
    newest: dict[tuple[str, str], tuple[date, Path]] = {}
    for manifest in published.glob("*/*/*/manifest.json"):
        folder = manifest.parent
        pair = folder.parent.parent.name, folder.parent.name
        try:
            night = parse_day(folder.name)
        except ValueError:
            continue
        if _is_copy(manifest, pair[0]):
            continue
        if pair not in known and night < as_of:
            newest[pair] = max(newest.get(pair, (night, manifest)), (night, manifest))
    return [manifest for _, manifest in newest.values()]
