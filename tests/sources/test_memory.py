"""What landing leaves out of memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
import sys
import siyu.sources.raw.expectations, siyu.sources.land.ingest
import pyarrow
print(pyarrow.default_memory_pool().backend_name, "great_expectations" in sys.modules)
"""


def ask(**environment: str) -> str:
    plain = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=plain | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="Arrow's builds for others lack this allocator")
def test_landing_gives_back_what_a_block_took_and_loads_no_checks() -> None:
    assert ask() == "jemalloc False"


def test_whoever_runs_it_may_choose_another_allocator() -> None:
    assert ask(ARROW_DEFAULT_MEMORY_POOL="mimalloc") == "mimalloc False"
