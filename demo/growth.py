"""What steers growth beside orders: groups, service, feedback, points, content, creators, spend."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from demo import community, creators, loyalty, reach, service
from demo.world import World


@dataclass(frozen=True)
class Growth:
    """Everything for all days; a batch takes its own days from it."""

    members: pd.DataFrame
    group_messages: pd.DataFrame
    conversations: pd.DataFrame
    answers: pd.DataFrame
    reviews: pd.DataFrame
    movements: pd.DataFrame
    catalogue: pd.DataFrame
    codes: pd.DataFrame
    spend: pd.DataFrame
    pieces: pd.DataFrame
    works: pd.DataFrame
    commissions: pd.DataFrame
    ads: pd.DataFrame


def make_growth(world: World) -> Growth:
    members = community.make_members(world)
    return Growth(
        members=members,
        group_messages=community.make_messages(world, members),
        conversations=service.make_conversations(world),
        answers=service.make_answers(world),
        reviews=service.make_reviews(world),
        movements=loyalty.make_movements(world),
        catalogue=loyalty.make_catalogue(world),
        codes=reach.make_codes(world),
        spend=reach.make_spend(world),
        pieces=reach.make_pieces(world),
        works=creators.make_creator_works(world),
        commissions=creators.make_commissions(world),
        ads=reach.make_ads(world),
    )
