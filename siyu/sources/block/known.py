"""Texts met so far, each once, in native memory: found again by a hash that is made once per text.

Whoever reads needs no lock: what was given out never changes. Whoever adds must be alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siyu.sources.block.cells import whole

# At first; a power of two, so that the low bits of a hash are a slot.
_SLOTS = 1024


def hashes_of(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, pa.StringArray]
) -> dict[str, np.ndarray]:
    """A 64-bit hash of every cell. Equal texts have equal hashes; the reverse is not promised."""
    hashes = {n: np.zeros(len(column), np.uint64) for n, column in columns.items()}
    full = {n: column for n, column in columns.items() if column.null_count < len(column)}
    if full:
        con.register("hashed", pa.table(full))
        listed = ", ".join(f'hash("{n}") as "{n}"' for n in full)
        found = con.execute(f"select {listed} from hashed").to_arrow_table()
        con.unregister("hashed")
        hashes |= {n: whole(found.column(n)).to_numpy() for n in full}
    return hashes


class Grown:
    """Numbers to which more are added only at the end; the room for them doubles."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._room = np.empty(1024, kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def all(self) -> np.ndarray:
        count = self._count
        return self._room[:count]

    def at(self, places: np.ndarray) -> np.ndarray:
        """The numbers at these places; at place -1 any."""
        return self._room.take(places, mode="clip")

    def add(self, more: np.ndarray) -> None:
        count = self._count + len(more)
        if count > len(self._room):
            room = np.empty(max(count, 2 * len(self._room)), self._room.dtype)
            room[: self._count] = self.all
            self._room = room
        self._room[self._count : count] = more
        self._count = count


class Known:
    """Texts, each of which keeps its place for good.

    Places stand in slots, each at its hash or where steps of a length of its own first met a free one;
    half of them are free.
    """

    def __init__(self) -> None:
        self._letters, self._ends, self._hashes = Grown(np.uint8), Grown(np.int32), Grown(np.uint64)
        self._ends.add(np.zeros(1, np.int32))
        self._slots = np.full(_SLOTS, -1, np.int32)

    def __len__(self) -> int:
        return len(self._hashes)

    @property
    def nbytes(self) -> int:
        return len(self._letters)

    @property
    def texts(self) -> pa.StringArray:
        ends = self._ends.all
        return pa.StringArray.from_buffers(
            len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(self._letters.all)
        )

    def find(self, cells: pa.StringArray, hashes: np.ndarray) -> np.ndarray:
        """The place of each cell's text, -1 where it has none or is null.

        A text whose hash is that of another may not be found although it was added.
        """
        found = self._of_hash(hashes)
        texts = self.texts.take(pa.array(found, mask=found < 0))
        same = pc.fill_null(pc.equal(texts, cells), False)
        found[~np.asarray(same)] = -1
        return found

    def _of_hash(self, hashes: np.ndarray) -> np.ndarray:
        slots = self._slots
        found = np.full(len(hashes), -1, np.int32)
        cells, at = np.arange(len(hashes)), _first_slot(hashes, slots)
        while len(cells):
            place = slots.take(at)
            same = self._hashes.at(place) == hashes
            found[cells] = np.where(same, place, np.int32(-1))
            on = np.flatnonzero((place >= 0) & ~same)
            cells, hashes = cells.take(on), hashes.take(on)
            at = _next_slot(at.take(on), hashes, slots)
        return found

    def add(self, new: pa.StringArray, hashes: np.ndarray) -> np.ndarray:
        """Give places to distinct texts, none of them null, that were not found."""
        _, given, letters = new.buffers()
        ends = np.frombuffer(given, np.int32)[new.offset : new.offset + len(new) + 1]
        places = np.arange(len(self), len(self) + len(new), dtype=np.int32)
        # The slots last: whoever finds a place finds all that stands at it.
        self._letters.add(np.frombuffer(letters or b"", np.uint8)[ends[0] : ends[-1]])
        self._ends.add(ends[1:] - ends[0] + self._ends.all[-1])
        self._hashes.add(hashes)
        if len(self) * 2 <= len(self._slots):
            _fill(self._slots, places, hashes)
        else:
            slots = np.full(1 << (len(self) * 2).bit_length(), -1, np.int32)
            _fill(slots, np.arange(len(self), dtype=np.int32), self._hashes.all)
            self._slots = slots
        return places


def _fill(slots: np.ndarray, places: np.ndarray, hashes: np.ndarray) -> None:
    at = _first_slot(hashes, slots)
    while len(places):
        free = np.flatnonzero(slots.take(at) < 0)
        slots[at.take(free)] = places.take(free)
        left = np.flatnonzero(slots.take(at) != places)
        places, hashes = places.take(left), hashes.take(left)
        at = _next_slot(at.take(left), hashes, slots)


def _first_slot(hashes: np.ndarray, slots: np.ndarray) -> np.ndarray:
    return (hashes & np.uint64(len(slots) - 1)).view(np.int64)


def _next_slot(at: np.ndarray, hashes: np.ndarray, slots: np.ndarray) -> np.ndarray:
    # Hashes that meet in a slot part at the next: with steps of one each meets the other's followers,
    # and the last of many cells are looked for twice as long. An odd step comes by every slot.
    return (at + ((hashes >> np.uint64(40)) | np.uint64(1)).view(np.int64)) & (len(slots) - 1)
