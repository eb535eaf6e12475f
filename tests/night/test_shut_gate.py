"""What failed its checks leaves by no other door: not by hand, and not as a part of the night."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from siyu.doubt import begin_doubt, end_doubt, require_no_doubt
from siyu.errors import PermanentFailure
from siyu.run_lock import only_one
from siyu.settings import PROJECT_DIR, Settings
from siyu.warehouse import connect
from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("small_brand")
LISTS = (
    "key:activation/segment_membership or key:activation/publish_gate or key:activation/delivery"
)


def tear_people_apart(accounts: Path) -> None:
    """A truth by which every account is somebody else, so that everyone put together is wrong."""
    torn = accounts.with_name("torn.parquet")
    duckdb.sql(
        "copy (select * replace ('t' || row_number() over () as truth_person) "
        f"from read_parquet('{accounts}')) to '{torn}'"
    )
    torn.replace(accounts)


def test_lists_of_a_night_that_failed_its_checks_are_not_sent_by_hand_or_in_part(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    accounts = brand.data / "truth" / "accounts.parquet"
    shutil.copy(accounts, tmp_path / "good.parquet")
    tear_people_apart(accounts)
    failed = brand.siyu("run", "--select", "key:ops/identity_evaluation or key:activation/*")
    assert failed.code == 1 and "pair_precision_against_the_truth" in failed.err
    shutil.rmtree(brand.data / "published")
    for words in (["publish"], ["run", "--select", LISTS]):
        answer = brand.siyu(*words)
        assert answer.code == 1, words
        assert "identity_evaluation" in answer.err.splitlines()[-1]
        assert not (brand.data / "published").exists()
    assert brand.siyu("publish", "--dry-run").code == 0
    shutil.copy(tmp_path / "good.parquet", accounts)
    assert brand.siyu("run", "--select", "key:ops/identity_evaluation").code == 0
    assert brand.siyu("publish").code == 0
    assert brand.published() == small_night.published()


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "data", PROJECT_DIR / "config")


def test_lists_are_not_sent_by_hand_while_a_night_is_under_way(
    small_night: Brand, tmp_path: Path
) -> None:
    brand = small_night.copy_to(tmp_path)
    shutil.rmtree(brand.data / "published")
    with only_one(Settings(brand.data, brand.config)):
        answer = brand.siyu("publish")
    assert answer.code == 3
    (line,) = answer.err.strip().splitlines()
    assert "at work on this data folder" in line
    assert not (brand.data / "published").exists()


def doubted(settings: Settings) -> bool:
    with connect(settings) as con:
        try:
            require_no_doubt(con)
        except PermanentFailure:
            return True
    return False


def test_a_step_that_began_and_did_not_end_well_is_in_doubt_until_it_does(place: Settings) -> None:
    assert not doubted(place)
    assert not begin_doubt(place, "warehouse")
    assert doubted(place)
    assert begin_doubt(place, "warehouse"), "it was in doubt before it began again"
    begin_doubt(place, "other")
    end_doubt(place, "warehouse")
    assert doubted(place)
    end_doubt(place, "other")
    assert not doubted(place)
