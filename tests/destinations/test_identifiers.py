"""Readable values leave in the list that asks, for an allowed purpose, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from siyu.destinations.catalogue import load_destinations
from siyu.destinations.definition import Destination
from siyu.destinations.outbox import publish
from siyu.errors import ConfigError
from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.vault import Vault
from siyu.settings import PROJECT_DIR, Settings
from tests.destinations.lists import FILES, folder, people_in, play, read
from tests.segments.small_brand import (
    NIGHT,
    REVOKED,
    nights,
    segment,
    set_consent,
    write_config,
)

WECOM = Destination.model_validate(
    {
        **FILES.model_dump(),
        "id": "wecom",
        "identifiers": ["external_userid", "phone"],
        "purpose": "marketing",
    }
)
BOTH = {"files": FILES, "wecom": WECOM}
BUYERS = [segment(destinations=["files", "wecom"])]
PEOPLE = {p: {"order_count": 1} for p in ("p1", "p2", "refused", "bare")}
# Invented values; the newer one of p1 has the later day.
HELD = [
    ("p1", "external_userid", "wmOlderOfOne", "2026-01-01"),
    ("p1", "external_userid", "wmNewerOfOne", "2026-02-01"),
    ("p1", "phone", "13900000001", "2026-01-01"),
    ("p2", "external_userid", "wmOfTwo", "2026-01-01"),
    ("refused", "external_userid", "wmOfRefused", "2026-01-01"),
    ("elsewhere", "external_userid", "wmOfElsewhere", "2026-01-01"),
]


@pytest.fixture(autouse=True)
def kept(
    con: duckdb.DuckDBPyConnection, place: Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Values sealed as at the border, their tokens in the bridge; returns value -> token."""
    monkeypatch.delenv("SIYU_KEY", raising=False)
    key = load_master_key(place)
    vault, tokeniser = Vault(place, key), Tokeniser(key)
    tokens = {}
    for person, id_type, value, seen in HELD:
        tokens[value] = tokeniser.token(id_type, value)
        vault.seal(id_type, [(tokens[value], value)])
        con.execute(
            "insert into identity.bridge_identity "
            "values (?, '', ?, ?, cast(? as timestamp), false)",
            [id_type, tokens[value], person, seen],
        )
    set_consent(con, PEOPLE)
    set_consent(con, ["refused"], REVOKED)
    return tokens


def openings(settings: Settings) -> list[dict]:
    log = settings.vault_path.with_name("access.log.jsonl")
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_the_newest_value_of_every_published_person_is_in_the_list(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    play(con, place, BUYERS, NIGHT, PEOPLE, BOTH)
    for name in ("add", "members"):
        found = read(folder(place, NIGHT, to="wecom") / f"{name}.csv")
        assert {r["person_id"]: (r["external_userid"], r["phone"]) for r in found} == {
            "p1": ("wmNewerOfOne", "13900000001"),
            "p2": ("wmOfTwo", ""),
            "bare": ("", ""),
        }


def test_a_value_appears_in_no_other_file_and_in_no_table(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    play(con, place, BUYERS, NIGHT, PEOPLE, BOTH)
    allowed = {folder(place, NIGHT, to="wecom") / f"{n}.csv" for n in ("add", "members")}
    files = {path for path in place.data_dir.rglob("*") if path.is_file()}
    assert allowed < files
    for path in files - allowed:
        content = path.read_bytes()
        assert not any(value.encode() in content for _, _, value, _ in HELD), path.name
    for table in ("delivery", "delivered_member"):
        rows = str(con.execute(f"select * from activation.{table}").fetchall())
        assert not any(value in rows for _, _, value, _ in HELD)


def test_only_published_people_are_opened_and_the_log_counts_them(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    play(con, place, BUYERS, NIGHT, PEOPLE, BOTH)
    assert openings(place) == [{"actor": "publish wecom", "purpose": "marketing", "values": 3}]


def test_neither_a_dry_run_nor_a_pseudonymous_list_opens_anything(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    play(con, place, [segment(destinations=["files"])], NIGHT, PEOPLE, BOTH)
    publish(con, place, BUYERS, BOTH, NIGHT, "dry", dry_run=True)
    assert openings(place) == []


def test_whoever_revokes_is_removed_by_id_alone_and_opened_no_more(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    first, second = nights(2)
    play(con, place, BUYERS, first, PEOPLE, BOTH)
    set_consent(con, ["p1"], REVOKED)
    play(con, place, BUYERS, second, PEOPLE, BOTH)
    at = folder(place, second, to="wecom")
    assert people_in(at / "remove.csv") == {"p1"}
    assert (at / "remove.csv").read_text() == "person_id\np1\n"
    assert openings(place)[-1]["values"] == 1


def test_a_forgotten_value_and_a_shared_one_leave_an_empty_cell(
    con: duckdb.DuckDBPyConnection, place: Settings, kept: dict[str, str]
) -> None:
    Vault(place, load_master_key(place)).forget([kept["wmOfTwo"]])
    con.execute("update identity.bridge_identity set is_shared = true where id_type = 'phone'")
    play(con, place, BUYERS, NIGHT, PEOPLE, BOTH)
    rows = {r["person_id"]: r for r in read(folder(place, NIGHT, to="wecom") / "members.csv")}
    assert (rows["p2"]["external_userid"], rows["p1"]["phone"]) == ("", "")


def test_consent_to_one_purpose_opens_nothing_for_another(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    service = segment(
        consent={"purpose": "service", "channel": "sms"}, destinations=["files", "wecom"]
    )
    with pytest.raises(ConfigError, match="consent is for service, but destination wecom"):
        play(con, place, [service], NIGHT, PEOPLE, BOTH)
    assert openings(place) == [] and not place.published_dir.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"identifiers": ["openid"], "purpose": "service"}, "allowed: phone"),
        ({"identifiers": ["phon"], "purpose": "marketing"}, "did you mean phone?"),
        ({"identifiers": ["email"], "purpose": "marketing"}, "may not be opened for marketing"),
        ({"identifiers": ["phone"], "purpose": "marketting"}, "did you mean marketing?"),
        ({"identifiers": ["phone"]}, "identifiers and purpose are written together"),
        ({"purpose": "marketing"}, "identifiers and purpose are written together"),
        ({"identifiers": ["phone", "phone"], "purpose": "service"}, "names something twice"),
        ({"identifier": ["phone"]}, "did you mean identifiers?"),
        ({"columns": ["order_cuont"]}, "did you mean order_count?"),
        ({"format": "xlsx"}, "'csv.gz'"),
    ],
)
def test_a_mistake_in_a_destination_is_one_clear_line_at_load_time(
    tmp_path: Path, wrong: dict, said: str
) -> None:
    config = write_config(tmp_path / "config", {}, {"agency": {"kind": "files", **wrong}})
    with pytest.raises(ConfigError) as told:
        load_destinations(config)
    (line,) = str(told.value).splitlines()
    assert line.startswith("destinations/agency.yml:") and said in line


def test_the_destination_of_the_repository_is_pseudonymous() -> None:
    assert {d.identifiers for d in load_destinations(PROJECT_DIR / "config").values()} == {()}
