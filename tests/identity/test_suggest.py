"""Probable matches are suggested from tokens alone, answered once, and never joined by themselves."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from siyu.errors import ConfigError
from siyu.identity.decisions.decide import draft
from siyu.identity.decisions.decisions import Decision, Suggestion
from siyu.identity.likeness.likeness import COMPARISONS, gather
from siyu.identity.likeness.likeness_model import LikenessModel, for_splink, load_model, model_path
from siyu.identity.likeness.review import QueueEntry, answer, choose
from siyu.identity.likeness.suggest import band_of, calibration
from tests.identity.lookalikes import Lookalikes, make_lookalikes


@pytest.fixture
def brand(tmp_path: Path, trained: Path) -> Lookalikes:
    """The same brand and model for each test, in a folder of its own."""
    mine = make_lookalikes(tmp_path)
    path = model_path(mine.settings)
    path.parent.mkdir(parents=True)
    path.write_bytes(trained.read_bytes())
    return mine


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = make_lookalikes(tmp_path_factory.mktemp("trained"))
    first.night()
    return model_path(first.settings)


def pairs(queue: list[dict], **wanted: str) -> set[tuple[str, str]]:
    chosen = [row for row in queue if all(row[k] == v for k, v in wanted.items())]
    return {(row["person_id"], row["other_person_id"]) for row in chosen}


def entry(row: dict) -> QueueEntry:
    names = set(QueueEntry.__dataclass_fields__) - {"reason", "actor"}
    return QueueEntry(reason=None, actor=None, **{n: row[n] for n in names})


def decided(brand: Lookalikes, row: dict, kind: str, in_bulk: bool = False) -> Decision:
    """An answer to one row of the queue, kept as the command keeps it."""
    sides = [
        [(t, "", p)]
        for who in (row["person_id"], row["other_person_id"])
        for t, p in brand.bridge
        if p == who
    ]
    shown = {n: row[n] for n in Suggestion.model_fields if n != "in_bulk"}
    one = draft(kind, *sides, "seen", "tester", 1)  # type: ignore[arg-type]
    return brand.decide(
        one.model_copy(update={"suggestion": Suggestion(**shown, in_bulk=in_bulk)})
    )[0]


def splinks_weights(brand: Lookalikes, model: LikenessModel) -> dict[tuple[str, str], float]:
    """Every pair of one family name, as Splink's own prediction weighs it with the same numbers."""
    from splink import DuckDBAPI, Linker, block_on

    gather(brand.con)
    people = brand.con.execute("select * from likeness_person order by person_id").to_arrow_table()
    own = duckdb.connect()
    own.register("people", people)
    own.execute("create table person as select *, families[1] as family from people")
    comparisons = [for_splink(c) for c in COMPARISONS]
    for one in comparisons:
        name = one["output_column_name"]
        for level, m, u in zip(
            one["comparison_levels"][1:], model.m[name], model.u[name], strict=True
        ):
            level |= {"m_probability": m, "u_probability": u}
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "person_id",
        "probability_two_random_records_match": model.prior,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [block_on("family")],
    }
    linker = Linker(DuckDBAPI(connection=own).register("person"), settings, log_level=None)
    found = linker.inference.predict().as_record_list()
    return {tuple(sorted((r["person_id_l"], r["person_id_r"]))): r["match_weight"] for r in found}


def test_members_behind_masked_phones_are_found_and_strangers_are_not(brand: Lookalikes) -> None:
    certain = pairs(brand.night(), band="certain")
    assert len(certain & brand.hidden) >= 0.97 * len(brand.hidden)
    assert not certain - brand.hidden


def test_the_queue_says_in_words_what_agrees_and_shows_no_value(brand: Lookalikes) -> None:
    row = next(r for r in brand.night() if r["band"] == "certain")
    assert row["agreement"] == (
        "same name; masked phone fits: same first three and last two digits; birthday unknown;"
        " same city"
    )
    assert {row["evidence"], row["other_evidence"]} == {"member_no", "jd_pin"}


def test_the_same_people_give_the_same_model_and_the_same_queue(
    brand: Lookalikes, trained: Path
) -> None:
    first = brand.night()
    model_path(brand.settings).unlink()
    assert brand.night() == first
    assert model_path(brand.settings).read_bytes() == trained.read_bytes()


def test_a_pair_weighs_what_splink_itself_gives_it(brand: Lookalikes) -> None:
    queue = brand.night()
    model = load_model(brand.settings)
    assert model is not None
    theirs = splinks_weights(brand, model)
    assert len(queue) > 50
    for row in queue:
        ours = row["weight"] + model.prior_weight
        assert ours == pytest.approx(theirs[row["person_id"], row["other_person_id"]], abs=1e-3)


def test_a_rejected_pair_never_comes_back(brand: Lookalikes) -> None:
    row = brand.night()[0]
    decided(brand, row, "keep_apart")
    after = [r for r in brand.night() if r["suggestion_id"] == row["suggestion_id"]]
    assert [(r["status"], r["verdict"], r["band"]) for r in after] == [
        ("rejected", "rejected", row["band"])
    ]


def test_an_accepted_pair_that_is_split_later_is_stale_and_not_suggested_again(
    brand: Lookalikes,
) -> None:
    row = brand.night()[0]
    kept = decided(brand, row, "merge")
    state = {r["suggestion_id"]: r["status"] for r in brand.night() if r["status"] != "open"}
    assert state == {row["suggestion_id"]: "accepted"}
    brand.decide(draft("split", kept.left, kept.right, "two after all", "tester", 1))
    after = [r for r in brand.night() if r["suggestion_id"] == row["suggestion_id"]]
    assert [(r["status"], r["verdict"]) for r in after] == [("stale", "accepted")]


def test_people_who_would_break_a_limit_of_the_brand_are_not_suggested(brand: Lookalikes) -> None:
    same = {"name": "欧阳无双", "phone": "13912345605", "city": "上海市"}
    twins = {brand.person("member_no", number, **same) for number in (9001, 9002)}
    assert not any({r["person_id"], r["other_person_id"]} == twins for r in brand.night())


def test_answers_in_bulk_leave_open_what_would_break_a_limit_together(brand: Lookalikes) -> None:
    same = {"name": "欧阳无双", "city": "上海市"}
    for number in (9001, 9002):
        brand.person("member_no", number, phone="13912345605", **same)
    brand.person("jd_pin", 9003, phone="139******05", **same)
    queue = [r for r in brand.night() if r["band"] == "certain"]
    brand.con.execute("create table identity.int_identity__resolution as select 1 as load_seq")
    given = answer(brand.con, "merge", [entry(r) for r in queue], "alike", "tester", True)
    assert len(given.left_open) == 1
    assert len(given.decisions) == len(queue) - 1
    assert all(d.suggestion and d.suggestion.in_bulk for d in given.decisions)
    kept = brand.decide(*given.decisions)
    rest = [entry(r) for r in queue if r["suggestion_id"] in given.left_open]
    assert not answer(brand.con, "merge", rest, "alike", "tester", True, kept).decisions
    assert answer(brand.con, "merge", rest, "looked at", "tester", False, kept).decisions


def test_reviews_by_hand_calibrate_and_answers_in_bulk_do_not(brand: Lookalikes) -> None:
    model = load_model(brand.settings)
    assert model is not None
    queue = [r for r in brand.night() if r["band"] == "certain"][:40]
    bulk = [decided(brand, row, "keep_apart", in_bulk=True) for row in queue]
    assert calibration(bulk, model) == 0.0
    byhand = [decided(brand, row, "keep_apart") for row in queue]
    assert calibration(byhand[:20], model) == 0.0
    assert calibration(byhand, model) < -3
    agreed = [d.model_copy(update={"kind": "merge"}) for d in byhand]
    assert calibration(agreed, model) >= 0


def test_a_brand_too_small_to_learn_from_has_an_empty_queue(tmp_path: Path) -> None:
    tiny = Lookalikes(tmp_path)
    for kind in ("member_no", "jd_pin"):
        tiny.person(kind, 1, name="欧阳无双", phone="13912345605")
    assert tiny.night() == []
    assert load_model(tiny.settings) is None


def test_a_model_of_other_comparisons_is_trained_anew(brand: Lookalikes) -> None:
    model = load_model(brand.settings)
    assert model is not None
    less = LikenessModel(**{**model.model_dump(), "m": {"name": (0.9, 0.1)}})
    model_path(brand.settings).write_text(less.model_dump_json())
    assert load_model(brand.settings) is None
    model_path(brand.settings).write_text("{")
    with pytest.raises(ConfigError, match=r"model\.json: not a likeness model; delete it"):
        load_model(brand.settings)


def test_a_wrong_choice_is_one_clear_line() -> None:
    queue: list[QueueEntry] = []
    for words, said in (
        (([], None, None), "name suggestions"),
        ((["s1"], "certain", None), "name suggestions"),
        ((["s1"], None, None), "'s1' is no suggestion"),
        (([], "sure", None), "--band 'sure' is not one of certain, likely, possible"),
        (([], None, 0.2), "must lie between 0.5 and 1"),
    ):
        with pytest.raises(ConfigError, match=said):
            choose(queue, *words)


def test_bands_begin_where_they_say() -> None:
    assert [band_of(p) for p in (1.0, 0.99, 0.98, 0.9, 0.5, 0.49)] == [
        "certain", "certain", "likely", "likely", "possible", None,
    ]  # fmt: skip


def test_every_level_has_its_words_once() -> None:
    words = [level.words for c in COMPARISONS for level in c.levels]
    assert len(words) == len(set(words))
