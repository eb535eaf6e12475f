"""Lists of nights that died before they could settle and were never run again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import duckdb

from siyu.destinations.files import list_folder, people_in_list, sweep
from siyu.destinations.ledger import Delivery, note_settled
from siyu.fingerprint import file_hash

_OPEN = """
select {columns} from activation.delivery as d
where d.status = 'intent' and d.as_of_on < ? and not exists (
    select 1 from activation.delivery as later
    where later.destination = d.destination and later.segment_id = d.segment_id
        and later.as_of_on > d.as_of_on and later.status = 'settled'
)
order by d.as_of_on, d.delivery_id
"""


def settle_earlier(
    con: duckdb.DuckDBPyConnection, published: Path, as_of: date, tidy: bool
) -> None:
    """Settle what earlier nights left under way: a list in place may be in use, so it counts as
    sent with whom it names; one that is not there was never sent.

    `tidy` also clears what they left half written. Runs in the transaction of whoever calls.
    """
    columns = ", ".join("as_of_on" if f.name == "as_of" else f.name for f in fields(Delivery))
    for row in con.execute(_OPEN.format(columns=columns), [as_of]).fetchall():
        delivery = Delivery(*row)
        folder = list_folder(published, delivery.destination, delivery.segment_id, delivery.as_of)
        if tidy:
            sweep(folder)
        if not folder.is_dir():
            con.execute(
                "update activation.delivery set status = 'unsent' where delivery_id = ?",
                [delivery.delivery_id],
            )
            continue
        added, removed = (people_in_list(folder, name) for name in ("add", "remove"))
        found = replace(delivery, manifest_sha256=file_hash(folder / "manifest.json"))
        note_settled(con, found, added, removed)
