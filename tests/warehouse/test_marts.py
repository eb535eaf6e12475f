"""Every mart says what it holds, who answers for it and how it is called in Chinese, and tries its rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.manifest import fresh_manifest
from siyu.settings import PROJECT_DIR

MANIFEST = json.loads(Path(fresh_manifest(PROJECT_DIR / "dbt_project")).read_text())
MODELS = {
    node["name"]: node
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["schema"] == "marts"
}
MARTS = sorted(name for name in MODELS if not name.startswith("int_"))
DATA_TESTED = {
    node.get("attached_node", "").split(".")[-1]
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "test" and node.get("attached_node")
}
UNIT_TESTED = {test["model"] for test in MANIFEST["unit_tests"].values()}


def test_there_are_marts_to_look_at() -> None:
    assert len(MARTS) >= 40


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_mart_names_its_grain_its_owner_and_every_term_in_chinese(name: str) -> None:
    node = MODELS[name]
    assert "Grain: one row per" in " ".join(node["description"].split()), "no grain"
    assert "-- Grain: one row per" in node["raw_code"] or node["language"] == "python"
    assert node["config"]["meta"].get("owner"), "no owner"
    assert node["config"]["meta"].get("zh"), "no Chinese term"
    assert node["columns"], "no column is told"
    for column in node["columns"].values():
        meta = column.get("config", {}).get("meta") or column["meta"]
        assert column["description"] and meta.get("zh"), column["name"]


@pytest.mark.parametrize("name", MARTS)
def test_a_mart_has_tests_of_its_rows_and_a_unit_test_of_its_rule(name: str) -> None:
    assert name in DATA_TESTED, "no data test stands beside it"
    assert name in UNIT_TESTED, "no unit test tries its rule"
