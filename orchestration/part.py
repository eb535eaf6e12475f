"""A part of the night, named as Dagster's pages name it."""

from __future__ import annotations

import warnings

import dagster as dg

from siyu.errors import ConfigError


def selected_assets(defs: dg.Definitions, job: dg.JobDefinition, select: str) -> set[dg.AssetKey]:
    """The assets of `job` that the selection names, with those that one step makes together.

    Raises ConfigError when there are none.
    """
    graph = defs.resolve_asset_graph()
    try:
        with warnings.catch_warnings():
            # Dagster's own reader of selections warns of a parameter that only it sets.
            warnings.simplefilter("ignore", dg.BetaWarning)
            named = dg.AssetSelection.from_string(select).resolve(graph)
    except dg.DagsterError:
        named = set()
    found = set(named) & set(job.asset_layer.selected_asset_keys)
    if not found:
        raise ConfigError(
            f"--select {select!r} names no asset of the night: write group:NAME (one of"
            f" {', '.join(sorted(graph.all_group_names))}) or key:SCHEMA/TABLE, with a + before or"
            " after it for what lies up or down the graph"
        )
    # Landing reads every source in one step: naming one of its tables plays the step.
    return {made for key in found for made in graph.get(key).execution_set_asset_keys}
