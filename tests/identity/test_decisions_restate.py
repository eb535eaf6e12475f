"""What an operator decides about people reaches tables that only take in what is new."""

from __future__ import annotations

from pathlib import Path

from siyu.fingerprint import must_rebuild, remember_build
from siyu.identity.decisions.decide import draft
from siyu.identity.decisions.decisions import add_decisions, decisions_path
from siyu.settings import PROJECT_DIR, Settings


def test_a_decision_has_the_next_night_build_incremental_tables_anew(tmp_path: Path) -> None:
    settings = Settings(tmp_path, PROJECT_DIR / "config")
    remember_build(settings)
    assert not must_rebuild(settings)
    one, other = [("phone", "", "a" * 32)], [("phone", "", "b" * 32)]
    add_decisions(
        decisions_path(settings), [draft("merge", one, other, "met in the shop", "tester", 1)]
    )
    assert must_rebuild(settings)
    remember_build(settings)
    assert not must_rebuild(settings)
