"""A block's cells as columns of text, and what can be told of a whole column at one look.

Every look here answers for the column: yes, all of it is so, or no, look at each cell (with SQL).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.sources.block.clean import DRESSED, EDGE, PLAIN_NUMBER, QUOTES, YUAN

_SHANGHAI_SECONDS = 8 * 3600
_YEARS = (np.datetime64("1900-01-01"), np.datetime64("2101-01-01"))
# Bytes that may begin or end a dressed cell: the guards and spaces of DRESSED, and the first and
# last bytes of those of its spaces that take more than one.
_STARTS, _ENDS = np.zeros(256, bool), np.zeros(256, bool)
_STARTS[[*b"= \t\n\f\r'`", 0xC2, 0xE2, 0xE3, 0xEF]] = True
_ENDS[[*b" \t\n\f\r", 0x80, 0x8B, 0xA0, 0xBF]] = True
_LOOKED_AT = 1_000
_MOMENT_BYTES, _BEFORE_CLOCK = len("2026-08-01 10:00:00"), len("2026-08-01")


def whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece; not copied when it is one already."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def plain_text(column: pa.Array) -> pa.Array:
    """The column without a dictionary."""
    if not pa.types.is_dictionary(column.type):
        return column
    return column.dictionary.take(column.indices)


def words_of(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The words of a column read with a dictionary, all of which occur in it; else its cells."""
    return whole(column).dictionary if pa.types.is_dictionary(column.type) else column


def lengths(cells: pa.Array) -> np.ndarray:
    """Bytes of each cell; 0 where it is null or empty."""
    if pa.types.is_dictionary(cells.type):
        return lengths(cells.dictionary).take(np.asarray(cells.indices))
    return np.asarray(pc.fill_null(pc.binary_length(cells), 0))


def is_dressed(cells: pa.StringArray) -> bool:
    """Whether any cell of a column without nulls begins or ends with a space, a guard or a sign."""
    if not len(cells) or cells.buffers()[2] is None:
        return False
    ends, letters = _places(cells), np.frombuffer(cells.buffers()[2], np.uint8)
    starts, lasts = ends[:-1], ends[1:] - 1
    full = None
    if (lasts < starts).any():
        full = np.flatnonzero(lasts >= starts)
        starts, lasts = starts[full], lasts[full]
    suspect = _STARTS.take(letters.take(starts)) | _ENDS.take(letters.take(lasts))
    if not suspect.any():
        return False
    rows = np.flatnonzero(suspect) if full is None else full[suspect]
    return bool(pc.any(pc.match_substring_regex(cells.take(rows), DRESSED)).as_py())


def undressed(cells: pa.StringArray) -> pa.StringArray:
    """The cells as `strip_sql` leaves them."""
    bare = pc.utf8_ltrim(pc.utf8_trim(cells, EDGE), EDGE + QUOTES)
    if not pc.any(pc.starts_with(bare, "="), min_count=0).as_py():
        return bare
    within = pc.utf8_trim(pc.utf8_slice_codeunits(bare, 2), EDGE + '"')
    number = pc.if_else(
        pc.match_substring_regex(bare, "^=[0-9]+$"), pc.utf8_slice_codeunits(bare, 1), bare
    )
    return pc.if_else(pc.starts_with(bare, '="'), within, number)


def _places(cells: pa.StringArray) -> np.ndarray:
    """Where in its bytes each cell begins, and where the last one ends."""
    places = np.frombuffer(cells.buffers()[1], np.int32)
    return places[cells.offset : cells.offset + len(cells) + 1]


def has_word(column: pa.Array, words: Sequence[str]) -> bool:
    """Whether a cell is one of these words."""
    cells = words_of(column)
    longest = max(len(word.encode()) for word in words)
    if not (lengths(cells) <= longest).any():
        return False
    found = pc.is_in(cells, value_set=pa.array(words, pa.string()))
    return bool(pc.any(found, min_count=0).as_py())


def nulled(cells: pa.StringArray, words: Sequence[str]) -> pa.StringArray:
    """The column with nulls in place of the words that mean nothing; no cell of it is null yet."""
    if not has_word(cells, words):
        return cells
    void = pc.is_in(cells, value_set=pa.array(words, pa.string()))
    return pc.if_else(void, pa.scalar(None, pa.string()), cells)


def read_plainly(kind: str, cells: pa.StringArray) -> pa.StringArray | None:
    """The canonical text of a column all of whose cells are written in the usual way, or None."""
    reader = _READERS.get(kind)
    return reader(cells) if reader else None


def matches(cells: pa.StringArray, pattern: str) -> bool:
    """Whether every cell that is not null matches the whole pattern."""
    found = pc.match_substring_regex(cells, f"^(?:{pattern})$")
    return bool(pc.all(found, min_count=0).as_py())


def any_matches(cells: pa.Array | pa.ChunkedArray, pattern: str) -> bool:
    """Whether any cell matches the whole pattern."""
    return bool(
        pc.any(pc.match_substring_regex(words_of(cells), f"^(?:{pattern})$"), min_count=0).as_py()
    )


def is_of_few_words(cells: pa.Array) -> bool:
    """Whether a column has a dictionary, or is worth one: its first cells repeat each other."""
    if pa.types.is_dictionary(cells.type):
        return True
    head = cells.slice(0, _LOOKED_AT)
    return len(pc.unique(head)) * 2 <= len(head)


def _such(pattern: str) -> Callable[[pa.StringArray], pa.StringArray | None]:
    return lambda cells: cells if matches(cells, pattern) else None


def _utc(cells: pa.StringArray) -> pa.StringArray | None:
    if not _as_long_as_moments(cells):
        return None
    try:
        moments = cells.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return None
    if not _within_years(moments, "s"):
        return None
    seconds = pc.subtract(moments.view(pa.int64()), _SHANGHAI_SECONDS)
    return seconds.view(pa.timestamp("s")).cast(pa.string())


def _as_long_as_moments(cells: pa.StringArray) -> bool:
    """Whether every cell that is not null is WHOLE_MOMENT, if Arrow reads it as a moment at all."""
    starts, sizes = _places(cells)[:-1], lengths(cells)
    if cells.null_count:
        there = np.asarray(cells.is_valid())
        starts, sizes = starts[there], sizes[there]
    if not len(starts) or not (sizes == _MOMENT_BYTES).all():
        return not len(starts)
    # Of this length Arrow reads a T before the clock, too. A regex would cost ten times as much.
    letters = np.frombuffer(cells.buffers()[2], np.uint8)
    return bool((letters.take(starts + _BEFORE_CLOCK) == ord(" ")).all())


def _date(cells: pa.StringArray) -> pa.StringArray | None:
    if not matches(cells, "[0-9]{4}-[0-9]{2}-[0-9]{2}"):
        return None
    try:
        days = cells.cast(pa.date32())
    except pa.ArrowInvalid:
        return None
    return cells if _within_years(days, "D") else None


def _within_years(times: pa.Array, unit: str) -> bool:
    ends = pc.min_max(times)
    # As numbers: Python has no year 0.
    first, last = ends["min"].value, ends["max"].value
    lowest, above = (year.astype(f"datetime64[{unit}]").astype(np.int64) for year in _YEARS)
    return first is None or bool(lowest <= first and last < above)


_READERS: dict[str, Callable[[pa.StringArray], pa.StringArray | None]] = {
    "decimal": _such(PLAIN_NUMBER),
    "percent": _such(PLAIN_NUMBER),
    "integer": _such("-?(0|[1-9][0-9]*)"),
    "timestamp": _utc,
    "epoch_seconds": _utc,
    "date": _date,
    "yuan": _such(YUAN),
}
