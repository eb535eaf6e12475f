"""What was planted beside orders, counted by the demo itself: the figures that marts must find."""

from __future__ import annotations

import pandas as pd

from demo import rates
from demo.creators import orders_through_creators
from demo.exports.private import Logs
from demo.exports.taobao import store_of
from demo.growth import Growth
from demo.reach import articles_of, code_of, reached
from demo.world import Batch, World


def growth_truth(world: World, logs: Logs, growth: Growth, batch: Batch) -> dict[str, object]:
    """Counts and money (cents as whole yuan text) known at the end of the batch's state."""
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    return {
        "planted": {
            "cost_of_contact_cny": {
                c[2]: c[4] / 100 for c in rates.CHANNEL_CODES.values() if c[4]
            },
            "message_open_rate": rates.OPEN_RATE,
            "nps": round(100 * (rates.NPS_SHARES["promoter"] - rates.NPS_SHARES["detractor"])),
            "service_resolved": rates.SERVICE_RESOLVED,
            "group_reply_share": rates.GROUP_REPLY,
            "engagement_rate": rates.ENGAGEMENT_RATE,
            "commission_rate": rates.COMMISSION_RATE,
        },
        "contacts": _contacts(world, end),
        "messages": _messages(logs.messages[logs.messages["sent_at"] < end], end),
        "coupons": _coupons(logs.coupons[logs.coupons["issued_at"] < end], end),
        "groups": _groups(growth, end),
        "service": _service(growth.conversations, end),
        "nps": _nps(growth.answers, end),
        "points": int(
            growth.movements.loc[growth.movements["变动时间"] < end, "变动积分"].astype(int).sum()
        ),
        "content": _content(reached(growth.pieces, batch)),
        "articles_opened": int(articles_of(logs.messages, batch)["opened"].sum()),
        "pdd_ad_spend_cents": int(
            growth.ads.loc[growth.ads["day"] < end, "spend"].sum()
        ),
        "creators": _creators(world, growth, batch, end),
        "stores": _stores(world, batch, end),
        "creator_credit": _creator_credit(world, batch, end),
    }  # fmt: skip


def _contacts(world: World, end: pd.Timestamp) -> dict[str, int]:
    people = world.people[world.people["external_userid"].notna()]
    people = people[people["added_at"] < end]
    campaigns = {code: c[2] for code, c in rates.CHANNEL_CODES.items()} | {"": "none"}
    found = pd.Series(code_of(world, people)).map(campaigns).value_counts()
    return {name: int(n) for name, n in found.sort_index().items()}


def _messages(sent: pd.DataFrame, end: pd.Timestamp) -> dict[str, dict[str, int]]:
    opened = sent.assign(opened=sent["opened_at"] < end)
    found = opened.groupby("campaign")["opened"].agg(["size", "sum"])
    return {c: {"sent": int(r["size"]), "opened": int(r["sum"])} for c, r in found.iterrows()}


def _coupons(issued: pd.DataFrame, end: pd.Timestamp) -> dict[str, dict[str, int]]:
    found = issued.assign(used=issued["used_at"] < end).groupby("券批次")["used"]
    found = found.agg(["size", "sum"])
    return {b: {"issued": int(r["size"]), "used": int(r["sum"])} for b, r in found.iterrows()}


def _groups(growth: Growth, end: pd.Timestamp) -> dict[str, int]:
    members, said = growth.members, growth.group_messages
    said = said[said["at"] < end]
    here = (members["joined_at"] < end) & ~(members["left_at"] < end)
    questions = said[said["kind"] == "客户"]
    answered = questions["id"].isin(said["id"].str.removesuffix("R")[said["kind"] == "员工"])
    return {"members": int(here.sum()), "said": len(questions), "answered": int(answered.sum())}


def _service(conversations: pd.DataFrame, end: pd.Timestamp) -> dict[str, dict[str, int]]:
    known = conversations[conversations["会话开始时间"] < end]
    kept = known["_answered"] & (known["_wait"] <= 180)
    rows = known.assign(kept=kept, resolved=known["是否解决"] == "是").groupby("接入渠道")
    found = rows.agg(asked=("kept", "size"), kept=("kept", "sum"), resolved=("resolved", "sum"))
    return {way: {k: int(v) for k, v in row.items()} for way, row in found.iterrows()}


def _nps(answers: pd.DataFrame, end: pd.Timestamp) -> dict[str, int]:
    score = answers.loc[answers["提交时间"] < end, "推荐分"].astype(int)
    return {"promoters": int((score >= 9).sum()), "detractors": int((score <= 6).sum()),
            "answers": len(score)}  # fmt: skip


def _content(known: pd.DataFrame) -> dict[str, dict[str, int]]:
    found = known.groupby("form").agg(pieces=("views", "size"), views=("views", "sum"),
                                      engagements=("engagements", "sum"))  # fmt: skip
    return {form: {k: int(v) for k, v in row.items()} for form, row in found.iterrows()}


def _stores(world: World, batch: Batch, end: pd.Timestamp) -> dict[str, dict[str, int]]:
    """Orders and net revenue of each of the Taobao stores, by name."""
    orders = world.orders[world.orders["platform"] == "taobao"]
    orders = orders[orders["ordered_at"] < end]
    back = world.known_refunds(batch).groupby("invoice")["cents"].sum()
    net = orders["paid"] - back.reindex(orders["invoice"]).fillna(0).to_numpy()
    found = net.groupby(store_of(world, orders)).agg(["size", "sum"])
    return {s: {"orders": int(r["size"]), "net_cents": int(r["sum"])} for s, r in found.iterrows()}


def _creator_credit(world: World, batch: Batch, end: pd.Timestamp) -> dict[str, dict[str, int]]:
    """The orders that name each creator, and the net revenue that is theirs as the last touch."""
    named = orders_through_creators(world)
    named = named[named["ordered_at"] < end].merge(world.orders[["order_no", "invoice", "paid"]])
    back = world.known_refunds(batch).groupby("invoice")["cents"].sum()
    named["net"] = named["paid"] - back.reindex(named["invoice"]).fillna(0).to_numpy()
    found = named.groupby("creator")["net"].agg(["size", "sum"])
    return {c: {"orders": int(r["size"]), "net_cents": int(r["sum"])} for c, r in found.iterrows()}


def _creators(
    world: World, growth: Growth, batch: Batch, end: pd.Timestamp
) -> dict[str, dict[str, object]]:
    paid = growth.commissions[growth.commissions["结算时间"] < end]
    orders = world.orders.set_index("order_no")["paid"]
    back = world.known_refunds(batch).merge(world.orders[["invoice", "order_no"]], on="invoice")
    back = back.groupby("order_no")["cents"].sum()
    net = orders.reindex(paid["订单号"]) - back.reindex(paid["订单号"]).fillna(0).to_numpy()
    sums = pd.DataFrame(
        {
            "creator": paid["达人ID"].to_numpy(),
            "orders": 1,
            "net_cents": net.to_numpy().astype("int64"),
            "commission_cents": [round(float(v) * 100) for v in paid["佣金(元)"]],
        }
    )
    works = growth.works[growth.works["发布时间"] < end]
    fees = works["合作费用(元)"].astype(float).groupby(works["达人ID"]).sum()
    found = sums.groupby("creator").sum()
    return {
        c: {"fee_cny": float(fee), **{k: int(v) for k, v in found.loc[c].items()}}
        for c, fee in fees.items()
        if c in found.index
    }
