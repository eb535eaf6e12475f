"""The truth beside the exports: whose account is whose, what was really paid. Never in landing/."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd

from demo import rates
from demo.experiment import experiment_truth, make_experiment
from demo.exports.private import Logs, has_unionid
from demo.exports.wechat import shared_by_employee
from demo.growth import Growth
from demo.settlement import write_differences
from demo.truth_growth import growth_truth
from demo.world import Batch, World
from demo.write import yuan

KINDS = {
    "phone": ("phone", ""), "unionid": ("unionid", ""), "member_no": ("member_no", ""),
    "email": ("email", ""), "openid_oa": ("openid", rates.OA_APPID),
    "openid_mp": ("openid", rates.MINI_PROGRAM_APPID),
    "external_userid": ("external_userid", rates.CORP_ID),
    "device": ("device_id", "mini_program"), "taobao_nick": ("taobao_nick", ""),
    "alipay": ("alipay_account", ""), "jd_pin": ("jd_pin", ""), "xhs_user": ("xhs_user", ""),
}  # fmt: skip


def write_truth(world: World, logs: Logs, growth: Growth, batch: Batch, folder: Path) -> dict:
    """accounts, evidence, households, orders, refunds, referrals (parquet); effects, growth, summary."""
    folder.mkdir(parents=True, exist_ok=True)
    evidence = _evidence(world, logs, batch)
    evidence.to_parquet(folder / "evidence.parquet", index=False)
    a = evidence[["truth_person", "a_type", "a_scope", "a_value"]]
    b = evidence[["truth_person", "b_type", "b_scope", "b_value"]]
    names = ["truth_person", "id_type", "scope", "value"]
    accounts = pd.concat(
        [a.set_axis(names, axis=1), b.set_axis(names, axis=1), _alone(world, batch)]
    )
    accounts = accounts.drop_duplicates().sort_values(names)
    accounts.to_parquet(folder / "accounts.parquet", index=False)
    _households(world.people).to_parquet(folder / "households.parquet", index=False)
    orders = world.orders[world.orders["day"] <= pd.Timestamp(batch.state_on)]
    known = world.known_refunds(batch)
    back = known.groupby("invoice").agg(refund=("cents", "sum"), last=("refunded_at", "max"))
    refund = back["refund"].reindex(orders["invoice"]).fillna(0).astype("int64").to_numpy()
    table = pd.DataFrame(
        {
            "platform": orders["platform"],
            "order_no": orders["order_no"],
            "truth_person": orders["person"],
            "ordered_at": orders["ordered_at"],
            "paid_cny": _decimals(orders["paid"]),
            "refund_cny": _decimals(refund),
            "net_revenue_cny": _decimals(orders["paid"] - refund),
            "refunded_on": back["last"].reindex(orders["invoice"]).dt.normalize().to_numpy(),
        }
    )
    table.to_parquet(folder / "orders.parquet", index=False)
    heads = orders.set_index("invoice")[["platform", "order_no"]]
    parts = known.join(heads, on="invoice").merge(world.lines[["line", "product_id"]], on="line")
    parts["refund_cny"] = _decimals(parts["cents"])
    parts["refunded_on"] = parts["refunded_at"].dt.normalize()
    parts[
        ["platform", "order_no", "product_id", "refunded_at", "refunded_on", "refund_cny"]
    ].to_parquet(folder / "refunds.parquet", index=False)
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    tree = logs.referrals[logs.referrals["邀请时间"] < end]
    tree = tree[["邀请记录号", "_referrer", "_referee", "邀请时间", "_depth"]]
    tree = tree.set_axis(["referral_no", "referrer", "referee", "invited_at", "depth"], axis=1)
    tree.to_parquet(folder / "referrals.parquet", index=False)
    takers = set(tree["referrer"]) | set(tree["referee"])
    effects = {
        "message_open_rate": rates.OPEN_RATE,
        "message_open_lift": round(rates.OPEN_RATE["personal"] - rates.OPEN_RATE["plain"], 4),
        "referral": {"people": len(takers), "accepted": len(tree),
                     "k": round(len(tree) / max(len(takers), 1), 6),
                     "depth": int(tree["depth"].max()) if len(tree) else 0},
        "coupon_experiment": experiment_truth(make_experiment(world)),
        "orders_changed_by_effects": 0,
    }  # fmt: skip
    _json(folder / "effects.json", effects)
    _json(folder / "growth.json", growth_truth(world, logs, growth, batch))
    summary = {
        "horizon_on": batch.state_on.isoformat(),
        "orders": len(orders),
        "refunds": len(known),
        "paid_cny": yuan([orders["paid"].sum()])[0],
        "refund_cny": yuan([refund.sum()])[0],
        "net_revenue_cny": yuan([orders["paid"].sum() - refund.sum()])[0],
        "left_out_rows": world.left_out,
        "real": ["buyers", "order times (shifted 5460 days)", "products", "quantities", "prices",
                 "shipping", "cancellations", "guests", "session shapes"],
        "made": ["platforms", "accounts", "names", "addresses", "statuses", "messages", "coupons",
                 "referrals", "consents", "session dates and visitors", "groups", "service",
                 "feedback", "points", "categories", "costs", "content", "creators", "spend"],
    }  # fmt: skip
    _json(folder / "summary.json", summary)
    write_differences(world, batch, folder)
    return summary


def _households(people: pd.DataFrame) -> pd.DataFrame:
    """Two people of each planted household: one phone, or one device of their own."""
    phone = people[people["shares"] == "household_phone"]
    device = people[people["device"].notna() & people["device"].duplicated(keep=False)]
    named = [
        phone[["person"]].assign(household="phone " + phone["phone"].astype(str), kind="phone"),
        device[["person"]].assign(
            household="device " + device["device"].astype(str), kind="device"
        ),
    ]
    rows = pd.concat(named).rename(columns={"person": "truth_person"})
    rows["household"] = rows.groupby("household").ngroup()
    return rows.sort_values(["household", "truth_person"])[["household", "kind", "truth_person"]]


def _decimals(cents) -> list[Decimal]:
    return [Decimal(int(c)).scaleb(-2) for c in cents]


def _json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def _pairs(people: pd.DataFrame, columns: list[str], source: str) -> list[pd.DataFrame]:
    """Each two of these accounts, where a person holds both."""
    found = []
    for i, a in enumerate(columns):
        for b in columns[i + 1 :]:
            both = people[people[a].notna() & people[b].notna()]
            found.append(
                pd.DataFrame(
                    {
                        "truth_person": both["person"],
                        "a_type": KINDS[a][0],
                        "a_scope": KINDS[a][1],
                        "a_value": both[a],
                        "b_type": KINDS[b][0],
                        "b_scope": KINDS[b][1],
                        "b_value": both[b],
                        "source": source,
                    }
                )
            )
    return found


def _evidence(world: World, logs: Logs, batch: Batch) -> pd.DataFrame:
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    people = world.people
    bought = world.orders[(world.orders["ordered_at"] < end) & world.orders["person"].notna()]
    true = bought[bought["phone_is_true"]]
    pairs: list[pd.DataFrame] = []
    for platform, account in (
        ("taobao", "taobao_nick"),
        ("jd", "jd_pin"),
        ("xiaohongshu", "xhs_user"),
    ):
        chosen = people.loc[true.loc[true["platform"] == platform, "person"].unique()]
        pairs += _pairs(chosen, [account, "phone"], platform)
    nicks = people.loc[bought.loc[bought["platform"] == "taobao", "person"].unique()]
    pairs += _pairs(nicks, ["taobao_nick", "alipay"], "taobao")
    taobao = people.loc[true.loc[true["platform"] == "taobao", "person"].unique()]
    pairs += _pairs(taobao, ["alipay", "phone"], "taobao")
    shop = true[true["platform"] == "wechat_shop"].join(
        people[["external_userid", "added_at"]], on="person"
    )
    shop = people.loc[shop.loc[shared_by_employee(world, shop), "person"].unique()]
    pairs += _pairs(shop, ["external_userid", "phone"], "wechat_shop")
    members = people[people["member_no"].notna() & (people["joined_at"] < end)]
    pairs += _pairs(members, ["member_no", "phone", "email"], "crm")
    shown = members[has_unionid(world, members, "crm")]
    for other in ("member_no", "phone", "email"):
        pairs += _pairs(shown, ["unionid", other], "crm")
    granted = logs.consents.loc[logs.consents["变更时间"] < end, "_person"].unique()
    pairs += _pairs(people.loc[granted], ["unionid", "phone"], "consent")
    fans = people[people["openid_oa"].notna() & (people["followed_at"] < end)]
    pairs += _pairs(fans[has_unionid(world, fans, "fan")], ["openid_oa", "unionid"], "wechat_oa")
    contacts = people[people["external_userid"].notna() & (people["added_at"] < end)]
    shown = contacts[has_unionid(world, contacts, "wecom")]
    pairs += _pairs(shown, ["external_userid", "unionid"], "wecom")
    events = logs.events[logs.events["event_time"] < end]
    seen = events[events["unionid"] != ""]["_person"].unique()
    pairs += _pairs(people.loc[seen], ["openid_mp", "unionid"], "mini_program")
    own = events[~events["device_id"].str.startswith("70000000000000")]
    pairs += _pairs(people.loc[own["_person"].unique()], ["openid_mp", "device"], "mini_program")
    own = own[own["unionid"] != ""]
    pairs += _pairs(people.loc[own["_person"].unique()], ["unionid", "device"], "mini_program")
    return pd.concat(pairs, ignore_index=True)


def _alone(world: World, batch: Batch) -> pd.DataFrame:
    """Accounts that no other need stand beside: marketplace buyers, payers, contacts, followers."""
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    people = world.people
    payers = world.orders[world.orders["platform"].isin(("wechat_shop", "youzan"))]
    payers = people.loc[payers.loc[payers["ordered_at"] < end, "person"].unique()]
    bought = world.orders[(world.orders["ordered_at"] < end) & world.orders["person"].notna()]
    # All of whose orders hide the phone: only what looks alike can find them.
    buyers = {
        platform: people.loc[bought.loc[bought["platform"] == platform, "person"].unique()]
        for platform in ("jd", "xiaohongshu")
    }
    # A Youzan buyer is told by the phone alone.
    shop = bought[(bought["platform"] == "youzan") & bought["phone_is_true"]]
    shop = people.loc[shop["person"].unique()]
    frames = []
    for chosen, column in (
        (shop, "phone"),
        (buyers["jd"], "jd_pin"),
        (buyers["xiaohongshu"], "xhs_user"),
        (payers, "openid_mp"),
        (people[people["openid_oa"].notna() & (people["followed_at"] < end)], "openid_oa"),
        (people[people["external_userid"].notna() & (people["added_at"] < end)], "external_userid"),
    ):
        kind, scope = KINDS[column]
        frames.append(pd.DataFrame({"truth_person": chosen["person"], "id_type": kind,
                                    "scope": scope, "value": chosen[column]}))  # fmt: skip
    return pd.concat(frames)
