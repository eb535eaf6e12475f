"""Content as the platforms tell it: Douyin works, Xiaohongshu notes, Official Account articles, PDD ads.

Numbers go on changing after publication, so a day's file tells the pieces of the last weeks again.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from demo import rates
from demo.growth import Growth
from demo.reach import articles_of, reached, split_engagements
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text, workbook

WORK_HEADER = [
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率", "2s跳出率",
    "平均播放时长", "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
]  # fmt: skip
NOTE_HEADER = [
    "笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "封面点击率", "点赞", "评论", "收藏", "涨粉",
    "分享",
]  # fmt: skip
ARTICLE_HEADER = [
    "内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "分享次数", "阅读后关注人数",
    "送达人数", "公众号消息阅读次数", "送达阅读率", "首次分享次数", "分享产生阅读次数", "首次分享率",
    "首次分享带来阅读次数", "阅读完成率", "内容url",
]  # fmt: skip
AD_HEADER = [
    "日期", "商品ID", "商品名称", "推广场景", "推广名称", "出价方式", "分组", "是否已删除", "成交花费(元)",
    "交易额(元)", "实际投产比", "总花费(元)", "曝光量", "点击量",
]  # fmt: skip


def export_files(
    world: World, messages: pd.DataFrame, growth: Growth, batch: Batch
) -> Iterator[Export]:
    """The four files, with the newest days of a first load and with every day."""
    if batch.to_on != batch.state_on:
        return
    pieces = reached(growth.pieces, batch)
    articles = articles_of(messages, batch)
    if batch.daily:
        pieces = pieces[pieces["age_days"] <= 30]
        articles = articles[articles["age_days"] <= 30]
    works = pieces[pieces["platform"] == "douyin"]
    notes = pieces[pieces["platform"] == "xiaohongshu"]
    ads = growth.ads[batch.covers(growth.ads["day"])] if batch.daily else growth.ads
    ads = ads[ads["day"] <= pd.Timestamp(batch.state_on)]
    for name, rows, make in (
        ("douyin_works_{}.csv", works, _works),
        ("xhs_notes_{}.xlsx", notes, _notes),
        ("oa_articles_{}.csv", articles, _articles),
        ("pdd_ads_{}.csv", ads, _ads),
    ):
        if len(rows):
            yield Export(name.format(batch.stamp), make(rows))


def _works(works: pd.DataFrame) -> bytes:
    parts = split_engagements(works["engagements"])
    columns = {
        "作品名称": works["title"],
        "发布时间": clock(works["published_at"]),
        "体裁": works["form"],
        "审核状态": "审核通过",
        "播放量": text(works["views"]),
        "完播率": ["0.3125" if f == "视频" else "" for f in works["form"]],
        "点赞量": text(parts["likes"]),
        "分享量": text(parts["shares"]),
        "评论量": text(parts["comments"]),
        "收藏量": text(parts["favourites"]),
        "粉丝增量": text(works["views"] // 500),
    }
    return delimited(WORK_HEADER, rows_of(WORK_HEADER, columns, len(works)), "utf-8-sig")


def _notes(notes: pd.DataFrame) -> bytes:
    parts = split_engagements(notes["engagements"])
    columns = {
        "笔记标题": notes["title"],
        "首次发布时间": clock(notes["published_at"], "%Y年%m月%d日%H时%M分%S秒"),
        "体裁": notes["form"],
        "曝光": text(notes["views"] * 8),
        "观看量": text(notes["views"]),
        "封面点击率": "0.125",
        "点赞": text(parts["likes"]),
        "评论": text(parts["comments"]),
        "收藏": text(parts["favourites"]),
        "涨粉": text(notes["views"] // 400),
        "分享": text(parts["shares"]),
    }
    rows = rows_of(NOTE_HEADER, columns, len(notes))
    return workbook(NOTE_HEADER, rows, "笔记数据", title_row="最多导出排序后前1000条笔记")


def _articles(articles: pd.DataFrame) -> bytes:
    opened = articles["opened"]
    shared = opened // 20
    columns = {
        "内容标题": articles["title"],
        "发表时间": clock(articles["sent_at"]),
        "总阅读人数": text(opened + shared),
        "总阅读次数": text(opened + shared),
        "总分享人数": text(opened // 25),
        "分享次数": text(opened // 25),
        "阅读后关注人数": text(shared // 10),
        "送达人数": text(articles["sent"]),
        "公众号消息阅读次数": text(opened),
        "送达阅读率": [f"{o / s:.4f}" for o, s in zip(opened, articles["sent"], strict=True)],
        "分享产生阅读次数": text(shared),
        "内容url": articles["url"],
    }
    return delimited(ARTICLE_HEADER, rows_of(ARTICLE_HEADER, columns, len(articles)), "utf-8")


def _ads(ads: pd.DataFrame) -> bytes:
    """One row per product and day."""
    columns = {
        "日期": clock(ads["day"], "%Y-%m-%d"),
        "商品ID": ads["product_id"],
        "商品名称": ads["title"],
        "推广场景": "商品推广",
        "推广名称": rates.PDD_AD_CAMPAIGN,
        "出价方式": "稳定成本",
        "是否已删除": "否",
        "成交花费(元)": _yuan(ads["spend"]),
        "交易额(元)": _yuan(ads["goods"]),
        "总花费(元)": _yuan(ads["spend"]),
        "曝光量": text(ads["spend"] * 3),
        "点击量": text(ads["spend"] // 10),
    }
    return delimited(AD_HEADER, rows_of(AD_HEADER, columns, len(ads)), "utf-8")


def _yuan(cents) -> list[str]:
    return [f"{c // 100}.{c % 100:02d}" for c in cents]
