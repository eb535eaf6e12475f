"""Nothing is published on a night on which a check failed, and nothing missing goes unseen."""

import dagster as dg

from orchestration.gate import failed_checks, materialised


@dg.asset(check_specs=[dg.AssetCheckSpec("money", asset="orders")])
def orders(context: dg.AssetExecutionContext):
    yield dg.MaterializeResult(
        check_results=[
            dg.AssetCheckResult(
                check_name="money",
                passed=context.run.tags["good"] == "yes",
                severity=dg.AssetCheckSeverity.ERROR,
            )
        ]
    )


@dg.asset(check_specs=[dg.AssetCheckSpec("freshness", asset="stock")])
def stock():
    yield dg.MaterializeResult(
        check_results=[
            dg.AssetCheckResult(
                check_name="freshness", passed=False, severity=dg.AssetCheckSeverity.WARN
            )
        ]
    )


def play(good: str) -> tuple[dg.DagsterInstance, str]:
    instance = dg.DagsterInstance.ephemeral()
    result = dg.materialize([orders, stock], instance=instance, tags={"good": good})
    return instance, result.run_id


def test_a_failed_error_check_closes_the_gate_by_name() -> None:
    instance, run_id = play("no")
    assert failed_checks(instance, run_id) == (0, ["orders:money"])


def test_a_warning_leaves_the_gate_open() -> None:
    instance, run_id = play("yes")
    assert failed_checks(instance, run_id) == (1, [])


def test_the_log_tells_what_was_made() -> None:
    instance, run_id = play("yes")
    assert materialised(instance, run_id) == {dg.AssetKey("orders"), dg.AssetKey("stock")}
