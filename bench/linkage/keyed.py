"""Our way: nothing readable, only keyed tokens of values, their letters in twos, and their places.

Every token is an HMAC under a key, made as at landing; Splink sees sets of tokens and learns from
how many two records share. Tokens of single letters in twos can be guessed from their frequency:
they are made for this measurement and land nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from siyu.privacy.pseudonym import Tokeniser

SEED = 7
RANDOM_PAIRS = 2_000_000
KEEP_ABOVE = 0.01
TOKEN = 16


@dataclass(frozen=True)
class Trait:
    """One readable column: `kind` words (letters in twos), digits (by place) or whole only.

    Two columns of one `domain` have comparable tokens, so that names which changed places are found.
    Where it `blocks`, two records with the same whole value are compared.
    """

    column: str
    kind: str
    domain: str
    levels: tuple[float, ...] = ()
    swapped: str = ""
    blocks: bool = True


FEBRL_TRAITS = (
    Trait("given_name", "words", "name", (0.7, 0.5, 0.3), "surname"),
    Trait("surname", "words", "name", (0.7, 0.5, 0.3), "given_name"),
    Trait("date_of_birth", "digits", "date", (0.85, 0.7)),
    Trait("soc_sec_id", "digits", "number", (0.85, 0.7)),
    Trait("street_number", "digits", "house", (0.6,), blocks=False),
    Trait("address_1", "words", "road", (0.7, 0.4), "address_2"),
    Trait("address_2", "words", "road", (0.7, 0.4), "address_1"),
    Trait("suburb", "words", "suburb", (0.7, 0.4)),
    Trait("postcode", "digits", "postcode", (0.7,)),
    Trait("state", "whole", "state", blocks=False),
)
FAKE_TRAITS = (
    Trait("first_name", "words", "name", (0.7, 0.5, 0.3), "surname"),
    Trait("surname", "words", "name", (0.7, 0.5, 0.3), "first_name"),
    Trait("dob", "digits", "date", (0.85, 0.7)),
    Trait("city", "words", "city", (0.6,)),
    Trait("email", "words", "email", (0.8, 0.5)),
)
FEBRL_TEACHING = (("date_of_birth_key",), ("postcode_key",), ("soc_sec_id_key",))
FAKE_TEACHING = (("dob_key",), ("email_key",), ("first_name_key", "surname_key"))


def twos(text: str) -> set[str]:
    """Letters in twos, with both ends marked; letters and digits only."""
    plain = "".join(c for c in text.casefold() if c.isalnum())
    framed = f"^{plain}$"
    return {framed[i : i + 2] for i in range(len(framed) - 1)} if plain else set()


def places(text: str) -> set[str]:
    """Digits with their place, and in twos wherever they stand: one wrong digit costs few of them."""
    plain = "".join(c for c in text if c.isalnum())
    return {f"{i}:{c}" for i, c in enumerate(plain)} | {
        plain[i : i + 2] for i in range(len(plain) - 1)
    }


def pieces(trait: Trait, text: str) -> set[str]:
    return {"words": twos, "digits": places}.get(trait.kind, lambda _: set())(text)


def tokenise(rows: pd.DataFrame, traits: tuple[Trait, ...], tokeniser: Tokeniser) -> pd.DataFrame:
    """Records as tokens: <column>_key of the whole value, <column>_set of its pieces."""
    found = {"record": rows["record"]}
    for trait in traits:
        cells = [None if pd.isna(cell) else str(cell) for cell in rows[trait.column]]
        plain = sorted({"".join(c.casefold().split()) for c in cells if c})
        keyed = tokeniser.tokens(trait.domain, plain)
        whole = dict(zip(plain, (k[:TOKEN] for k in keyed), strict=True))
        found[f"{trait.column}_key"] = pd.Series(
            [whole["".join(c.casefold().split())] if c else None for c in cells], dtype=object
        )
        if trait.kind == "whole":
            continue
        sets = [pieces(trait, c) if c else set() for c in cells]
        parts = sorted(set().union(*sets))
        keyed = tokeniser.tokens(f"{trait.domain}_piece", parts)
        piece = dict(zip(parts, (k[:TOKEN] for k in keyed), strict=True))
        found[f"{trait.column}_set"] = pd.Series(
            [sorted(piece[p] for p in s) or None for s in sets], dtype=object
        )
    return pd.DataFrame(found)


def shared(a: str, b: str) -> str:
    """SQL: share of tokens that two sets have in common (Dice)."""
    return f"2.0 * len(list_intersect({a}, {b})) / (len({a}) + len({b}))"


def comparison(trait: Trait) -> dict:
    name, key, bag = trait.column, f"{trait.column}_key", f"{trait.column}_set"
    levels = [(f"{key}_l = {key}_r", "same")]
    if trait.swapped:
        other = f"{trait.swapped}_key"
        levels.append((f"{key}_l = {other}_r or {key}_r = {other}_l", "changed places"))
    levels += [(f"{shared(f'{bag}_l', f'{bag}_r')} >= {x}", f"shares {x}") for x in trait.levels]
    return {
        "output_column_name": name,
        "comparison_levels": [
            {
                "sql_condition": f"{key}_l is null or {key}_r is null",
                "label_for_charts": "unknown",
                "is_null_level": True,
            },
            *({"sql_condition": sql, "label_for_charts": label} for sql, label in levels),
            {"sql_condition": "ELSE", "label_for_charts": "differs"},
        ],
    }


def keyed_links(
    rows: pd.DataFrame,
    traits: tuple[Trait, ...],
    teaching: tuple[tuple[str, ...], ...],
    tokeniser: Tokeniser,
) -> pd.DataFrame:
    """Scored pairs (a, b, probability) of records that share any whole token."""
    con = duckdb.connect()
    # One thread: samples and sums then come in the same order on every machine.
    con.execute("set threads = 1; set enable_progress_bar = false")
    con.register("tokens", tokenise(rows, traits, tokeniser))
    con.execute("create table person as select * from tokens order by record")
    blocks = [block_on(f"{t.column}_key") for t in traits if t.blocks]
    api = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=[comparison(trait) for trait in traits],
        blocking_rules_to_generate_predictions=blocks,
        retain_matching_columns=False,
    )
    linker = Linker(api.register("person"), settings, log_level=None)
    certain = [block_on(*rule) for rule in _certain(traits)]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for rule in teaching:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_probability=KEEP_ABOVE)
    links = found.as_duckdbpyrelation().df()
    con.close()
    return links.rename(
        columns={"record_l": "a", "record_r": "b", "match_probability": "probability"}
    )[["a", "b", "probability"]]


def _certain(traits: tuple[Trait, ...]) -> list[tuple[str, ...]]:
    names = [f"{t.column}_key" for t in traits if t.domain == "name"]
    date = next(f"{t.column}_key" for t in traits if t.domain == "date")
    number = [(f"{t.column}_key",) for t in traits if t.domain in ("number", "email")]
    return [*number, (*names, date)]
