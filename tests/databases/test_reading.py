"""What changed in a table lands once, whatever the ties, the page size and the moment of a kill."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.quarantine.retry import retry
from tests.databases.servers import Server
from tests.databases.tables import (
    add_customers,
    change_contract,
    connect,
    pulled_files,
    read,
)
from tests.sources.exports import Shop

pytestmark = pytest.mark.xdist_group("databases")
CRM = "crm_customer_table"


def test_what_changed_lands_once_and_a_rerun_reads_nothing(shop: Shop, crm: Server) -> None:
    add_customers(crm, [(f"M{n}", n, f"2026-08-01 10:00:{n:02d}+08") for n in range(1, 8)])
    assert read(shop, CRM).rows == 7
    first = shop.ingest()
    entry = first.files[0]
    assert (entry.source, entry.rows_in, entry.rows_landed) == (CRM, 7, 7)
    assert entry.watermark == "updated_at 2026-08-01T02:00:07+00:00"
    assert first.as_of == date(2026, 8, 1)
    before = shop.tree(), shop.tree("pulled")
    again = read(shop, CRM)
    assert (again.rows, again.file) == (0, None)
    assert not shop.ingest().files
    assert (shop.tree(), shop.tree("pulled")) == before
    add_customers(crm, [("M3", 300, "2026-08-02 09:00:00+08"), ("M8", 8, "2026-08-02 09:00:00+08")])
    assert read(shop, CRM).rows == 2
    assert shop.ingest().files[0].rows_landed == 2
    assert len(shop.rows(CRM)) == 9


@pytest.mark.parametrize("page_rows", [1, 3])
def test_rows_of_one_moment_over_a_page_edge_are_all_read(
    shop: Shop, crm: Server, page_rows: int
) -> None:
    change_contract(shop, CRM, page_rows=page_rows)
    moment = "2026-08-01 10:00:00.123456+08"
    add_customers(crm, [(f"M{n}", n, moment) for n in range(1, 11)])
    assert read(shop, CRM).rows == 10
    shop.ingest()
    # Committed later, with the very time that was read last.
    add_customers(crm, [("M11", 11, moment)])
    assert read(shop, CRM).rows == 1
    shop.ingest()
    assert shop.rows(CRM, "points") == sorted(((str(n),) for n in range(1, 12)), key=str)


def test_a_late_row_is_seen_within_the_overlap_and_not_before_it(shop: Shop, crm: Server) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08")])
    read(shop, CRM)
    shop.ingest()
    add_customers(crm, [("M2", 2, "2026-08-01 09:31:00+08"), ("M3", 3, "2026-08-01 09:29:00+08")])
    assert read(shop, CRM).rows == 1
    shop.ingest()
    # What came late takes nothing back: the newest moment that was read still counts.
    add_customers(crm, [("M4", 4, "2026-08-01 09:29:30+08")])
    assert read(shop, CRM).rows == 0
    change_contract(shop, CRM, overlap_minutes=60)
    assert read(shop, CRM).rows == 2


def test_a_writer_whose_clock_is_ahead_hides_no_row(shop: Shop, crm: Server) -> None:
    """What another writer changes in the hours between is older than what was read last."""
    crm.execute(
        "insert into customer (id, created_at, updated_at)"
        " values ('M1', '2026-01-02 03:04:05+08', now() + interval '20 hours')"
    )
    assert read(shop, CRM).rows == 1
    shop.ingest()
    crm.execute(
        "insert into customer (id, created_at, updated_at)"
        " values ('M2', '2026-01-02 03:04:05+08', now() + interval '2 hours')"
    )
    again = read(shop, CRM)
    assert (again.rows, again.message) == (1, "")
    assert shop.ingest().files[0].rows_landed == 1
    assert read(shop, CRM).rows == 0


def test_a_number_that_was_given_before_and_committed_after_is_read(
    shop: Shop, crm: Server
) -> None:
    change_contract(shop, CRM, watermark="points")
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08"), ("M3", 3, "2026-08-01 10:00:00+08")])
    assert read(shop, CRM).rows == 2
    shop.ingest()
    add_customers(crm, [("M2", 2, "2026-08-01 10:00:00+08")])
    assert read(shop, CRM).rows == 1


def test_the_newest_state_of_a_row_counts_and_a_deleted_row_stays(shop: Shop, crm: Server) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08"), ("M2", 2, "2026-08-01 10:00:00+08")])
    read(shop, CRM)
    shop.ingest()
    add_customers(crm, [("M1", 100, "2026-08-01 11:00:00+08")])
    crm.execute("delete from customer where id = 'M2'")
    read(shop, CRM)
    shop.ingest()
    assert shop.typed(CRM, "points") == [(2,), (100,)]


def test_zones_decimals_chinese_text_and_nulls_come_through_exactly(
    shop: Shop, crm: Server
) -> None:
    crm.execute(
        "insert into customer values ('M1', null, null, '张 “三”, \"李\"\n四', '金卡，VIP', null,"
        " 1234567890.10, null, false, '2026-03-01 00:30:00+00', '2026-08-01 23:59:59.999999-05',"
        " null), ('M2', '13900000002', 'oU2', null, '', 7, -0.01, null, null, null,"
        " '2026-08-03 00:00:00+08', null)"
    )
    assert read(shop, CRM).rows == 2
    shop.ingest()
    columns = "level, points, balance_cny, is_active, registered_at, updated_at"
    assert shop.typed(CRM, columns) == [
        ("金卡，VIP", None, Decimal("1234567890.10"), False, datetime(2026, 3, 1, 0, 30),
         datetime(2026, 8, 2, 4, 59, 59)),
        (None, 7, Decimal("-0.01"), None, None, datetime(2026, 8, 2, 16, 0)),
    ]  # fmt: skip


def test_only_columns_that_the_contract_lands_leave_the_database(shop: Shop, crm: Server) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08")])
    read(shop, CRM)
    (path,) = pulled_files(shop, CRM)
    text = path.read_text(encoding="utf-8")
    assert "密" not in text and "password_hash" not in text and "note" not in text
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    shop.ingest()
    assert "13900000001" not in str(shop.rows(CRM))


def test_a_row_that_cannot_be_read_is_quarantined_and_retried(shop: Shop, crm: Server) -> None:
    crm.execute("alter table customer alter column points type text")
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08"), ("M2", 2, "2026-08-01 10:00:01+08")])
    crm.execute("update customer set points = '很多' where id = 'M2'")
    read(shop, CRM)
    entry = shop.ingest().files[0]
    assert (entry.rows_in, entry.rows_landed, entry.rows_quarantined) == (2, 1, 1)
    assert entry.watermark == "updated_at 2026-08-01T02:00:01+00:00"
    path = shop.settings.config_dir / "sources" / f"{CRM}.yml"
    told = path.read_text(encoding="utf-8").replace("[points], type: integer", "[points]")
    path.write_text(told, encoding="utf-8")
    (retried,) = retry(shop.settings)
    assert (retried.rows_landed, retried.rows_refused) == (1, 0)
    assert len(shop.rows(CRM)) == 2
    assert read(shop, CRM).rows == 0


def test_another_watermark_column_reads_the_table_again(shop: Shop, crm: Server) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08")])
    read(shop, CRM)
    shop.ingest()
    change_contract(shop, CRM, watermark="created_at")
    assert read(shop, CRM).rows == 1
    assert shop.ingest().files[0].watermark == "created_at 2026-01-01T19:04:05+00:00"
    assert read(shop, CRM).rows == 0


def test_a_source_with_a_new_id_reads_and_lands_the_same_rows(shop: Shop, crm: Server) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08")])
    read(shop, CRM)
    shop.ingest()
    sources = shop.settings.config_dir / "sources"
    told = (sources / f"{CRM}.yml").read_text(encoding="utf-8")
    again = told.replace(f"id: {CRM}", "id: crm_customer_again")
    (sources / "crm_customer_again.yml").write_text(again, encoding="utf-8")
    read(shop, "crm_customer_again")
    assert [f.status for f in shop.ingest().files] == ["landed"]
    assert len(shop.rows("crm_customer_again")) == len(shop.rows(CRM)) == 1
    assert read(shop, "crm_customer_again").rows == 0


def test_numbers_and_days_are_watermarks_too(shop: Shop, crm: Server) -> None:
    add_customers(crm, [(f"M{n}", n, "2026-08-01 10:00:00+08") for n in range(1, 11)])
    crm.execute(
        "alter table customer add column day date",
        "update customer set day = date '2026-08-01' + points / 4",
    )
    change_contract(shop, CRM, watermark="points", overlap_numbers=2)
    assert read(shop, CRM).rows == 10
    assert shop.ingest().files[0].watermark == "points 10"
    add_customers(
        crm, [("M11", 11, "2026-08-01 10:00:00+08"), ("M12", 7, "2026-08-01 10:00:00+08")]
    )
    assert read(shop, CRM).rows == 1
    crm.execute("update customer set day = '2026-08-04' where id = 'M11'")
    change_contract(shop, CRM, watermark="day", overlap_minutes=0)
    days = read(shop, CRM)
    assert days.rows == 11 and "1 rows have no day" in days.message
    assert shop.ingest().files[0].watermark == "day 2026-08-04"


def test_a_run_killed_anywhere_ends_as_if_undisturbed(
    shop: Shop, crm: Server, tmp_path: Path
) -> None:
    add_customers(crm, [(f"M{n}", n, f"2026-08-01 10:{n % 60:02d}:00+08") for n in range(1, 3001)])
    calm, killed = shop, Shop(tmp_path / "killed", shop.settings.config_dir)
    connect(killed, "crm", crm.url())
    began = time.monotonic()
    assert start(calm).wait() == 0
    length = time.monotonic() - began
    for share in (0.6, 0.75, 0.9):
        process = start(killed)
        try:
            process.wait(length * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    # The sharpest moment: read whole, and nothing landed yet.
    shutil.rmtree(killed.settings.raw_dir, ignore_errors=True)
    assert start(killed).wait() == 0
    for folder in ("raw", "pulled"):
        assert killed.tree(folder) == calm.tree(folder)
    assert len(killed.rows(CRM)) == 3000


def test_rows_read_before_a_kill_give_way_to_what_the_table_says_now(
    shop: Shop, crm: Server
) -> None:
    add_customers(crm, [("M1", 1, "2026-08-01 10:00:00+08"), ("M2", 2, "2026-08-01 10:00:01+08")])
    read(shop, CRM)
    add_customers(crm, [("M1", 100, "2026-08-01 11:00:00+08")])
    read(shop, CRM)
    assert len(pulled_files(shop, CRM)) == 1
    shop.ingest()
    assert shop.typed(CRM, "points") == [(2,), (100,)] and len(shop.rows(CRM)) == 2


READ_AND_LAND = (
    "import sys; from pathlib import Path; from siyu.settings import Settings;"
    " from siyu.sources.contracts.catalogue import load_contracts;"
    " from siyu.sources.land.ingest import ingest;"
    " from siyu.sources.database.pull import pull;"
    " s = Settings(Path(sys.argv[1]), Path(sys.argv[2]));"
    f" pull(s, load_contracts(s.config_dir)['{CRM}']); ingest(s)"
)


def start(shop: Shop) -> subprocess.Popen[bytes]:
    words = [READ_AND_LAND, str(shop.settings.data_dir), str(shop.settings.config_dir)]
    return subprocess.Popen([sys.executable, "-c", *words], cwd=PROJECT_DIR)
