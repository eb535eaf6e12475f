"""How good the households are, against a truth: pairs of true people who share one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from siyu.identity.solve.resolve import KEY


@dataclass(frozen=True)
class HouseholdQuality:
    """Pairs of true people. A found pair that is one true person in two parts counts apart: the
    household is right to hold both, and the people are not.
    """

    found_pairs: int
    true_pairs: int
    right_pairs: int
    same_person_pairs: int

    @property
    def precision(self) -> float:
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0


def evaluate_households(
    homes: pd.DataFrame, bridge: pd.DataFrame, accounts: pd.DataFrame, truth: pd.DataFrame
) -> HouseholdQuality:
    """`homes` household_id, person_id; `truth` household, truth_person; accounts and bridge as in
    `evaluate`. True pairs are those of whom the warehouse holds two persons at all: somebody whose
    every account is unseen, or who was joined with the other, can be in no household.
    """
    named = bridge.loc[bridge["person_id"].notna(), [*KEY, "person_id"]]
    whose = accounts.merge(named, on=KEY)
    # A person is the true person of most of its accounts; an even share goes to the first by name.
    votes = whose.groupby(["person_id", "truth_person"]).size().rename("n").reset_index()
    votes = votes.sort_values(["person_id", "n", "truth_person"], ascending=[True, False, True])
    owner = votes.drop_duplicates("person_id").set_index("person_id")["truth_person"]
    homes = homes.assign(truth_person=homes["person_id"].map(owner)).dropna()
    found = homes.merge(homes, on="household_id", suffixes=("", "_other"))
    found = found[found["person_id"] < found["person_id_other"]]
    same = found["truth_person"] == found["truth_person_other"]
    claimed = _pairs(found.loc[~same, "truth_person"], found.loc[~same, "truth_person_other"])
    known = truth[truth["truth_person"].isin(owner)]
    both = known.merge(known, on="household", suffixes=("", "_other"))
    both = both[both["truth_person"] < both["truth_person_other"]]
    true = _pairs(both["truth_person"], both["truth_person_other"])
    return HouseholdQuality(len(claimed), len(true), len(claimed & true), int(same.sum()))


def _pairs(a: pd.Series, b: pd.Series) -> set[tuple[str, str]]:
    return {(min(x, y), max(x, y)) for x, y in zip(a, b, strict=True)}
