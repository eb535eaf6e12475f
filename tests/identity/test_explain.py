"""What a person's page is told."""

from __future__ import annotations

import duckdb

from siyu.identity.decisions.explain import Evidence, evidence_path, person_detail

WAREHOUSE = """
create schema identity;
create table identity.bridge_identity as select * from (values
    ('unionid', '', 'u1', 'pa', null::timestamp, null::timestamp, 1, 2),
    ('unionid', '', 'u2', 'pb', null, null, 1, 1),
    ('phone', '', 'home', 'pb', null, null, 1, 3)
) as t(id_type, scope, value_key, person_id, first_seen_at, last_seen_at, first_load_seq,
       record_count);
create table identity.link_decision as select 'unionid' as a_type, '' as a_scope, 'u1' as a_key,
    'phone' as b_type, '' as b_scope, 'home' as b_key, 'refused' as decision,
    'max_per_person:unionid' as reason, 1 as evidence_count, 1 as decided_load_seq;
create table identity.person_history as select 'pa' as person_id, 'new' as change,
    null::varchar as other_person_id, 'first_seen' as cause, 1 as load_seq,
    date '2026-08-17' as as_of_on;
create table identity.person_alias as select * from (values
    ('pa', 'pa'), ('pb', 'pb'), ('pold', 'pb')) as t(person_id, current_person_id);
create table identity.person_link as select * from (values
    ('pb', 'unionid', '', 'u2', 'phone', '', 'home', 'high', 2, 1, 's')
) as t(person_id, a_type, a_scope, a_key, b_type, b_scope, b_key, trust, evidence_count,
       first_load_seq, sources);
create table identity.person_decision (decision_id varchar, kind varchar, after_load_seq integer,
    left_type varchar, left_scope varchar, left_key varchar,
    right_type varchar, right_scope varchar, right_key varchar);
"""


def test_a_person_is_told_with_the_other_side_of_each_refused_link() -> None:
    with duckdb.connect() as con:
        con.execute(WAREHOUSE)
        first, second, nobody = (person_detail(con, p) for p in ("pa", "pb", "none"))
    assert [i.value_key for i in first.identifiers] == ["u1"]
    assert [(r.other_key, r.other_person_id, r.reason) for r in first.refused] == [
        ("home", "pb", "max_per_person:unionid")
    ]
    assert [(r.value_key, r.other_person_id) for r in second.refused] == [("home", "pa")]
    assert [c.change for c in first.history] == ["new"] and not second.history
    assert not (nobody.identifiers or nobody.refused or nobody.history)


def test_an_id_of_an_earlier_night_stands_for_the_person_it_became() -> None:
    with duckdb.connect() as con:
        con.execute(WAREHOUSE)
        detail = person_detail(con, "pold")
    assert (detail.asked_for, detail.person_id) == ("pold", "pb")
    assert [e.ends for e in detail.evidence] == [(("unionid", "", "u2"), ("phone", "", "home"))]


def link(a: str, b: str, count: int = 1) -> Evidence:
    return Evidence("phone", "", a, "phone", "", b, "high", count, 1, "s")


def test_the_shortest_evidence_leads_from_one_identifier_to_another() -> None:
    chain = [link("a", "b"), link("b", "c"), link("c", "d"), link("a", "x", 1), link("x", "c", 9)]
    path = evidence_path(chain, ("phone", "", "a"), ("phone", "", "d"))
    assert path is not None
    assert [(e.a_key, e.b_key) for e in path] == [("a", "b"), ("b", "c"), ("c", "d")]
    assert evidence_path(chain, ("phone", "", "a"), ("phone", "", "a")) == []
    assert evidence_path(chain, ("phone", "", "a"), ("phone", "", "z")) is None
