"""How alike two people look: what is compared, in which levels, and which pairs are looked at.

Everything here is tokens: what landed under `compare` in the contracts, gathered per person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from siyu.identity.likeness.traits import PARTS

# A token that more people than this share says nothing about any two of them.
MOST_ALIKE = 40


@dataclass(frozen=True)
class Level:
    """One way in which two people can agree; `words` are what an operator reads."""

    name: str
    words: str
    condition: str


@dataclass(frozen=True)
class Comparison:
    """Levels from the best agreement down; without `unknown` false the first that holds counts."""

    name: str
    unknown: str
    levels: tuple[Level, ...]


def _both(columns: str) -> str:
    return f"list_has_any({columns}_l, {columns}_r)"


COMPARISONS = (
    Comparison(
        "name",
        "families_l is null or families_r is null",
        (
            Level("same", "same name", _both("names")),
            Level("sounds_alike", "names sound alike", _both("pinyins")),
            Level(
                "masked_fits",
                "masked name fits",
                f"(names_l is null or names_r is null) and {_both('families')}",
            ),
            Level("same_family", "same family name, other given name", _both("families")),
            Level("differs", "names differ", "true"),
        ),
    ),
    Comparison(
        "phone",
        "phones2_l is null or phones2_r is null",
        (
            Level("same_7", "same first three and last four digits", _both("phones4")),
            Level(
                "masked_fits",
                "masked phone fits: same first three and last two digits",
                f"(phones4_l is null or phones4_r is null) and {_both('phones2')}",
            ),
            Level("differs", "phones differ", "true"),
        ),
    ),
    Comparison(
        "birthday",
        "birth_days_l is null or birth_days_r is null",
        (
            Level("same", "same birthday", _both("birthdays")),
            Level(
                "same_day",
                "same day and month, a year is unknown",
                f"(birthdays_l is null or birthdays_r is null) and {_both('birth_days')}",
            ),
            Level("differs", "birthdays differ", "true"),
        ),
    ),
    Comparison(
        "address",
        "(cities_l is null or cities_r is null) and (places_l is null or places_r is null)",
        (
            Level("same_house", "same street and house number", _both("places")),
            Level("same_road", "same street, other or unknown house", _both("city_roads")),
            Level("same_district", "same district", _both("city_districts")),
            Level("same_city", "same city", _both("cities")),
            Level("differs", "addresses differ", "true"),
        ),
    ),
)

# Lists of tokens per person: column -> (part, or several that make one token together).
COLUMNS: dict[str, tuple[str, ...]] = {
    "names": ("name",),
    "pinyins": ("pinyin",),
    "families": ("family",),
    "phones4": ("phone_prefix", "phone_tail4"),
    "phones2": ("phone_prefix", "phone_tail2"),
    "birthdays": ("birthday",),
    "birth_days": ("birth_day",),
    "cities": ("city",),
    "city_districts": ("city", "district"),
    "city_roads": ("city", "road"),
    "places": ("place",),
}

# Two people are looked at when they share one of these, and not too many others do.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("place",),
    ("pinyin", "city"),
    ("family", "phone_prefix", "phone_tail2"),
    ("pinyin", "phone_prefix"),
    ("pinyin", "birth_day"),
    ("family", "phone_tail4"),
)

# Only sources that compare are read, and of a record the strongest identifier that names somebody.
_RECORDS = """
create or replace temp table likeness_record as
with trait as (
    select distinct record_key, tokens from raw.identity_trait
),
observed as (
    select o.record_key, b.person_id, t.priority
    from raw.identifier_observation as o
    inner join raw.identifier_type as t on o.id_type = t.id_type
    inner join identity.bridge_identity as b
        on o.id_type = b.id_type and o.scope = b.scope and o.value_key = b.value_key
    where o.subject = 'self' and o.trust <> 'low' and b.person_id is not null
        and o.source in (select distinct source from raw.identity_trait)
),
owner as (
    select record_key, arg_min(person_id, (priority, person_id)) as person_id
    from observed group by record_key
),
record as (
    select record_key, string_agg(tokens, ' ' order by tokens) as tokens
    from trait group by record_key
),
-- Most records of a person show the same; only what differs is taken apart.
whole as materialized (
    select distinct owner.person_id, record.tokens
    from record inner join owner on record.record_key = owner.record_key
)
select distinct person_id, {parts} from whole
"""


def gather_records(con: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> None:
    """Temp table likeness_record: the wanted parts that one record of a person shows, each once."""
    picked = ", ".join(
        f"nullif(regexp_extract(tokens, '(?:^| ){part}=([0-9a-f]+)', 1), '') as {part}"
        for part in parts
    )
    con.execute(_RECORDS.format(parts=picked))


def gather(con: duckdb.DuckDBPyConnection) -> None:
    """Temp tables likeness_record (what one record shows) and likeness_person (all of a person's).

    Lists are sorted and without repeats; null where a person shows nothing of the kind.
    """
    gather_records(con, sorted({part for names in PARTS.values() for part in names}))
    lists = ", ".join(
        f"list_sort(list_distinct(list({_joined(parts)}) filter (where {_joined(parts)} is not null)))"
        f" as {column}"
        for column, parts in COLUMNS.items()
    )
    con.execute(
        f"create or replace temp table likeness_person as select person_id, {lists}"
        " from likeness_record group by person_id order by person_id"
    )


def _joined(parts: tuple[str, ...]) -> str:
    return " || ".join(parts)


def pair_up(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table likeness_pair (person_l < person_r): the pairs worth a look, each once."""
    keys = " union ".join(
        f"select person_id, '{number}:' || {_joined(parts)} as key from likeness_record"
        f" where {_joined(parts)} is not null"
        for number, parts in enumerate(BLOCKS)
    )
    con.execute(
        f"""
create or replace temp table likeness_pair as
with keyed as (select person_id, md5_number_lower(key) as key from ({keys})),
telling as (select key from keyed group by key having count(*) between 2 and {MOST_ALIKE}),
kept as (select keyed.* from keyed inner join telling on keyed.key = telling.key)
select distinct a.person_id as person_l, b.person_id as person_r
from kept as a inner join kept as b on a.key = b.key and a.person_id < b.person_id
"""
    )


def level_sql(comparison: Comparison) -> str:
    """SQL of the level two joined people (columns _l and _r) reach: its place from 0, -1 unknown."""
    whens = " ".join(
        f"when {level.condition} then {place}" for place, level in enumerate(comparison.levels)
    )
    return f"case when {comparison.unknown} then -1 {whens} end"


def agree(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table likeness_agreement: each pair with the level it reaches in every comparison."""
    sides = ", ".join(f"{side}.{c} as {c}_{side}" for c in COLUMNS for side in ("l", "r"))
    levels = ", ".join(f"({level_sql(c)})::tinyint as {c.name}_level" for c in COMPARISONS)
    con.execute(
        f"create or replace temp table likeness_agreement as select person_l, person_r, {levels} from ("
        f"select pair.person_l, pair.person_r, {sides} from likeness_pair as pair"
        " inner join likeness_person as l on pair.person_l = l.person_id"
        " inner join likeness_person as r on pair.person_r = r.person_id)"
    )
