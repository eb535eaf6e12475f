"""A part of the night by name, and Dagster's pages on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
import urllib3

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")


def test_a_part_of_the_night_runs_alone_and_the_next_whole_run_plays_the_night_again(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    before = (brand.published(), brand.tables())
    answer = brand.siyu("run", "--select", "key:activation/segment_membership")
    assert answer.code == 0, answer.err
    assert "segment membership: done" in answer.err
    assert "dbt" not in answer.err
    assert (brand.published(), brand.tables()) == before
    assert not (brand.data / ".last_night.json").exists()


def test_facts_built_before_their_people_are_known_make_the_next_night_build_anew(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    note = brand.data / ".last_build"
    assert brand.siyu("run", "--select", "key:core/fct_event").code == 0
    assert note.exists(), "no load is ahead of its people"
    assert brand.siyu("demo", "build", "--day", "next").code == 0
    landed = "key:raw/wecom_customer or key:ops/load_ledger or key:core/fct_event"
    # The check that core holds what was staged says that the other facts lack the load.
    assert "warehouse" in brand.siyu("run", "--select", landed).err
    assert not note.exists()


def test_landing_alone_can_be_the_first_thing_a_brand_plays(
    small_night: Brand, tmp_path: Path
) -> None:
    """One of its tables names the whole step, since one step reads every source."""
    brand = Brand(tmp_path / "fresh", small_night.config)
    shutil.copytree(small_night.data / "landing", brand.data / "landing")
    answer = brand.siyu("run", "--select", "key:raw/wecom_customer")
    assert answer.code == 0, answer.err
    assert "no whole night has finished yet" in answer.err
    assert any((brand.data / "raw").glob("*/load=000001/*.parquet"))


def test_a_selection_of_nothing_is_one_line_and_exit_two(small_night: Brand) -> None:
    answer = small_night.siyu("run", "--select", "key:core/fct_odrer")
    assert answer.code == 2
    (line,) = answer.err.strip().splitlines()
    assert "key:core/fct_odrer" in line and "group:NAME" in line


def test_the_pages_answer_on_loopback_and_show_the_job_and_the_night_that_was_played(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    opened_at = time.time()
    pages: subprocess.Popen[str] = brand.start("ui", "--port", str(port))
    try:
        # The library waits between its tries; a page that never comes ends the test.
        patient = urllib3.Retry(total=40, connect=40, backoff_factor=0.5, backoff_max=5)
        answer = urllib3.request(
            "POST",
            f"http://127.0.0.1:{port}/graphql",
            json={
                "query": "{repositoriesOrError{... on RepositoryConnection"
                "{nodes{jobs{name} schedules{name scheduleState{status}}}}}"
                ' assetOrError(assetKey: {path: ["core", "fct_order"]}){... on Asset'
                "{assetMaterializations(limit: 1){timestamp metadataEntries{label"
                " ... on IntMetadataEntry{intValue}}}}}"
                ' assetChecksOrError: assetNodeOrError(assetKey: {path: ["core", "fct_order"]}){'
                "... on AssetNode{assetChecksOrError{... on AssetChecks{checks{"
                "executionForLatestMaterialization{status}}}}}}}"
            },
            retries=patient,
        )
    finally:
        os.killpg(pages.pid, signal.SIGKILL)  # its children take their time over a polite request
        pages.wait()
    told = json.loads(answer.data)["data"]
    (found,) = told["repositoriesOrError"]["nodes"]
    assert {"nightly", "weekly_training"} <= {job["name"] for job in found["jobs"]}
    assert {s["scheduleState"]["status"] for s in found["schedules"]} == {"RUNNING"}
    (last,) = told["assetOrError"]["assetMaterializations"]
    ((orders,),) = brand.rows("select count(*) from core.fct_order")
    assert {"label": "dagster/row_count", "intValue": orders} in last["metadataEntries"]
    assert int(last["timestamp"]) / 1000 < opened_at, "told with the time of the night"
    checks = told["assetChecksOrError"]["assetChecksOrError"]["checks"]
    assert {c["executionForLatestMaterialization"]["status"] for c in checks} == {"SUCCEEDED"}
