"""The nightly part of the next action: the newest results on the shelf become tables. No fitting."""

from __future__ import annotations

from typing import Any

from ml.action import shelf
from ml.action.tables import TABLES, ensure_tables, replace_rows
from ml.action.train import ACTIONS
from siyu.settings import Settings
from siyu.warehouse import connect

VERDICTS = "next_action"


def serve_actions(settings: Settings) -> dict[str, int]:
    """Fills every table of the next action in one transaction; table -> rows.

    People merged or erased since the training are left out, and leave the shelf too.
    """
    import pandas as pd

    counts: dict[str, int] = {}
    verdicts: list[dict[str, Any]] = []
    with connect(settings) as con:
        ensure_tables(con)
        con.execute("begin")
        try:
            for name in ACTIONS:
                found = shelf.newest(settings, name)
                rows = found[2] if found else None
                counts[name] = replace_rows(con, name, rows)
                verdicts.append(_verdict_row(name, found, counts[name]))
            counts[VERDICTS] = replace_rows(con, VERDICTS, pd.DataFrame(verdicts))
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
        known = {row[0] for row in con.execute("select person_id from core.dim_person").fetchall()}
    # A warehouse that knows nobody has not been built: it erases nobody.
    for name in ACTIONS if known else ():
        shelf.forget_people(settings, name, known)
    return {name: counts[name] for name in TABLES}


def _verdict_row(name: str, found: tuple | None, count: int) -> dict[str, Any]:
    columns = [column for column, _, _ in TABLES[VERDICTS][1]]
    row: dict[str, Any] = dict.fromkeys(columns)
    row |= {"asset": name, "is_published": False, "judged_rows": 0, "row_count": count}
    if found is None:
        return row | {"reason": "not trained yet: the weekly training has not run"}
    verdict, trained_on, _ = found
    row |= {key: getattr(verdict, key) for key in columns if hasattr(verdict, key)}
    return row | {"trained_on": trained_on}
