"""From the last step to now: every load and batch of decisions that the state has not seen.

A full resolve and a nightly one are the same steps, so they give the same tables, row for row.
Whoever reads the state sees it as it was before or after all of them, whenever the work is killed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import duckdb

from siyu.identity.decisions.decisions import Decision, standing
from siyu.identity.state.aside import beside, drop_aside, take_place
from siyu.identity.state.intake import OBSERVATION
from siyu.identity.state.step import decision_step, load_step
from siyu.identity.state.store import ALGORITHM, create_state, read_header


@dataclass(frozen=True)
class Load:
    """One load of the ledger; `load_hash` moves when its files do."""

    load_seq: int
    load_hash: str


@dataclass(frozen=True)
class Step:
    """A load (no batch) or a batch of decisions made when that load was the newest."""

    load: Load
    batch: str
    decisions: tuple[Decision, ...]  # all that are known from this step on

    @property
    def key(self) -> tuple[int, str, str]:
        return self.load.load_seq, self.load.load_hash, self.batch


@dataclass(frozen=True)
class Advance:
    """What a call did: steps played, and whether the state was made anew."""

    played: int
    rebuilt: bool


def plan_steps(loads: Sequence[Load], decisions: Sequence[Decision]) -> list[Step]:
    """Every load in order, each followed by the batches decided when it was the newest.

    A batch made before the first load waits for it.
    """
    steps: list[Step] = []
    batches = [list(group) for _, group in groupby(decisions, key=lambda d: d.batch)]
    known: tuple[Decision, ...] = ()
    ordered = sorted(loads, key=lambda one: one.load_seq)
    for place, load in enumerate(ordered):
        steps.append(Step(load, "", known))
        following = ordered[place + 1].load_seq if place + 1 < len(ordered) else None
        while batches and (following is None or batches[0][0].after_load_seq < following):
            batch = batches.pop(0)
            known = (*known, *batch)
            text = "".join(d.model_dump_json(exclude_none=True) for d in batch)
            mark = hashlib.sha256(text.encode()).hexdigest()[:16]
            steps.append(Step(load, f"{batch[0].batch}:{mark}", known))
    return steps


def advance(
    con: duckdb.DuckDBPyConnection,
    loads: Sequence[Load],
    decisions: Sequence[Decision] = (),
    observation: str = OBSERVATION,
) -> Advance:
    """Play the steps that the state has not seen.

    The state is made anew, beside the old one, when rules, contracts or the way of solving changed,
    or when a step it was made from is no longer part of the plan; a rebuild that was cut short goes
    on where it stood. The connection must be outside any transaction.
    """
    create_state(con)
    fingerprint = _fingerprint(con, observation)
    steps = plan_steps(loads, decisions)
    missing = _missing(con, fingerprint, steps)
    if missing is not None:
        with _transaction(con):
            drop_aside(con)
            for number in missing:
                _play(con, number + 1, steps[number], observation)
        return Advance(len(missing), rebuilt=False)
    aside = beside(con)
    create_state(aside)
    missing = _missing(aside, fingerprint, steps)
    if missing is None:
        drop_aside(con)
        create_state(aside)
        aside.execute("insert into identity_state.header values (?)", [fingerprint])
        missing = range(len(steps))
    for number in missing:
        with _transaction(con):
            _play(aside, number + 1, steps[number], observation)
    with _transaction(con):
        take_place(con)
    return Advance(len(missing), rebuilt=True)


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _missing(
    con: duckdb.DuckDBPyConnection, fingerprint: str, steps: Sequence[Step]
) -> range | None:
    """Which steps the state lacks; None when it was made otherwise than planned."""
    known, done = read_header(con)
    if known != fingerprint or done != [step.key for step in steps[: len(done)]]:
        return None
    return range(len(done), len(steps))


def _play(con: duckdb.DuckDBPyConnection, step_no: int, step: Step, observation: str) -> None:
    decided = standing(step.decisions)
    load_seq = step.load.load_seq
    if step.batch:
        name = step.batch.split(":")[0]
        named = [
            i for d in step.decisions if d.batch == name for side in (d.left, d.right) for i in side
        ]
        count = decision_step(con, step_no, load_seq, decided, named, name)
    else:
        count = load_step(con, step_no, load_seq, decided, observation)
    con.execute(
        "insert into identity_state.step values (?, ?, ?, ?, ?, ?, ?)",
        [step_no, *step.key, count.new, count.solved, count.changed],
    )


def _fingerprint(con: duckdb.DuckDBPyConnection, observation: str) -> str:
    """A hash of everything besides loads and decisions that the state depends on."""
    rules = con.execute("select * from raw.identifier_type order by priority").fetchall()
    schema, _, name = observation.rpartition(".")
    view = con.execute(
        "select sql from duckdb_views() where schema_name = ? and view_name = ?", [schema, name]
    ).fetchall()
    return hashlib.sha256(repr((ALGORITHM, rules, view)).encode()).hexdigest()
