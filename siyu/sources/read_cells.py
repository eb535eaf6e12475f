"""From a block of records to its cells as columns: by the fastest reader that takes the block whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from siyu.sources.cells import is_of_few_words, lengths, plain_text, whole, words_of
from siyu.sources.clean import sql_text
from siyu.sources.read.blocks import Block, TextBlock, is_blank

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


def read_cells(con: duckdb.DuckDBPyConnection, block: Block, width: int, spare: Path) -> Cells:
    """The records of a block; `spare` is a place for a file that is gone when this returns."""
    if isinstance(block, TextBlock) and not block.torn:
        columns = _read_bare(block, width)
        if columns is None and not _has_blank_rows(block.data):
            columns = _read_quoted(con, block.in_utf8(), width, spare)
        if columns is not None:
            return Cells(columns, pa.nulls(len(columns[0]), pa.string()), block.encoding)
    return _read_rows(block, width)


def _has_blank_rows(data: bytes) -> bool:
    return b"\n," in data or b"\n\n" in data or b"\n\r\n" in data


def _records(block: TextBlock) -> int:
    return block.most_records() - block.data.endswith(b"\n")


def _read_bare(block: TextBlock, width: int) -> list[pa.Array] | None:
    """Text without quotes, where every line is a record and every delimiter parts two cells.

    Bytes as they are when the block is not in UTF-8; with a dictionary where words repeat at its start.
    """
    data = block.data
    if width < 2 or b'"' in data or b"\0" in data:
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    kind = pa.string() if block.encoding == "utf-8" else pa.binary()
    start = data[: data.find(b"\n", _START_BYTES) + 1 or len(data)]
    first = _parsed(start, block.delimiter, [kind] * width)
    if first is None:
        return None
    coded = pa.dictionary(pa.int32(), kind)
    kinds = [coded if is_of_few_words(column) else kind for column in first]
    columns = _parsed(data, block.delimiter, kinds)
    # A blank line is left out by this reader, and a row that begins with nothing may be blank.
    if columns is None or len(columns[0]) != _records(block) or not lengths(columns[0]).all():
        return None
    return columns


def _parsed(data: bytes, delimiter: str, kinds: Sequence[pa.DataType]) -> list[pa.Array] | None:
    """Columns of these types, or None when a row has more cells or fewer."""
    types = {f"c{i}": kind for i, kind in enumerate(kinds)}
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=list(types)
            ),
            pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char=False),
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


def _read_quoted(
    con: duckdb.DuckDBPyConnection, block: TextBlock, width: int, spare: Path
) -> list[pa.StringArray] | None:
    """DuckDB's strict reader; None when it does not take the block whole."""
    spare.write_bytes(block.data)
    # The whole block is one buffer: the reader's own would be sixteen times its longest line.
    buffer = max(len(block.data) + 1, 1 << 16)
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    # An empty cell is a null to this reader.
    cells = ", ".join(f"coalesce(c{i}, '') as c{i}" for i in range(width))
    try:
        table = con.execute(
            f"select {cells} from read_csv({sql_text(str(spare))},"
            f" header = false, auto_detect = false, columns = {{{columns}}},"
            f" delim = {sql_text(block.delimiter)}, quote = '\"', escape = '\"',"
            " null_padding = false, strict_mode = true,"
            f" max_line_size = {buffer}, buffer_size = {buffer})"
        ).to_arrow_table()
    except duckdb.Error:
        # A ragged row or a stray quote: the slower reader says which rows are at fault.
        return None
    finally:
        spare.unlink(missing_ok=True)
    if len(table) != _records(block):
        return None
    return [whole(column) for column in table.columns]


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
