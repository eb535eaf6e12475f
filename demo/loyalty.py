"""Points and levels as orders earn them, and the catalogue behind the orders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo import rates
from demo.world import World

CATEGORIES = (
    ("包袋", "BAG"), ("灯烛", "CANDLE|LIGHT|LANTERN|T-LIGHT|LAMP"),
    ("餐厨", "CUP|MUG|PLATE|BOWL|TEA|CAKE|BAKING|KITCHEN|JAR|TIN|SPOON|LUNCH|BOTTLE|GLASS"),
    ("文具礼品", "CARD|PAPER|WRAP|NOTEBOOK|PEN|PENCIL|GIFT|RIBBON|STICKER|TAPE"),
    ("节庆装饰", "CHRISTMAS|EASTER|BUNTING|GARLAND|PARTY|HEART|DECORATION|WREATH"),
    ("家居收纳", "BOX|BASKET|HOOK|HOLDER|FRAME|CLOCK|CUSHION|DOORMAT|SIGN|CABINET|DRAWER|STORAGE"),
    ("玩具", "TOY|GAME|DOLL|CHILDREN|CHILDS|KIDS|PUZZLE|PLAYING"),
)  # fmt: skip


def make_movements(world: World) -> pd.DataFrame:
    """Points and level changes of every member: one point per yuan of everything paid so far."""
    members = world.people[world.people["member_no"].notna() & ~world.people["is_lead"]]
    orders = world.orders[world.orders["person"].isin(members["person"])]
    orders = orders.sort_values(["person", "ordered_at", "invoice"]).copy()
    spent = orders.groupby("person")["paid"].cumsum()
    before = spent - orders["paid"]
    joined = members["joined_at"].reindex(orders["person"]).to_numpy()
    orders["at"] = np.maximum(orders["paid_at"].to_numpy(), joined)
    orders["member_no"] = members["member_no"].reindex(orders["person"]).to_numpy()
    orders["points"] = spent // 100 - before // 100
    orders["points_after"] = spent // 100
    orders["level"], orders["level_before"] = _level(spent), _level(before)
    earned = _movements(world, orders, "积分", orders["points"], "下单得积分")
    risen = orders[orders["level"] != orders["level_before"]]
    changed = _movements(world, risen, "等级", 0, "累计消费升级")
    return pd.concat([earned, changed]).sort_values(["变动时间", "流水号"])


def _movements(world: World, orders: pd.DataFrame, kind: str, points, why: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "流水号": ["M" + d for d in world.draws.digits(orders["invoice"], f"move {kind}", 15)],
            "会员号": orders["member_no"],
            "变动类型": kind,
            "变动积分": pd.Series(points, index=orders.index).astype(str),
            "变动后积分": orders["points_after"].astype(str),
            "变动后等级": orders["level"],
            "变动原因": why,
            "关联订单号": orders["order_no"],
            "变动时间": orders["at"],
        }
    )


def _level(spent: pd.Series) -> np.ndarray:
    low = np.where(spent >= rates.SILVER_CENTS, "银卡", "普通会员")
    return np.where(spent >= rates.GOLD_CENTS, "金卡", low)


def make_catalogue(world: World) -> pd.DataFrame:
    """One row per product: the category that its real title speaks of, and its planted cost."""
    lines = world.lines.sort_values(["product_id", "line"])
    products = lines.groupby("product_id").agg(
        title=("title", "first"), paid=("paid", "sum"), pieces=("quantity", "sum"),
        first=("ordered_at", "min"),
    )  # fmt: skip
    category = pd.Series("其他", index=products.index)
    for name, words in reversed(CATEGORIES):
        category[products["title"].str.contains(rf"\b(?:{words})S?\b", regex=True)] = name
    cost = (products["paid"] / products["pieces"] * rates.COST_SHARE).round().astype("int64")
    return pd.DataFrame(
        {
            "商品编码": products.index,
            "商品名称": products["title"],
            "一级类目": category,
            "成本价": [f"{c // 100}.{c % 100:02d}" for c in cost],
            "建档时间": products["first"].dt.normalize(),
        }
    ).reset_index(drop=True)
