"""From a block of records to its cells as columns: by the fastest reader that takes the block whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from siyu.sources.block.cells import is_of_few_words, plain_text, whole, words_of
from siyu.sources.read.blocks import Block, TextBlock, is_blank
from siyu.sources.read.encoding import one_cell

# Arrow counts the bytes of a cell, and of a block, in 32 bits.
_MOST_BYTES = 1 << 30
# Enough of a block to see which columns repeat themselves.
_START_BYTES = 1 << 17


@dataclass(frozen=True)
class Cells:
    """Columns c0 …, none of them with nulls; `split` says why a row has more cells than names.

    They are text, or bytes in `encoding`: a column that nobody asks for is never decoded. A column of
    few words comes with a dictionary, all of whose words occur in it.
    """

    _columns: list[pa.Array]
    split: pa.StringArray
    encoding: str = "utf-8"

    def __len__(self) -> int:
        return len(self.split)

    def column(self, place: int) -> pa.StringArray | pa.DictionaryArray:
        """One column, decoded once."""
        column = self._columns[place]
        words = words_of(column)
        if pa.types.is_binary(words.type):
            text = decoded(words, self.encoding)
            coded = column is not words
            column = pa.DictionaryArray.from_arrays(column.indices, text) if coded else text
            self._columns[place] = column
        return column

    def table(self, places: Iterable[int] | None = None) -> pa.Table:
        """Columns c0 …, or those at these places, and _split, without dictionaries."""
        chosen = range(len(self._columns)) if places is None else places
        columns = {f"c{p}": plain_text(self.column(p)) for p in chosen}
        return pa.table({**columns, "_split": self.split})


def read_cells(block: Block, width: int) -> Cells:
    """The records of a block."""
    if isinstance(block, TextBlock) and not block.torn:
        if block.has_line_ends_in_cells:
            # Cells are decoded joined by line ends.
            block = block.in_utf8()
        columns = _read_at_once(block, width)
        if columns is not None:
            return Cells(columns, pa.nulls(len(columns[0]), pa.string()), block.encoding)
    return _read_rows(block, width)


def _read_at_once(block: TextBlock, width: int) -> list[pa.Array] | None:
    """By Arrow, what it reads as Python does: cells quoted whole or not at all, no blank rows.

    Bytes as they are when the block is not in UTF-8; with a dictionary where words repeat at its start.
    """
    data = block.data
    if width < 2 or len(data) > _MOST_BYTES or b"\0" in data:
        return None
    quoted = b'"' in data
    if quoted and not _is_well_quoted(data, block.delimiter):
        return None
    if not quoted and b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    kind = pa.string() if block.encoding == "utf-8" else pa.binary()
    start = data[: data.find(b"\n", _START_BYTES) + 1 or len(data)]
    first = _parsed(start, block.delimiter, quoted, [kind] * width)
    if first is None and not quoted:
        return None
    # The start of quoted text may end within a cell.
    coded = pa.dictionary(pa.int32(), kind)
    kinds = [coded if is_of_few_words(column) else kind for column in first or []]
    columns = _parsed(data, block.delimiter, quoted, kinds or [kind] * width)
    if columns is None or len(columns[0]) != block.most_records() - data.endswith(b"\n"):
        # A blank line is left out by this reader.
        return None
    return columns if _all_rows_show(columns) else None


def _is_well_quoted(data: bytes, delimiter: str) -> bool:
    """Whether a quote opens and closes a cell, stands twice within one, or within one that has none."""
    other = rf"[^{re.escape(delimiter)}\r\n]"
    cell = rf'(?:"(?:[^"]|"")*"|(?:[^"{re.escape(delimiter)}\r\n]{other}*)?)'
    pattern = rf"\A(?:{cell}(?:{re.escape(delimiter)}|\r?\n))*{cell}\z"
    return bool(pc.match_substring_regex(one_cell(data, pa.binary()), pattern)[0].as_py())


def _all_rows_show(columns: list[pa.Array]) -> bool:
    """Whether every row surely shows something: in one of its cells, a sign that is no space."""
    rows = np.arange(len(columns[0]))
    for number, column in enumerate(columns):
        # Few begin with a letter beyond ASCII in every cell, and fewer with a space.
        some = column if number == 0 else column.take(rows)
        rows = rows[~np.asarray(pc.match_substring_regex(plain_text(some), "^[!-~]"))]
        if not len(rows):
            return True
    return False


def _parsed(
    data: bytes, delimiter: str, quoted: bool, kinds: Sequence[pa.DataType]
) -> list[pa.Array] | None:
    """Columns of these types, or None when a row has more cells or fewer."""
    types = {f"c{i}": kind for i, kind in enumerate(kinds)}
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=list(types)
            ),
            pyarrow.csv.ParseOptions(
                delimiter=delimiter, quote_char=quoted and '"', newlines_in_values=quoted
            ),
            # The whole file was found to be text before it was cut.
            pyarrow.csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        # A ragged row: a slower reader says which rows are at fault.
        return None
    return [whole(column) for column in table.columns]


def decoded(cells: pa.BinaryArray, encoding: str) -> pa.StringArray:
    """The text of cells without line ends, in an encoding none of whose letters holds one.

    They are joined by line ends and decoded at once, so that half a letter at the end of a cell stays
    half a letter. Raises UnicodeDecodeError when a cell is no text by itself.
    """
    ends = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
    letters = np.frombuffer(cells.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    if not len(letters) or letters.max() < 0x80:
        return cells.view(pa.string())
    together = pa.ListArray.from_arrays(pa.array([0, len(cells)], pa.int32()), cells)
    text = pc.binary_join(together, b"\n")[0].as_buffer().to_pybytes().decode(encoding)
    return pc.split_pattern(pa.array([text], pa.string()), "\n").values


def _read_rows(block: Block, width: int) -> Cells:
    """Rows that Python takes apart: right for any block."""
    rows = [r for r in block.rows(width) if not is_blank(r)]
    if set(map(len, rows)) <= {width}:
        split = pa.nulls(len(rows), pa.string())
    else:
        long = ["too_many_cells" if any(c.strip() for c in r[width:]) else None for r in rows]
        split = pa.array(long, pa.string())
        rows = [[*r[:width], *[""] * (width - len(r))] for r in rows]
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return Cells([pa.array(column, pa.string()) for column in columns], split)
