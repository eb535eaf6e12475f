"""Who is kept back from a segment's lists: a fixed draw by hash, the same every night."""

from __future__ import annotations

import hashlib

_DIGITS = 12


def is_held_out(segment_id: str, person_id: str, share: float) -> bool:
    """Whether this person stays on the holdout side of this segment."""
    digest = hashlib.sha256(f"{_salt(segment_id)}{person_id}".encode()).hexdigest()
    return digest[:_DIGITS] < _threshold(share)


def holdout_sql(segment_id: str, share: float, person: str = "person_id") -> str:
    """The same draw as a SQL expression over the column `person`."""
    # A segment id is lower snake case by its pattern, so it needs no escaping here.
    return (
        f"(substr(sha256('{_salt(segment_id)}' || {person}), 1, {_DIGITS}) < '{_threshold(share)}')"
    )


def _salt(segment_id: str) -> str:
    return f"siyu.holdout:{segment_id}:"


def _threshold(share: float) -> str:
    return f"{int(share * 16**_DIGITS):0{_DIGITS}x}"
