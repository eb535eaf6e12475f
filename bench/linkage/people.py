"""Person records with a known truth: FEBRL 1 to 3 and Splink's fake_1000, as shipped with the tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "identity" / "samples"
FEBRL = ("febrl_1", "febrl_2", "febrl_3")
FAKE = "fake_1000"


def load_people(name: str) -> pd.DataFrame:
    """One row per record: `record`, readable columns as text (None when empty), `truth_person`."""
    rows = pd.read_csv(
        SAMPLES / f"{name}.csv.gz", dtype="str", skipinitialspace=True, keep_default_na=False
    )
    rows = rows.rename(columns=str.strip).apply(lambda column: column.str.strip())
    if name == FAKE:
        rows = rows.rename(columns={"unique_id": "record", "cluster": "truth_person"})
    else:
        rows = rows.rename(columns={"rec_id": "record"})
        rows["truth_person"] = rows["record"].str.extract(r"^rec-(\d+)-")[0]
    return rows.astype(object).where(rows != "", None)
