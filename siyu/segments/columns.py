"""The columns a segment may name: the declared contract of person_360 plus the two score tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR

Kind = Literal["text", "number", "date", "flag"]
PERSON_360 = "marts.person_360"
PERSON_360_CONTRACT = PROJECT_DIR / "dbt_project" / "models" / "marts" / "person_360.yml"
_KINDS: dict[str, Kind] = {
    "varchar": "text",
    "text": "text",
    "string": "text",
    "boolean": "flag",
    "bool": "flag",
    "date": "date",
    "timestamp": "date",
}


@dataclass(frozen=True)
class InputColumn:
    """One column of activation.segment_input; `source` is schema.table."""

    name: str
    kind: Kind
    source: str
    source_column: str
    sql_type: str

    @property
    def lineage(self) -> str:
        return f"{self.source}.{self.source_column}"


def _score(table: str, *columns: tuple[str, str, str]) -> tuple[InputColumn, ...]:
    return tuple(
        InputColumn(name, _kind(sql_type), f"ml.{table}", source_column, sql_type)
        for name, source_column, sql_type in columns
    )


def _kind(sql_type: str) -> Kind:
    return _KINDS.get(sql_type.split("(")[0].strip().lower(), "number")


# Both score tables have columns of the same name, so those carry the score's name in the input.
SCORES: dict[str, tuple[InputColumn, ...]] = {
    "churn": _score(
        "churn_score",
        ("churn_probability", "churn_probability", "double"),
        ("churn_decile", "churn_decile", "integer"),
        *((f"churn_{days}d", f"churn_{days}d", "double") for days in (30, 60, 90)),
        ("churn_horizon_days", "horizon_days", "integer"),
        ("churn_scored_on", "as_of_on", "date"),
    ),
    "ltv": _score(
        "ltv_score",
        ("ltv_cny", "ltv_cny", "double"),
        ("ltv_decile", "ltv_decile", "integer"),
        *((f"ltv_{level}_cny", f"ltv_{level}_cny", "double") for level in ("p10", "p50", "p90")),
        *((f"ltv_{days}d_cny", f"ltv_{days}d_cny", "double") for days in (90, 180, 365)),
        ("ltv_horizon_days", "horizon_days", "integer"),
        ("ltv_scored_on", "as_of_on", "date"),
    ),
}


def known_columns(contract: Path = PERSON_360_CONTRACT) -> dict[str, InputColumn]:
    """Every column a rule may name, by name; needs no warehouse.

    Raises ConfigError when the declared contract of person_360 is missing or gives no types.
    """
    if not contract.is_file():
        raise ConfigError(
            f"{contract.name}: the declared columns of {PERSON_360} are missing; "
            "restore the model's YAML beside its SQL"
        )
    content: dict[str, Any] = yaml.safe_load(contract.read_text("utf-8")) or {}
    models = [m for m in content.get("models", ()) if m.get("name") == "person_360"]
    declared = models[0].get("columns", []) if models else []
    untyped = [c["name"] for c in declared if not c.get("data_type")]
    if not declared or untyped:
        raise ConfigError(
            f"{contract.name}: person_360 must declare data_type of every column"
            + (f"; missing for {', '.join(untyped)}" if untyped else "")
        )
    person = [
        InputColumn(c["name"], _kind(c["data_type"]), PERSON_360, c["name"], c["data_type"])
        for c in declared
    ]
    scores = [column for columns in SCORES.values() for column in columns]
    return {column.name: column for column in (*person, *scores)}
