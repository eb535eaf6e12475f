"""What a person's page is told."""

from __future__ import annotations

import duckdb

from siyu.identity.explain import person_detail

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
