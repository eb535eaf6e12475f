"""Consent at the border: whoever has not agreed to a purpose and channel is in no list."""

from __future__ import annotations

CONSENT_TABLE = "core.fct_consent"


def consented_sql(person: str = "person_id") -> str:
    """A predicate over the column `person` with two parameters: purpose, channel.

    True when every current record of the person for that purpose and channel is `granted` and
    there is at least one: after a merge of two people the revocation wins.
    """
    return (
        f"{person} in (select c.person_id from {CONSENT_TABLE} as c "
        "where c.purpose = ? and c.channel = ? and c.is_current and c.person_id is not null "
        "group by c.person_id having bool_and(c.status = 'granted'))"
    )
