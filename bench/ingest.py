"""How dear landing is: the whole path against bare copies of the same bytes.

    python -m bench.ingest [megabytes] [workbook rows]

One order export is written as UTF-8 and as GB18030 CSV, at a quarter of the size and whole, and as a
workbook. Each goes through the whole path in a process of its own: hash, recognise, decode, clean,
type, tokenise, seal, land, ledger, check (Great Expectations). Beside it, in processes of their own:
bare copies of the same UTF-8 bytes to Parquet by DuckDB and polars, a pandas script, and calamine's
bare read of the workbook. Seconds leave imports out on every side; Great Expectations is imported
where a night needs it, once the files have landed. Buyers repeat as in an order-line export: one in
twenty rows is a new one. A quarter is landed dressed, too, as shops send it: quoted, with `="…"`
around an order's number, yuan signs, and times that a spreadsheet saved. Prints a table and, as its
last line, one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.verdict import report

LIMITS = {
    "utf8_to_best_copy": 2.0,
    "gb18030_to_best_copy": 4.0,
    "xlsx_to_bare_read": 2.0,
    "dressed_to_clean": 3.0,
    "memory_mib": 600.0,
    "memory_growth": 1.25,
}
HEADER = (
    "订单编号", "买家会员名", "买家实际支付金额", "总金额", "订单状态", "订单创建时间", "订单付款时间",
    "宝贝标题", "宝贝总数量", "联系手机", "收货人姓名", "店铺名称",
)  # fmt: skip
TITLES = (
    "春茶礼盒 250克",
    "高山乌龙茶 罐装",
    "茉莉花茶 袋泡 30包",
    "陈年普洱 七子饼",
    "玻璃茶壶 耐热 600毫升",
)
STATES = ("交易成功", "卖家已发货，等待买家确认", "买家已付款，等待卖家发货", "交易关闭")
ROW_BYTES = 182

LAND = """
import sys, os
from datetime import date
from pathlib import Path
from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.land.ingest import ingest
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw.expectations import validate_load
import pandas, pyarrow.parquet, pyzipper, python_calamine, time
settings = Settings(Path(sys.argv[1]), PROJECT_DIR / "config")
began, used = time.perf_counter(), time.process_time()
result = ingest(settings, date(2026, 9, 1))
(entry,) = result.files
assert entry.status == "landed" and entry.rows_in == entry.rows_landed, entry
landed = time.perf_counter() - began, time.process_time() - used
import great_expectations
began, used = time.perf_counter(), time.process_time()
checked = validate_load(settings, load_contracts(settings.config_dir), entry.source, 1)
assert checked.ok and checked.rows == entry.rows_landed, checked
print(landed[0] + time.perf_counter() - began, landed[1] + time.process_time() - used)
"""
DUCKDB = """
import sys, duckdb
import time; began, used = time.perf_counter(), time.process_time()
duckdb.sql("set preserve_insertion_order = false")
source = f"select * from read_csv('{sys.argv[1]}', all_varchar = true)"
duckdb.sql(f"copy ({source}) to '{sys.argv[2]}' (format parquet, compression zstd)")
print(time.perf_counter() - began, time.process_time() - used)
"""
POLARS = """
import sys, polars
import time; began, used = time.perf_counter(), time.process_time()
polars.scan_csv(sys.argv[1], infer_schema=False).sink_parquet(sys.argv[2], compression="zstd")
print(time.perf_counter() - began, time.process_time() - used)
"""
PANDAS = """
import sys, pandas, pyarrow.csv, pyarrow.parquet
import time; began, used = time.perf_counter(), time.process_time()
frame = pandas.read_csv(sys.argv[1], dtype="str", engine="pyarrow")
frame.to_parquet(sys.argv[2], compression="zstd")
print(time.perf_counter() - began, time.process_time() - used)
"""
CALAMINE = """
import sys
from python_calamine import CalamineWorkbook
import time; began, used = time.perf_counter(), time.process_time()
book = CalamineWorkbook.from_path(sys.argv[1])
assert len(book.get_sheet_by_index(0).to_python()) > 1
print(time.perf_counter() - began, time.process_time() - used)
"""


def write_orders(utf8: Path, megabytes: int) -> int:
    """An order export of about this size, the same bytes in every run; returns its rows."""
    rows = megabytes * 1_000_000 // ROW_BYTES
    with utf8.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for start in range(0, rows, 50_000):
            file.write("".join(_row(n) for n in range(start, min(start + 50_000, rows))))
    return rows


def _row(n: int) -> str:
    # Neighbouring rows are lines of one order; a buyer comes back twenty times.
    buyer = (n * 2654435761 % 4294967296) % max(n // 20, 1) if n % 20 else n // 20
    day, second = 1 + n // 5000 % 28, n % 86400
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    cents = 990 + n * 7919 % 90_000
    return (
        f"19300000{n:011d},tb茶友{buyer:07d},{cents / 100:.2f},{cents / 100 + 10:.2f},"
        f"{STATES[n % 4]},2026-08-{day:02d} {clock},2026-08-{day:02d} {clock},"
        f"{TITLES[n % 5]},{1 + n % 3},139{buyer:08d},收货人{buyer % 40000},天猫某某旗舰店\n"
    )


def write_dressed(clean: Path, dressed: Path) -> None:
    """The same orders as a spreadsheet and its owner leave them, in GB18030."""
    with (
        clean.open(encoding="utf-8", newline="") as source,
        dressed.open("w", encoding="gb18030", newline="") as target,
    ):
        rows, write = csv.reader(source), csv.writer(target, quoting=csv.QUOTE_ALL).writerow
        write(next(rows))
        for number, nick, paid, total, state, ordered, settled, *rest in rows:
            moments = (at[:16].replace("-0", "/").replace("-", "/") for at in (ordered, settled))
            write((f'="{number}"', nick, f"¥{paid}", f"¥{total}", state, *moments, *rest))


def write_workbook(path: Path, rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for n in range(rows):
        sheet.write_row(n + 1, 0, _row(n).rstrip("\n").split(","))
    book.close()


def measure(script: str, *arguments: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of a script in a process of its own; raises when it fails."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        env={**os.environ, "SIYU_KEY": "5a" * 32},
    )
    assert child.stdout is not None
    words = child.stdout.read().split()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"a step of the bench failed with code {child.returncode}")
    return float(words[-2]), float(words[-1]), usage.ru_maxrss / 1024


def land(folder: Path, file: Path) -> tuple[float, float, float]:
    data = folder / "brand"
    shutil.rmtree(data, ignore_errors=True)
    (data / "landing").mkdir(parents=True)
    target = data / "landing" / file.name
    os.link(file, target)
    os.utime(target, (1_700_000_000, 1_700_000_000))
    found = measure(LAND, data)
    shutil.rmtree(data)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", nargs="?", type=int, default=900)
    parser.add_argument("workbook_rows", nargs="?", type=int, default=200_000)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, quarter = folder / "orders.csv", folder / "orders_quarter.csv"
        wide, book = folder / "orders_gb18030.csv", folder / "orders.xlsx"
        dressed = folder / "orders_dressed.csv"
        rows = write_orders(whole, words.megabytes)
        write_orders(quarter, words.megabytes // 4)
        with whole.open(encoding="utf-8") as source, wide.open("w", encoding="gb18030") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        write_dressed(quarter, dressed)
        write_workbook(book, words.workbook_rows)
        out = folder / "copy.parquet"
        took: dict[str, tuple[float, float, float]] = {}
        took["DuckDB copy"] = measure(DUCKDB, whole, out)
        took["polars copy"] = measure(POLARS, whole, out)
        took["pandas script"] = measure(PANDAS, whole, out)
        took["Siyu, UTF-8"] = land(folder, whole)
        took["Siyu, UTF-8, a quarter"] = land(folder, quarter)
        took["Siyu, a quarter, dressed"] = land(folder, dressed)
        took["Siyu, GB18030"] = land(folder, wide)
        took["calamine, bare read"] = measure(CALAMINE, book)
        took["Siyu, xlsx"] = land(folder, book)
        size = whole.stat().st_size / 1e6
    best = min(took[n][0] for n in ("DuckDB copy", "polars copy"))
    print(f"{rows:,} rows, {size:.0f} MB of UTF-8; workbook of {words.workbook_rows:,} rows")
    print(f"{'path':24} {'seconds':>8} {'CPU s':>7} {'MiB':>6} {'x best copy':>12}")
    for name, (seconds, cpu, memory) in took.items():
        print(f"{name:24} {seconds:8.1f} {cpu:7.1f} {memory:6.0f} {seconds / best:12.2f}")
    ratios = {
        "utf8_to_best_copy": took["Siyu, UTF-8"][0] / best,
        "gb18030_to_best_copy": took["Siyu, GB18030"][0] / best,
        "xlsx_to_bare_read": took["Siyu, xlsx"][0] / took["calamine, bare read"][0],
        "dressed_to_clean": took["Siyu, a quarter, dressed"][0] / took["Siyu, UTF-8, a quarter"][0],
        "memory_mib": max(took["Siyu, UTF-8"][2], took["Siyu, GB18030"][2]),
        "memory_growth": took["Siyu, UTF-8"][2] / took["Siyu, UTF-8, a quarter"][2],
    }
    report("ingest", ratios, LIMITS)


if __name__ == "__main__":
    main()
