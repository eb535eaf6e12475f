"""`siyu person`: who is behind which accounts and why, and what an operator decides about it."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.errors import ConfigError
from siyu.settings import load_settings
from siyu.warehouse import connect, warehouse_as_of

if TYPE_CHECKING:
    from siyu.identity.decisions.decisions import Decision
    from siyu.identity.decisions.explain import PersonDetail

app = typer.Typer(help="People: who is behind which accounts, and why.")
Person = Annotated[str, typer.Argument(help="Person id, of today or of any earlier night.")]
Reason = Annotated[str, typer.Option(help="Why, for the next reader; no personal value.")]
Actor = Annotated[str, typer.Option(help="Who decides; the user of this machine by default.")]
SHOWN_TOKEN = 8


@app.command()
def show(
    person: Person,
    path: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Two identifiers (type:token): print the evidence between them."),
    ] = None,
    purpose: Annotated[
        str, typer.Option(help="Open the vault for this purpose of privacy.yml; it is logged.")
    ] = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """A person's identifiers (masked), evidence, refused links and history."""
    from siyu.identity.decisions.explain import person_detail

    settings = load_settings()
    with connect(settings, read_only=True) as con:
        warehouse_as_of(con)
        detail = person_detail(con, person)
    if not detail.identifiers and not detail.history:
        raise ConfigError(f"nobody has or had the id {person}: see identity.person_alias")
    opened = _opened(detail, purpose, actor) if purpose else {}
    walked = _walk(detail, path) if path else None
    if json:
        print_json(
            {**asdict(detail), "values": opened}
            | ({"path": [asdict(e) for e in walked]} if walked is not None else {})
        )
        return
    if detail.asked_for != detail.person_id:
        say(f"{detail.asked_for} is {detail.person_id} today")
    _print(detail, opened)
    if walked is not None:
        _print_evidence("Path", walked)


def _print(detail: PersonDetail, opened: dict[str, str]) -> None:
    print_table(
        f"Identifiers of {detail.person_id}",
        ("id_type", "scope", "token", "value", "first seen", "last seen", "records"),
        [
            (i.id_type, i.scope, _short(i.value_key), opened.get(i.value_key, "****"),
             i.first_seen_at, i.last_seen_at, i.record_count)
            for i in detail.identifiers
        ],
    )  # fmt: skip
    if detail.evidence:
        _print_evidence("Evidence", list(detail.evidence))
    if detail.refused:
        print_table(
            "Refused links",
            ("own", "other", "other person", "reason", "records", "since load"),
            [
                (f"{r.id_type}:{_short(r.value_key)}", f"{r.other_type}:{_short(r.other_key)}",
                 r.other_person_id, r.reason, r.evidence_count, r.decided_load_seq)
                for r in detail.refused
            ],
        )  # fmt: skip
    print_table(
        "History",
        ("day", "person", "change", "other person", "cause"),
        [(h.as_of_on, h.person_id, h.change, h.other_person_id, h.cause) for h in detail.history],
    )


def _print_evidence(title: str, links: list) -> None:
    print_table(
        title,
        ("one", "other", "trust", "records", "since load", "sources"),
        [
            (f"{e.a_type}:{_short(e.a_key)}", f"{e.b_type}:{_short(e.b_key)}", e.trust,
             e.evidence_count, e.first_load_seq, e.sources)
            for e in links
        ],
    )  # fmt: skip


def _short(token: str) -> str:
    return token[:SHOWN_TOKEN]


def _walk(detail: PersonDetail, ends: tuple[str, str]) -> list:
    from siyu.identity.decisions.decide import pick
    from siyu.identity.decisions.explain import evidence_path

    held = [(i.id_type, i.scope, i.value_key) for i in detail.identifiers]
    start, end = (pick(held, word) for word in ends)
    walked = evidence_path(detail.evidence, start, end)
    if walked is None:
        raise ConfigError("no evidence leads from one to the other: run the night once more")
    return walked


def _opened(detail: PersonDetail, purpose: str, actor: str) -> dict[str, str]:
    """Readable values by token, of the types that the purpose allows."""
    from siyu.data_key import load_data_key
    from siyu.destinations.purposes import load_purposes
    from siyu.privacy.vault import Vault

    settings = load_settings()
    purposes = load_purposes(settings.config_dir)
    if purpose not in purposes:
        raise ConfigError(
            f"--purpose {purpose!r} is not one of {', '.join(purposes) or 'privacy.yml, which names none'}"
        )
    allowed = set(purposes[purpose])
    tokens = [i.value_key for i in detail.identifiers if i.id_type in allowed]
    vault = Vault(settings, load_data_key(settings))
    return vault.open(tokens, purpose, actor or getpass.getuser())


@app.command()
def evaluate(
    truth: Annotated[
        Path | None,
        typer.Option(help="Folder with accounts.csv or .parquet; the brand's truth/ by default."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """How good the people are: precision and recall against a truth, and id churn overnight."""
    from siyu.identity.judged.quality import kept_churn, people_quality, truth_folder

    settings = load_settings()
    people = people_quality(settings, truth or truth_folder(settings))
    report: dict[str, object] = {k: v for k, v in asdict(people).items() if k != "largest"}
    largest = people.largest
    report |= {
        "largest_cluster_person": largest.person_id if largest else None,
        "largest_cluster_identifiers": largest.identifier_count if largest else 0,
        "largest_cluster_true_people": largest.true_person_count if largest else 0,
    }
    moved = kept_churn(settings)
    report |= {
        "churn_between": f"{moved.previous_on} and {moved.as_of_on}" if moved else None,
        "id_churn_explained": moved.churn.explained_share if moved else None,
        "id_churn_unexplained": moved.churn.unexplained_share if moved else None,
    }
    if json:
        print_json(report)
        return
    shown = [(k, f"{v:.5f}" if isinstance(v, float) else v) for k, v in report.items()]
    print_table("People against the truth", ("measure", "value"), shown)


@app.command()
def merge(
    person: Person,
    other: Annotated[str, typer.Argument(help="The person who is the same.")],
    reason: Reason = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """Two people are one: outranks all evidence and limits from the next night on."""
    _decide("merge", person, other, reason, actor, json)


@app.command(name="keep-apart")
def keep_apart(
    person: Person,
    other: Annotated[str, typer.Argument(help="The person who is somebody else.")],
    reason: Reason = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """Two people are two, whatever evidence comes."""
    _decide("keep_apart", person, other, reason, actor, json)


@app.command()
def split(
    person: Person,
    identifiers: Annotated[
        list[str], typer.Argument(help="What leaves the person: type:token, as `show` prints it.")
    ],
    reason: Reason = "",
    actor: Actor = "",
    json: JsonFlag = False,
) -> None:
    """Some identifiers leave a person; the same evidence never brings them back."""
    from siyu.identity.decisions.decide import draft, held_identifiers, newest_load, pick

    with connect(load_settings(), read_only=True) as con:
        warehouse_as_of(con)
        held = held_identifiers(con, person)
        after = newest_load(con)
    chosen = [pick(held, word) for word in identifiers]
    leaving = [i for i in held if i in chosen]
    staying = [i for i in held if i not in chosen]
    _keep(draft("split", leaving, staying, reason, actor or getpass.getuser(), after), json)


def _decide(kind: str, person: str, other: str, reason: str, actor: str, json: bool) -> None:
    from siyu.identity.decisions.decide import draft, held_identifiers, newest_load

    with connect(load_settings(), read_only=True) as con:
        warehouse_as_of(con)
        left, right = held_identifiers(con, person), held_identifiers(con, other)
        after = newest_load(con)
    _keep(draft(kind, left, right, reason, actor or getpass.getuser(), after), json)  # type: ignore[arg-type]


def _keep(decision: Decision, json: bool) -> None:
    from siyu.identity.decisions.decisions import add_decisions, decisions_path

    (kept,) = add_decisions(decisions_path(load_settings()), [decision])
    if json:
        print_json(kept.model_dump(mode="json"))
        return
    say(f"decision {kept.decision_id} is kept; `siyu run` carries it out")
