"""What a brand sees after one command on an empty folder."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("whole_brand")

SEGMENTS = {
    "high_value_at_risk",
    "new_buyers_second_order",
    "silent_members",
    "win_back_90d",
    "likely_vip",
    "birthday_this_month",
    "referrers",
}


def test_every_row_read_has_landed_or_is_in_quarantine(first_night: Brand) -> None:
    files = first_night.rows(
        "select file, rows_in, rows_landed, rows_quarantined from ops.load_ledger"
    )
    assert len(files) > 50
    assert [f for f, rows_in, landed, refused in files if rows_in != landed + refused] == []
    refused = first_night.rows("select count(*) from ops.quarantine")[0][0]
    assert refused == sum(f[3] for f in files)


def test_every_demo_source_has_landed_rows(first_night: Brand) -> None:
    landed = dict(
        first_night.rows("select source, sum(rows_landed) from ops.load_ledger group by source")
    )
    assert len(landed) == 36
    assert all(rows > 0 for rows in landed.values()), landed


def test_net_revenue_equals_the_truth_to_the_cent(first_night: Brand) -> None:
    truth = first_night.siyu("demo", "truth", "--json").json()
    assert Decimal(truth["net_revenue_cny"]) == Decimal(truth["true_net_revenue_cny"])
    assert Decimal(truth["net_revenue_cny"]) > 0
    assert truth["orders_differing"] == 0


def test_bills_and_orders_differ_exactly_where_the_demo_planted_it(first_night: Brand) -> None:
    planted = json.loads((first_night.data / "truth" / "settlement.json").read_text())
    found = {
        reason: (count, amount)
        for reason, count, amount in first_night.rows(
            "select reason, count(*), sum(unexplained_cny) from marts.reconciliation"
            " where outcome = 'unexplained' group by reason"
        )
    }
    assert found == {
        kind: (planted[kind]["orders"], Decimal(planted[kind]["amount_cny"]))
        for kind in ("fee_too_high", "receipt_missing")
    }
    promised = first_night.rows(
        "select count(*), sum(timing_cny) from marts.reconciliation as bills"
        " inner join core.fct_order using (order_key)"
        " where bills.platform = 'jd' and timing_cny <> 0 and status = 'completed'"
    )[0]
    assert promised == (
        planted["payout_promised"]["orders"],
        Decimal(planted["payout_promised"]["amount_cny"]),
    )
    assert promised[0] > 0
    lost = first_night.rows(
        "select count(*) from core.fct_order left join marts.reconciliation using (order_key)"
        " where fct_order.platform in ('jd', 'wechat_shop', 'youzan') and is_paid"
        " and outcome is null"
    )
    assert lost == [(0,)]


def test_suggestions_called_certain_are_one_person_in_truth(first_night: Brand) -> None:
    truth = first_night.siyu("demo", "truth", "--json").json()
    assert truth["suggested_certain_known"] > 200
    assert truth["suggested_certain_right"] >= 0.998 * truth["suggested_certain_known"]


def test_people_are_found_as_they_truly_are(first_night: Brand) -> None:
    truth = first_night.siyu("demo", "truth", "--json").json()
    assert truth["pair_precision"] >= 0.995
    assert truth["pair_recall_linkable"] >= 0.95
    assert truth["largest_cluster_person"].startswith("p")
    assert truth["household_precision"] >= 0.7
    assert truth["household_recall"] >= 0.5
    told = first_night.siyu("person", "evaluate", "--json").json()
    assert round(told["pair_precision"], 5) == truth["pair_precision"]
    assert told["id_churn_unexplained"] is None, "a first night has none before it"


def test_the_summary_names_everything_a_night_did(first_night: Brand) -> None:
    summary = first_night.siyu("run", "--json").json()
    assert {
        "files_read",
        "rows_landed",
        "rows_quarantined",
        "merge_ratio",
        "net_revenue_cny",
    } <= set(summary["night"])
    assert {m["model"] for m in summary["models"]} == {"churn", "ltv"}
    assert all(m["baseline_value"] is not None for m in summary["models"])
    assert {s["segment"] for s in summary["segments"]} >= SEGMENTS


def test_a_second_run_with_nothing_new_changes_no_table_and_no_byte(
    first_night: Brand,
) -> None:
    warehouse = first_night.data / "warehouse.duckdb"
    before = (first_night.published(), first_night.tables(), warehouse.stat().st_mtime_ns)
    answer = first_night.siyu("run", "--json")
    assert answer.code == 0
    assert answer.json()["ran"] is False
    after = (first_night.published(), first_night.tables(), warehouse.stat().st_mtime_ns)
    assert after == before


def test_every_list_is_whole_and_its_manifest_true(first_night: Brand) -> None:
    import csv
    import hashlib

    manifests = sorted((first_night.data / "published").rglob("manifest.json"))
    assert {m.parent.parent.name for m in manifests} >= SEGMENTS
    for path in manifests:
        manifest = json.loads(path.read_text())
        for part in ("add", "remove", "members"):
            file = path.parent / f"{part}.csv"
            content = file.read_bytes()
            told = manifest["files"][file.name]
            assert told["sha256"] == hashlib.sha256(content).hexdigest()
            assert told["rows"] == len(list(csv.reader(content.decode().splitlines()))) - 1


def test_nobody_without_consent_and_nobody_held_out_is_published(first_night: Brand) -> None:
    import csv

    granted = {
        row[0]
        for row in first_night.rows(
            "select person_id from core.fct_consent where is_current and status = 'granted'"
            " and purpose = 'marketing'"
        )
    }
    published = 0
    for path in (first_night.data / "published").rglob("members.csv"):
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
            published += 1
            assert row["person_id"] in granted
    assert published > 0


@pytest.mark.parametrize("folder", ["raw", "serving", "published"])
def test_no_readable_phone_lies_behind_the_border(first_night: Brand, folder: str) -> None:
    import pyarrow.parquet as pq

    phones = {
        value
        for kind, value in zip(
            *[
                pq.read_table(first_night.data / "truth" / "accounts.parquet")
                .column(name)
                .to_pylist()
                for name in ("id_type", "value")
            ],
            strict=True,
        )
        if kind == "phone"
    }
    assert len(phones) > 1000
    if folder == "raw":
        texts = _raw_cells(first_night)
    elif folder == "serving":
        texts = _serving_cells(first_night)
    else:
        texts = {
            cell
            for path in (first_night.data / folder).rglob("*.csv")
            for line in path.read_text().splitlines()
            for cell in line.split(",")
        }
    assert texts
    assert not texts & phones


def test_planted_growth_is_found_again(first_night: Brand) -> None:
    effects = json.loads((first_night.data / "truth" / "effects.json").read_text())
    accepted, people, depth = first_night.rows(
        "select sum(accepted_count), sum(participant_count), max(depth) from marts.referral"
    )[0]
    planted = effects["referral"]
    assert (accepted, people, depth) == (
        planted["accepted"],
        planted["people"],
        planted["depth"],
    )
    # 17,700 messages each: the standard error of a rate is near 0.003.
    rates = dict(
        first_night.rows(
            "select campaign, count(opened_at) / count(*) from core.fct_message group by campaign"
        )
    )
    for title, rate in effects["message_open_rate"].items():
        assert abs(rates[f"oa-{title}"] - rate) < 0.01, title


def _raw_cells(brand: Brand) -> set[str]:
    import duckdb

    con = duckdb.connect()
    cells: set[str] = set()
    for source in sorted(
        p for p in (brand.data / "raw").iterdir() if not p.name.startswith((".", "_"))
    ):
        files = f"{source}/**/*.parquet"
        for name, kind in con.execute(
            "select column_name, column_type from (describe from read_parquet($f, union_by_name=true))",
            {"f": files},
        ).fetchall():
            if kind == "VARCHAR":
                cells |= {
                    row[0]
                    for row in con.execute(
                        f'select distinct "{name}" from read_parquet($f, union_by_name=true)'
                        f' where length("{name}") between 11 and 14',
                        {"f": files},
                    ).fetchall()
                }
    return cells


def _serving_cells(brand: Brand) -> set[str]:
    tables = brand.rows(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where data_type = 'VARCHAR' and not internal"
    )
    return {
        row[0]
        for schema, table, column in tables
        for row in brand.rows(
            f'select distinct "{column}" from "{schema}"."{table}" where length("{column}") >= 11'
        )
    }
