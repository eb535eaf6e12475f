"""Whom a list may name tonight, and the columns and opened identifiers beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from siyu.data_key import load_data_key
from siyu.destinations.definition import Destination
from siyu.destinations.ledger import people_as
from siyu.privacy.consent import consented_sql
from siyu.privacy.vault import Vault
from siyu.segments.definition import Segment
from siyu.segments.holdout import holdout_sql
from siyu.settings import Settings

Row = tuple[object, ...]


@dataclass(frozen=True)
class Audience:
    """Publishable members, person_id first, in its order; and how many were kept back and why.

    `tokens` has one for each of the destination's `identifiers`, None where the person has none.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    held_out: int = 0
    without_consent: int = 0
    identifiers: tuple[str, ...] = ()
    tokens: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    @property
    def handed(self) -> dict[str, str | None]:
        """Each person with a hash of the identifiers that the list names; None when it names none."""
        people = [str(row[0]) for row in self.rows]
        if not self.identifiers:
            return dict.fromkeys(people)
        return {person: self._hash(person) for person in people}

    def _hash(self, person: str) -> str:
        pairs = zip(self.identifiers, self.tokens[person], strict=True)
        text = "|".join(f"{id_type}:{token or ''}" for id_type, token in pairs)
        return hashlib.sha256(text.encode()).hexdigest()


def column_names(destination: Destination) -> tuple[str, ...]:
    """The columns of a destination's lists before any identifier; the person comes first."""
    return ("person_id", *(c for c in destination.columns if c != "person_id"))


def find_audience(
    con: duckdb.DuckDBPyConnection, destination: Destination, segment: Segment, as_of: date
) -> Audience:
    """Members of this night with consent and outside the holdout. Opens nothing."""
    assert segment.consent is not None  # a segment with destinations names its consent
    names = column_names(destination)
    columns = ", ".join(f'i."{name}"' for name in names)
    held = holdout_sql(segment.drawn_by, segment.holdout_share, "m.person_id")
    rows = con.execute(
        f"select {columns}, {held}, {consented_sql('m.person_id')} "
        "from activation.segment_membership as m "
        "inner join activation.segment_input as i on i.person_id = m.person_id "
        "where m.segment_id = ? and m.entered_on <= ? "
        "and (m.left_on is null or m.left_on > ?) order by m.person_id",
        [segment.consent.purpose, segment.consent.channel, segment.id, as_of, as_of],
    ).fetchall()
    kept = tuple(row[:-2] for row in rows if not row[-2] and row[-1])
    return Audience(
        names,
        kept,
        held_out=sum(bool(row[-2]) for row in rows),
        without_consent=sum(not row[-1] for row in rows),
        identifiers=destination.identifiers,
        tokens=_newest_tokens(con, destination, [str(row[0]) for row in kept]),
    )


def _newest_tokens(
    con: duckdb.DuckDBPyConnection, destination: Destination, people: list[str]
) -> dict[str, tuple[str | None, ...]]:
    """The newest token of each wanted type of these very people, within the scope that is named."""
    wanted = destination.identifiers
    if not wanted:
        return {}
    with people_as(con, "siyu_published", people):
        found = con.execute(
            "select person_id, id_type, value_key from identity.bridge_identity "
            "where list_contains(cast(? as varchar[]), id_type) and not is_shared "
            "and scope = coalesce(cast(? as map(varchar, varchar))[id_type], scope) "
            "and person_id in (select person_id from siyu_published) "
            "qualify row_number() over (partition by person_id, id_type "
            "order by last_seen_at desc, value_key) = 1",
            [
                list(wanted),
                {"key": list(destination.scopes), "value": [*destination.scopes.values()]},
            ],
        ).fetchall()
    tokens = {(person, id_type): token for person, id_type, token in found}
    return {p: tuple(tokens.get((p, id_type)) for id_type in wanted) for p in people}


def with_identifiers(settings: Settings, destination: Destination, audience: Audience) -> Audience:
    """The same rows with the destination's identifiers opened, the newest one of each type.

    Only tokens of these very people are opened, in one logged opening; whoever has none of a type,
    or has been forgotten, has an empty cell.
    """
    if not audience.identifiers:
        return audience
    wanted = {token for tokens in audience.tokens.values() for token in tokens if token}
    opened: dict[str, str] = {}
    if wanted:
        vault = Vault(settings, load_data_key(settings))
        opened = vault.open(
            wanted, purpose=str(destination.purpose), actor=f"publish {destination.id}"
        )
    rows = tuple(
        (*row, *(opened.get(token or "") for token in audience.tokens[str(row[0])]))
        for row in audience.rows
    )
    return replace(audience, names=(*audience.names, *audience.identifiers), rows=rows)
