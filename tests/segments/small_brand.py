"""A brand of a few people: its own warehouse with the public columns, and its own configuration."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import yaml

from siyu.segments.columns import SCORES, known_columns
from siyu.segments.definition import Segment
from siyu.settings import PROJECT_DIR, Settings

NIGHT = date(2026, 3, 2)
People = Mapping[str, Mapping[str, object]]
GRANTED, REVOKED = "granted", "revoked"


def nights(count: int) -> list[date]:
    return [NIGHT + timedelta(days=n) for n in range(count)]


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    scores = {column.name for columns in SCORES.values() for column in columns}
    columns = ", ".join(
        f'"{c.name}" {c.sql_type}' for c in known_columns().values() if c.name not in scores
    )
    con.execute("create schema marts; create schema core; create schema ml; create schema identity")
    con.execute(f"create table marts.person_360 ({columns})")
    con.execute(
        "create table core.fct_consent (consent_key varchar, person_id varchar, purpose varchar, "
        "channel varchar, status varchar, changed_at timestamp, is_current boolean)"
    )
    con.execute(
        "create table identity.bridge_identity (id_type varchar, scope varchar, value_key varchar, "
        "person_id varchar, last_seen_at timestamp, is_shared boolean)"
    )


def memory() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con)
    return con


def set_people(con: duckdb.DuckDBPyConnection, people: People, as_of: date = NIGHT) -> None:
    """Exactly these people, as a build for this night would leave them."""
    con.execute("delete from marts.person_360")
    for person, values in people.items():
        row = {"is_member": True, "is_staff": False, **values}
        names = ", ".join(f'"{name}"' for name in ("person_id", "as_of_on", *row))
        marks = ", ".join("?" for _ in range(len(row) + 2))
        con.execute(
            f"insert into marts.person_360 ({names}) values ({marks})",
            [person, as_of, *row.values()],
        )


def set_consent(
    con: duckdb.DuckDBPyConnection,
    people: Iterable[str],
    status: str = GRANTED,
    purpose: str = "marketing",
    channel: str = "sms",
) -> None:
    """The newest word of these people about one purpose and channel."""
    for person in people:
        key = [person, purpose, channel]
        con.execute(
            "update core.fct_consent set is_current = false "
            "where person_id = ? and purpose = ? and channel = ?",
            key,
        )
        con.execute(
            "insert into core.fct_consent "
            "values (uuid(), ?, ?, ?, ?, timestamp '2026-01-01', true)",
            [*key, status],
        )


def set_scores(con: duckdb.DuckDBPyConnection, deciles: Mapping[str, int] | None) -> None:
    """The churn scores; None takes the table away."""
    con.execute("drop table if exists ml.churn_score")
    if deciles is None:
        return
    con.execute(
        "create table ml.churn_score (person_id varchar, churn_probability double, "
        "churn_decile integer, horizon_days integer, as_of_on date, "
        "churn_30d double, churn_60d double, churn_90d double)"
    )
    for person, decile in deciles.items():
        con.execute(
            "insert into ml.churn_score values (?, 0.5, ?, 90, ?, 0.6, 0.5, 0.4)",
            [person, decile, NIGHT],
        )


def segment(name: str = "buyers", **keys: object) -> Segment:
    """A segment of everybody with an order, reachable by SMS, unless the keys say otherwise."""
    if "rule" not in keys and "sql" not in keys:
        keys["rule"] = {"column": "order_count", "op": ">=", "value": 1}
    base = {"id": name, "title": {"en": name, "zh": name}, "description": name}
    consent = {"purpose": "marketing", "channel": "sms"}
    return Segment.model_validate({**base, "consent": consent, **keys})


def write_config(
    folder: Path,
    segments: Mapping[str, object] | None = None,
    destinations: Mapping[str, object] | None = None,
) -> Path:
    """A configuration folder; a definition is a mapping, or text that is written as it is."""
    for name in ("vocabulary.yml", "privacy.yml", "identity.yml"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_DIR / "config" / name, folder / name)
    for kind, found in (("segments", segments), ("destinations", destinations)):
        (folder / kind).mkdir(exist_ok=True)
        for name, content in (found or {}).items():
            base = {"id": name, "title": {"en": name, "zh": name}}
            if isinstance(content, Mapping):
                content = yaml.safe_dump({**base, **content}, allow_unicode=True)
            (folder / kind / f"{name}.yml").write_text(str(content), "utf-8")
    return folder


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", config_dir=folder / "config")


def open_members(con: duckdb.DuckDBPyConnection, name: str = "buyers") -> set[str]:
    rows = con.execute(
        "select person_id from activation.segment_membership "
        "where segment_id = ? and left_on is null",
        [name],
    ).fetchall()
    assert len(rows) == len(set(rows)), "one open stay a person"
    return {row[0] for row in rows}
