"""What the brand holds itself: members, WeCom contacts, followers, and the programme's logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from demo import rates
from demo.activity import make_events, make_messages
from demo.programme import make_consents, make_coupons, make_referrals
from demo.reach import code_of
from demo.world import Batch, World
from demo.write import Export, clock, delimited, json_bytes, rows_of, text, workbook

MEMBER_HEADER = [
    "会员号",
    "手机号",
    "unionid",
    "邮箱",
    "姓名",
    "性别",
    "生日",
    "会员等级",
    "积分",
    "省份",
    "城市",
    "入会门店",
    "入会渠道",
    "入会时间",
]


@dataclass(frozen=True)
class Logs:
    """Everything that is made, for all days; a batch takes its own days from it."""

    messages: pd.DataFrame
    events: pd.DataFrame
    coupons: pd.DataFrame
    referrals: pd.DataFrame
    consents: pd.DataFrame


def make_logs(world: World, people_limit: int | None) -> Logs:
    return Logs(
        make_messages(world),
        make_events(world, people_limit),
        make_coupons(world),
        make_referrals(world),
        make_consents(world),
    )


def has_unionid(world: World, people: pd.DataFrame, source: str) -> np.ndarray:
    """Who carries a unionid in this source."""
    rate = rates.MISSING_UNIONID_FAN if source == "fan" else rates.MISSING_UNIONID
    missing = world.draws.share(people["person"], f"missing unionid {source}") < rate
    return ~missing | (people["shares"] == "household_phone").to_numpy()


def remark_mobiles(world: World, people: pd.DataFrame) -> list[str | None]:
    """The phone an employee typed beside a contact; sometimes a relative's."""
    typed = world.draws.share(people["person"], "remark") < rates.REMARK_MOBILE
    relative = world.draws.share(people["person"], "relative") < rates.REMARK_OF_RELATIVE
    other = world.draws.below(people["person"], "relative phone", 10**8)
    return [
        (f"139{o:08d}" if r else p) if t else None
        for p, t, r, o in zip(people["phone"], typed, relative, other, strict=True)
    ]


def export_files(world: World, logs: Logs, batch: Batch) -> Iterator[Export]:
    """CRM, WeCom, Official Account and own-log files of the batch."""
    people = world.people
    members = people[people["member_no"].notna() & batch.covers(people["joined_at"])]
    if len(members):
        yield Export(f"crm_members_{batch.stamp}.xlsx", _members(world, batch, members))
    contacts = people[people["external_userid"].notna() & batch.covers(people["added_at"])]
    if len(contacts):
        name = f"wecom_contacts_{rates.CORP_ID}_{batch.stamp}.json"
        yield Export(name, _contacts(world, contacts))
    fans = people[people["openid_oa"].notna() & batch.covers(people["followed_at"])]
    if len(fans):
        yield Export(f"oa_fans_{rates.OA_APPID}_{batch.stamp}.json", _fans(world, fans))
    coupons = logs.coupons[
        batch.covers(logs.coupons["issued_at"])
        | (batch.covers(logs.coupons["used_at"]) if batch.daily else False)
    ]
    for name, frame, when in (
        ("oa_messages", logs.messages, "sent_at"),
        ("mp_events", logs.events, "event_time"),
        ("referrals", logs.referrals, "邀请时间"),
        ("consents", logs.consents, "变更时间"),
    ):  # fmt: skip
        rows = frame[batch.covers(frame[when])]
        if len(rows):
            yield Export(f"{name}_{batch.stamp}.csv", delimited_log(rows))
    if len(coupons):
        yield Export(f"coupons_{batch.stamp}.csv", _coupons(batch, coupons))


def delimited_log(rows: pd.DataFrame) -> bytes:
    """A log as UTF-8 CSV; columns that begin with _ are the truth's and stay out."""
    rows = rows.loc[:, [c for c in rows.columns if not c.startswith("_")]]
    columns = {
        c: clock(rows[c]) if rows[c].dtype.kind == "M" else text(rows[c]) for c in rows.columns
    }
    return delimited(list(columns), rows_of(list(columns), columns, len(rows)), "utf-8")


def _coupons(batch: Batch, coupons: pd.DataFrame) -> bytes:
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    used = coupons["used_at"] < end
    expired = coupons["过期日期"] < batch.state_on.isoformat()
    rows = pd.DataFrame(
        {
            "券码": coupons["券码"],
            "券批次": coupons["券批次"],
            "会员号": coupons["会员号"],
            "面额": "10.00",
            "使用门槛": "100.00",
            "发放时间": coupons["issued_at"],
            "使用时间": coupons["used_at"].where(used),
            "过期日期": coupons["过期日期"],
            "券状态": np.where(used, "已使用", np.where(expired, "已过期", "未使用")),
            "订单号": coupons["订单号"].where(used),
        }
    )
    return delimited_log(rows)


def _members(world: World, batch: Batch, members: pd.DataFrame) -> bytes:
    ids = members["person"]
    end = pd.Timestamp(batch.state_on) + pd.Timedelta(days=1)
    orders = world.orders[world.orders["ordered_at"] < end]
    spent = orders.groupby("person")["paid"].sum().reindex(ids).fillna(0).astype("int64")
    level = np.where(spent >= 500000, "金卡", np.where(spent >= 100000, "银卡", "普通会员"))
    born = pd.Timestamp("1965-01-01") + pd.to_timedelta(
        world.draws.below(ids, "birthday", 40 * 365), unit="D"
    )
    columns = {
        "会员号": members["member_no"],
        "手机号": members["phone"],
        "unionid": np.where(has_unionid(world, members, "crm"), members["unionid"], ""),
        "邮箱": text(members["email"]),
        "姓名": members["name"],
        "性别": members["gender"],
        "生日": born.strftime("%Y-%m-%d"),
        "会员等级": level,
        "积分": text(spent // 100),
        "省份": members["province"],
        "城市": members["city"],
        "入会门店": "线上",
        "入会渠道": "小程序",
        "入会时间": clock(members["joined_at"]),
    }
    rows = list(rows_of(MEMBER_HEADER, columns, len(members)))
    if not batch.daily and rows and batch.from_on <= members["joined_at"].min().date():
        rows += _staff(world, batch, members)
    return workbook(MEMBER_HEADER, rows, "会员")


def _staff(world: World, batch: Batch, members: pd.DataFrame) -> list[tuple]:
    """Staff test accounts, all on one phone, in the first month's file."""
    start = world.orders["ordered_at"].min().normalize()
    if not batch.from_on <= start.date() <= batch.to_on:
        return []
    joined = clock(pd.Series([start + pd.Timedelta(hours=9)]))[0]
    return [
        (f"79000000{n:04d}", rates.STAFF_PHONE, "", "", "测试", "女", "", "普通会员", "0", "", "", "线上",
         "后台", joined)
        for n in range(1, rates.STAFF_TEST_ACCOUNTS + 1)
    ]  # fmt: skip


def epochs(times: pd.Series) -> list[int]:
    """Shanghai times as Unix seconds."""
    return [int(t.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) for t in times]


def _contacts(world: World, contacts: pd.DataFrame) -> bytes:
    shown = has_unionid(world, contacts, "wecom")
    records = []
    for row, has, mobile, at, code in zip(
        contacts.itertuples(), shown, remark_mobiles(world, contacts),
        epochs(contacts["added_at"]), code_of(world, contacts), strict=True,
    ):  # fmt: skip
        contact = {"external_userid": row.external_userid, "name": row.name, "type": 1,
                   "gender": 1 if row.gender == "男" else 2}  # fmt: skip
        if has:
            contact["unionid"] = row.unionid
        records.append(
            {
                "external_contact": contact,
                "follow_info": {
                    "userid": f"guide{int(row.phone[-1]) % 6 + 1:02d}",
                    "remark": row.name,
                    "description": "",
                    "createtime": at,
                    "tag_id": [],
                    "remark_mobiles": [mobile] if mobile else [],
                    "add_way": 1,
                    **({"state": str(code)} if code else {}),
                },
            }
        )
    body = {"errcode": 0, "errmsg": "ok", "external_contact_list": records, "next_cursor": ""}
    return json_bytes(body)


def _fans(world: World, fans: pd.DataFrame) -> bytes:
    shown = has_unionid(world, fans, "fan")
    records = []
    for row, has, at in zip(fans.itertuples(), shown, epochs(fans["followed_at"]), strict=True):
        fan = {"subscribe": 1, "openid": row.openid_oa, "nickname": "", "sex": 0, "city": row.city,
               "province": row.province, "subscribe_time": at,
               "subscribe_scene": "ADD_SCENE_QR_CODE"}  # fmt: skip
        if has:
            fan["unionid"] = row.unionid
        records.append(fan)
    return json.dumps({"user_info_list": records}, ensure_ascii=False, indent=1).encode()
