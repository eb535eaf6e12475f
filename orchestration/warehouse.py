"""The dbt project as assets: staging, identity, core, marts and features in one `dbt build`."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version

from orchestration.manifest import fresh_manifest
from orchestration.plain_faults import plain_faults
from orchestration.resources import OWNER, POOL, settings_from_env, table_names
from siyu.doubt import begin_doubt, end_doubt
from siyu.fingerprint import forget_build, must_rebuild, remember_build
from siyu.identity.state.store import is_behind
from siyu.moved_events import events_moved
from siyu.settings import PROJECT_DIR
from siyu.warehouse import connect, count_rows

DBT_DIR = PROJECT_DIR / "dbt_project"
project = DbtProject(project_dir=DBT_DIR, profiles_dir=DBT_DIR)
MANIFEST = fresh_manifest(DBT_DIR)


class InstalledDbt(DbtCliResource):
    """The dbt of this environment, its version read from what is installed.

    `dbt --version`, which the resource would run, asks the package index for newer ones: a night
    must not wait for a network.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))


class Translator(DagsterDbtTranslator):
    """Groups follow the way of the data: a model's group is its schema; its owner is the team."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return dbt_resource_props.get("schema")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [OWNER]

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)


@dbt_assets(
    manifest=MANIFEST,
    project=project,
    # Rows as they landed and the typed view of them are one asset.
    dagster_dbt_translator=Translator(
        DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
    ),
    pool=POOL,
)
@plain_faults
def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Build and test every model; row counts are read once dbt has let go of the file.

    Incremental tables take in the night's rows; a changed model or rule builds them anew, and so does an
    event that moved to another day or visit.
    """
    settings = settings_from_env()
    # One target folder per brand: dbt parses again only what changed since that brand's last night.
    target = settings.data_dir / "dbt"
    # Unit tests hold rules on made-up rows: they prove the code, not the night, and run in `make test`.
    words = ["build", "--exclude-resource-type", "unit_test"]
    with connect(settings, read_only=True) as con:
        if events_moved(con):
            # Forgotten first: a run that is killed halfway is followed by one that builds anew.
            forget_build(settings)
    doubted = begin_doubt(settings, "warehouse")
    if must_rebuild(settings):
        words.append("--full-refresh")
    build = dbt.cli(words, context=context, raise_on_error=False, target_path=target)
    events = list(build.stream())
    with connect(settings, read_only=True) as con:
        rows = count_rows(con, table_names(context.selected_asset_keys))
        if context.is_subset and is_behind(con):
            # Facts took in a load before its people were known, and will not look at it again.
            forget_build(settings)
    for event in events:
        if isinstance(event, dg.Output):
            key = context.asset_key_for_output(event.output_name)
            count = rows.get(tuple(key.path))
            extra = {} if count is None else {"dagster/row_count": count}
            yield event.with_metadata({**event.metadata, **extra})
        else:
            yield event
    if not build.is_successful():
        raise dg.Failure(
            "dbt build failed: the models and tests above say which; nothing is published",
            allow_retries=False,
        )
    if not (doubted and context.is_subset):
        # A part that passes says nothing of a whole that did not.
        end_doubt(settings, "warehouse")
    if not context.is_subset:
        remember_build(settings)
