"""How people change from night to night, which id survives, and why."""

from __future__ import annotations

import duckdb

from siyu.identity.solve.resolve import key_hash, person_id
from tests.identity.graphs import key
from tests.identity.nights import Record, clusters, history, observe, play, refused, warehouse


def names(*identifiers: str) -> dict[str, str]:
    return {i: person_id(*key(i)) for i in identifiers}


def founder(*identifiers: str) -> str:
    """Of identifiers of one load, the one with the smallest hash founds the person."""
    return person_id(*min((key(i) for i in identifiers), key=lambda k: key_hash(*k)))


def told(con: duckdb.DuckDBPyConnection, load_seq: int) -> list[tuple]:
    return [row[2:] for row in history(con) if row[1] == load_seq]


def test_the_first_night_makes_new_people() -> None:
    con = warehouse()
    observe(con, [Record("r1", ("unionid:u1", "phone:p1"))])
    play(con, 1)
    assert told(con, 1) == [(founder("unionid:u1", "phone:p1"), "new", None, "first_seen")]


def test_a_merge_keeps_the_id_of_the_older_founder() -> None:
    con = warehouse()
    observe(
        con,
        [
            Record("r1", ("openid:old",), 1),
            Record("r2", ("phone:p1",), 2),
            Record("r3", ("unionid:late", "openid:old"), 3),
            Record("r4", ("unionid:late", "phone:p1"), 3),
        ],
    )
    for night in (1, 2, 3):
        play(con, night)
    ids = names("openid:old", "phone:p1")
    assert clusters(con) == {frozenset({"old", "p1", "late"})}
    assert told(con, 3) == [(ids["openid:old"], "merge", ids["phone:p1"], "link")]


def test_a_stronger_link_moves_an_account_and_the_split_is_told() -> None:
    con = warehouse()
    observe(
        con,
        [
            Record("r1", ("taobao_nick:t1", "phone:p1")),
            Record("r2", ("unionid:u1", "phone:p1"), trust="medium"),
            *(Record(f"s{n}", ("unionid:u2", "phone:p1"), 2) for n in range(3)),
        ],
    )
    play(con, 1)
    play(con, 2)
    assert clusters(con) == {frozenset({"u1"}), frozenset({"u2", "p1", "t1"})}
    first = founder("unionid:u1", "phone:p1", "taobao_nick:t1")
    rest = founder("phone:p1", "taobao_nick:t1")
    alone = names("unionid:u1")["unionid:u1"]
    part = alone if first == rest else rest
    assert told(con, 2) == [(part, "split", first, "limit")]
    assert [row[2:] for row in refused(con)] == [("max_per_person:unionid", 1, 2)]


def test_a_phone_that_becomes_a_hub_lets_its_people_go() -> None:
    con = warehouse(hub_limit=2)
    observe(
        con,
        [
            Record("r1", ("taobao_nick:t1", "phone:shop")),
            Record("r2", ("taobao_nick:t2", "phone:shop")),
            Record("r3", ("taobao_nick:t3", "phone:shop"), 2),
        ],
    )
    play(con, 1)
    assert clusters(con) == {frozenset({"t1", "t2", "shop"})}
    play(con, 2)
    assert clusters(con) == {frozenset({"t1"}), frozenset({"t2"}), frozenset({"t3"})}
    rows = told(con, 2)
    assert {row[3] for row in rows if row[1] == "split"} == {"shared_identifier"}
    assert names("taobao_nick:t3")["taobao_nick:t3"] in {row[0] for row in rows if row[1] == "new"}


def test_a_refusal_keeps_the_night_it_was_first_decided() -> None:
    con = warehouse()
    observe(
        con,
        [
            Record("r1", ("unionid:u1", "phone:home")),
            Record("r2", ("unionid:u2", "phone:home"), 2),
            Record("r3", ("email:e1", "unionid:u1"), 5),
        ],
    )
    for night in range(1, 6):
        play(con, night)
    assert [row[4] for row in refused(con)] == [2]


def test_late_arriving_old_events_change_no_id() -> None:
    con = warehouse()
    observe(con, [Record("r1", ("unionid:u1", "phone:p1")), Record("r2", ("email:e1",))])
    play(con, 1)
    before = {row[2]: row[3] for row in _bridge(con)}
    observe(con, [Record("r0", ("email:e1", "openid:o1"), 2, seen_on="2020-01-01")])
    play(con, 2)
    after = {row[2]: row[3] for row in _bridge(con)}
    assert {k: after[k] for k in before} == before
    assert after["o1"] == before["e1"]


def _bridge(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    from tests.identity.nights import bridge

    return bridge(con)
