"""A made-up brand in memory: members, and marketplace buyers some of whom are members in disguise."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from siyu.identity.decisions.decisions import Decision, add_decisions, decisions_path
from siyu.identity.likeness.suggest import suggest_night
from siyu.privacy.pseudonym import Tokeniser
from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.block.compare import token_texts

KEY = Tokeniser(b"k" * 32)
MEMBERS = 500
HIDDEN = 90


@dataclass
class Lookalikes:
    """`hidden` are the pairs that are one person in truth; tables as a night has them."""

    folder: Path
    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    traits: list[tuple[str, str, str]] = field(default_factory=list)
    bridge: list[tuple[str, str]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(self.folder, PROJECT_DIR / "config")

    def person(self, id_type: str, number: int, **shown: str) -> str:
        """One person with one identifier and one record that shows these traits."""
        person = f"p{KEY.token(id_type, str(number))[:16]}"
        record = f"{id_type}:{number}"
        self.bridge.append((id_type, person))
        self.traits += [
            (id_type, record, text)
            for trait, value in shown.items()
            if (text := token_texts(trait, [value], KEY)[0])
        ]
        return person

    def night(self) -> list[dict]:
        """The queue as tonight's model gives it."""
        self._tables()
        return suggest_night(self.con, self.settings).to_pylist()

    def decide(self, *new: Decision) -> list[Decision]:
        return add_decisions(decisions_path(self.settings), new)

    def _tables(self) -> None:
        types, people = (list(column) for column in zip(*self.bridge, strict=True))
        bridge = pa.table({"id_type": types, "person_id": people})
        rows = [list(column) for column in zip(*self.traits, strict=True)]
        trait = pa.table(dict(zip(("source", "record_key", "tokens"), rows, strict=True)))
        self.con.register("new_bridge", bridge)
        self.con.register("new_trait", trait)
        for line in (
            "create schema if not exists raw",
            "create schema if not exists identity",
            "create or replace table raw.identity_trait as select *, 1 as load_seq from new_trait",
            "create or replace table raw.as_of as select date '2026-08-21' as as_of_on",
            "create or replace table raw.identifier_type as select * from (values"
            " ('member_no', 1, 1, null::integer), ('jd_pin', 2, 2, null))"
            " as t(id_type, priority, max_per_person, window_days)",
            "create or replace table identity.bridge_identity as select id_type, '' as scope,"
            " person_id as value_key, person_id from new_bridge",
            # A record's key ends in what its person was numbered by.
            "create or replace table raw.identifier_observation as"
            " select distinct t.source, t.record_key, 'self' as subject, 'high' as trust,"
            " t.source as id_type, '' as scope, b.person_id as value_key from new_trait as t"
            " inner join owner_of as b on t.record_key = b.record_key",
        ):
            if "owner_of" in line:
                self._register_owners()
            self.con.execute(line)

    def _register_owners(self) -> None:
        keys = [record for _, record, _ in self.traits]
        people = [f"p{KEY.token(*record.split(':'))[:16]}" for record in keys]
        self.con.register("owner_of", pa.table({"record_key": keys, "person_id": people}))


def make_lookalikes(folder: Path) -> Lookalikes:
    """Members of known name, phone, birthday and city; buyers with masked phones and addresses."""
    chance = random.Random(11)
    brand = Lookalikes(folder)
    family, given = "王李张刘陈杨黄赵周吴徐孙", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
    cities = ("上海市", "深圳市", "成都市", "青岛市", "厦门市")

    def made() -> dict[str, str]:
        name = chance.choice(family) + chance.choice(given) + chance.choice(given)
        phone = f"13{chance.randrange(10)}{chance.randrange(10**8):08d}"
        return {"name": name, "phone": phone, "city": chance.choice(cities)}

    for number in range(MEMBERS):
        one = made()
        member = brand.person("member_no", number, **one)
        house = f"人民路{chance.randrange(1, 900)}号{chance.randrange(100, 999)}室"
        masked = f"{one['phone'][:3]}******{one['phone'][-2:]}"
        if number < HIDDEN:
            buyer = brand.person(
                "jd_pin", number, name=one["name"], phone=masked, address=one["city"] + house
            )
            brand.hidden.add((min(member, buyer), max(member, buyer)))
        elif number % 3 == 0:
            other = made()
            masked = f"{other['phone'][:3]}******{other['phone'][-2:]}"
            address = other["city"] + house
            brand.person("jd_pin", number, name=other["name"], phone=masked, address=address)
    return brand
