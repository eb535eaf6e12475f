"""What an agreement is worth: a Fellegi-Sunter model, trained by Splink, kept as one JSON file.

Splink is imported only to train. A night scores with the numbers of the file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from siyu.errors import ConfigError
from siyu.identity.likeness.likeness import COMPARISONS, Comparison
from siyu.settings import Settings

SEED = 7
SAMPLED_PAIRS = 1_000_000
# Fewer people or pairs teach nothing: there is no model then, and the queue stays empty.
FEWEST_PEOPLE = 200
FEWEST_PAIRS = 30
# What is assumed of one person's records before any is seen, and how many pairs that is worth: a
# small brand has levels that no pair ever reached.
_ASSUMED = {
    "name": (0.85, 0.05, 0.05, 0.03, 0.02),
    "phone": (0.60, 0.25, 0.15),
    "birthday": (0.85, 0.10, 0.05),
    "address": (0.45, 0.10, 0.10, 0.25, 0.10),
}
_ASSUMED_PAIRS = 20
# No agreement is impossible among strangers, and no disagreement among the same.
LEAST_U = 1e-6
LEAST_M = 1e-3
# Pairs that agree here teach how the other comparisons behave.
_TEACHING = (("name_1", "city_1"), ("place_1",), ("phone_1", "family_1"))
_SCALARS = {
    "name_1": "pinyins[1]",
    "city_1": "cities[1]",
    "place_1": "places[1]",
    "phone_1": "phones2[1]",
    "family_1": "families[1]",
}


class LikenessModel(BaseModel):
    """`m` and `u` by comparison, one number per level: how often two records of one person, and two
    people picked at random, stand at that level. `prior`: how often two random people are the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    trained_on: date
    people: int
    pairs: int
    prior: float
    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]

    @property
    def version(self) -> str:
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()
        return f"{self.trained_on.isoformat()}-{digest[:12]}"

    def weight(self, comparison: str, level: int) -> float:
        """How much a level speaks for one person, in bits; what is unknown says nothing."""
        if level < 0:
            return 0.0
        return math.log2(self.m[comparison][level] / self.u[comparison][level])

    @property
    def prior_weight(self) -> float:
        return math.log2(self.prior / (1 - self.prior))


def model_path(settings: Settings) -> Path:
    return settings.data_dir / "models" / "likeness" / "model.json"


def load_model(settings: Settings) -> LikenessModel | None:
    """The model in service; None before the first training or when its comparisons are others.

    Raises ConfigError when the file is damaged.
    """
    path = model_path(settings)
    if not path.exists():
        return None
    try:
        model = LikenessModel.model_validate_json(path.read_text())
    except ValidationError:
        raise ConfigError(
            f"{path.name}: not a likeness model; delete it, and the next night trains a new one"
        ) from None
    fits = {c.name: len(c.levels) for c in COMPARISONS} == {n: len(v) for n, v in model.m.items()}
    return model if fits else None


def save_model(settings: Settings, model: LikenessModel) -> None:
    path = model_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(json.loads(model.model_dump_json()), indent=1) + "\n")
    os.replace(aside, path)


def train(con: duckdb.DuckDBPyConnection, as_of: date) -> LikenessModel | None:
    """Learn from the people in likeness_person and the pairs in likeness_agreement (see likeness).

    u comes from random pairs, m from expectation maximisation, the prior from the pairs that a
    night would score. The same people give the same numbers. None when there are too few.
    """
    people = con.execute("select * from likeness_person order by person_id").to_arrow_table()
    names = [f"{c.name}_level" for c in COMPARISONS]
    seen = con.execute(
        f"select {', '.join(names)}, count(*) from likeness_agreement group by all order by all"
    ).fetchall()
    pairs = sum(row[-1] for row in seen)
    if len(people) < FEWEST_PEOPLE or pairs < FEWEST_PAIRS:
        return None
    m, u = _estimate(people)
    model = LikenessModel(trained_on=as_of, people=len(people), pairs=pairs, prior=0.5, m=m, u=u)
    model = model.model_copy(update={"prior": _prior(model, seen)})
    model = model.model_copy(update={"m": _tempered(model, seen)})
    return model.model_copy(update={"prior": _prior(model, seen)})


def _tempered(
    model: LikenessModel, seen: Sequence[tuple[int, ...]]
) -> dict[str, tuple[float, ...]]:
    """m drawn towards what is assumed, the more the fewer same people showed the comparison."""
    found = {}
    for place, (name, learned) in enumerate(model.m.items()):
        taught = math.fsum(
            row[-1] * probability(_bits(model, row) + model.prior_weight)
            for row in seen
            if row[place] >= 0
        )
        share = taught / (taught + _ASSUMED_PAIRS)
        found[name] = tuple(
            float(f"{share * own + (1 - share) * assumed:.6g}")
            for own, assumed in zip(learned, _ASSUMED[name], strict=True)
        )
    return found


def _bits(model: LikenessModel, levels: Sequence[int]) -> float:
    return math.fsum(model.weight(c.name, levels[n]) for n, c in enumerate(COMPARISONS))


def probability(bits: float) -> float:
    """The chance that stands for a weight with the prior in it."""
    return 1 / (1 + 2.0**-bits)


def _prior(model: LikenessModel, seen: Sequence[tuple[int, ...]]) -> float:
    """The share of same people among all pairs at which the scored pairs expect just as many.

    Pairs that share nothing are never looked at; they count as strangers.
    """
    every = model.people * (model.people - 1) / 2
    bits = [(_bits(model, row), row[-1]) for row in seen]
    prior = 1 / model.people
    for _ in range(200):
        odds = prior / (1 - prior)
        expected = math.fsum(n * odds / (odds + 2.0**-weight) for weight, n in bits)
        prior = min(max(expected, 1.0) / every, 0.5)
    return float(f"{prior:.6g}")


def _estimate(people: object) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[float, ...]]]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    own = duckdb.connect()
    # One thread: samples and sums then come in the same order on every machine.
    own.execute("set threads = 1")
    own.register("people", people)
    scalars = ", ".join(f"{sql} as {name}" for name, sql in _SCALARS.items())
    own.execute(f"create table person as select *, {scalars} from people order by person_id")
    try:
        api = DuckDBAPI(connection=own)
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="person_id",
            comparisons=[for_splink(c) for c in COMPARISONS],
            blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _TEACHING],
            retain_matching_columns=False,
        )
        linker = Linker(api.register("person"), settings, log_level=None)
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
        for rule in filter(lambda columns: _teaches(own, columns), _TEACHING):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        learned = linker.misc.save_model_to_json()
    finally:
        own.close()
    return _numbers(learned, "m_probability", LEAST_M), _numbers(learned, "u_probability", LEAST_U)


def _teaches(con: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> bool:
    """Whether any two people agree in these columns: Splink learns from pairs or not at all."""
    known = " and ".join(f"{name} is not null" for name in columns)
    return bool(
        con.execute(
            f"select 1 from person where {known} group by {', '.join(columns)}"
            " having count(*) > 1 limit 1"
        ).fetchall()
    )


def for_splink(comparison: Comparison) -> dict[str, Any]:
    """One comparison in Splink's words; its first level is the unknown."""
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.unknown,
            "label_for_charts": "unknown",
            "is_null_level": True,
        }
    ]
    levels += [
        {
            "sql_condition": "ELSE" if level.condition == "true" else level.condition,
            "label_for_charts": level.name,
        }
        for level in comparison.levels
    ]
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _numbers(learned: dict, kind: str, least: float) -> dict[str, tuple[float, ...]]:
    """One kind of probability by comparison; six digits, never below `least`.

    A level that no pair reached has none in what Splink learned: it gets the least.
    """
    found = {}
    for one in learned["comparisons"]:
        levels = [lv for lv in one["comparison_levels"] if not lv.get("is_null_level")]
        found[one["output_column_name"]] = tuple(
            max(float(f"{level.get(kind) or 0.0:.6g}"), least) for level in levels
        )
    return found
