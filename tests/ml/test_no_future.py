"""Nothing that happens after a cutoff changes what a model sees at it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from ml.features import FEATURES, read_frame
from ml.labels import read_labels
from ml.split import held_out, inner
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.ml.warehouse import build_features

PLANT = """
insert into core.fct_order
    select 'later ' || order_key, person_id, platform, date '{day}', date '{day}',
        timestamp '{day} 12:00:00', true, 99, 999, 99999
    from core.fct_order;
insert into core.fct_payment
    select 'later ' || payment_key, person_id, kind, 99999, 99999, date '{day}'
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
    within = inner(split.fit, days)
    assert within is not None
    both = pd.concat([within.fit, within.judge])
    assert not both.duplicated(["person_id", "as_of_on"]).any()
