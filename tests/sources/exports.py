"""Small exports of invented shops, written as platforms write them, and a brand to land them in."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter

from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.field import ContractField
from siyu.sources.land.ingest import LoadResult, ingest
from siyu.sources.raw.views import prepare_raw

Row = Sequence[object]
LONG_AGO = 1_700_000_000
COUPON = (
    "券码",
    "券批次",
    "会员号",
    "面额",
    "使用门槛",
    "发放时间",
    "过期日期",
    "券状态",
    "订单号",
)
EVENT = (
    "event_id", "event_time", "appid", "openid", "session_id", "event_name", "duration_seconds",
)  # fmt: skip
CUSTOMER = ("客户姓名", "客户手机号", "是否会员", "客户积分", "成为客户时间", "消费次数")
BILL = (
    "交易时间", "公众账号ID", "商户号", "微信订单号", "商户订单号", "用户标识", "交易状态",
    "应结订单金额", "微信退款单号", "退款金额", "商品名称",
)  # fmt: skip
SETTLEMENT = (
    "订单编号", "订单下单时间", "售后服务单号", "商品编号", "费用名称", "应结金额", "收支方向",
    "结算状态",
)  # fmt: skip
ORDER = ("订单编号", "买家会员名", "买家实际支付金额", "订单状态", "订单创建时间", "宝贝标题")
REFERRAL = ("邀请记录号", "活动编号", "邀请人unionid", "被邀请人unionid", "邀请时间", "奖励金额")


def coupons(count: int, start: int = 0) -> list[list[str]]:
    """Coupon rows, each different from all others."""
    return [
        [
            f"C{n:06d}", "春日", f"M{n % 7:03d}", f"{n}.50", "100",
            f"2026-08-{1 + n % 28:02d} 09:30:00", "2026-12-31", "未使用", "",
        ]
        for n in range(start, start + count)
    ]  # fmt: skip


def csv_text(header: Row, rows: Sequence[Row], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return text.getvalue()


def xlsx_bytes(rows: Sequence[Row]) -> bytes:
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True})
    # Without it the file holds the second it was made in, and two makings differ.
    book.set_properties({"created": datetime(2026, 8, 1)})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return whole.getvalue()


class Shop:
    """One brand's folders; what `drop` writes counts as written long ago, so nothing waits."""

    def __init__(self, data: Path, config: Path = PROJECT_DIR / "config") -> None:
        self.settings = Settings(data, config)

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.settings.landing_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (LONG_AGO, LONG_AGO))
        return path

    def drop_all(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            self.drop(name, content)

    def ingest(self, **words: object) -> LoadResult:
        return ingest(self.settings, **words)  # type: ignore[arg-type]

    def rows(self, source: str, columns: str = "*") -> list[tuple]:
        """What landed of a source, in no order that matters."""
        parts = sorted((self.settings.raw_dir / source).rglob("*.parquet"))
        if not parts:
            return []
        return sorted(
            duckdb.sql(f"select {columns} from read_parquet({list(map(str, parts))})").fetchall(),
            key=str,
        )

    def typed(self, source: str, columns: str = "*") -> list[tuple]:
        """The newest state of every key of a source, as the warehouse types it, in order."""
        with duckdb.connect() as con:
            prepare_raw(con, self.settings, load_contracts(self.settings.config_dir), None)
            return con.execute(f"select {columns} from typed.{source} order by all").fetchall()

    def refused(self, columns: str = "_row, reason, field") -> list[tuple]:
        parts = sorted((self.settings.quarantine_dir / "rows").rglob("*.parquet"))
        if not parts:
            return []
        listed = list(map(str, parts))
        return duckdb.sql(f"select {columns} from read_parquet({listed}) order by all").fetchall()

    def tree(self, folder: str = "raw") -> dict[str, str]:
        """Every file below a folder with the hash of its bytes."""
        base = self.settings.data_dir / folder
        return {
            p.relative_to(base).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(base.rglob("*"))
            if p.is_file()
        }


def field(kind: str) -> ContractField:
    return ContractField.model_validate({"type": kind})
