"""Two builds of one night train the same model, whatever order the engine reads rows in."""

from __future__ import annotations

import random

from ml.features import FEATURES, read_frame
from siyu.settings import Settings
from siyu.warehouse import connect
from tests.ml.warehouse import build_features

FACTS = ("fct_order", "fct_payment", "fct_event", "fct_message")


def test_the_order_of_rows_changes_no_bit_of_any_feature(scratch: Settings) -> None:
    with connect(scratch) as con:
        before = read_frame(con, "person_features_history")
        for name in FACTS:
            frame = con.execute(f"select * from core.{name}").df()
            order = random.Random(7).sample(range(len(frame)), len(frame))
            shuffled = frame.iloc[order]
            con.register("shuffled", shuffled)
            con.execute(f"delete from core.{name}")
            con.execute(f"insert into core.{name} by name select * from shuffled")
            con.unregister("shuffled")
        build_features(con)
        after = read_frame(con, "person_features_history")
    assert before["gap_std_days"].nunique() > 100
    assert before[["person_id", *FEATURES]].equals(after[["person_id", *FEATURES]])
