"""The end of the night: its record, the serving file, and the sentinel that nothing is missing."""

import dagster as dg

from orchestration.activate import DELIVERY
from orchestration.gate import materialised
from orchestration.next_action import TABLE_KEYS
from orchestration.plain_faults import plain_faults
from orchestration.resources import OWNER, POOL, settings_from_env
from siyu.runs import record_run
from siyu.serving import publish_serving
from siyu.warehouse import connect, warehouse_as_of

RUN = dg.AssetKey(["ops", "run"])
SERVING = dg.AssetKey(["serving", "siyu"])
SENTINEL = dg.AssetKey(["ops", "night_complete"])


@dg.asset(key=RUN, deps=[DELIVERY], group_name="ops", owners=[OWNER], kinds={"duckdb"}, pool=POOL)
@plain_faults
def run_record() -> dg.MaterializeResult:
    """What the night did. One row per finished night."""
    with connect(settings_from_env()) as con:
        run_id = record_run(con, warehouse_as_of(con))
        rows = con.execute("select count(*) from ops.run").fetchall()[0][0]
    return dg.MaterializeResult(metadata={"dagster/row_count": rows, "run": run_id})


@dg.asset(
    key=SERVING,
    deps=[RUN, *TABLE_KEYS],
    group_name="serving",
    owners=[OWNER],
    kinds={"duckdb"},
    pool=POOL,
)
@plain_faults
def serving() -> dg.MaterializeResult:
    """The file that the console and BI read: the public tables, replaced in one rename."""
    tables = publish_serving(settings_from_env())
    return dg.MaterializeResult(metadata={"tables": tables})


@dg.asset(key=SENTINEL, deps=[SERVING], group_name="serving", owners=[OWNER], kinds={"python"})
@plain_faults
def night_complete(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Fails when anything that this run was to make was not made, however quietly."""
    selected = context.job_def.asset_layer.selected_asset_keys
    missing = selected - materialised(context.instance, context.run_id) - {SENTINEL}
    if missing:
        names = ", ".join(sorted(key.to_user_string() for key in missing))
        raise dg.Failure(f"the night is not complete; not made: {names}", allow_retries=False)
    return dg.MaterializeResult(metadata={"assets": len(selected)})
