"""The quirk machine: one canonical table, written as any mix of the ways in which exports are spoilt."""

from __future__ import annotations

import csv
import html
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter

from siyu.privacy.pseudonym import PERSONAL, Tokeniser
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField
from siyu.sources.contracts.header import normalise_name
from siyu.sources.words.sentiment import kindness
from siyu.sources.words.word_list import balances
from tests.sources.quirks import GUARDS, moments, numbers

TOKENS = Tokeniser(bytes(32))
NOTHING = ("", "-", "--", "——", "/", " ", "\t", "无")
_IDS = {
    "phone": "139{:08d}", "phone_remark": "139{:08d}", "email": "kehu{}@example.com",
    "alipay_account": "kehu{}@example.com",
}  # fmt: skip
_WIDE_NAME = str.maketrans("()/", "（）／")


@dataclass(frozen=True)
class Cell:
    """What a cell means, and every way of writing it. `landed` is what raw must hold."""

    landed: object
    written: Sequence[str]


@dataclass(frozen=True)
class Spoilt:
    """One file, the contract it is of, and its rows as they must land, by field."""

    name: str
    content: bytes
    rows: list[dict[str, object]]


def fields_of(contract: Contract) -> dict[str, tuple[str, ContractField]]:
    """Fields that a column of their own fills, with that column; first come, first served."""
    taken: dict[str, tuple[str, ContractField]] = {}
    columns: set[str] = set()
    for name, field in contract.fields.items():
        if field.extract or field.or_from or field.columns_like or not field.columns:
            continue
        if field.columns[0] not in columns:
            columns.add(field.columns[0])
            taken[name] = (field.columns[0], field)
    return taken


def cell_of(contract: Contract, name: str, field: ContractField, n: int) -> Cell:
    """A cell for row n of a field: its value on landing and all its spellings."""
    if field.identifier:
        plain = _IDS.get(field.identifier.type, "id{}Ab").format(n + 10)
        value = plain.casefold() if field.identifier.type not in ("openid", "unionid") else plain
        if field.identifier.type in ("external_userid",):
            value = plain
        return Cell(TOKENS.token(field.identifier.type, value), [g(plain) for g in GUARDS])
    if field.personal == "drop":
        return Cell(None, [f"某人{n}"])
    if field.type in ("decimal", "percent"):
        number = Decimal(n * 137 + 1234567) / 100
        return Cell(number, [g(w) for w in numbers(number) for g in GUARDS[:3]])
    if field.type == "integer":
        whole = n * 7 + 1200
        return Cell(
            whole, [str(whole), f"{whole:,}", f"{whole}.0", f"\t{whole}", f"{whole / 10000}万"]
        )
    if field.type in ("timestamp", "epoch_seconds"):
        moment = datetime(2026, 8, 1 + n % 27, 9, 30, 0 if n % 2 else 15)
        return Cell(
            moment - timedelta(hours=8), [g(w) for w in moments(moment) for g in GUARDS[:3]]
        )
    if field.type == "date":
        day = date(2026, 8, 1 + n % 27)
        serial = (day - date(1899, 12, 30)).days
        written = [
            f"{day}", f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
            f"{day:%Y年%m月%d日}", f"{serial}", f"{day} 00:00:00", f"\t{day}",
        ]  # fmt: skip
        return Cell(day, written)
    if field.type == "flag":
        return Cell("true", ["是", "1", "true", "\t是", "Y"])
    if field.type == "month_day":
        return Cell("08-09", ["8-9", "08-09", "8月9日"])
    text = f"69170000000{n:05d}" if name.endswith(("_no", "_id")) else f"值{n}"
    if name == "currency":
        text = ("CNY", "人民币", "RMB")[n % 3]
    if name == contract.version_by:
        text = list(contract.status_rank)[n % len(contract.status_rank)]
    if field.personal == "sentiment":
        return Cell(kindness([text])[0], [g(text) for g in GUARDS])
    if field.personal == "word_balance":
        return Cell(balances([text])[0], [g(text) for g in GUARDS])
    landed = TOKENS.token(PERSONAL, text) if field.personal == "hash" else text
    return Cell(landed, [g(text) for g in GUARDS])


class Turn(random.Random):
    """Chance that is none: the n-th turn takes the n-th of whatever there is to choose from."""

    def __init__(self, turn: int) -> None:
        super().__init__(turn)
        self.turn = turn

    def choice(self, seq: Sequence[Any]) -> Any:
        return seq[self.turn % len(seq)]


# Turns that together take every kind of file, encoding, header spelling, preamble, quoting and line
# end; so many full rows in each that the longest list of spellings (45, of a moment) is used up, and
# so many rows of empty words that those are.
TURNS = (0, 1, 2, 3, 4, 7, 9)
FULL_ROWS, EMPTY_ROWS = 7, 2


def spoil_in_turn(contract: Contract, turn: int) -> Spoilt:
    """One of the files, by its turn, that together hold every quirk."""
    return spoil(contract, Turn(turn), FULL_ROWS + EMPTY_ROWS)


def spoil(contract: Contract, rng: random.Random, count: int = 12) -> Spoilt:
    """A file of this contract in which every quirk may occur, and what must land of it."""
    place = TURNS.index(rng.turn) if isinstance(rng, Turn) else None
    fields = fields_of(contract)
    order = list(fields)
    rng.shuffle(order)
    extra = rng.sample(["毛利(公式)", "备注2", "人工核对", ""], rng.randint(0, 3))
    header = [_spelt(fields[name][0], rng) for name in order]
    if rng.random() < 0.3 and order[0] != "currency":
        # A repeated name: the first one counts; of currencies each must be the yuan.
        extra.append(header[0])
    header += extra
    # Columns by which the file is known though no field reads them.
    known = {normalise_name(a) for f in contract.fields.values() for a in f.columns}
    unread = [c for c in contract.recognise.required if normalise_name(c) not in known]
    filled_elsewhere = [
        f.columns[0] for n, f in contract.fields.items() if n not in fields and f.columns
    ]
    silent = list(dict.fromkeys([*unread, *filled_elsewhere]))
    silent = [c for c in silent if c not in {column for column, _ in fields.values()}]
    header += silent
    extra += silent
    body, expected = [], []
    for n in range(count):
        cells: list[str] = []
        row: dict[str, object] = {}
        for name in order:
            field = fields[name][1]
            may_miss = not field.required and name not in contract.key and name != contract.seen_at
            misses = rng.random() < 0.15 if place is None else n >= FULL_ROWS
            if may_miss and misses:
                word = rng.choice(NOTHING)
                if place is not None:
                    word = NOTHING[(place * EMPTY_ROWS + n - FULL_ROWS) % len(NOTHING)]
                cells.append(word)
                row[name] = None
                continue
            if place is None:
                cell = cell_of(contract, name, field, n)
                cells.append(rng.choice(cell.written))
            else:
                spelling = place * FULL_ROWS + n
                # A moment without seconds has the most spellings: those of odd rows.
                cell = cell_of(contract, name, field, 2 * spelling + 1)
                cells.append(cell.written[spelling % len(cell.written)])
            row[name] = cell.landed
        body.append([*cells, *("" if e in silent or not e else f"额外{n}" for e in extra)])
        expected.append(row)
    write = rng.choice((_as_csv, _as_csv, _as_csv, _as_xlsx, _as_html))
    suffix, content = write(contract, header, body, rng)
    return Spoilt(f"{contract.id}_20260901093000.{suffix}", content, expected)


def _spelt(column: str, rng: random.Random) -> str:
    """A column name in another width or with spaces: the same name still."""
    spell: Callable[[str], str] = rng.choice(
        (
            lambda s: s,
            lambda s: f"{s}   ",
            lambda s: f"\t{s}",
            lambda s: s.translate(_WIDE_NAME),
            lambda s: s.replace("（", "(").replace("）", ")"),
        )
    )
    return spell(column)


def _preamble(rng: random.Random, width: int) -> list[list[str]]:
    lines = [
        ["导出信息："],
        ["导出时间：[2026-09-01 09:30:00]"],
        [""],
        ["特别提示，请以实际为准", ""],
        ["-----"],
    ]
    return [
        [*line, *[""] * (rng.choice((1, width)) - len(line))]
        for line in lines[: rng.choice((0, 0, 1, 2, 5))]
    ]


def _as_csv(
    contract: Contract, header: list[str], body: list[list[str]], rng: random.Random
) -> tuple[str, bytes]:
    text = io.StringIO()
    ends, tail = rng.choice(("\r\n", "\n")), rng.choice(("", ","))
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    for row in [*_preamble(rng, len(header)), header, *body]:
        line = io.StringIO()
        csv.writer(line, lineterminator="", quoting=quoting).writerow(row)
        text.write(line.getvalue() + tail + ends)
        if rng.random() < 0.05:
            text.write(ends)
    if footer := contract.recognise.footer_starts_with:
        text.write(f"{footer},合计{ends}`9,`9.00{ends}")
    return "csv", text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")))


def _as_xlsx(
    contract: Contract, header: list[str], body: list[list[str]], rng: random.Random
) -> tuple[str, bytes]:
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([*_preamble(rng, len(header)), header, *body]):
        sheet.write_row(number, 0, row)
    book.close()
    return "xlsx", whole.getvalue()


def _as_html(
    contract: Contract, header: list[str], body: list[list[str]], rng: random.Random
) -> tuple[str, bytes]:
    lines = [
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in [*_preamble(rng, len(header)), header, *body]
    ]
    page = f"<html><body><table border=1>\n{''.join(lines)}\n</table></body></html>"
    return "xls", page.encode(rng.choice(("utf-8", "gb18030")))
