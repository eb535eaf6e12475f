"""What a value shows can be compared; what it hides cannot."""

from __future__ import annotations

import pytest

from siyu.identity.likeness.traits import PARTS, parts_of
from siyu.privacy.pseudonym import Tokeniser
from siyu.sources.block.compare import token_texts


def shown(trait: str, text: str) -> dict[str, str]:
    found = dict(zip(PARTS[trait], parts_of(trait, text), strict=True))
    return {part: value for part, value in found.items() if value}


@pytest.mark.parametrize(
    ("trait", "text", "parts"),
    [
        ("phone", "186******05", {"phone_prefix": "186", "phone_tail2": "05"}),
        ("phone", "*******1234", {"phone_tail4": "1234", "phone_tail2": "34"}),
        ("name", "张*", {"family": "张"}),
        ("name", "*小明", {"last": "明"}),
        ("birthday", "1990/1/2", {"birthday": "1990-01-02", "birth_day": "01-02", "birth_year": "1990"}),
        ("birthday", "01-02", {"birth_day": "01-02"}),
        ("address", "浙江省杭州市西湖区****", {"province": "浙江", "city": "杭州", "district": "西湖"}),
        ("province", "广西壮族自治区", {"province": "广西"}),
    ],
)  # fmt: skip
def test_a_masked_or_partial_value_gives_the_parts_it_shows(
    trait: str, text: str, parts: dict[str, str]
) -> None:
    assert shown(trait, text) == parts


@pytest.mark.parametrize(
    ("trait", "text"),
    [
        ("name", "##8f3a##"),
        ("phone", "$$8f3a$$"),
        ("address", "密文"),
        ("name", "**"),
        ("phone", " "),
    ],
)
def test_an_encrypted_or_wholly_masked_value_gives_nothing(trait: str, text: str) -> None:
    assert shown(trait, text) == {}


def test_one_address_is_the_same_place_however_a_platform_writes_it() -> None:
    written = (
        "上海 上海市 人民路12号201室(000000)", "上海上海市徐汇区人民路12号201室", "人民路12号201室",
    )  # fmt: skip
    assert {shown("address", text)["place"] for text in written} == {"人民路12号201室"}
    assert {shown("address", text).get("city") for text in written} == {"上海", None}


def test_a_street_without_a_number_is_no_place_of_one_person() -> None:
    assert "place" not in shown("address", "浙江省杭州市西湖区文三路")


def test_names_that_sound_alike_share_their_pinyin_only() -> None:
    one, other = shown("name", "李晓明"), shown("name", "李小铭")
    assert one["pinyin"] == other["pinyin"] == "li xiao ming"
    assert one["name"] != other["name"]


def test_tokens_of_parts_are_keyed_and_tell_nothing_readable() -> None:
    (mine,) = token_texts("name", ["李晓明"], Tokeniser(b"a" * 32))
    (theirs,) = token_texts("name", ["李晓明"], Tokeniser(b"b" * 32))
    assert mine and theirs
    assert [word.split("=")[0] for word in mine.split()] == list(PARTS["name"])
    assert not {w.split("=")[1] for w in mine.split()} & {w.split("=")[1] for w in theirs.split()}
    assert "李" not in mine and "ming" not in mine


def test_the_same_part_has_the_same_token_in_a_whole_and_in_a_masked_value() -> None:
    whole, masked = token_texts("phone", ["18612345605", "186******05"], Tokeniser(b"a" * 32))
    assert whole and masked
    assert set(masked.split()) < set(whole.split())
