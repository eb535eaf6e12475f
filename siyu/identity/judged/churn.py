"""Id churn: how many identifiers name another person than on the night before, and whether history
says why.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

# Today's bridge and history against those of the previous night (schema `previous`). A change is
# told when new history rows lead from the old person to the new one, or the identifier became shared.
_CHANGED = """
with recursive moved as (
    select
        was.person_id as old_person, today.person_id as new_person, today.is_shared,
        was.id_type, was.scope, was.value_key
    from {previous}.bridge_identity as was
    left join {today}.bridge_identity as today using (id_type, scope, value_key)
    where was.person_id is not null
),
changed as (select * from moved where new_person is distinct from old_person),
step as (
    select person_id, change, other_person_id, step_no from {today}.person_history
    where other_person_id is not null
    except all
    select person_id, change, other_person_id, step_no from {previous}.person_history
    where other_person_id is not null
),
reached as (
    select distinct old_person, old_person as at_person from changed
    union
    select r.old_person, s.person_id from reached as r
    inner join step as s on r.at_person = s.other_person_id
)
select
    (select count(*) from moved),
    count(*),
    count(*) filter (where c.is_shared or r.at_person is not null)
from changed as c
left join reached as r on c.old_person = r.old_person and c.new_person = r.at_person
"""


@dataclass(frozen=True)
class Churn:
    """Identifiers that named a person the night before; how many name another; how many of those
    changes history explains."""

    identifier_count: int
    changed_count: int
    explained_count: int

    @property
    def unexplained_count(self) -> int:
        return self.changed_count - self.explained_count

    @property
    def explained_share(self) -> float:
        return self._share(self.explained_count)

    @property
    def unexplained_share(self) -> float:
        return self._share(self.unexplained_count)

    def _share(self, part: int) -> float:
        return part / self.identifier_count if self.identifier_count else 0.0


def measure_churn(con: duckdb.DuckDBPyConnection, previous: str, today: str = "identity") -> Churn:
    """Compare two schemas that hold bridge_identity and person_history; `previous` is the older.

    An identifier that is no longer there counts as changed: nothing that named a person may vanish.
    """
    found = con.execute(_CHANGED.format(previous=previous, today=today)).fetchall()[0]
    return Churn(*(int(n) for n in found))
