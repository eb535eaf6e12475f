"""What is stored of a model names nobody, so erasing a person needs no training anew."""

from __future__ import annotations

import pickle

import duckdb
import joblib

from siyu.settings import Settings


def test_no_file_on_the_shelf_of_models_holds_a_person_id(trained: Settings) -> None:
    with duckdb.connect(str(trained.warehouse_path), read_only=True) as con:
        people = [r[0] for r in con.execute("select person_id from core.dim_person").fetchall()]
    assert people
    assert _named(pickle.dumps({"who": people[:1]}), people) == people[:1]  # the look sees one
    kept = [p for p in sorted(trained.models_dir.rglob("*")) if p.is_file()]
    models = [path for path in kept if path.suffix == ".joblib"]
    assert models
    for path in models:
        assert not _named(pickle.dumps(joblib.load(path)), people), path
    for path in set(kept) - set(models):
        text = path.read_text(encoding="utf-8")
        assert not [person for person in people if f'"{person}"' in text], path


def _named(held: bytes, people: list[str]) -> list[str]:
    return [person for person in people if person.encode() in held]
