"""`siyu model`: what serves and why, its card and backtests; train, promote and roll back."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.errors import ConfigError
from siyu.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Models: what serves, how it was judged, and why.")
Name = Annotated[str, typer.Argument(help="Model: churn, ltv, churn_30d, churn_90d, ltv_180d …")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the model's journal.")]


@app.command("list")
def list_models(json: JsonFlag = False) -> None:
    """Every horizon's model: what serves, its figure beside the best plain rule, or why none does."""
    from ml import registry
    from ml.config import load_models_config

    settings, rows = load_settings(), []
    for task in load_models_config(settings.config_dir).tasks():
        version = registry.champion_version(settings, task.name)
        kept = registry.read_metrics(settings, task.name, version) if version else {}
        rows.append({
            "model": task.name,
            "days": task.days,
            "version": version or "none: too little history, or not trained yet",
            "champion": kept.get("champion"),
            "metric": kept.get("metric"),
            "held_out": kept.get("value"),
            "baseline": kept.get("baseline"),
            "baseline_value": kept.get("baseline_value"),
            "stored": len(registry.versions(settings, task.name)),
        })  # fmt: skip
    if json:
        print_json(rows)
        return
    print_table("Models", list(rows[0]), [list(row.values()) for row in rows])


@app.command("show")
def show(
    name: Name,
    version: Annotated[str | None, typer.Option(help="Default: the one in service.")] = None,
    json: JsonFlag = False,
) -> None:
    """The model card (English and Chinese) and the journal of who served when and why."""
    from ml import registry
    from ml.card import write_card

    settings = load_settings()
    chosen = registry.champion_version(settings, _known(settings, name))
    if version is not None:
        chosen = _stored(settings, name, version)
    if chosen is None:
        raise ConfigError(
            f"{name} has no model in service: too little history, or not trained yet; siyu model list"
        )
    kept, entries = registry.read_metrics(settings, name, chosen), registry.journal(settings, name)
    if json:
        print_json({"metrics": kept, "journal": entries})
        return
    print(write_card(kept))
    columns = ("as_of", "version", "before", "reason")
    print_table("Journal", columns, [[entry[c] for c in columns] for entry in entries])


@app.command("train")
def train(json: JsonFlag = False) -> None:
    """Train every horizon now, as the weekly schedule does; the winners serve from the next night."""
    from ml.train import train_all
    from siyu.run_lock import only_one
    from siyu.warehouse import connect, warehouse_as_of

    settings = load_settings()
    with connect(settings, read_only=True) as con:
        as_of = warehouse_as_of(con)
    # A night scores with what serves: nobody changes it meanwhile.
    with only_one(settings):
        found = train_all(settings, as_of).models
    if json:
        print_json([{"model": m.name, "version": m.version, "decision": m.decision} for m in found])
        return
    print_table("Trained", ("model", "version", "decision"),
                [(m.name, m.version, m.decision) for m in found])  # fmt: skip
    say(f"backtests: {settings.data_dir / 'report' / 'models.html'}")


@app.command("promote")
def promote(name: Name, version: str, reason: Reason) -> None:
    """Put a stored version into service; tonight's scores come from it."""
    from ml import registry

    settings = load_settings()
    _stored(settings, _known(settings, name), version)
    as_of = registry.read_metrics(settings, name, version)["as_of"]
    registry.promote(settings, name, version, as_of, f"by hand: {reason}")
    say(f"{name}: {version} is in service")


@app.command("rollback")
def rollback(name: Name, reason: Reason) -> None:
    """Put back the version that served before the present one."""
    from ml import registry

    settings = load_settings()
    current = registry.champion_version(settings, _known(settings, name))
    as_of = registry.read_metrics(settings, name, current)["as_of"] if current else ""
    version = registry.rollback(settings, name, as_of, reason)
    say(f"{name}: {version} is in service again")


@app.command("features")
def features(json: JsonFlag = False) -> None:
    """The registry of features: meaning, window, source and what a gap becomes."""
    from ml.feature_registry import load_features

    rows = [feature.model_dump() for feature in load_features()]
    if json:
        print_json(rows)
        return
    print_table("Features", list(rows[0]), [list(row.values()) for row in rows])


def _known(settings: Settings, name: str) -> str:
    from ml.config import load_models_config

    names = [task.name for task in load_models_config(settings.config_dir).tasks()]
    if name not in names:
        raise ConfigError(f"{name!r} is no model; models are: {', '.join(names)}")
    return name


def _stored(settings: Settings, name: str, version: str) -> str:
    from ml import registry

    stored = registry.versions(settings, name)
    if version not in stored:
        raise ConfigError(
            f"{name} {version} is not stored; stored are: {', '.join(stored) or 'none'}"
        )
    return version
