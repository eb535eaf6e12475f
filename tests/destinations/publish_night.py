"""One night's delivery in a process of its own, `FOLDER YYYY-MM-DD`; made to be killed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from siyu.destinations.catalogue import load_destinations
from siyu.destinations.outbox import publish
from siyu.segments.catalogue import load_segments
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.segments.small_brand import settings_in


def publish_night(settings: Settings, as_of: date) -> None:
    """Deliver the configured lists of an evaluated night."""
    segments = load_segments(settings.config_dir)
    destinations = load_destinations(settings.config_dir)
    with connect(settings) as con:
        publish(con, settings, segments, destinations, as_of, run_id=as_of.isoformat())


if __name__ == "__main__":
    publish_night(settings_in(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))
