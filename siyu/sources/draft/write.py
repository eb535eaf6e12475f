"""A draft becomes a file: among the contracts when nothing is open, else beside them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from siyu.errors import ConfigError
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.draft.contract import draft_contract
from siyu.sources.draft.guesses import Answers
from siyu.sources.draft.text import draft_text, todo_lines
from siyu.sources.trial.check_file import check_file
from siyu.sources.trial.file_report import FileReport
from siyu.strict import NAME


@dataclass(frozen=True)
class Added:
    """What was written. `report` says how the new contract reads the file; None while a TODO is open."""

    source: str
    place: str
    fields: int
    todos: tuple[str, ...]
    report: FileReport | None


def add_draft(path: Path, settings: Settings, answers: Answers) -> Added:
    """Write the draft of a contract for one file.

    With an open TODO it goes to `config`/drafts, which no night reads. Raises ConfigError when a
    source or draft of that name is already there.
    """
    draft = draft_contract(path, settings, answers)
    if not NAME.match(draft.id):
        raise ConfigError(f"--id {draft.id!r}: write it in lower snake case, as in shop_order")
    text = draft_text(draft)
    todos = tuple(todo_lines(text))
    folder = settings.config_dir / ("drafts" if todos else "sources")
    for taken in (folder, settings.config_dir / "sources"):
        if (taken / f"{draft.id}.yml").exists():
            raise ConfigError(
                f"{taken.name}/{draft.id}.yml is already there; give another name with --id"
            )
    report = None
    if not todos:
        contract = Contract.model_validate(yaml.safe_load(text))
        known = load_contracts(settings.config_dir)
        report = check_file(path, settings, {**known, contract.id: contract})
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{draft.id}.yml"
    aside = target.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, target)
    place = f"{settings.config_dir.name}/{folder.name}/{target.name}"
    return Added(draft.id, place, len(draft.fields), todos, report)
