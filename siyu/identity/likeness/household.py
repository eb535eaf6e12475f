"""Households: people who live together, told from what they share. Nobody is merged by it.

Two people belong together when a link through a phone or a device was refused between them (both
use it, yet are two), when one that counts as shared stood in records of both, or when records of
both show the same house and family name. What more than MOST_PEOPLE share (a dormitory, a pick-up
point, a shop's tablet) joins nobody, and people joined into a larger group form no household.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from siyu.identity.likeness.likeness import gather_records

MOST_PEOPLE = 6
RULES = ("shared_phone", "shared_device", "same_address_and_family_name")

SCHEMA = pa.schema(
    {
        "household_id": pa.string(),
        "person_id": pa.string(),
        "person_count": pa.int32(),
        "rules": pa.string(),
    }
)

# What is shared, one row per thing and person: kind, thing, person_id.
_SHARED = """
with refused as (
    select row_number() over (order by a_type, a_scope, a_key, b_type, b_scope, b_key) as thing, *
    from identity.link_decision
    where 'phone' in (a_type, b_type) or 'device_id' in (a_type, b_type)
),
of_refused as (
    select r.thing, b.person_id,
        case when 'phone' in (r.a_type, r.b_type) then 'shared_phone' else 'shared_device' end as rule
    from refused as r
    inner join identity.bridge_identity as b
        on (b.id_type = r.a_type and b.scope = r.a_scope and b.value_key = r.a_key)
    where b.person_id is not null
    union
    select r.thing, b.person_id,
        case when 'phone' in (r.a_type, r.b_type) then 'shared_phone' else 'shared_device' end as rule
    from refused as r
    inner join identity.bridge_identity as b
        on (b.id_type = r.b_type and b.scope = r.b_scope and b.value_key = r.b_key)
    where b.person_id is not null
),
hub as (
    select id_type, scope, value_key from identity.bridge_identity
    where is_shared and id_type in ('phone', 'device_id')
),
with_hub as (
    select o.record_key, o.subject, o.id_type, o.scope, o.value_key
    from raw.identifier_observation as o
    inner join hub using (id_type, scope, value_key)
    where o.trust <> 'low'
),
of_hub as (
    select distinct h.id_type || chr(31) || h.scope || chr(31) || h.value_key as thing, b.person_id,
        case h.id_type when 'phone' then 'shared_phone' else 'shared_device' end as rule
    from with_hub as h
    inner join raw.identifier_observation as o
        on h.record_key = o.record_key and h.subject = o.subject
    inner join identity.bridge_identity as b
        on o.id_type = b.id_type and o.scope = b.scope and o.value_key = b.value_key
    where b.person_id is not null
),
of_home as (
    select distinct place || chr(31) || family as thing, person_id,
        'same_address_and_family_name' as rule
    from likeness_record where place is not null and family is not null
)
select rule, thing::varchar as thing, person_id from of_refused
union all
select rule, thing, person_id from of_hub
union all
select rule, thing, person_id from of_home
"""
_FIRST_STEP = """
select person_id, min(step_no) as first_step from identity.person_history group by person_id
"""


def household_night(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Tonight's households, from the bridge, refused links and comparison tokens alone."""
    own = con.cursor()
    try:
        gather_records(own, ("place", "family"))
        shared = own.execute(_SHARED).df()
        first = own.execute(_FIRST_STEP).df()
    finally:
        own.close()
    found = form_households(shared, first)
    return pa.Table.from_pandas(found, schema=SCHEMA, preserve_index=False)


def form_households(shared: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """One row per person in a household: household_id, person_id, person_count, rules.

    `shared` has rule, thing, person_id; `first` person_id, first_step. A household is named by the
    person known longest, so it keeps its id while others join. Row order does not matter.
    """
    pairs = shared[["rule", "thing", "person_id"]].drop_duplicates()
    users = pairs.groupby(["rule", "thing"])["person_id"].transform("size")
    pairs = pairs[users.between(2, MOST_PEOPLE)].sort_values(["rule", "thing", "person_id"])
    people = np.unique(pairs["person_id"].to_numpy(dtype=str))
    things = pairs.groupby(["rule", "thing"]).ngroup().to_numpy() + len(people)
    size = len(people) + (int(things.max()) - len(people) + 1 if len(things) else 0)
    ends = (np.searchsorted(people, pairs["person_id"].to_numpy(dtype=str)), things)
    graph = coo_array((np.ones(len(things), dtype=np.int8), ends), shape=(size, size))
    part = connected_components(graph, directed=False)[1][: len(people)] if size else np.array([])
    rows = pd.DataFrame({"person_id": people, "part": part})
    rows["person_count"] = rows.groupby("part")["person_id"].transform("size").astype("int32")
    rows = rows[rows["person_count"] <= MOST_PEOPLE].merge(first, on="person_id", how="left")
    rows = rows.sort_values(["part", "first_step", "person_id"], kind="stable")
    founder = rows.groupby("part")["person_id"].transform("first")
    rows["household_id"] = "h" + founder.str[1:]
    told = pairs.groupby("person_id")["rule"].agg(lambda r: ",".join(sorted(set(r))))
    rows["rules"] = rows["person_id"].map(told)
    return rows[SCHEMA.names].sort_values(["household_id", "person_id"]).reset_index(drop=True)
