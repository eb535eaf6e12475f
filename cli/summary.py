"""The one table that a night ends with."""

from __future__ import annotations

from typing import Any

import duckdb

from cli.output import print_table, say
from siyu.errors import PermanentFailure
from siyu.serving import open_serving
from siyu.settings import Settings
from siyu.sources.quarantine.quarantined import open_quarantine

_NIGHT = """
select run_id, as_of_on, files_read, rows_landed, rows_quarantined, person_count,
    identifier_count, round(identifier_count / nullif(person_count, 0), 2) as merge_ratio,
    order_count, net_revenue_cny
from ops.run order by as_of_on desc, run_id desc limit 1
"""
_SEGMENTS = """
with night as (select max(as_of_on) as as_of_on from ops.run)
select m.segment_id,
    count(*) filter (where m.left_on is null) as size,
    count(*) filter (where m.entered_on = n.as_of_on) as entered,
    count(*) filter (where m.left_on = n.as_of_on) as left_count,
    any_value(d.holdout_count) as held_out
from activation.segment_membership as m
cross join night as n
left join activation.delivery as d on d.segment_id = m.segment_id and d.as_of_on = n.as_of_on
group by m.segment_id order by m.segment_id
"""
_SCORES = """
select s.question as score, s.status, s.scored_on, s.people, s.people_without_order, s.verdict,
    s.score_psi, s.model_age_days
from ml.score_night as s
where s.as_of_on = (select max(as_of_on) from ops.run)
order by s.question
"""


def night_summary(settings: Settings) -> dict[str, Any]:
    """Figures of the newest finished night, read from the serving file and the model registry."""
    from ml.registry import champions

    if not settings.serving_path.exists():
        raise PermanentFailure("no night has finished yet: run `siyu run` first")
    con = open_serving(settings)
    try:
        cursor = con.execute(_NIGHT)
        names = [d[0] for d in cursor.description]
        night = dict(zip(names, cursor.fetchall()[0], strict=True))
        # As it is now: a run that was killed may have refused a file that this night did not meet.
        night["files_in_quarantine"] = len(open_quarantine(settings))
        segments = con.execute(_SEGMENTS).fetchall()
        told = con.execute(_SCORES) if _has_score_night(con) else None
        columns = [d[0] for d in told.description] if told else []
        scores = [dict(zip(columns, row, strict=True)) for row in told.fetchall()] if told else []
    finally:
        con.close()
    return {
        "night": night,
        "models": [
            {
                "model": c.name,
                "version": c.version,
                "champion": c.champion,
                "metric": c.metric,
                "held_out": c.value,
                "baseline": c.baseline,
                "baseline_value": c.baseline_value,
            }
            for c in champions(settings)
        ],
        "scores": scores,
        "segments": [
            {"segment": s, "size": size, "entered": e, "left": gone, "held_out": h}
            for s, size, e, gone, h in segments
        ],
    }


def _has_score_night(con: duckdb.DuckDBPyConnection) -> bool:
    """A serving file of before may lack the table."""
    return bool(
        con.execute(
            "select 1 from information_schema.tables"
            " where table_schema = 'ml' and table_name = 'score_night'"
        ).fetchall()
    )


def print_summary(summary: dict[str, Any]) -> None:
    """The night's table, then the models beside their baselines, the lists, and where to look."""
    print_table("The night", ("what", "figure"), summary["night"].items())
    tables = {"Models on held-out data": "models", "Scores": "scores", "Segments": "segments"}
    for title, rows in tables.items():
        if summary[rows]:
            print_table(title, list(summary[rows][0]), [list(r.values()) for r in summary[rows]])
    if summary["night"]["files_in_quarantine"]:
        say("files in quarantine: siyu quarantine list says why")
    say("look next: siyu status · siyu segment list · siyu why PERSON SEGMENT · make ui")
