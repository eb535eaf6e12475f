"""What a readable value tells about a person: parts that two records can be compared by.

A masked value gives the parts it still shows, an encrypted or empty one gives none. Only tokens of
these parts ever leave the border.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal

Trait = Literal["name", "phone", "birthday", "address", "province", "city", "district"]

# The parts of each trait, in the order in which they are written.
PARTS: dict[str, tuple[str, ...]] = {
    "name": ("name", "pinyin", "family", "last"),
    "phone": ("phone_prefix", "phone_tail4", "phone_tail2"),
    "birthday": ("birthday", "birth_day", "birth_year"),
    "address": ("province", "city", "district", "road", "place"),
    "province": ("province",),
    "city": ("city",),
    "district": ("district",),
}

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东"
    "|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_CITIES_OF_THEIR_OWN = ("北京", "天津", "上海", "重庆")
_PROVINCE = re.compile(
    rf"({_PROVINCES})(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)?"
)
_CITY = re.compile(r"([^\d市区县路街]{2,8}?)(?:市(?!场)|自治州|地区|盟)")
_DISTRICT = re.compile(r"([^\d区县市旗]{1,8}?)(?:新区|区|县|市(?!场)|旗)")
_REGION_END = re.compile(r"(?:省|市|自治州|地区|盟|新区|区|县|旗)$")
_POSTCODE = re.compile(r"\(\d{6}\)$")
_MASK = re.compile(r"[*＊•●]+")
_ODD = re.compile(r"[^0-9a-z\u3400-\u9fff*]+")
_SPACE = re.compile(r"\s+")
_ROAD = re.compile(r"[^\d*]{2,}")
_NUMBER = re.compile(r"\d")
_PHONE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"1[3-9]\d")
_PHONE_DRESS = re.compile(r"[\s\-()'`]")
_COUNTRY = re.compile(r"^(\+86|0086|86(?=1\d))")
_SEALED = ("##", "$$", "~~")


def parts_of(trait: str, text: str) -> tuple[str | None, ...]:
    """The parts of one value, in the order of PARTS; None where it does not show them."""
    if text.isascii() and text.isdigit():
        return _READERS[trait](text)
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain or plain.startswith(_SEALED) or "密文" in plain:
        return (None,) * len(PARTS[trait])
    return _READERS[trait](_MASK.sub("*", plain))


@cache
def _sound(character: str) -> str:
    """Pinyin without tone, the first reading; a character that has none stands for itself."""
    # Only characters are looked up here; its phrases cost most of a second to load.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    reading = PINYIN_DICT.get(ord(character), character).split(",")[0]
    bare = unicodedata.normalize("NFD", reading)
    return "".join(c for c in bare if not unicodedata.combining(c))


def _name(text: str) -> tuple[str | None, ...]:
    plain = _ODD.sub("", text)
    shown = plain.replace("*", "")
    if not shown:
        return None, None, None, None
    first, last = plain[0], plain[-1]
    whole = shown if shown == plain else None
    return (
        whole,
        " ".join(map(_sound, whole)) if whole else None,
        first if first != "*" else None,
        last if last != "*" and len(plain) > 1 else None,
    )


def _phone(text: str) -> tuple[str | None, ...]:
    if _PHONE.fullmatch(text):
        return text[:3], text[-4:], text[-2:]
    digits = text if text.isdigit() else _PHONE_DRESS.sub("", text)
    if len(digits) > 11:
        digits = _COUNTRY.sub("", digits)
    if "*" in digits:
        before, _, after = digits.partition("*")
        after = after.rpartition("*")[2]
    elif _PHONE.fullmatch(digits):
        before = after = digits
    else:
        return None, None, None
    return (
        before[:3] if _PREFIX.match(before) else None,
        after[-4:] if after[-4:].isdigit() and len(after) > 3 else None,
        after[-2:] if after[-2:].isdigit() and len(after) > 1 else None,
    )


def _birthday(text: str) -> tuple[str | None, ...]:
    found = re.match(r"(?:(\d{4})\D+)?(\d{1,2})\D+(\d{1,2})(?!\d)", text) or re.match(
        r"((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)", text
    )
    if not found:
        return None, None, None
    year, day = found[1], f"{int(found[2]):02d}-{int(found[3]):02d}"
    return f"{year}-{day}" if year else None, day, year


def _address(text: str) -> tuple[str | None, ...]:
    plain = _SPACE.sub("", _POSTCODE.sub("", text))
    province, rest = _taken(_PROVINCE, plain)
    city, rest = _taken(_CITY, rest)
    district, rest = _taken(_DISTRICT, rest)
    rest = _ODD.sub("", rest)
    road = _ROAD.match(rest)
    # Without a number it is a street or a village, where many live.
    place = rest if _NUMBER.search(rest) and "*" not in rest else None
    city = city or (province if province in _CITIES_OF_THEIR_OWN else None)
    return province, city, district, road and road[0], place


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    found = pattern.match(text)
    return (found[1], text[found.end() :]) if found else (None, text)


def _region(text: str) -> tuple[str | None, ...]:
    plain = _ODD.sub("", text)
    if not plain or "*" in plain:
        return (None,)
    found = _PROVINCE.fullmatch(plain)
    return (found[1] if found else _REGION_END.sub("", plain) or None,)


_READERS: dict[str, Callable[[str], tuple[str | None, ...]]] = {
    "name": _name,
    "phone": _phone,
    "birthday": _birthday,
    "address": _address,
    "province": _region,
    "city": _region,
    "district": _region,
}
