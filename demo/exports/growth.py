"""Files of groups, service, feedback, points, content, creators and spend.

A first load tells all days of a log in one file; group snapshots come with each quarter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pandas as pd

from demo import rates
from demo.community import chat_id, owner_of
from demo.exports.private import delimited_log, epochs, has_unionid
from demo.growth import Growth
from demo.world import Batch, World
from demo.write import Export, json_bytes


def export_files(world: World, growth: Growth, batch: Batch) -> Iterator[Export]:
    """The batch's group snapshots and, with the newest days, every log."""
    yield from _groups(world, growth.members, batch)
    if batch.to_on != batch.state_on:
        return
    span = batch if batch.daily else replace(batch, from_on=date(2000, 1, 1))
    yield from _logs(growth, span)


def _logs(growth: Growth, span: Batch) -> Iterator[Export]:
    messages = growth.group_messages
    said = pd.DataFrame(
        {"消息ID": messages["id"], "群ID": messages["group"].map(chat_id),
         "发送人": messages["sender"], "发送人类型": messages["kind"], "消息类型": "文本",
         "消息时间": messages["at"]}
    )  # fmt: skip
    for name, rows, when in (
        (f"group_messages_{rates.CORP_ID}", said, "消息时间"),
        (f"service_conversations_{rates.CORP_ID}", growth.conversations, "会话开始时间"),
        ("nps_answers", growth.answers, "提交时间"),
        ("product_reviews", growth.reviews, "评价时间"),
        ("member_movements", growth.movements, "变动时间"),
        ("product_catalogue", growth.catalogue, "建档时间"),
        ("channel_codes", growth.codes, "创建时间"),
        ("channel_spend", growth.spend, "投放日期"),
        ("creator_works", growth.works, "发布时间"),
        ("creator_commissions", growth.commissions, "结算时间"),
    ):
        chosen = rows[span.covers(rows[when])]
        if len(chosen):
            yield Export(f"{name}_{span.stamp}.csv", delimited_log(chosen))


def _groups(world: World, members: pd.DataFrame, batch: Batch) -> Iterator[Export]:
    """One groupchat/get reply per group, as it stood at the end of the batch's days."""
    end = datetime.combine(batch.to_on + timedelta(days=1), time())
    there = members[(members["joined_at"] < end) & ~(members["left_at"] < end)]
    there = there.sort_values(["joined_at", "external_userid"])
    people = world.people.loc[there["person"]]
    there = there.assign(known=has_unionid(world, people, "wecom"))
    start = world.orders["ordered_at"].min().normalize()
    created = epochs(pd.Series([start]))[0]
    for group, rows in there.groupby("group"):
        listed = [{"userid": owner_of(group), "type": 1, "join_time": created, "join_scene": 1}]
        for row, joined in zip(rows.itertuples(), epochs(rows["joined_at"]), strict=True):
            member = {"userid": row.external_userid, "type": 2, "join_time": joined,
                      "join_scene": 3}  # fmt: skip
            listed.append(member | ({"unionid": row.unionid} if row.known else {}))
        chat = {"chat_id": chat_id(group), "name": f"会员福利{group + 1}群",
                "owner": owner_of(group), "create_time": created, "member_list": listed}  # fmt: skip
        stamp = f"{chat_id(group)}_{end + timedelta(hours=2):%Y%m%d%H%M%S}"
        body = json_bytes({"errcode": 0, "errmsg": "ok", "group_chat": chat})
        yield Export(f"wecom_groupchat_{rates.CORP_ID}_{stamp}.json", body)
