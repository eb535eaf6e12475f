"""Whether a workbook can be read at all: one cell far out makes its reader ask for all cells before it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from siyu.sources.read.table import Unreadable

# Orders pack ten- to fiftyfold; small workbooks may repeat themselves more.
MOST_RATIO = 200
_SMALL = 16 << 20
# 32 bytes a cell; an order book of the longest kind, 90 columns by a million rows, is smaller.
MOST_CELLS = 100_000_000
_MOST_MEMORY = 4 << 30
_CHUNK = 1 << 20
# Longer than any reference with its quotes, so that none is missed where two chunks meet.
_OVERLAP = 64
_ANY = 1 << 40
# How far columns and rows go at most when no reference shows any of these.
_COLUMNS = (
    (26, b"[A-Za-z]{2}"), (702, b"[A-Za-z]{3}"), (18_278, b"[A-Za-z]{4}"), (_ANY, None),
)  # fmt: skip
_ROWS = (
    (999, b"[A-Za-z]*[0-9]{4}"), (99_999, b"[A-Za-z]*[0-9]{6}"),
    (1_999_999, b"[A-Za-z]*(?:[2-9][0-9]{6}|[0-9]{8})"), (_ANY, None),
)  # fmt: skip
_REFERENCE = rb"r=[\"'](?<=\sr=.)"
# Written thus by nobody, and looked for apart because that takes half the time.
_SPACED = re.compile(rb"r(?:\s+=\s*|=\s+)[\"']")
_TEXTS = re.compile(rb"<(?:\w+:)?sst\b[^>]*")
_COUNT = re.compile(rb"[cC]ount\s*=\s*[\"']([0-9]+)")
_OPEN = """
import resource, sys
most, bound = int(sys.argv[2]), resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (most if bound < 0 else min(most, bound), bound))
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name)
"""


def refuse_unreadable(path: Path) -> None:
    """Raises Unreadable for a workbook that would end the process that reads it.

    Most are small enough by a look at the names of their cells; the others are opened by a process
    of their own first, since it may be ended by what it asks for.
    """
    if not _is_small(path) and _kills_its_reader(path):
        raise Unreadable(
            "spreadsheet with a cell so far out that what lies before it fills the memory; copy the"
            " table to a new one, or save it as csv"
        )


def _is_small(path: Path) -> bool:
    """Whether an xlsx is surely small; of other kinds nothing is known. Raises Unreadable."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as book:
        whole = sum(i.file_size for i in book.infolist())
        if whole > _SMALL and whole > MOST_RATIO * path.stat().st_size:
            raise Unreadable(
                f"spreadsheet that unpacks to {whole // path.stat().st_size:,} times its size; at"
                f" most {MOST_RATIO} are read: save it as csv"
            )
        # An xlsb names its cells in binary.
        is_text = "xl/workbook.xml" in book.namelist()
        return is_text and all(_part_is_small(book, i) for i in book.infolist())


def _part_is_small(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    columns, rows = list(_COLUMNS), list(_ROWS)
    with book.open(info) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            data = rest + chunk
            if not rest and _says_too_much(data, info.file_size):
                return False
            for tiers in (columns, rows):
                while (sign := tiers[0][1]) and re.search(_REFERENCE + sign, data):
                    tiers.pop(0)
            if columns[0][0] * rows[0][0] > MOST_CELLS or _SPACED.search(data):
                return False
            rest = data[-_OVERLAP:]
    return True


def _says_too_much(start: bytes, size: int) -> bool:
    """Whether a part says that it holds more texts than it has bytes: room is made for all of them."""
    said = _TEXTS.search(start)
    return said is not None and any(int(n) > size for n in _COUNT.findall(said.group()))


def _kills_its_reader(path: Path) -> bool:
    """Whether a process is killed by opening it. One that is broken is told by its reader."""
    command = [sys.executable, "-c", _OPEN, str(path), str(_MOST_MEMORY)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode < 0
