"""Features to scores: models are trained weekly (and once at the start), scores are written nightly.

Every horizon of a question is trained with it; the asset shows the leading one and names the others.
"""

from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.plain_faults import plain_faults
from orchestration.resources import GROWTH, POOL, settings_from_env
from siyu.warehouse import connect, warehouse_as_of

if TYPE_CHECKING:
    from ml.backtest import Backtest
    from ml.score import Score

MODELS = ("churn", "ltv")
FEATURES = dg.AssetKey(["features", "person_features"])
HISTORY = dg.AssetKey(["features", "person_features_history"])


def _spec(schema: str, name: str, deps: list[dg.AssetKey], description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey([schema, name]),
        deps=deps,
        group_name="ml",
        owners=[GROWTH],
        kinds={"scikitlearn", "python"},
        description=description,
    )


@dg.multi_asset(
    name="models",
    specs=[
        _spec("ml", f"{name}_model", [HISTORY], f"The {name} model in service, with its card.")
        for name in MODELS
    ],
    pool=POOL,
)
@plain_faults
def models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Train challengers, judge them on the held-out window beside every baseline, keep the winner."""
    from ml.train import train_all

    settings = settings_from_env()
    with connect(settings, read_only=True) as con:
        as_of = warehouse_as_of(con)
    result = train_all(settings, as_of)
    for question in MODELS:
        model = next(m for m in result.models if m.name == question)
        tests = [m.backtest for m in result.models if m.name.startswith(question) and m.backtest]
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["ml", f"{question}_model"]),
            metadata={
                "version": model.version,
                "decision": model.decision,
                "card": dg.MetadataValue.md(model.card),
                "backtest": dg.MetadataValue.md("\n\n".join(test.table() for test in tests)),
                "plots": dg.MetadataValue.md("\n\n".join(map(_pictures, tests))),
                "report": dg.MetadataValue.path(settings.data_dir / "report" / "models.html"),
                "below_a_rule": sum(len(test.lost()) for test in tests),
                **{m.name: m.decision for m in result.models if m.name.startswith(question + "_")},
                **{k: float(v) for k, v in model.headline.items()},
            },
        )


@dg.multi_asset(
    name="scores",
    specs=[
        _spec("ml", f"{name}_score", [FEATURES], f"Tonight's {name} score of every person.")
        for name in MODELS
    ],
    pool=POOL,
)
@plain_faults
def scores(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Score with the champions; the first night of all trains them, no other night refits."""
    from ml.score import score_all
    from ml.train import train_missing

    settings = settings_from_env()
    with connect(settings, read_only=True) as con:
        as_of = warehouse_as_of(con)
    for model in train_missing(settings, as_of).models:
        context.log.info(f"{model.name} had no champion: {model.decision}")
    result = score_all(settings, as_of)
    for score in result.scores:
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["ml", f"{score.name}_score"]),
            metadata={
                "dagster/row_count": score.rows,
                "version": score.version or "none",
                "verdict": score.verdict,
                **_health(score),
            },
        )


def _pictures(test: "Backtest") -> str:
    """The report's plots of one question and horizon, as Dagster's pages show pictures."""
    from ml.report import plots

    name = f"{test.task.name}, {test.task.days} days"
    return f"**{name}**\n\n" + "\n\n".join(
        f"![{caption}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})\n\n{caption}"
        for caption, svg in plots(test).items()
    )


def _health(score: "Score") -> dict[str, float | int | str]:
    """Drift, age and steadiness of the model that scored, as metadata."""
    if score.health is None:
        return {}
    worst, psi = score.health.worst_feature
    found: dict[str, float | int | str] = {
        "score_psi": score.health.score_psi,
        "worst_feature": worst,
        "worst_feature_psi": psi,
        "model_age_days": score.health.age_days,
    }
    if score.health.moved_two_share is not None:
        found["moved_two_tenths_share"] = score.health.moved_two_share
    return found
