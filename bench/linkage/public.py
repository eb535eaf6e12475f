"""The other ways: Splink as its public demonstrations set it, on readable values, and a plain rule.

Settings are those of Splink's example notebooks "Deduplicating the febrl3 dataset" and "Evaluation
when you have fully labelled data" (fake_1000), for Splink 5; FEBRL 1 and 2 have the columns of 3.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

KEEP_ABOVE = 0.01
RANDOM_PAIRS = 1e6


def splink_febrl(rows: pd.DataFrame) -> pd.DataFrame:
    """Scored pairs (a, b, probability) under the settings of the febrl3 notebook."""
    settings = SettingsCreator(
        unique_id_column_name="record",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
    )
    certain = [
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
        "l.given_name = r.surname and l.surname = r.given_name"
        " and l.date_of_birth = r.date_of_birth",
    ]
    teaching = [block_on("date_of_birth"), block_on("postcode")]
    return _links(rows, settings, certain, 0.9, 2, teaching, {})


def splink_fake(rows: pd.DataFrame) -> pd.DataFrame:
    """Scored pairs (a, b, probability) under the settings of the fake_1000 notebook."""
    settings = SettingsCreator(
        unique_id_column_name="record",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("first_name"),
            block_on("surname"),
            block_on("dob"),
            block_on("email"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
    )
    certain = [
        "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
        "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        "l.email = r.email",
    ]
    teaching = [block_on("dob"), block_on("email"), block_on("first_name", "surname")]
    flat = {"estimate_without_term_frequencies": True}
    return _links(rows, settings, certain, 0.7, 5, teaching, flat)


def _links(
    rows: pd.DataFrame,
    settings: SettingsCreator,
    certain: list,
    recall: float,
    seed: int,
    teaching: list,
    flags: dict[str, bool],
) -> pd.DataFrame:
    con = duckdb.connect()
    con.execute("set threads = 1; set enable_progress_bar = false")
    con.register("readable", rows.drop(columns="truth_person"))
    con.execute("create table person as select * from readable order by record")
    api = DuckDBAPI(connection=con)
    linker = Linker(api.register("person"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
    for rule in teaching:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, **flags)
    found = linker.inference.predict(threshold_match_probability=KEEP_ABOVE)
    links = found.as_duckdbpyrelation().df()
    con.close()
    return links.rename(
        columns={"record_l": "a", "record_r": "b", "match_probability": "probability"}
    )[["a", "b", "probability"]]


def rule_links(rows: pd.DataFrame, keys: tuple[tuple[str, ...], ...]) -> pd.DataFrame:
    """Pairs whose values are equal under any of the keys; probability 1."""
    found = []
    for key in keys:
        known = rows.dropna(subset=list(key))[["record", *key]]
        both = known.merge(known, on=list(key), suffixes=("_a", "_b"))
        both = both[both["record_a"] < both["record_b"]]
        found.append(both[["record_a", "record_b"]].set_axis(["a", "b"], axis=1))
    return pd.concat(found).drop_duplicates().assign(probability=1.0)
