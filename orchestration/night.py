"""The nightly job, run whole in this process: what `siyu run` calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass
from datetime import date

import dagster as dg
from dagster._core.execution.plan.objects import StepFailureData

from orchestration.part import selected_assets
from orchestration.plain_faults import faults_as_they_are
from orchestration.preflight import require_good_config
from siyu.errors import ConfigError, PermanentFailure
from siyu.fingerprint import forget, is_done, night_fingerprint, remember
from siyu.run_lock import only_one
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.database.pull import pull_all
from siyu.sources.raw.ledger import read_ledgers


@dataclass(frozen=True)
class NightResult:
    """How a night ended. `refused` are files quarantined by this very run, one line each;
    `unread` are databases that this run could not read, or not whole.
    """

    ran: bool
    refused: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@contextmanager
def _quiet(settings: Settings) -> Iterator[None]:
    """dbt talks on stdout, which belongs to data: what it says goes to a log of the newest night."""
    path = settings.data_dir / "logs" / "night.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as log, redirect_stdout(log):
        yield


# For whoever meets a load that breaks its contract.
_WAY_OUT = "; mend its contract, or take the load out: siyu quarantine take SOURCE"


def run_night(
    settings: Settings,
    as_of: str | None,
    force: bool = False,
    select: str | None = None,
    debug: bool = False,
) -> NightResult:
    """Run the nightly job unless nothing changed since the last finished night.

    `select` names a part of it in Dagster's selection syntax. A part always runs, and is no
    finished night: the next whole run plays the night again. `debug` lets the fault of a step
    through as it is, with whatever values its words hold.
    Raises ConfigError for faults in what the brand wrote, a selection of nothing or a day before
    the newest night, PermanentFailure naming the step and its reason when the night fails.
    """
    require_good_config(settings.config_dir)
    with only_one(settings):
        _refuse_the_past(settings, as_of)
        # Only what the databases hold can say whether anything changed.
        told = _read_databases(settings) if select is None else {}
        fingerprint = night_fingerprint(settings, as_of)
        if not (force or select) and is_done(settings, fingerprint):
            return NightResult(ran=False, unread=tuple(filter(None, told.values())))
        known = {one.load_seq for one in read_ledgers(settings)}
        forget(settings)
        with _quiet(settings):
            told = _execute(settings, as_of, select, told, debug)
        if select is None:
            remember(settings, fingerprint)
        refused = tuple(
            f.message
            for one in read_ledgers(settings)
            if one.load_seq not in known
            for f in one.files
            if f.status == "quarantined"
        )
        return NightResult(ran=True, refused=refused, unread=tuple(filter(None, told.values())))


def _refuse_the_past(settings: Settings, as_of: str | None) -> None:
    newest = max((one.as_of for one in read_ledgers(settings)), default=None)
    if as_of and newest and date.fromisoformat(as_of) < newest:
        raise ConfigError(
            f"--as-of {as_of} lies before the newest night {newest}: lists already sent cannot be"
            " unsent; use a data folder of its own for a past night"
        )


def _read_databases(settings: Settings) -> dict[str, str]:
    """Read the database of every contract that has one; gives what is wrong with each, or nothing."""
    pulled = pull_all(settings, load_contracts(settings.config_dir))
    return {p.source: p.message for p in pulled}


def _execute(
    settings: Settings, as_of: str | None, select: str | None, told: dict[str, str], debug: bool
) -> dict[str, str]:
    """Play the night, or a part of it that reads databases for itself; gives what was said of them."""
    # Imported here: Dagster and dbt cost seconds, and a night with nothing new needs neither.
    from orchestration.definitions import defs
    from orchestration.pages import note_for_pages
    from orchestration.schedules import night_config

    job = defs.resolve_job_def("nightly")
    if select is not None:
        job = job.get_subset(asset_selection=selected_assets(defs, job, select))
    if select and job.has_node_named("landing"):
        told = _read_databases(settings)
    steps = {
        n: told
        for n, told in night_config(as_of or "", told)["ops"].items()
        if job.has_node_named(n)
    }
    config = {"ops": steps, "loggers": {"progress": {}}}
    words = faults_as_they_are() if debug else nullcontext()
    with dg.DagsterInstance.ephemeral() as instance, words:
        result = job.execute_in_process(instance=instance, run_config=config, raise_on_error=debug)
        note_for_pages(settings, instance.all_logs(result.run_id))
    if result.success:
        return told
    reasons = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.STEP_FAILURE:
            reasons.append(f"{event.step_key}: {_told(event.step_failure_data)}")
    raise PermanentFailure("the night failed at " + ("; ".join(reasons) or "start-up"))


def _told(failure: StepFailureData) -> str:
    """What a step that failed says of itself, or which of its checks stopped it; any other fault of
    Dagster's own tells its kind.
    """
    said, error = failure.user_failure_data, failure.error
    if said is not None and said.description:
        return said.description
    kind = (error.cls_name if error else None) or "no cause"
    if kind == "DagsterExecutionInterruptedError":
        return "stopped before it was done; siyu run plays it again"
    if error is not None and kind == "DagsterAssetCheckFailedError":
        line = " ".join(error.message.split()).split(f"{kind}: ", 1)[-1]
        return line + _WAY_OUT if ": expectations" in line else line
    return f"unforeseen fault ({kind})"
