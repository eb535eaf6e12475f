"""What people decided about people: merge, split, keep apart. Kept outside the warehouse, so that
no rebuild forgets it; a newer decision about the same people replaces an older one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from siyu.errors import ConfigError
from siyu.settings import Settings

Kind = Literal["merge", "split", "keep_apart"]
Identifier = tuple[str, str, str]  # id_type, scope, value_key: a token, never a readable value


class Suggestion(BaseModel):
    """What the review queue showed when it was decided. `weight` is what likeness alone said, in
    bits, before any calibration; `in_bulk` when nobody looked at the pair itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    suggestion_id: str
    person_id: str
    other_person_id: str
    probability: float
    weight: float
    band: str
    agreement: str
    evidence: str
    other_evidence: str
    model_version: str
    in_bulk: bool


class Decision(BaseModel):
    """One line of the file. `left` and `right` are the identifiers of both sides when it was made,
    the strongest first; a split's `left` is the part that leaves.

    `batch` joins what was decided in one go; `after_load_seq` is the newest load then known;
    `suggestion` is the entry of the review queue that it answers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision_id: str
    batch: str
    kind: Kind
    left: tuple[Identifier, ...]
    right: tuple[Identifier, ...]
    reason: str
    actor: str
    after_load_seq: int
    decided_at: datetime
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class MustLink:
    """Two identifiers that are one person because somebody said so."""

    decision_id: str
    left: Identifier
    right: Identifier


@dataclass(frozen=True)
class KeptApart:
    """Two sides that may never share a person."""

    decision_id: str
    left: frozenset[Identifier]
    right: frozenset[Identifier]

    def divides(self, ours: frozenset[Identifier], theirs: frozenset[Identifier]) -> bool:
        """Whether it stands between two sets of identifiers."""
        straight = bool(self.left & ours) and bool(self.right & theirs)
        return straight or (bool(self.left & theirs) and bool(self.right & ours))


@dataclass(frozen=True)
class Standing:
    """The decisions that hold after all of them were read in order."""

    links: tuple[MustLink, ...]
    aparts: tuple[KeptApart, ...]


def standing(decisions: Sequence[Decision]) -> Standing:
    """Read decisions in order: a merge lifts what keeps its two sides apart, a split or
    keep-apart lifts the merges between its two sides.

    A split takes identifiers out of a person: what it leaves of a merge holds within either part.
    """
    links: list[MustLink] = []
    aparts: list[KeptApart] = []
    merges: dict[str, Decision] = {}
    for one in decisions:
        left, right = frozenset(one.left), frozenset(one.right)
        if one.kind == "merge":
            aparts = [a for a in aparts if not a.divides(left, right)]
            links.append(MustLink(one.decision_id, one.left[0], one.right[0]))
            merges[one.decision_id] = one
            continue
        if one.kind == "split":
            links += [
                kept
                for m in links
                if {m.left, m.right} <= left | right
                for kept in _within(merges[m.decision_id], m, (left, right))
            ]
        links = [
            m
            for m in links
            if not ((m.left in left and m.right in right) or (m.left in right and m.right in left))
        ]
        aparts.append(KeptApart(one.decision_id, left, right))
    return Standing(tuple(dict.fromkeys(links)), tuple(aparts))


def _within(
    merge: Decision, link: MustLink, parts: Sequence[frozenset[Identifier]]
) -> Iterator[MustLink]:
    """What holds a merge together in each part in which its link does not."""
    for part in parts:
        left = next((i for i in merge.left if i in part), None)
        right = next((i for i in merge.right if i in part), None)
        if left and right and not {link.left, link.right} <= part:
            yield MustLink(merge.decision_id, left, right)


def decisions_path(settings: Settings) -> Path:
    return settings.data_dir / "decisions" / "identity.jsonl"


def read_decisions(path: Path) -> list[Decision]:
    """All decisions in the order in which they were made; a line cut by a kill is left out.

    Raises ConfigError naming the line that is not a decision.
    """
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines[:-1], start=1):  # what ends without a newline was cut
        try:
            found.append(Decision.model_validate_json(line))
        except ValidationError:
            raise ConfigError(
                f"{path.name} line {number}: not a decision; restore the file from a backup or take"
                " the line out"
            ) from None
    return found


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add_decisions(path: Path, new: Sequence[Decision]) -> list[Decision]:
    """Append decisions, numbering them and their batch; returns them as written.

    The file is written aside and renamed, so a kill leaves all of them or none.
    """
    with _only_one(path):
        known = read_decisions(path)
        batch = f"b{len({d.batch for d in known}) + 1:05d}"
        numbered = [
            one.model_copy(update={"decision_id": f"d{len(known) + n:06d}", "batch": batch})
            for n, one in enumerate(new, start=1)
        ]
        aside = path.with_suffix(".new")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            for one in [*known, *numbered]:
                file.write(one.model_dump_json(exclude_none=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    return numbered
