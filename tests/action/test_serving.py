"""From the shelf to the tables: typed while empty, whole when published, gone when lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ml.action import shelf
from ml.action.outcome import Outcome, Verdict
from ml.action.serve import serve_actions
from ml.action.tables import TABLES
from ml.action.train import ACTIONS
from siyu.errors import PermanentFailure
from siyu.settings import Settings
from tests.action.shop import AS_OF
from tests.brand import ROOT


@pytest.fixture
def brand(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path, ROOT / "config")
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("create schema core")
        con.execute("create table core.dim_person as select 'p1' as person_id")
    return settings


def _outcome(is_published: bool) -> Outcome:
    verdict = Verdict("recommendation", is_published, "recall@20", "ALS", 0.2, "popular", 0.1, "so")
    rows = pd.DataFrame(
        {"person_id": ["p1", "p2"], "rank": 1, "product_id": "s1", "score": 0.5, "method": "ALS",
         "as_of_on": AS_OF}
    )  # fmt: skip
    return Outcome(verdict, rows if is_published else None)


def _rows(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_before_the_first_training_every_table_is_there_typed_and_says_why(
    brand: Settings,
) -> None:
    assert set(serve_actions(brand)) == set(TABLES)
    types = _rows(
        brand,
        "select table_name, column_name, lower(data_type) from duckdb_columns()"
        " where schema_name = 'ml' order by table_name, column_index",
    )
    wanted = [
        (name, column, kind)
        for name, (_, columns) in sorted(TABLES.items())
        for column, kind, _ in columns
    ]
    assert types == wanted
    said = _rows(brand, "select asset, is_published, reason from ml.next_action order by asset")
    assert [row[0] for row in said] == sorted(ACTIONS)
    assert all(not row[1] and "not trained yet" in row[2] for row in said)


def test_a_published_result_fills_its_table_and_leaves_out_people_that_are_gone(
    brand: Settings,
) -> None:
    shelf.put(brand, AS_OF, _outcome(True))
    for _ in range(2):  # a rerun changes nothing
        assert serve_actions(brand)["recommendation"] == 1
        assert _rows(brand, "select person_id, as_of_on from ml.recommendation") == [("p1", AS_OF)]
    said = _rows(brand, "select is_published, row_count, trained_on from ml.next_action"
                        " where asset = 'recommendation'")  # fmt: skip
    assert said == [(True, 1, AS_OF)]


def test_a_person_who_is_gone_leaves_every_version_on_the_shelf(brand: Settings) -> None:
    for month in (6, 7):
        shelf.put(brand, AS_OF.replace(month=month), _outcome(True))
    serve_actions(brand)
    kept = sorted(brand.models_dir.rglob("rows.parquet"))
    assert len(kept) == 2
    assert [pd.read_parquet(path)["person_id"].tolist() for path in kept] == [["p1"], ["p1"]]
    before = [path.read_bytes() for path in kept]
    serve_actions(brand)
    assert [path.read_bytes() for path in kept] == before


def test_a_kill_while_a_person_leaves_the_shelf_leaves_no_copy_behind(
    brand: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(brand, AS_OF, _outcome(True))

    def killed(aside: Path, path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ml.action.shelf.os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            serve_actions(brand)
    serve_actions(brand)
    (kept,) = brand.models_dir.rglob("*rows.parquet*")
    assert pd.read_parquet(kept)["person_id"].tolist() == ["p1"]


def test_a_warehouse_that_knows_nobody_erases_nobody(brand: Settings) -> None:
    shelf.put(brand, AS_OF, _outcome(True))
    with duckdb.connect(str(brand.warehouse_path)) as con:
        con.execute("delete from core.dim_person")
    serve_actions(brand)
    (kept,) = brand.models_dir.rglob("rows.parquet")
    assert len(pd.read_parquet(kept)) == 2


def test_a_lost_contest_empties_the_table(brand: Settings) -> None:
    shelf.put(brand, AS_OF, _outcome(True))
    serve_actions(brand)
    shelf.put(brand, AS_OF, _outcome(False))
    assert serve_actions(brand)["recommendation"] == 0


def test_the_same_result_is_the_same_version_and_old_ones_are_forgotten(brand: Settings) -> None:
    first = shelf.put(brand, AS_OF, _outcome(True))
    assert shelf.put(brand, AS_OF, _outcome(True)) == first
    for month in range(1, 7):
        shelf.put(brand, AS_OF.replace(month=month), _outcome(True))
    kept = [
        p for p in (brand.models_dir / "next_action" / "recommendation").iterdir() if p.is_dir()
    ]
    assert len(kept) <= 4
    found = shelf.newest(brand, "recommendation")
    assert found is not None and found[1] == AS_OF.replace(month=6)


def test_a_pointer_to_nothing_is_one_clear_line(brand: Settings) -> None:
    import shutil

    version = shelf.put(brand, AS_OF, _outcome(True))
    shutil.rmtree(brand.models_dir / "next_action" / "recommendation" / version)
    with pytest.raises(PermanentFailure, match="run the weekly training again"):
        serve_actions(brand)
