"""One warehouse of real orders, trained and scored once, for every test of the models."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siyu.settings import Settings
from tests.ml.warehouse import ROOT, build_warehouse, copy_of

AS_OF = date(2011, 9, 9)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests share one trained warehouse, so one worker runs them all and trains once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("models"))


@pytest.fixture(scope="session")
def as_of() -> date:
    """The last day of the real orders."""
    return AS_OF


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Core and feature tables as of the last day; nobody writes here."""
    data = tmp_path_factory.mktemp("built")
    build_warehouse(data / "warehouse.duckdb", AS_OF)
    return Settings(data_dir=data, config_dir=ROOT / "config")


@pytest.fixture(scope="session")
def trained(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same warehouse with both models in service and both score tables written."""
    from ml.score import score_all
    from ml.train import train_all

    settings = copy_of(built, tmp_path_factory.mktemp("trained"))
    train_all(settings, AS_OF)
    score_all(settings, AS_OF)
    return settings


@pytest.fixture
def scratch(trained: Settings, tmp_path: Path) -> Settings:
    """A trained warehouse that the test may spoil."""
    return copy_of(trained, tmp_path / "scratch")
