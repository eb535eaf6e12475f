"""A list that names accounts takes back what is no longer the person's, and is its owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

import duckdb
import pytest

from siyu.destinations.definition import Destination
from siyu.destinations.ledger import Delivery
from siyu.destinations.outbox import publish
from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.vault import Vault
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, people_in, play, read
from tests.segments.small_brand import nights, segment, set_consent

PHONES = Destination.model_validate(
    {**FILES.model_dump(), "identifiers": ["phone"], "purpose": "marketing"}
)
BUYERS = [segment(destinations=["files"])]
PEOPLE = {p: {"order_count": 1} for p in ("p1", "p2", "p3")}
OLD, NEW, OTHER = "13900000001", "13900000002", "13900000003"
Held = Mapping[str, str | None]


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIYU_KEY", "5a" * 32)


def hold(con: duckdb.DuckDBPyConnection, place: Settings, phones: Held) -> None:
    """Whose phone is which tonight."""
    con.execute("delete from identity.bridge_identity")
    key = load_master_key(place)
    for person, phone in phones.items():
        if phone is None:
            continue
        token = Tokeniser(key).token("phone", phone)
        Vault(place, key).seal("phone", [(token, phone)])
        con.execute(
            "insert into identity.bridge_identity "
            "values ('phone', '', ?, ?, timestamp '2026-01-01', false)",
            [token, person],
        )


def received(con: duckdb.DuckDBPyConnection, place: Settings, history: list[Held]) -> dict:
    """What somebody holds who takes in every night's removals, then its additions."""
    held: dict[str, str] = {}
    set_consent(con, PEOPLE)
    for as_of, phones in zip(nights(len(history)), history, strict=True):
        hold(con, place, phones)
        play(con, place, BUYERS, as_of, PEOPLE, {"files": PHONES})
        at = folder(place, as_of)
        for person in people_in(at / "remove.csv"):
            del held[person]
        held |= {row["person_id"]: row["phone"] for row in read(at / "add.csv")}
        assert held == {row["person_id"]: row["phone"] for row in read(at / "members.csv")}
    return held


def test_a_phone_that_became_somebody_elses_is_taken_back_from_who_received_it(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    before = {"p1": OLD, "p2": OTHER, "p3": None}
    # OLD was parted from p1 and belongs to nobody on the list; p3's is met at last.
    after = {"p1": None, "p2": OTHER, "stranger": OLD, "p3": NEW}
    assert received(con, place, [before, before, after]) == {"p1": "", "p2": OTHER, "p3": NEW}
    _, second, third = nights(3)
    assert people_in(folder(place, second) / "add.csv") == set()
    assert people_in(folder(place, third) / "add.csv") == {"p1", "p3"}
    assert people_in(folder(place, third) / "remove.csv") == {"p1", "p3"}


def counts(sent: Delivery) -> tuple[int, int, int]:
    return sent.add_count, sent.remove_count, sent.member_count


def test_the_counts_of_a_dry_run_a_night_and_its_rerun_agree_about_a_moved_account(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    first, second = nights(2)
    to = {"files": PHONES}
    hold(con, place, {"p1": OLD, "p2": OTHER})
    play(con, place, BUYERS, first, PEOPLE, to)
    hold(con, place, {"p1": NEW, "p2": OTHER})
    (sent,) = play(con, place, BUYERS, second, PEOPLE, to)
    rows = con.execute("select * from activation.delivered_member order by all").fetchall()
    (planned,) = publish(con, place, BUYERS, to, second, "dry", dry_run=True)
    assert counts(sent) == counts(planned) == (1, 1, 3)
    assert play(con, place, BUYERS, second, PEOPLE, to) == [sent]
    assert con.execute("select * from activation.delivered_member order by all").fetchall() == rows
    assert OLD not in str(rows) and NEW not in str(rows)


def test_a_ledger_of_before_it_knew_accounts_hands_each_out_once_more(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    set_consent(con, PEOPLE)
    first, second, third = nights(3)
    hold(con, place, {"p1": OLD})
    play(con, place, BUYERS, first, PEOPLE, {"files": PHONES})
    con.execute("alter table activation.delivered_member drop column identifier_hash")
    sent = [play(con, place, BUYERS, n, PEOPLE, {"files": PHONES})[0] for n in (second, third)]
    assert [counts(one) for one in sent] == [(3, 3, 3), (0, 0, 3)]


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_a_list_with_readable_values_is_its_owners_alone(
    con: duckdb.DuckDBPyConnection, place: Settings, form: str
) -> None:
    set_consent(con, PEOPLE)
    hold(con, place, {"p1": OLD})
    to = {"files": Destination.model_validate({**PHONES.model_dump(), "format": form})}
    old = os.umask(0)
    try:
        play(con, place, BUYERS, nights(1)[0], PEOPLE, to)
    finally:
        os.umask(old)
    at = folder(place, nights(1)[0])
    for path in (at, *at.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
