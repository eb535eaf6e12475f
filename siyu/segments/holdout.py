"""Who is kept back from a segment's lists: a fixed draw by hash, the same every night."""

from __future__ import annotations

import hashlib

_DIGITS = 12


def is_held_out(key: str, person_id: str, share: float) -> bool:
    """Whether this person stays on the holdout side of the segments drawn by `key`."""
    digest = hashlib.sha256(f"{_salt(key)}{person_id}".encode()).hexdigest()
    return digest[:_DIGITS] < _threshold(share)


def holdout_sql(key: str, share: float, person: str = "person_id") -> str:
    """The same draw as a SQL expression over the column `person`."""
    # A key is lower snake case by its pattern, so it needs no escaping here.
    return f"(substr(sha256('{_salt(key)}' || {person}), 1, {_DIGITS}) < '{_threshold(share)}')"


def _salt(key: str) -> str:
    return f"siyu.holdout:{key}:"


def _threshold(share: float) -> str:
    return f"{int(share * 16**_DIGITS):0{_DIGITS}x}"
