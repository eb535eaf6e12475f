"""Great Expectations suites, generated from the contracts, on what one load landed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from siyu.settings import Settings
from siyu.sources.contract import Contract
from siyu.sources.sentiment import PATTERN as KINDNESS
from siyu.sources.word_list import PATTERN as BALANCE

# Above this many rows the suite reads a profile computed in SQL: the same rules, 4 to 17 times faster.
ROW_LIMIT = 100_000
_PATTERNS = {
    "decimal": r"^-?\d+(\.\d+)?$",
    "integer": r"^-?\d+$",
    "percent": r"^-?\d+(\.\d+)?$",
    "flag": r"^(true|false)$",
    "timestamp": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    "epoch_seconds": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "month_day": r"^\d{2}-\d{2}$",
}
TOKEN = r"^[0-9a-f]{32}$"


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
    parts = str(settings.raw_dir / source / f"load={load_seq:06d}" / "*.parquet")
    rules = rules_of(contracts[source])
    columns = ", ".join(dict.fromkeys(f'"{name}"' for name, _ in rules)) or "_row"
    con = duckdb.connect()
    try:
        scan = "read_parquet($parts, union_by_name = true)"
        rows = con.execute(f"select count(*) from {scan}", {"parts": parts}).fetchall()[0][0]
        if rows <= ROW_LIMIT:
            frame = con.execute(f"select {columns} from {scan}", {"parts": parts}).df()
            outcomes = _validate_rows(source, frame, rules)
        else:
            broken = ", ".join(
                f'count(*) filter (where "{n}" is null) as r{i}'
                if not pattern
                else f"count(*) filter (where not regexp_matches(\"{n}\", '{pattern}')) as r{i}"
                for i, (n, pattern) in enumerate(rules)
            )
            profile = con.execute(f"select {broken} from {scan}", {"parts": parts}).df()
            outcomes = _validate_profile(source, profile, rules)
    finally:
        con.close()
    present = Expectation("rows_landed", rows > 0, 0)
    kept = (present, *outcomes)
    return ValidationResult(all(e.ok for e in kept), rows, kept)


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


def _validate_profile(source: str, profile: Any, rules: list[tuple[str, str]]) -> list[Expectation]:
    import great_expectations.expectations as gxe

    suite = [gxe.ExpectColumnMaxToBeBetween(column=f"r{i}", max_value=0) for i in range(len(rules))]
    outcomes = []
    for r in _run(f"{source}_profile", profile, suite):
        index = int(r.expectation_config.kwargs["column"][1:])
        name, pattern = rules[index]
        outcomes.append(
            Expectation(_name(name, pattern), bool(r.success), int(profile[f"r{index}"].iloc[0]))
        )
    return outcomes


def _name(column: str, pattern: str | None) -> str:
    return f"{column} is {'well formed' if pattern else 'never null'}"
