"""ops.run: one row per finished night, the same figures that `siyu run` prints."""

from __future__ import annotations

from datetime import date

import duckdb

_CREATE = """
create schema if not exists ops;
create table if not exists ops.run (
    run_id varchar primary key, as_of_on date not null, load_seq integer not null,
    files_read integer not null, rows_landed bigint not null, rows_quarantined bigint not null,
    person_count bigint not null, identifier_count bigint not null, order_count bigint not null,
    net_revenue_cny decimal(18, 2) not null
)
"""


def record_run(con: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """Write the night's row (replacing an earlier try of the same night) and return its run id."""
    con.execute(_CREATE)
    load_seq = con.execute("select coalesce(max(load_seq), 0) from ops.load_ledger").fetchall()[0][
        0
    ]
    run_id = f"{as_of.isoformat()}-{load_seq:06d}"
    con.execute("delete from ops.run where run_id = $run_id", {"run_id": run_id})
    con.execute(
        """
        insert into ops.run
        select $run_id, $as_of, $load_seq, l.files, l.landed, l.refused, p.n, i.n, o.n, o.net
        from
            (
                select count(*) as files, coalesce(sum(rows_landed), 0) as landed,
                    coalesce(sum(rows_quarantined), 0) as refused
                from ops.load_ledger where status <> 'duplicate'
            ) as l
            cross join (select count(*) as n from core.dim_person) as p
            cross join (
                select count(*) as n from identity.bridge_identity where person_id is not null
            ) as i
            cross join (
                select count(*) as n, coalesce(sum(net_revenue_cny), 0) as net from core.fct_order
            ) as o
        """,
        {"run_id": run_id, "as_of": as_of, "load_seq": load_seq},
    )
    return run_id
