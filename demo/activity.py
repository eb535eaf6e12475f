"""What people do before and beside buying: real session shapes, and messages with planted opens."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.world import DATA, World

SCENES = ("1005", "1011", "1007", "1035", "1043", "1067", "1001")
MESSAGE_COLUMNS = (
    "message_id", "appid", "openid", "campaign", "title", "sent_at", "opened_at", "clicked_at"
)  # fmt: skip


def make_messages(world: World) -> pd.DataFrame:
    """One row per message and follower; the personal title is opened more often, by design."""
    fans = world.people[world.people["openid_oa"].notna()]
    first = world.orders["ordered_at"].min().normalize() + pd.Timedelta(days=7, hours=18)
    step = pd.Timedelta(days=rates.MESSAGE_EVERY_DAYS)
    frames = [pd.DataFrame(columns=MESSAGE_COLUMNS)]
    for number, sent in enumerate(
        pd.date_range(first, pd.Timestamp(rates.LAST_DAY) + step / 2, freq=step)
    ):
        to = fans[fans["followed_at"] < sent]
        ids = to["person"] + f"/{number}"
        personal = world.draws.share(ids, "title") < 0.5
        rate = np.where(personal, rates.OPEN_RATE["personal"], rates.OPEN_RATE["plain"])
        opened = world.draws.share(ids, "open") < rate
        clicked = opened & (world.draws.share(ids, "click") < rates.CLICK_RATE_OF_OPENS)
        at = sent + pd.to_timedelta(world.draws.below(ids, "open delay", 18000) + 60, unit="s")
        at = pd.Series(at, index=to.index)
        frames.append(
            pd.DataFrame(
                {
                    "message_id": f"msg{number:03d}",
                    "appid": rates.OA_APPID,
                    "openid": to["openid_oa"],
                    "campaign": np.where(personal, "oa-personal", "oa-plain"),
                    "title": np.where(personal, "为你挑选的本周好物", "本周好物"),
                    "sent_at": sent,
                    "opened_at": at.where(opened),
                    "clicked_at": (at + pd.Timedelta(seconds=40)).where(clicked),
                }
            )
        )
    return pd.concat([f for f in frames if len(f)], ignore_index=True)


def make_events(world: World, people_limit: int | None) -> pd.DataFrame:
    """Events of the real sessions; sessions that bought end at a real order where one is free."""
    sessions = pd.read_csv(DATA / "online_shoppers.csv")
    sessions["session"] = [f"s{n:06d}" for n in range(len(sessions))]
    users = world.people[world.people["is_visitor"]]
    if people_limit is not None:
        sessions = sessions.head(people_limit * 3)
    who = users.iloc[world.draws.below(sessions["session"], "visitor", len(users))]
    sessions["person"] = who["person"].to_numpy()
    room = (
        pd.Timestamp(rates.LAST_DAY) + pd.Timedelta(hours=20) - who["first_seen_at"]
    ).dt.total_seconds()
    part = world.draws.share(sessions["session"], "session time")
    start = who["first_seen_at"].to_numpy() + pd.to_timedelta(
        (part * room.to_numpy().clip(0)).astype("int64"), unit="s"
    )
    sessions["start"] = start
    bought = world.orders[world.orders["platform"].isin(("wechat_shop", "youzan"))]
    bought = bought[bought["person"].isin(users["person"])].sort_values(["ordered_at", "invoice"])
    buys = sessions.index[sessions["Revenue"]][: len(bought)]
    sessions["Revenue"] = sessions.index.isin(buys)
    sessions.loc[buys, "person"] = bought["person"].to_numpy()[: len(buys)]
    spent = sessions.loc[buys, "ProductRelated_Duration"].clip(upper=1200).round()
    sessions.loc[buys, "start"] = bought["ordered_at"].to_numpy()[: len(buys)] - pd.to_timedelta(
        spent + 5, unit="s"
    )
    return _unfold(world, sessions)


def _unfold(world: World, sessions: pd.DataFrame) -> pd.DataFrame:
    views = sessions["ProductRelated"].clip(0, 6).to_numpy()
    bought = sessions["Revenue"].to_numpy()
    left = world.draws.share(sessions["session"], "abandons") < rates.CART_ABANDONED
    counts = 1 + views + np.where(bought, 2, left & (views > 0))
    rows = sessions.loc[sessions.index.repeat(counts)].copy()
    step = rows.groupby("session").cumcount().to_numpy()
    total = np.repeat(counts, counts)
    seen = np.repeat(views, counts)
    name = np.where(step == 0, "view_home", "view_product").astype(object)
    name[step == seen + 1] = "add_to_cart"
    name[step == seen + 2] = "purchase"
    share = np.clip(rows["ProductRelated_Duration"].to_numpy(), 0, 1200) / total
    people = world.people.loc[rows["person"]]
    event_ids = rows["session"] + "-" + pd.Series(step, index=rows.index).map("{:02d}".format)
    products = world.lines["code"].drop_duplicates().sort_values().to_numpy()
    viewed = products[world.draws.below(event_ids, "product", len(products))]
    missing = world.draws.share(rows["person"], "missing unionid events") < rates.MISSING_UNIONID
    in_store = people["tablet"].notna().to_numpy() & (
        world.draws.share(rows["session"], "on tablet") < 0.3
    )
    scene = rows["TrafficType"].to_numpy() % len(SCENES)
    return pd.DataFrame(
        {
            "event_id": event_ids.to_numpy(),
            "event_time": (rows["start"] + pd.to_timedelta(share * step, unit="s"))
            .dt.floor("s")
            .to_numpy(),
            "appid": rates.MINI_PROGRAM_APPID,
            "openid": people["openid_mp"].to_numpy(),
            "unionid": np.where(missing, "", people["unionid"].to_numpy()),
            "device_id": np.where(
                in_store, people["tablet"].to_numpy(), people["device"].to_numpy()
            ),
            "session_id": rows["session"].to_numpy(),
            "event_name": name,
            "page": np.where(step == 0, "pages/index", "pages/product"),
            "product_id": np.where(step == 0, "", viewed),
            "scene": np.array(SCENES)[scene],
            "campaign": "",
            "duration_seconds": np.round(share, 1),
            "_person": rows["person"].to_numpy(),
        }
    )
