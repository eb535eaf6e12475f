"""An openid means something only within one appid: a list holds those of one, and says which."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from siyu.destinations.catalogue import load_destinations
from siyu.destinations.definition import Destination
from siyu.destinations.scopes import empty_scopes, named_by
from siyu.errors import ConfigError
from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.vault import Vault
from siyu.settings import Settings
from tests.destinations.lists import FILES, folder, play, read
from tests.segments.small_brand import NIGHT, segment, set_consent, write_config

MINI, OFFICIAL = "wx00000000000000a1", "wx00000000000000b2"
BUYERS = [segment(destinations=["files"])]
PEOPLE = {p: {"order_count": 1} for p in ("p1", "p2")}
# Invented values. The Official Account saw p1 last and is the only one to know p2.
HELD = [
    ("p1", MINI, "oMiniOfOne", "2026-01-01"),
    ("p1", OFFICIAL, "oOfficialOfOne", "2026-02-01"),
    ("p2", OFFICIAL, "oOfficialOfTwo", "2026-01-01"),
]


@pytest.fixture(autouse=True)
def kept(con: duckdb.DuckDBPyConnection, place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIYU_KEY", "5a" * 32)
    key = load_master_key(place)
    for person, appid, value, seen in HELD:
        token = Tokeniser(key).token("openid", value)
        Vault(place, key).seal("openid", [(token, value)])
        con.execute(
            "insert into identity.bridge_identity"
            " values ('openid', ?, ?, ?, cast(? as timestamp), false)",
            [appid, token, person, seen],
        )
    set_consent(con, PEOPLE)


def openids_for(scopes: dict[str, str]) -> Destination:
    keys = {"identifiers": ["openid"], "purpose": "marketing", "scopes": scopes}
    return Destination.model_validate({**FILES.model_dump(), **keys})


@pytest.mark.parametrize(
    ("appid", "named"),
    [
        (MINI, {"p1": "oMiniOfOne", "p2": ""}),
        (OFFICIAL, {"p1": "oOfficialOfOne", "p2": "oOfficialOfTwo"}),
    ],
)
def test_a_list_for_one_app_holds_openids_of_that_app_alone_and_says_so(
    con: duckdb.DuckDBPyConnection, place: Settings, appid: str, named: dict[str, str]
) -> None:
    play(con, place, BUYERS, NIGHT, PEOPLE, {"files": openids_for({"openid": appid})})
    at = folder(place, NIGHT)
    for name in ("add", "members"):
        assert {r["person_id"]: r["openid"] for r in read(at / f"{name}.csv")} == named
    assert json.loads((at / "manifest.json").read_text())["scopes"] == {"openid": appid}


def test_a_list_that_would_mix_apps_is_not_sent(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    with pytest.raises(ConfigError) as told:
        play(con, place, BUYERS, NIGHT, PEOPLE, {"files": openids_for({})})
    (line,) = str(told.value).splitlines()
    assert f"destinations/files: openid would mix {MINI}, {OFFICIAL}" in line
    assert not place.published_dir.exists()


def test_an_app_that_nobody_is_known_in_is_told_and_names_nobody(
    con: duckdb.DuckDBPyConnection, place: Settings
) -> None:
    to = {"files": openids_for({"openid": "wx99"})}
    play(con, place, BUYERS, NIGHT, PEOPLE, to)
    assert {row["openid"] for row in read(folder(place, NIGHT) / "members.csv")} == {""}
    (line,) = empty_scopes(con, named_by(BUYERS, to))
    assert "nobody has openid within wx99" in line and MINI in line
    assert empty_scopes(con, named_by(BUYERS, {"files": openids_for({"openid": MINI})})) == []


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"identifiers": ["openid"]}, "means something only within one appid: write which"),
        ({"identifiers": ["openid"], "scopes": {"openid": ""}}, "scopes: {openid: THE_APPID}"),
        ({"identifiers": ["phone"], "scopes": {"openid": MINI}}, "scopes names 'openid'"),
        ({"identifiers": ["openid"], "scopes": {"openid": MINI}}, None),
    ],
)
def test_a_destination_of_openids_that_names_no_appid_is_one_clear_line_at_load_time(
    tmp_path: Path, keys: dict, said: str | None
) -> None:
    wrong = {"kind": "files", "purpose": "marketing", **keys}
    config = write_config(tmp_path / "config", {}, {"agency": wrong})
    if said is None:
        assert load_destinations(config)["agency"].scopes == {"openid": MINI}
        return
    with pytest.raises(ConfigError) as told:
        load_destinations(config)
    (line,) = str(told.value).splitlines()
    assert line.startswith("destinations/agency.yml:") and said in line
