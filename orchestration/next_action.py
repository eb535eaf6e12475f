"""The next action: trained weekly beside its plain rules, filled into tables every night."""

from collections.abc import Iterator

import dagster as dg

from ml.action.tables import TABLES
from ml.action.train import ACTIONS
from orchestration.plain_faults import plain_faults
from orchestration.resources import GROWTH, POOL, settings_from_env
from siyu.warehouse import connect, warehouse_as_of

MODEL_KEYS = [dg.AssetKey(["ml", f"{name}_model"]) for name in ACTIONS]
TABLE_KEYS = [dg.AssetKey(["ml", name]) for name in TABLES]


@dg.multi_asset(
    name="next_action_models",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["ml", f"{name}_model"]),
            deps=[dg.AssetKey(table.split("/")) for table in action.reads],
            group_name="ml",
            owners=[GROWTH],
            kinds={"scikitlearn", "python"},
            description=f"{action.question} Trained weekly, judged beside a plain rule.",
        )
        for name, action in ACTIONS.items()
    ],
    can_subset=True,
    pool=POOL,
)
@plain_faults
def next_action_models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Train each asset and judge it on days it has not seen, beside its plain rule."""
    from ml.action.train import train_actions

    settings = settings_from_env()
    with connect(settings, read_only=True) as con:
        as_of = warehouse_as_of(con)
    wanted = {key.path[-1].removesuffix("_model") for key in context.selected_asset_keys}
    for verdict in train_actions(settings, as_of, [n for n in ACTIONS if n in wanted]):
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["ml", f"{verdict.asset}_model"]),
            metadata={
                "published": verdict.is_published,
                "reason": verdict.reason,
                "method": verdict.method,
                **{name: float(value) for name, value in verdict.figures.items()},
            },
        )


@dg.multi_asset(
    name="next_actions",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["ml", name]),
            deps=[dg.AssetKey(["core", "dim_person"])],
            group_name="ml",
            owners=[GROWTH],
            kinds={"duckdb", "python"},
            description=description,
        )
        for name, (description, _) in TABLES.items()
    ],
    pool=POOL,
)
@plain_faults
def next_actions() -> Iterator[dg.MaterializeResult]:
    """Tables from the newest results: empty, and saying why, where a plain rule was not beaten."""
    from ml.action.serve import serve_actions

    for name, rows in serve_actions(settings_from_env()).items():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["ml", name]), metadata={"dagster/row_count": rows}
        )
