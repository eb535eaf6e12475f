"""Scores to lists: membership in one pass, the gate, and delivery through the outbox."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from orchestration.gate import failed_checks
from orchestration.plain_faults import plain_faults
from orchestration.quality import EVALUATION
from orchestration.resources import GROWTH, POOL, settings_from_env
from siyu.doubt import require_no_doubt
from siyu.errors import PermanentFailure
from siyu.segments.catalogue import load_segments
from siyu.segments.membership import evaluate_segments
from siyu.warehouse import connect, warehouse_as_of

MEMBERSHIP = dg.AssetKey(["activation", "segment_membership"])
GATE = dg.AssetKey(["activation", "publish_gate"])
DELIVERY = dg.AssetKey(["activation", "delivery"])


@dg.asset(
    key=MEMBERSHIP,
    deps=[
        dg.AssetKey(["marts", "person_360"]),
        dg.AssetKey(["ml", "churn_score"]),
        dg.AssetKey(["ml", "ltv_score"]),
    ],
    group_name="activation",
    owners=[GROWTH],
    kinds={"duckdb", "python"},
    pool=POOL,
)
@plain_faults
def segment_membership(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Who is in which segment since when. One row per segment, person and stay."""
    settings = settings_from_env()
    segments = load_segments(settings.config_dir)
    with connect(settings) as con:
        results = evaluate_segments(con, segments, warehouse_as_of(con))
    table = "\n".join(f"| {r.segment_id} | {r.size} | {r.entered} | {r.left} |" for r in results)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(r.size for r in results),
            "segments": dg.MetadataValue.md(
                f"| segment | size | entered | left |\n|---|---|---|---|\n{table}"
            ),
        }
    )


@dg.asset(
    key=GATE,
    deps=[MEMBERSHIP, EVALUATION],
    group_name="activation",
    owners=[GROWTH],
    kinds={"python"},
    pool=POOL,
)
@plain_faults
def publish_gate(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Nothing leaves the house on a night on which an error-severity check failed."""
    passed, failed = failed_checks(context.instance, context.run_id)
    if failed:
        raise dg.Failure(f"not published: failed checks: {', '.join(failed)}", allow_retries=False)
    with connect(settings_from_env(), read_only=True) as con:
        _require_no_doubt(con)
    return dg.MaterializeResult(metadata={"checks_passed": passed})


def _require_no_doubt(con: duckdb.DuckDBPyConnection) -> None:
    try:
        require_no_doubt(con)
    except PermanentFailure as fault:
        raise dg.Failure(str(fault), allow_retries=False) from fault


@dg.multi_asset(
    name="delivery",
    specs=[
        dg.AssetSpec(
            DELIVERY,
            deps=[GATE, MEMBERSHIP],
            group_name="activation",
            owners=[GROWTH],
            kinds={"csv", "python"},
            description="Lists sent tonight: add, remove and members of every segment. "
            "One row per destination, segment and night.",
        )
    ],
    pool=POOL,
)
@plain_faults
def delivery(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Write every segment's list to every destination it names, whole or not at all."""
    from siyu.destinations.abandoned import recall_notes
    from siyu.destinations.catalogue import load_destinations
    from siyu.destinations.outbox import publish
    from siyu.destinations.scopes import empty_scopes, named_by

    settings = settings_from_env()
    segments = load_segments(settings.config_dir)
    destinations = load_destinations(settings.config_dir)
    with connect(settings) as con:
        _require_no_doubt(con)
        as_of = warehouse_as_of(con)
        sent = publish(con, settings, segments, destinations, as_of, run_id=as_of.isoformat())
        empty = empty_scopes(con, named_by(segments.values(), destinations))
    for note in (*empty, *recall_notes(sent, destinations)):
        context.log.warning(note)
    yield dg.MaterializeResult(
        asset_key=DELIVERY,
        metadata={
            "dagster/row_count": len(sent),
            "added": sum(d.add_count for d in sent),
            "removed": sum(d.remove_count for d in sent),
        },
    )
