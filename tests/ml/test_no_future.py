"""Nothing that happens after a cutoff changes what a model sees at it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ml.feature_registry import REGISTRY, load_features
from ml.features import FEATURES, read_frame
from ml.labels import read_labels
from ml.split import held_out, rolling
from siyu.errors import ConfigError
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.ml.warehouse import build_features, build_warehouse

PLANT = """
insert into core.fct_order
    select 'later ' || order_key, person_id, platform, date '{day}', date '{day}',
        timestamp '{day} 12:00:00', true, 99, 999, 99999, 1
    from core.fct_order;
insert into core.fct_payment
    select 'later ' || payment_key, order_key, person_id, kind, 99999, 99999, date '{day}', true
    from core.fct_payment;
insert into core.fct_event select 'e' || person_id, person_id, date '{day}' from core.dim_person;
insert into core.fct_message
    select 'm' || person_id, person_id, timestamp '{day} 12:00:00' from core.dim_person;
"""


def test_later_facts_change_no_feature(scratch: Settings, as_of: date) -> None:
    cutoff = as_of - timedelta(days=60)
    with connect(scratch) as con:
        before = read_frame(con, "person_features_history")
        con.execute(PLANT.format(day=cutoff + timedelta(days=1)))
        build_features(con)
        after = read_frame(con, "person_features_history")
    before, after = (f[f["as_of_on"] <= cutoff].reset_index(drop=True) for f in (before, after))
    assert len(before) > 1000
    assert before[["person_id", *FEATURES]].equals(after[["person_id", *FEATURES]])


@pytest.mark.parametrize(("name", "days"), [("churn", 60), ("ltv", 90)])
def test_training_windows_close_before_the_held_out_one_opens(
    built: Settings, as_of: date, name: str, days: int
) -> None:
    with connect(built, read_only=True) as con:
        history = read_frame(con, "person_features_history")
        frame = history.merge(read_labels(con, name, days), on=["person_id", "as_of_on"])
    split = held_out(frame, as_of, days)
    assert split is not None
    assert split.judge_cutoff == as_of - timedelta(days=days)
    assert max(split.fit_cutoffs) + timedelta(days=days) <= split.judge_cutoff
    windows = rolling(frame, as_of, days)
    assert len(windows) >= 2 and windows[-1].judge_cutoff == split.judge_cutoff
    for window in windows:
        assert max(window.fit_cutoffs) + timedelta(days=days) <= window.judge_cutoff
        rows = pd.concat([window.fit, window.judge])
        assert not rows.duplicated(["person_id", "as_of_on"]).any()


LATE = """
insert into ledger.load_ledger values (1, date '{first}'), (2, date '{learned}');
insert into core.fct_order
    select 'late ' || order_key, person_id, 'late', date '{day}', date '{day}',
        timestamp '{day} 12:00:00', true, 99, 999, 99999, 2
    from core.fct_order;
insert into core.fct_payment
    select 'late ' || payment_key, 'late ' || order_key, person_id, kind, 99999, 99999,
        date '{day}', true
    from core.fct_payment;
insert into core.fct_event select 'late' || person_id, person_id, date '{day}' from core.dim_person;
insert into core.fct_message
    select 'late' || person_id, person_id, timestamp '{day} 12:00:00' from core.dim_person;
insert into core.bridge_identity select 'member_no', person_id, 2 from core.dim_person;
update core.dim_person set joined_on = date '{day}';
insert into core.int_fact__learned
    select 'order', order_key, date '{learned}' from core.fct_order where order_key like 'late%'
    union all
    select 'refund', payment_key, date '{learned}' from core.fct_payment
    where kind = 'refund' and payment_key like 'late%'
    union all
    select 'event', event_key, date '{learned}' from core.fct_event
    union all
    select 'open', message_key, date '{learned}' from core.fct_message;
"""


def test_facts_dated_before_a_cutoff_but_loaded_after_it_change_no_feature(
    scratch: Settings, as_of: date
) -> None:
    """A late-loaded row speaks of a day before the cutoff; nobody knew it then."""
    day, learned = as_of - timedelta(days=100), as_of - timedelta(days=50)
    with connect(scratch) as con:
        before = read_frame(con, "person_features_history")
        con.execute(LATE.format(day=day, learned=learned, first=as_of - timedelta(days=280)))
        build_features(con)
        after = read_frame(con, "person_features_history")
    columns = ["person_id", "as_of_on", *FEATURES]
    early = [
        f.loc[f["as_of_on"] < learned, columns].reset_index(drop=True) for f in (before, after)
    ]
    assert len(early[0]) > 1000 and early[0].equals(early[1])
    late = [f[f["as_of_on"] >= learned] for f in (before, after)]
    merged = late[0].merge(late[1], on=["person_id", "as_of_on"])
    assert (merged["line_count_y"] > merged["line_count_x"]).all()
    for name in (
        "days_since_last_event",
        "message_opens_90d",
        "is_member",
        "monetary_cny",
        "gap_mean_days",
    ):
        assert not merged[f"{name}_x"].equals(merged[f"{name}_y"]), name


def test_training_later_sees_what_scoring_saw_that_night(
    scratch: Settings, tmp_path: Path, as_of: date
) -> None:
    """Train/score parity: tonight's history row of a past night is the row that was scored then."""
    night = as_of - timedelta(days=60)
    then = tmp_path / "then.duckdb"
    build_warehouse(then, night)
    with duckdb.connect(str(then), read_only=True) as con:
        scored = read_frame(con, "person_features")
    with connect(scratch) as con:
        con.execute(LATE.format(day=night - timedelta(days=9), learned=as_of, first=night))
        build_features(con)
        history = read_frame(con, "person_features_history")
    trained = history[history["as_of_on"] == night].reset_index(drop=True)
    assert len(scored) > 1000
    columns = ["person_id", "as_of_on", *FEATURES]
    assert scored[columns].equals(trained[columns])


def test_every_column_of_the_feature_table_is_registered(built: Settings) -> None:
    with connect(built, read_only=True) as con:
        for table in ("person_features", "person_features_history"):
            columns = [row[0] for row in con.execute(f"describe features.{table}").fetchall()]
            assert sorted(columns) == sorted(["person_id", "as_of_on", *FEATURES])
    for feature in load_features():
        days = feature.window.removesuffix(" days")
        assert days == "whole record" or f"_{days}d" in feature.name, feature.name


def test_a_feature_without_a_null_rule_is_named(tmp_path: Path) -> None:
    text = REGISTRY.read_text(encoding="utf-8").replace("null_rule: tenure, ", "")
    path = tmp_path / "person_features.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="feature gap_mean_days: null_rule missing"):
        load_features(path)
