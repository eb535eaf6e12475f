"""The night's word on its people: id churn since the night before, and quality where a truth lies."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from siyu.identity.judged.churn import Churn, measure_churn
from siyu.identity.judged.evaluate import Evaluation, evaluate
from siyu.identity.judged.truth import has_truth, landing_token, load_truth
from siyu.settings import Settings
from siyu.warehouse import connect


@dataclass(frozen=True)
class NightChurn:
    """Churn between the night that is served and the one in the warehouse."""

    as_of_on: date
    previous_on: date
    churn: Churn


def truth_folder(settings: Settings) -> Path:
    return settings.data_dir / "truth"


def churn_path(settings: Settings) -> Path:
    return settings.data_dir / "report" / "id_churn.json"


def people_quality(settings: Settings, folder: Path) -> Evaluation:
    """The warehouse's people against the truth in `folder`. Raises ConfigError when none is there."""
    accounts, evidence = load_truth(folder, landing_token(settings))
    with connect(settings, read_only=True) as con:
        bridge = con.execute(
            "select id_type, scope, value_key, person_id from identity.bridge_identity"
        ).df()
    return evaluate(bridge, accounts, evidence)


def night_quality(settings: Settings) -> Evaluation | None:
    """Quality where the brand's own truth lies beside its data; None otherwise."""
    folder = truth_folder(settings)
    return people_quality(settings, folder) if has_truth(folder) else None


def night_churn(settings: Settings, as_of: date) -> NightChurn | None:
    """What changed since the served night; None when nothing older is served."""
    if not settings.serving_path.exists():
        return None
    own = duckdb.connect()
    try:
        for name, path in (("warehouse", settings.warehouse_path), ("siyu", settings.serving_path)):
            quoted = str(path).replace("'", "''")
            own.execute(f"attach '{quoted}' as {name} (read_only)")
        (previous,) = own.execute("select max(as_of_on) from siyu.ops.run").fetchall()[0]
        if previous is None or previous >= as_of:
            return None
        churn = measure_churn(own, "siyu.identity", "warehouse.identity")
    finally:
        own.close()
    return NightChurn(as_of, previous, churn)


def keep_churn(settings: Settings, found: NightChurn) -> None:
    """The last night's churn, for the command; replaced in one rename."""
    path = churn_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(found), default=str, indent=1, sort_keys=True) + "\n")
    os.replace(aside, path)


def kept_churn(settings: Settings) -> NightChurn | None:
    path = churn_path(settings)
    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    return NightChurn(
        date.fromisoformat(kept["as_of_on"]),
        date.fromisoformat(kept["previous_on"]),
        Churn(**kept["churn"]),
    )
