"""How well records without a common number are recognised as one person, from tokens alone.

    python -m bench.linkage

FEBRL 1 to 3 and fake_1000: Splink on keyed tokens (nothing readable), Splink as its public
demonstrations set it on readable values, and a plain rule. A pair counts from probability 0.5.
Prints a table and, as its last line, one JSON object: name, ratios, limits, ok, machine.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import time
from collections.abc import Callable

import pandas as pd

from bench.linkage.keyed import (
    FAKE_TEACHING,
    FAKE_TRAITS,
    FEBRL_TEACHING,
    FEBRL_TRAITS,
    keyed_links,
)
from bench.linkage.measure import Quality, measure
from bench.linkage.people import FAKE, FEBRL, load_people
from bench.linkage.public import rule_links, splink_fake, splink_febrl
from siyu.privacy.pseudonym import Tokeniser

THRESHOLD = 0.5
KEY = b"a key of the measurement, no brand's"
RULES = {
    "febrl": (("soc_sec_id",), ("given_name", "surname", "date_of_birth")),
    "fake": (("email",), ("first_name", "surname", "dob")),
}
LIMITS = {f"{name}_public_f1_to_ours": 1.0 for name in (*FEBRL, FAKE)}


def ways(name: str) -> dict[str, Callable[[pd.DataFrame], pd.DataFrame]]:
    tokens = Tokeniser(KEY)
    if name == FAKE:
        return {
            "ours, keyed tokens": lambda r: keyed_links(r, FAKE_TRAITS, FAKE_TEACHING, tokens),
            "Splink's demo, readable": splink_fake,
            "e-mail, or name and birthday": lambda r: rule_links(r, RULES["fake"]),
        }
    return {
        "ours, keyed tokens": lambda r: keyed_links(r, FEBRL_TRAITS, FEBRL_TEACHING, tokens),
        "Splink's demo, readable": splink_febrl,
        "number, or name and birthday": lambda r: rule_links(r, RULES["febrl"]),
    }


def main() -> None:
    logging.getLogger("splink").setLevel(logging.ERROR)
    titles = ("pair P", "pair R", "pair F1", "people F1", "B3 P", "B3 R", "seconds")
    print(f"{'records':10} {'way':30}" + "".join(f"{t:>10}" for t in titles))
    ratios = {}
    for name in (*FEBRL, FAKE):
        rows = load_people(name)
        found: list[Quality] = []
        for way, run in ways(name).items():
            start = time.perf_counter()
            quality = measure(rows, run(rows), THRESHOLD)
            spent = time.perf_counter() - start
            people = quality.people
            shares = (quality.precision, quality.recall, quality.f1, quality.people_f1,
                      people.bcubed_precision, people.bcubed_recall)  # fmt: skip
            print(f"{name:10} {way:30}" + "".join(f"{s:10.4f}" for s in shares) + f"{spent:10.1f}")
            found.append(quality)
        ratios[f"{name}_public_f1_to_ours"] = found[1].f1 / found[0].f1
    result = {
        "name": "linkage",
        "ratios": {name: round(value, 5) for name, value in ratios.items()},
        "limits": LIMITS,
        "ok": all(ratios[name] <= limit for name, limit in LIMITS.items()),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
