"""Tonight's review queue: pairs of people who look alike, and what was decided about earlier ones.

A pure function of the warehouse, the decisions and the model; nothing here joins anybody.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from siyu.identity.decisions.decisions import (
    Decision,
    KeptApart,
    decisions_path,
    read_decisions,
    standing,
)
from siyu.identity.likeness.likeness import COMPARISONS, agree, gather, pair_up
from siyu.identity.likeness.likeness_model import (
    LikenessModel,
    load_model,
    probability,
    save_model,
    train,
)
from siyu.settings import Settings

# Band -> least probability, the surest first. Less likely pairs are not shown.
BANDS = {"certain": 0.99, "likely": 0.9, "possible": 0.5}
# Reviews by hand that it takes to move probabilities, and how firmly the model is believed (bits).
FEWEST_REVIEWS = 30
_BELIEF_BITS = 2.0

COLUMNS = {
    "suggestion_id": pa.string(),
    "person_id": pa.string(),
    "other_person_id": pa.string(),
    "probability": pa.float64(),
    "weight": pa.float64(),
    "band": pa.string(),
    "agreement": pa.string(),
    "evidence": pa.string(),
    "other_evidence": pa.string(),
    "model_version": pa.string(),
    "status": pa.string(),
    "decision_id": pa.string(),
    "verdict": pa.string(),
    "is_bulk": pa.bool_(),
}

# What one person may hold once, two may not bring together: the brand's own limits say no.
_BEYOND_LIMITS = """
with wanted as (
    select person_l as person_id from likeness_pair union select person_r from likeness_pair
),
held as (
    select b.person_id, b.id_type, b.scope, count(*) as n, any_value(t.max_per_person) as most
    from identity.bridge_identity as b
    inner join raw.identifier_type as t on b.id_type = t.id_type
    inner join wanted on b.person_id = wanted.person_id
    where t.max_per_person is not null and t.window_days is null
    group by b.person_id, b.id_type, b.scope
)
delete from likeness_pair using held as l, held as r
where likeness_pair.person_l = l.person_id and likeness_pair.person_r = r.person_id
    and l.id_type = r.id_type and l.scope = r.scope and l.n + r.n > l.most
"""
_APART = """
delete from likeness_pair using (
    select distinct least(l.person_id, r.person_id) as person_l,
        greatest(l.person_id, r.person_id) as person_r
    from apart_side as a
    inner join identity.bridge_identity as l
        on a.id_type = l.id_type and a.scope = l.scope and a.value_key = l.value_key
    inner join apart_side as b on a.number = b.number and a.side = 'l' and b.side = 'r'
    inner join identity.bridge_identity as r
        on b.id_type = r.id_type and b.scope = r.scope and b.value_key = r.value_key
    where l.person_id is not null and r.person_id is not null
) as apart
where likeness_pair.person_l = apart.person_l and likeness_pair.person_r = apart.person_r
"""
_EVIDENCE = """
with wanted as (
    select person_l as person_id from likeness_agreement
    union select person_r from likeness_agreement
),
held as (
    select b.person_id, b.id_type, count(*) as n, any_value(t.priority) as priority
    from identity.bridge_identity as b
    inner join wanted on b.person_id = wanted.person_id
    inner join raw.identifier_type as t on b.id_type = t.id_type
    group by b.person_id, b.id_type
)
select person_id,
    string_agg(case when n > 1 then n || ' ' else '' end || id_type, ', ' order by priority)
from held group by person_id
"""


def suggest_night(con: duckdb.DuckDBPyConnection, settings: Settings) -> pa.Table:
    """All suggestions, open and decided, one row each; the first night trains the model."""
    own = con.cursor()
    try:
        decisions = read_decisions(decisions_path(settings))
        _look(own, decisions)
        model = load_model(settings) or _train(own, settings)
        shift = calibration(decisions, model) if model else 0.0
        rows = [*_decided(decisions), *(_open(own, model, shift) if model else [])]
    finally:
        own.close()
    rows.sort(key=lambda row: (row[0], row[11] or ""))
    columns = zip(*rows, strict=True) if rows else ([] for _ in COLUMNS)
    return pa.table(
        {n: pa.array(list(c), t) for (n, t), c in zip(COLUMNS.items(), columns, strict=True)}
    )


def train_likeness(con: duckdb.DuckDBPyConnection, settings: Settings) -> LikenessModel | None:
    """Train anew on tonight's people and keep the model; None when they are too few to learn from."""
    own = con.cursor()
    try:
        _look(own, read_decisions(decisions_path(settings)))
        return _train(own, settings)
    finally:
        own.close()


def _look(con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    gather(con)
    pair_up(con)
    con.execute(_BEYOND_LIMITS)
    _drop_kept_apart(con, standing(decisions).aparts)
    agree(con)


def _train(con: duckdb.DuckDBPyConnection, settings: Settings) -> LikenessModel | None:
    day = con.execute("select as_of_on from raw.as_of").fetchall()[0][0]
    model = train(con, day)
    if model is not None:
        save_model(settings, model)
    return model


def suggestion_id(person: str, other: str) -> str:
    """The same two people have the same suggestion, night after night."""
    both = "|".join(sorted((person, other)))
    return "s" + hashlib.sha256(both.encode()).hexdigest()[:16]


def band_of(chance: float) -> str | None:
    return next((band for band, least in BANDS.items() if chance >= least), None)


def calibration(decisions: Sequence[Decision], model: LikenessModel) -> float:
    """Bits to add to every weight so that pairs reviewed by hand were accepted as often as expected.

    0 until there are enough of them; answers in bulk tell nothing about the pairs they cover.
    """
    shown = [
        (one.suggestion.weight + model.prior_weight, one.kind == "merge")
        for one in decisions
        if one.suggestion and not one.suggestion.in_bulk
    ]
    if len(shown) < FEWEST_REVIEWS:
        return 0.0
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        slope = math.fsum(is_same - probability(bits + middle) for bits, is_same in shown)
        # The model itself is worth some reviews: a shift of many bits needs many of them.
        low, high = (middle, high) if slope > middle / _BELIEF_BITS**2 else (low, middle)
    return round((low + high) / 2, 6)


def _drop_kept_apart(con: duckdb.DuckDBPyConnection, aparts: Iterable[KeptApart]) -> None:
    sides = [
        (number, side, *identifier)
        for number, apart in enumerate(aparts)
        for side, held in (("l", apart.left), ("r", apart.right))
        for identifier in sorted(held)
    ]
    if not sides:
        return
    names = ("number", "side", "id_type", "scope", "value_key")
    con.register(
        "apart_side", pa.table({n: [row[at] for row in sides] for at, n in enumerate(names)})
    )
    con.execute(_APART)
    con.unregister("apart_side")


def _open(con: duckdb.DuckDBPyConnection, model: LikenessModel, shift: float) -> list[tuple]:
    evidence = dict(con.execute(_EVIDENCE).fetchall())
    levels = ", ".join(f"{c.name}_level" for c in COMPARISONS)
    found = []
    for left, right, *reached in con.execute(
        f"select person_l, person_r, {levels} from likeness_agreement order by person_l, person_r"
    ).fetchall():
        weight = math.fsum(
            model.weight(c.name, level) for c, level in zip(COMPARISONS, reached, strict=True)
        )
        chance = round(probability(weight + model.prior_weight + shift), 6)
        band = band_of(chance)
        if band:
            found.append(
                (
                    suggestion_id(left, right), left, right, chance, round(weight, 4), band,
                    in_words(reached), evidence[left], evidence[right], model.version,
                    "open", None, None, False,
                )
            )  # fmt: skip
    return found


def in_words(reached: Sequence[int]) -> str:
    """The levels that a pair reaches, as an operator reads them; no value is in it."""
    return "; ".join(
        c.levels[level].words if level >= 0 else f"{c.name} unknown"
        for c, level in zip(COMPARISONS, reached, strict=True)
    )


def _decided(decisions: Sequence[Decision]) -> list[tuple]:
    """Answered suggestions; stale when a later decision says otherwise. A second answer replaces."""
    now = standing(decisions)
    whole = {d.decision_id: (frozenset(d.left), frozenset(d.right)) for d in decisions}
    # A keep-apart of which a later merge left only a part no longer says what was answered.
    aparts = [a for a in now.aparts if (a.left, a.right) == whole[a.decision_id]]
    holding = {one.decision_id for one in now.links} | {one.decision_id for one in aparts}
    answers = {one.suggestion.suggestion_id: one for one in decisions if one.suggestion}
    found = []
    for answer in answers.values():
        shown = answer.suggestion
        assert shown is not None
        verdict = "accepted" if answer.kind == "merge" else "rejected"
        found.append(
            (
                shown.suggestion_id, shown.person_id, shown.other_person_id, shown.probability,
                shown.weight, shown.band, shown.agreement, shown.evidence, shown.other_evidence,
                shown.model_version, verdict if answer.decision_id in holding else "stale",
                answer.decision_id, verdict, shown.in_bulk,
            )
        )  # fmt: skip
    return found
