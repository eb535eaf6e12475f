"""Credit of margin and of predicted LTV: summed exactly, and restated when the value changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from siyu.errors import ConfigError
from siyu.metrics.attribution import MODELS
from siyu.metrics.settings import load_attribution_settings
from siyu.sources.raw.night_before import keep_predicted_ltv, keep_published_actions
from tests.warehouse.growth import CHANNELS, build_marts, make_facts, read_marts, run_dbt, set_day

FIRST = datetime(2026, 5, 1)
TODAY = date(2026, 8, 10)
LAWS = (
    "every_model_credits_the_days_revenue",
    "every_model_shares_out_the_value_to_the_cent",
)


def write_shop(con: duckdb.DuckDBPyConnection, value: str) -> None:
    """Sixty orders of seven people and nobody, each with up to six touches; one in nine is unpaid."""
    con.execute("update raw.attribution_rule set credited_value = ?", [value])
    for n in range(60):
        person = f"p{n % 7}" if n % 8 else None
        at, paid = FIRST + timedelta(days=n, hours=n % 13), n % 9 > 0
        cents = Decimal(n * 7919 % 50000 if paid else 0).scaleb(-2)
        con.execute(
            "insert into core.fct_order select $1, $2, $3, ($3 + interval 8 hour)::date, $4, $5, 1",
            [f"o{n:02}", person, at, paid, cents],
        )
        if paid:
            # Goods and commission may cost more than the order brought.
            left = Decimal(n * 4421 % 30000 - 4000).scaleb(-2)
            con.execute(
                "insert into marts.int_order__contribution values (?, ?)", [f"o{n:02}", left]
            )
        for step in range(n % 7 if person else 0):
            con.execute(
                "insert into core.int_touch__contact values"
                " (?, ?, ?, ?, null, 'contact_added', null, 1)",
                [f"t{n:02}-{step}", person, at - timedelta(hours=5 * step + 1),
                 CHANNELS[(n + step) % 5]],
            )  # fmt: skip
    write_predictions(con, {f"p{n}": Decimal(n * 3331 + 1).scaleb(-2) for n in range(6)})
    set_day(con, TODAY)


def write_predictions(con: duckdb.DuckDBPyConnection, ltv: dict[str, Decimal]) -> None:
    con.execute("delete from raw.predicted_ltv")
    con.executemany(
        "insert into raw.predicted_ltv values (?, ?, date '2026-08-09')", list(ltv.items())
    )


def whole_value(con: duckdb.DuckDBPyConnection, value: str) -> Decimal:
    """What all touches must earn together, from the facts alone."""
    sql = {
        "margin": "select sum(contribution_cny) from marts.int_order__contribution",
        "predicted_ltv": "select sum(ltv_cny) from raw.predicted_ltv where person_id in"
        " (select person_id from core.fct_order where is_paid)",
    }[value]
    return con.execute(sql).fetchone()[0]


def assert_sums_to_the_value(folder: Path, value: str) -> None:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        totals = dict(
            con.execute(
                "select model, sum(credit_cny) from marts.attribution group by model"
            ).fetchall()
        )
        assert totals == dict.fromkeys(MODELS, whole_value(con, value))
        sums = ", ".join(f"sum({model}_cny)" for model in MODELS)
        by_order = con.execute(
            f"select order_key, {sums} from marts.attribution_credit group by order_key"
        ).fetchall()
        assert all(len(set(row[1:])) == 1 for row in by_order)
        worth = {row[0]: row[1] for row in by_order}
        orders = con.execute("select order_key from core.fct_order").fetchall()
        assert set(worth) == {row[0] for row in orders}
        if value == "margin":
            left = con.execute("from marts.int_order__contribution").fetchall()
            assert worth == dict.fromkeys(worth, Decimal(0)) | dict(left)
            return
        people = con.execute(
            "select person_id, ltv_cny, list(order_key) from core.fct_order"
            " join raw.predicted_ltv using (person_id) where is_paid group by all"
        ).fetchall()
        for _, ltv, theirs in people:
            parts = [worth.pop(key) for key in theirs]
            assert sum(parts) == ltv and max(parts) - min(parts) <= Decimal("0.01")
        assert set(worth.values()) == {Decimal(0)}, "nobody, the unpaid and the unscored"


@pytest.mark.parametrize("value", ["margin", "predicted_ltv"])
def test_credit_sums_to_the_chosen_value_and_follows_it_as_a_build_from_nothing_would(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("SIYU_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project / "dbt_project"))
    with make_facts(tmp_path / "warehouse.duckdb") as con:
        write_shop(con, value)
    build_marts(tmp_path)
    assert_sums_to_the_value(tmp_path, value)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        # Only values move: a dearer product, another prediction, and one order that p5 adds.
        con.execute("update marts.int_order__contribution set contribution_cny ="
                    " contribution_cny - 0.05 where order_key in ('o10', 'o31')")  # fmt: skip
        write_predictions(con, {"p1": Decimal("0.02"), "p3": Decimal("77.77"), "p5": Decimal(100)})
        con.execute("insert into core.fct_order select replace(order_key, 'o12', 'p12'), person_id,"
                    " ordered_at + interval 20 day, ordered_on + 20, true, 5, 2"
                    " from core.fct_order where order_key = 'o12'")  # fmt: skip
    build_marts(tmp_path)
    assert_sums_to_the_value(tmp_path, value)
    run_dbt(tmp_path, "test", "--select", *LAWS)
    added = read_marts(tmp_path)
    build_marts(tmp_path, "--full-refresh")
    assert read_marts(tmp_path) == added


def test_the_prediction_is_that_of_before_the_night_however_often_the_night_is_played() -> None:
    def kept() -> list[tuple]:
        return con.execute("select person_id, ltv_cny from raw.predicted_ltv").fetchall()

    with duckdb.connect() as con:
        con.execute("create schema raw; create schema ml")
        keep_predicted_ltv(con, TODAY)
        assert kept() == [], "no night has scored anybody"
        con.execute("create table ml.ltv_score as select 'p1' as person_id,"
                    " 12.5::decimal(18, 2) as ltv_cny, date '2026-08-09' as as_of_on")  # fmt: skip
        keep_predicted_ltv(con, TODAY)
        assert kept() == [("p1", Decimal("12.50"))]
        # Tonight scores; then tonight is played again; then tomorrow comes.
        con.execute("update ml.ltv_score set ltv_cny = 99, as_of_on = ?", [TODAY])
        keep_predicted_ltv(con, TODAY)
        assert kept() == [("p1", Decimal("12.50"))]
        keep_predicted_ltv(con, TODAY + timedelta(days=1))
        assert kept() == [("p1", Decimal("99.00"))]


def test_a_value_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "attribution.yml").write_text("value: profit\n", "utf-8")
    with pytest.raises(ConfigError) as fault:
        load_attribution_settings(tmp_path)
    assert str(fault.value) == (
        "attribution.yml: value: Input should be 'net_revenue', 'margin' or 'predicted_ltv'"
    )


def test_words_of_reviews_are_open_by_the_training_of_before_the_night() -> None:
    def kept() -> list[tuple]:
        return con.execute("select asset, is_published from raw.published_action").fetchall()

    with duckdb.connect() as con:
        con.execute("create schema raw; create schema ml")
        keep_published_actions(con, TODAY)
        assert kept() == [], "no training yet"
        con.execute("create table ml.next_action (asset varchar, is_published boolean,"
                    " trained_on date)")  # fmt: skip
        con.execute("insert into ml.next_action values ('review_sentiment', false, null)")
        keep_published_actions(con, TODAY)
        assert kept() == []
        con.execute("update ml.next_action set is_published = true, trained_on = ?", [TODAY])
        keep_published_actions(con, TODAY)
        assert kept() == [], "tonight's training speaks from the next night on"
        for _ in range(2):
            keep_published_actions(con, TODAY + timedelta(days=1))
            assert kept() == [("review_sentiment", True)]
        con.execute("update ml.next_action set is_published = false, trained_on = ?",
                    [TODAY + timedelta(days=1)])  # fmt: skip
        keep_published_actions(con, TODAY + timedelta(days=1))
        assert kept() == [("review_sentiment", True)]
        keep_published_actions(con, TODAY + timedelta(days=2))
        assert kept() == [("review_sentiment", False)]
