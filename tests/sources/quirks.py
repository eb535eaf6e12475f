"""The many ways in which platforms and spreadsheets write one value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

WIDE = str.maketrans("0123456789.,-+%:/", "０１２３４５６７８９．，－＋％：／")
GUARDS: tuple[Callable[[str], str], ...] = (
    lambda s: s,
    lambda s: f"\t{s}",
    lambda s: f"{s}\t",
    lambda s: f"'{s}",
    lambda s: f"`{s}",
    lambda s: f'="{s}"',
    lambda s: f"\u3000{s} ",
    lambda s: f"\ufeff{s}\u00a0",
    lambda s: f"\t'{s} ",
)


def numbers(n: Decimal) -> list[str]:
    plain = f"{n:f}"
    return [
        plain,
        f"{n:,f}",
        f"¥{plain}",
        f"￥{plain}",
        f"{plain}元",
        f"{n:,f} 元",
        f"CNY {plain}",
        plain.translate(WIDE),
        f"{n:,f}".translate(WIDE),
        f"{plain}(已退款89.84)",
        f"{n * 100:f}%",
        f"{(n / 10000).normalize():f}万",
    ]


def moments(t: datetime) -> list[str]:
    short = f"{t.month}/{t.day} {t.hour}:{t.minute:02d}"
    serial = (t - datetime(1899, 12, 30)).total_seconds() / 86400
    written = [
        f"{t:%Y-%m-%d %H:%M:%S}",
        f"{t:%Y-%m-%d %H:%M:%S}.000",
        f"{t:%Y-%m-%d %H:%M:%S}.0",
        f"{t:%Y/%m/%d %H:%M:%S}",
        f"{t:%Y.%m.%d %H:%M:%S}",
        f"{t:%Y-%m-%dT%H:%M:%S}",
        f"{t:%Y-%m-%dT%H:%M:%S}+08:00",
        f"{t - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z",
        f"{t:%Y年%m月%d日 %H时%M分%S秒}",
        f"{t:%Y%m%d%H%M%S}",
        f"{int((t - timedelta(hours=8) - datetime(1970, 1, 1)).total_seconds())}",
        repr(serial),
        f"{t:%Y-%m-%d %H:%M:%S}".translate(WIDE),
    ]
    if t.second == 0:
        written += [
            f"{t.year}/{short}",
            f"{t.year}年{t.month}月{t.day}日{t.hour}时{t.minute:02d}分",
        ]
    if t.second == t.minute == 0:
        written.append(f"{t:%Y年%m月%d日%H时}")
    return written
