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
    """Two sides that are one person because somebody said so. It holds by the strongest identifier
    of either side that names a person at all: the one before it may have become shared.
    """

    decision_id: str
    left: tuple[Identifier, ...]
    right: tuple[Identifier, ...]

    def parted(self, left: frozenset[Identifier], right: frozenset[Identifier]) -> list[MustLink]:
        """What is left of it once these two are apart: what it says within either of them."""
        named = {*self.left, *self.right}
        if not (named & left and named & right):
            return [self]
        within = [
            (tuple(i for i in self.left if i in part), tuple(i for i in self.right if i in part))
            for part in (left, right)
        ]
        return [
            MustLink(self.decision_id, ours, theirs) for ours, theirs in within if ours and theirs
        ]


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

    def without(self, person: frozenset[Identifier]) -> list[KeptApart]:
        """What is left of it once these identifiers are one person: the rest of either side was never
        said to be the other.
        """
        inside = self.left & person, self.right & person
        if not all(inside):
            return [self]
        rest = (self.left, self.right - person), (self.left - person, inside[1])
        return [
            KeptApart(self.decision_id, ours, theirs) for ours, theirs in rest if ours and theirs
        ]


@dataclass(frozen=True)
class Standing:
    """The decisions that hold after all of them were read in order."""

    links: tuple[MustLink, ...]
    aparts: tuple[KeptApart, ...]


def standing(decisions: Sequence[Decision]) -> Standing:
    """Read decisions in order: a merge lifts what keeps its two sides apart, a split or
    keep-apart lifts the merges between its two sides.

    A decision about parts of people lifts no more than those parts.
    """
    links: list[MustLink] = []
    aparts: list[KeptApart] = []
    for one in decisions:
        left, right = frozenset(one.left), frozenset(one.right)
        if one.kind == "merge":
            aparts = [rest for apart in aparts for rest in apart.without(left | right)]
            links.append(MustLink(one.decision_id, one.left, one.right))
            continue
        links = [rest for link in links for rest in link.parted(left, right)]
        aparts.append(KeptApart(one.decision_id, left, right))
    return Standing(tuple(dict.fromkeys(links)), tuple(aparts))


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
