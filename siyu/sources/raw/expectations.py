"""Great Expectations suites, generated from the contracts, on what one load landed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siyu.settings import Settings
from siyu.sources.contracts.contract import Contract
from siyu.sources.raw.fixed_formats import DAY, MOMENT, MONTH_DAY, TOKEN, all_match
from siyu.sources.words.sentiment import PATTERN as KINDNESS
from siyu.sources.words.word_list import PATTERN as BALANCE

# Above this many rows the suite reads a profile of counts: the same rules, 4 to 17 times faster.
ROW_LIMIT = 100_000
# Bytes a row, before they are compressed: a token takes 36, and of most columns half come back.
_FEW_WORDS = 24
_PATTERNS = {
    "decimal": r"^-?\d+(\.\d+)?$",
    "integer": r"^-?\d+$",
    "percent": r"^-?\d+(\.\d+)?$",
    "flag": r"^(true|false)$",
    "timestamp": MOMENT,
    "epoch_seconds": MOMENT,
    "date": DAY,
    "month_day": MONTH_DAY,
}


@dataclass(frozen=True)
class Expectation:
    """One rule's outcome; `unexpected` counts the rows that break it."""

    name: str
    ok: bool
    unexpected: int


@dataclass(frozen=True)
class ValidationResult:
    """The outcome of a suite on one load of one source."""

    ok: bool
    rows: int
    expectations: tuple[Expectation, ...]


def rules_of(contract: Contract) -> list[tuple[str, str]]:
    """(column, pattern) that every landed row must match; a required column takes no null ('')."""
    rules = []
    for name, field in contract.fields.items():
        if field.personal == "drop":
            continue
        if field.required and not field.identifier:
            rules.append((name, ""))
        if field.identifier or field.personal == "hash":
            rules.append((name, TOKEN))
        elif field.personal == "sentiment":
            rules.append((name, KINDNESS))
        elif field.personal == "word_balance":
            rules.append((name, BALANCE))
        elif field.type in _PATTERNS:
            rules.append((name, _PATTERNS[field.type]))
    return rules


def validate_load(
    settings: Settings, contracts: Mapping[str, Contract], source: str, load_seq: int
) -> ValidationResult:
    """Run the contract's suite over the rows that one load landed for one source."""
    folder = settings.raw_dir / source / f"load={load_seq:06d}"
    paths = sorted(folder.glob("*.parquet"))
    rules = rules_of(contracts[source])
    columns = list(dict.fromkeys(name for name, _ in rules)) or ["_row"]
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    if rows <= ROW_LIMIT:
        outcomes = _validate_rows(source, _frame(folder, columns), rules)
    else:
        # Arrow lets go of Python's lock: as many parts at a time as there are cores.
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            counts = list(pool.map(lambda path: _broken(path, columns, rules), paths))
        outcomes = _validate_profile(source, [sum(c) for c in zip(*counts, strict=True)], rules)
    present = Expectation("rows_landed", rows > 0, 0)
    kept = (present, *outcomes)
    return ValidationResult(all(e.ok for e in kept), rows, kept)


def _frame(folder: Path, columns: list[str]) -> Any:
    with duckdb.connect() as con:
        listed = ", ".join(f'"{name}"' for name in columns)
        parts = {"parts": str(folder / "*.parquet")}
        return con.execute(f"select {listed} from read_parquet($parts)", parts).df()


def _broken(path: Path, columns: list[str], rules: list[tuple[str, str]]) -> list[int]:
    """Rows of one part that break each rule."""
    metadata = pq.read_metadata(path, memory_map=True)
    found = [_chunks_of(metadata, name) for name in columns]
    coded = [c[0].path_in_schema for c in found if all(map(_has_few_words, c))]
    nulls = {
        c[0].path_in_schema: sum(g.statistics.null_count for g in c)
        for c in found
        if all(g.is_stats_set and g.statistics.has_null_count for g in c)
    }
    patterns = {n: [p for name, p in rules if name == n] for n in columns}
    counts: dict[tuple[str, str], int] = {}
    with pq.ParquetFile(
        path, metadata=metadata, read_dictionary=coded, memory_map=True, pre_buffer=False
    ) as file:
        for name, looks in patterns.items():
            # What is nothing but null, or only must not be null, is counted by the part itself.
            column, void = pa.chunked_array([], pa.string()), nulls.get(name)
            if void is None or (void < metadata.num_rows and any(looks)):
                # One column at a time: a part is long, and several are looked at side by side.
                column = file.read([name], use_threads=False).column(0)
            for pattern in looks:
                bad = _unlike(column, pattern) if pattern else column.null_count
                counts[name, pattern] = bad if pattern or void is None else void
    return [counts[rule] for rule in rules]


def _has_few_words(chunk: pq.ColumnChunkMetaData) -> bool:
    """Whether a dictionary is worth keeping: one as long as its column costs more than the cells."""
    coded = "RLE_DICTIONARY" in chunk.encodings and chunk.dictionary_page_offset is not None
    return coded and bool(chunk.total_uncompressed_size < _FEW_WORDS * chunk.num_values)


def _chunks_of(metadata: pq.FileMetaData, name: str) -> list[pq.ColumnChunkMetaData]:
    groups = [metadata.row_group(g) for g in range(metadata.num_row_groups)]
    places = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
    return [group.column(places[name]) for group in groups]


def _unlike(column: pa.ChunkedArray, pattern: str) -> int:
    """How many cells that are not null do not match; a word of a dictionary is looked at once."""
    count = 0
    for chunk in column.chunks:
        coded = pa.types.is_dictionary(chunk.type)
        words = chunk.dictionary if coded else chunk
        if all_match(words, pattern):
            continue
        bad = pc.invert(pc.match_substring_regex(words, pattern))
        if pc.any(bad, min_count=0).as_py():
            count += pc.sum(bad.take(chunk.indices) if coded else bad).as_py() or 0
    return count


@cache
def _context() -> Any:
    """One ephemeral context a process: it costs a fifth of a second to make."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _run(source: str, frame: Any, expectations: list[Any]) -> list[Any]:
    import great_expectations as gx

    source_name = f"landing_{source}"
    context = _context()
    known = {d["name"] for d in context.list_datasources()}
    data = (
        context.data_sources.get(source_name)
        if source_name in known
        else context.data_sources.add_pandas(source_name)
    )
    assets = {asset.name: asset for asset in data.assets}
    asset = assets.get(source) or data.add_dataframe_asset(name=source)
    definitions = {b.name: b for b in asset.batch_definitions}
    whole = definitions.get("load") or asset.add_batch_definition_whole_dataframe("load")
    batch = whole.get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(name=f"{source}_contract", expectations=expectations)
    return batch.validate(suite, result_format="BASIC").results


def _validate_rows(source: str, frame: Any, rules: list[tuple[str, str]]) -> list[Expectation]:
    import great_expectations.expectations as gxe

    suite = [
        gxe.ExpectColumnValuesToMatchRegex(column=name, regex=pattern)
        if pattern
        else gxe.ExpectColumnValuesToNotBeNull(column=name)
        for name, pattern in rules
    ]
    return [
        Expectation(
            _name(r.expectation_config.kwargs["column"], r.expectation_config.kwargs.get("regex")),
            bool(r.success),
            int(r.result.get("unexpected_count") or 0),
        )
        for r in _run(source, frame, suite)
    ]


def _validate_profile(
    source: str, counts: list[int], rules: list[tuple[str, str]]
) -> list[Expectation]:
    import great_expectations.expectations as gxe
    import pandas as pd

    profile = pd.DataFrame({f"r{i}": [count] for i, count in enumerate(counts)})

    suite = [gxe.ExpectColumnMaxToBeBetween(column=f"r{i}", max_value=0) for i in range(len(rules))]
    outcomes = []
    for r in _run(f"{source}_profile", profile, suite):
        index = int(r.expectation_config.kwargs["column"][1:])
        name, pattern = rules[index]
        outcomes.append(Expectation(_name(name, pattern), bool(r.success), counts[index]))
    return outcomes


def _name(column: str, pattern: str | None) -> str:
    return f"{column} is {'well formed' if pattern else 'never null'}"
