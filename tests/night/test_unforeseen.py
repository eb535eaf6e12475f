"""A fault that nobody foresaw tells its kind, and no value of the data, unless --debug asks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")
VALUE = "13912345678 of somebody"


def test_the_words_of_an_unforeseen_fault_of_the_night_are_told_to_debug_alone(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    with duckdb.connect(str(brand.data / "warehouse.duckdb")) as con:
        con.execute(
            "create or replace table ml.churn_score as "
            f"select * replace ('{VALUE}' as churn_probability) from ml.churn_score"
        )
    part = ("run", "--select", "key:activation/segment_membership")
    told = brand.siyu(*part)
    assert told.code == 1
    assert VALUE not in told.out + told.err and "Traceback" not in told.err
    (line,) = [one for one in told.err.splitlines() if one.startswith("error: ")]
    assert "activation__segment_membership" in line and "ConversionException" in line
    for path in brand.data.rglob("logs/*"):
        assert VALUE not in path.read_text("utf-8"), path.name
    shown = brand.siyu("--debug", *part)
    assert shown.code == 1 and VALUE in shown.err and "Traceback" in shown.err
