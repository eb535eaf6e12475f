"""Made names, places and addresses. No real person stands behind any of them."""

from __future__ import annotations

import numpy as np

from demo.draws import Draws, Ids

SURNAMES = list("王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文辉玲欣怡晨雨梓涵子轩")
CITIES = [
    ("上海", "上海市", "徐汇区"), ("北京", "北京市", "朝阳区"), ("广东省", "深圳市", "南山区"),
    ("广东省", "广州市", "天河区"), ("浙江省", "杭州市", "西湖区"), ("江苏省", "苏州市", "姑苏区"),
    ("江苏省", "南京市", "鼓楼区"), ("四川省", "成都市", "武侯区"), ("湖北省", "武汉市", "洪山区"),
    ("陕西省", "西安市", "雁塔区"), ("福建省", "厦门市", "思明区"), ("山东省", "青岛市", "市南区"),
]  # fmt: skip
STREETS = ["人民路", "中山路", "解放路", "建设路", "和平路", "文化路", "新华路", "长江路"]


def make_names(draws: Draws, ids: Ids) -> list[str]:
    """One full name per id."""
    parts = zip(
        draws.below(ids, "surname", len(SURNAMES)),
        draws.below(ids, "given", len(GIVEN)),
        draws.below(ids, "given second", len(GIVEN)),
        draws.share(ids, "short name") < 0.2,
        strict=True,
    )
    return [SURNAMES[a] + GIVEN[b] + ("" if short else GIVEN[c]) for a, b, c, short in parts]


def make_places(draws: Draws, ids: Ids) -> tuple[list[str], list[str], list[str], list[str]]:
    """Province, city, district and street address per id."""
    where = [CITIES[i] for i in draws.below(ids, "city", len(CITIES))]
    street = [STREETS[i] for i in draws.below(ids, "street", len(STREETS))]
    house = draws.below(ids, "house", 900) + 1
    room = draws.below(ids, "room", 2000) + 101
    lines = [f"{s}{h}号{r}室" for s, h, r in zip(street, house, room, strict=True)]
    return [w[0] for w in where], [w[1] for w in where], [w[2] for w in where], lines


def mask_phone(phones: np.ndarray) -> list[str]:
    """186******05: as platforms hide a phone."""
    return [f"{p[:3]}******{p[-2:]}" for p in phones]
