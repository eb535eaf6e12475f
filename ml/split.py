"""Time splits: nothing that a model is fitted on reaches into the window it is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from ml.features import cutoffs_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows to judge on, with the cutoffs that each came from."""

    fit: pd.DataFrame
    judge: pd.DataFrame
    fit_cutoffs: tuple[date, ...]
    judge_cutoff: date


def split_at(frame: pd.DataFrame, judge_cutoff: date, horizon_days: int) -> Split | None:
    """Judge on one cutoff, fit on those whose window had closed by then; None when none had."""
    latest = judge_cutoff - timedelta(days=horizon_days)
    fit = tuple(c for c in cutoffs_of(frame) if c <= latest)
    judge = frame[frame["as_of_on"] == judge_cutoff].reset_index(drop=True)
    if not fit or judge.empty:
        return None
    rows = frame[frame["as_of_on"].isin(fit)].reset_index(drop=True)
    return Split(rows, judge, fit, judge_cutoff)


def held_out(frame: pd.DataFrame, as_of: date, horizon_days: int) -> Split | None:
    """The outer split: the newest window that is complete tonight is held out."""
    return split_at(frame, as_of - timedelta(days=horizon_days), horizon_days)


def inner(fit: pd.DataFrame, horizon_days: int) -> Split | None:
    """The split inside the training cutoffs, where choices are made.

    By time when the history is long enough; while it is short, half of the people judge the
    models of the other half.
    """
    cutoffs = cutoffs_of(fit)
    if not cutoffs:
        return None
    by_time = split_at(fit, cutoffs[-1], horizon_days)
    if by_time is not None:
        return by_time
    return next(iter(halves(fit)), None)


def halves(fit: pd.DataFrame) -> list[Split]:
    """The people in two fixed halves, each judging once; empty when one half has nobody."""
    import numpy as np

    first = np.array([crc32(person.encode()) % 2 == 0 for person in fit["person_id"]])
    if first.all() or not first.any():
        return []
    cutoffs = tuple(cutoffs_of(fit))
    one, two = fit[first].reset_index(drop=True), fit[~first].reset_index(drop=True)
    return [Split(one, two, cutoffs, cutoffs[-1]), Split(two, one, cutoffs, cutoffs[-1])]
