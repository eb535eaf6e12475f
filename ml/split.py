"""Time splits: nothing that a model is fitted on reaches into the window it is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from ml.features import cutoffs_of

if TYPE_CHECKING:
    import pandas as pd


STEP_DAYS = 30


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows to judge on, with the cutoffs that each came from."""

    fit: pd.DataFrame
    judge: pd.DataFrame
    fit_cutoffs: tuple[date, ...]
    judge_cutoff: date


def split_at(frame: pd.DataFrame, judge_cutoff: date, horizon_days: int) -> Split | None:
    """Judge on one cutoff, fit on those whose window had closed by then; None when none had.

    Of the fitting cutoffs every thirtieth day back from the newest is kept: nearer ones repeat it.
    """
    latest = judge_cutoff - timedelta(days=horizon_days)
    closed = [c for c in cutoffs_of(frame) if c <= latest]
    fit = _thinned(closed)
    judge = frame[frame["as_of_on"] == judge_cutoff].reset_index(drop=True)
    if not fit or judge.empty:
        return None
    rows = frame[frame["as_of_on"].isin(fit)].reset_index(drop=True)
    return Split(rows, judge, fit, judge_cutoff)


def held_out(frame: pd.DataFrame, as_of: date, horizon_days: int) -> Split | None:
    """The outer split: the newest window that is complete tonight is held out."""
    return split_at(frame, as_of - timedelta(days=horizon_days), horizon_days)


def rolling(frame: pd.DataFrame, as_of: date, horizon_days: int) -> list[Split]:
    """Every window that can be judged, oldest first, thirty days apart back from the newest one.

    In the earliest ones models have a single cutoff to learn from.
    """
    newest = as_of - timedelta(days=horizon_days)
    origins = [c for c in cutoffs_of(frame) if c <= newest and (newest - c).days % STEP_DAYS == 0]
    splits = (split_at(frame, origin, horizon_days) for origin in origins)
    return [split for split in splits if split is not None]


def _thinned(cutoffs: list[date]) -> tuple[date, ...]:
    kept: list[date] = []
    for cutoff in reversed(cutoffs):
        if not kept or (kept[-1] - cutoff).days >= STEP_DAYS:
            kept.append(cutoff)
    return tuple(reversed(kept))


def halves(fit: pd.DataFrame) -> list[Split]:
    """The people in two fixed halves, each judging once; empty when one half has nobody."""
    import numpy as np

    first = np.array([crc32(person.encode()) % 2 == 0 for person in fit["person_id"]])
    if first.all() or not first.any():
        return []
    cutoffs = tuple(cutoffs_of(fit))
    one, two = fit[first].reset_index(drop=True), fit[~first].reset_index(drop=True)
    return [Split(one, two, cutoffs, cutoffs[-1]), Split(two, one, cutoffs, cutoffs[-1])]
