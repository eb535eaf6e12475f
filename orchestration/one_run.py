"""Runs that Dagster starts, from its pages, a schedule or a sensor, wait for their turn like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import dagster as dg
from dagster._core.errors import raise_execution_interrupts
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor

from orchestration.resources import settings_from_env
from siyu.run_lock import in_turn


class OneRun(InProcessExecutor):
    """All steps in this process, while no other run is at work on the data folder.

    DuckDB takes one writing process; steps in one process also save 8 s of imports each. `siyu run`
    holds the lock itself and plays its night without this executor.
    """

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        def waits() -> None:
            plan_context.log.info("another run is at work on this data folder: waiting for it")

        with ExitStack() as held:
            # A run that waits can be stopped at once.
            with raise_execution_interrupts():
                held.enter_context(in_turn(settings_from_env(), waits))
            yield from super().execute(plan_context, execution_plan)


@dg.executor(name="one_run_at_a_time")
def one_run_at_a_time(_context: dg.InitExecutorContext) -> OneRun:
    return OneRun(RetryMode.ENABLED)
