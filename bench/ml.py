"""How fast purchase models are fitted beside `lifetimes`, and people scored beside being read.

    python -m bench.ml [people]

Invented buyers on a grid of days. The floor of a fit is one grouping of its rows; the alternative is
lifetimes 0.11.3 (the `bench` extra), whose own optimum is put into our textbook likelihood over every
person, so both are judged by the same sum. Scoring takes the models trained on the real orders of the
demo and as many people drawn from them; its floor is reading their features. Prints a table and, as
its last line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from scipy.special import gammaln

from bench.verdict import report
from ml.bgnbd import fit_bgnbd
from ml.gammagamma import fit_gammagamma
from ml.grouped import group_rows

LIMITS = {
    "lifetimes_to_bgnbd": 5.0,
    "lifetimes_to_gammagamma": 5.0,
    "likelihood_gap_bgnbd": 1e-6,
    "likelihood_gap_gammagamma": 1e-6,
    "score_to_read": 10.0,
}
AS_OF = date(2011, 9, 9)
PEOPLE_SQL = """
create or replace table features.person_features as
with one as (select *, row_number() over (order by person_id) - 1 as n from features.person_features)
select 'p' || lpad(r.range::varchar, 9, '0') as person_id, one.* exclude (person_id, n)
from range({people}) as r
inner join one on one.n = r.range % (select count(*) from one)
"""


def histories(people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases, weeks to the last, weeks observed, drawn from a BG/NBD."""
    draw = np.random.default_rng(11)
    age = draw.integers(140, 281, people)
    rate = draw.gamma(0.25, 1 / (4.4 * 7), people)
    leave = draw.beta(0.8, 2.4, people)
    x, last, now = np.zeros(people), np.zeros(people), np.zeros(people)
    here = np.flatnonzero(rate > 0)
    while len(here):
        now[here] += draw.exponential(1 / rate[here])
        here = here[now[here] < age[here]]
        x[here] += 1
        last[here] = np.ceil(now[here])
        here = here[draw.random(len(here)) > leave[here]]
    return x, last / 7, age / 7


def spend(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Purchases and mean amount of those with any, drawn from a Gamma-Gamma, to the cent."""
    draw = np.random.default_rng(12)
    count = x[x > 0]
    scale = draw.gamma(3.7, 1 / 15.4, len(count))
    mean = draw.gamma(6.2 * count) / (scale * count)
    return count, np.maximum(mean.round(2), 0.01)


def bgnbd_sum(p: tuple, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> float:
    """Textbook log-likelihood over every person."""
    r, alpha, a, b = p
    here = -(r + x) * np.log(alpha + age)
    gone = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + t_x)
    both = np.where(x > 0, np.logaddexp(here, gone), here)
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + both
    return float(np.sum(
        start + gammaln(a + b) - gammaln(b) + gammaln(b + x) - gammaln(a + b + x)
    ))  # fmt: skip


def gammagamma_sum(p: tuple, x: np.ndarray, m: np.ndarray) -> float:
    """Textbook log-likelihood over every person."""
    p, q, v = p
    return float(np.sum(
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
    ))  # fmt: skip


def timed(step: Callable[[], object], rounds: int = 1) -> tuple[float, object]:
    """The best of some rounds, in seconds, and what the step gave."""
    spent, value = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        value = step()
        spent.append(time.perf_counter() - start)
    return min(spent), value


def score_people(people: int) -> tuple[float, float, int]:
    """Seconds to read the features of so many people, seconds to score them, and rows written."""
    from ml.features import read_frame
    from ml.score import score_all
    from ml.train import train_all
    from siyu.settings import Settings
    from siyu.warehouse import connect
    from tests.ml.warehouse import ROOT, build_warehouse

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), config_dir=ROOT / "config")
        build_warehouse(settings.warehouse_path, AS_OF)
        train_all(settings, AS_OF)
        with connect(settings) as con:
            con.execute(PEOPLE_SQL.format(people=people))
        with connect(settings, read_only=True) as con:
            read, _ = timed(lambda: read_frame(con, "person_features"))
        scored, result = timed(lambda: score_all(settings, AS_OF))
    return read, scored, sum(score.rows for score in result.scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    people = parser.parse_args().people
    try:
        from lifetimes import BetaGeoFitter, GammaGammaFitter
    except ImportError as fault:
        raise SystemExit(
            "bench.ml needs the bench extra: make bench BENCH=ml installs it"
        ) from fault
    x, t_x, age = histories(people)
    count, mean = spend(x)
    fit_bgnbd(*(column[:1000] for column in (x, t_x, age)))  # imports are not fitting
    group, _ = timed(lambda: group_rows(x, t_x, age), 3)
    ours, bg = timed(lambda: fit_bgnbd(x, t_x, age), 3)
    theirs, bg_other = timed(lambda: BetaGeoFitter().fit(x, t_x, age))
    ours_gg, gg = timed(lambda: fit_gammagamma(count, mean), 3)
    theirs_gg, gg_other = timed(lambda: GammaGammaFitter().fit(count, mean))
    other = tuple(bg_other.params_[name] for name in ("r", "alpha", "a", "b"))
    other_gg = tuple(gg_other.params_[name] for name in ("p", "q", "v"))
    top, top_gg = bgnbd_sum(other, x, t_x, age), gammagamma_sum(other_gg, count, mean)
    gap = (top - bgnbd_sum((bg.r, bg.alpha, bg.a, bg.b), x, t_x, age)) / abs(top)
    gap_gg = (top_gg - gammagamma_sum((gg.p, gg.q, gg.v), count, mean)) / abs(top_gg)
    read, scored, rows = score_people(people)
    print(f"{'step':34} {'seconds':>8}   {people:,} people, {len(group_rows(x, t_x, age).weight):,}"
          f" distinct histories, {len(count):,} repeat buyers, {rows:,} scores")  # fmt: skip
    for name, spent in {
        "group equal histories (floor)": group,
        "BG/NBD": ours,
        "BG/NBD, lifetimes": theirs,
        "Gamma-Gamma": ours_gg,
        "Gamma-Gamma, lifetimes": theirs_gg,
        "read features (floor)": read,
        "score both models and write": scored,
    }.items():
        print(f"{name:34} {spent:8.2f}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    ratios = {
        "lifetimes_to_bgnbd": round(theirs / ours, 1),
        "lifetimes_to_gammagamma": round(theirs_gg / ours_gg, 1),
        "likelihood_gap_bgnbd": float(f"{gap:.1e}"),
        "likelihood_gap_gammagamma": float(f"{gap_gg:.1e}"),
        "score_to_read": round(scored / read, 2),
    }
    report("ml", ratios, LIMITS, at_least=[n for n in LIMITS if n.startswith("lifetimes")])


if __name__ == "__main__":
    main()
