"""However a person's number is written it is one identifier; what names nobody never is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.identity.normalise import normalise
from siyu.identity.rules import IdentityRules, load_identity_rules
from siyu.settings import PROJECT_DIR

RULES = load_identity_rules(Path(PROJECT_DIR / "config"))
WIDE = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(
    lambda p: not RULES.is_blocked("phone", p)
)
edges = st.sampled_from(["", " ", "\t", "'", "`", "\u3000", "\ufeff", "\u00a0"])


def written(phone: str) -> list[str]:
    a, b, c = phone[:3], phone[3:7], phone[7:]
    return [
        phone,
        f"{a} {b} {c}",
        f"{a}-{b}-{c}",
        f"+86{phone}",
        f"+86 {a} {b} {c}",
        f"+86-{phone}",
        f"(+86){phone}",
        f"（+86）{phone}",
        f"0086{phone}",
        f"86{phone}",
        f"86-{phone}",
        f"{phone}.0",
        phone.translate(WIDE),
        f"＋８６{phone.translate(WIDE)}",
    ]


@given(phones, edges, edges)
def test_a_phone_is_one_identifier_in_every_written_form(phone: str, left: str, right: str) -> None:
    found = {normalise("phone", f"{left}{one}{right}", RULES).value for one in written(phone)}
    assert found == {phone}


@given(phones, phones)
def test_two_phones_never_become_one(one: str, other: str) -> None:
    same = normalise("phone", one, RULES) == normalise("phone", other, RULES)
    assert same == (one == other)


@pytest.mark.parametrize("id_type", sorted(RULES.types))
@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("138****5678", "masked"),
        ("1380000＊＊＊＊", "masked"),
        ("o*****x", "masked"),
        ("##dGVzdA==##3##", "encrypted"),
        ("$$abcdefg$1$$", "encrypted"),
        ("~fakecipher~密文", "encrypted"),
        ("1.23E+17", "damaged"),
        ("1.38E+10", "damaged"),
        ("1.3912345678E10", "damaged"),
        ("#N/A", "damaged"),
        ("", "empty"),
        ("\t ' ", "empty"),
    ],
)
def test_masked_encrypted_and_damaged_values_never_become_identifiers(
    id_type: str, text: str, state: str
) -> None:
    found = normalise(id_type, text, RULES)
    assert (found.value, found.state) == (None, state)


@given(st.sampled_from(sorted(RULES.types)), st.text(max_size=20))
def test_any_text_has_a_value_or_a_state_that_says_why_not(id_type: str, text: str) -> None:
    found = normalise(id_type, text, RULES)
    assert (found.value is not None) == (found.state == "ok")


@given(
    st.sampled_from(sorted(RULES.types)),
    st.text("0123456789aZ茶店Ａ５_-.@ ", max_size=14) | phones,
)
def test_a_normal_form_is_its_own_normal_form(id_type: str, text: str) -> None:
    found = normalise(id_type, text, RULES)
    if found.value is not None:
        assert normalise(id_type, found.value, RULES) == found


@pytest.mark.parametrize(
    ("id_type", "text"),
    [
        ("phone", "11111111111"),
        ("phone", "13800138000"),
        ("phone", "+86 138-0013-8000"),
        ("phone", "13012345678"),
        ("phone_remark", "13800138000"),
        ("email", "Test@shop.example"),
        ("member_no", "0000"),
        ("member_no", "TEST1"),
        ("device_id", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_values_that_stand_for_nobody_are_blocked(id_type: str, text: str) -> None:
    found = normalise(id_type, text, RULES)
    assert (found.value, found.state) == (None, "blocked")


@pytest.mark.parametrize("text", ["12345", "138001380012", "02112345678", "二零二六", "110"])
def test_what_is_no_mobile_number_is_invalid(text: str) -> None:
    assert normalise("phone", text, RULES).value is None


@pytest.mark.parametrize("id_type", ["openid", "unionid", "external_userid"])
def test_letter_case_of_wechat_ids_is_kept(id_type: str) -> None:
    upper, lower = (normalise(id_type, text, RULES).value for text in ("oAbC-1_x", "oabc-1_x"))
    assert (upper, lower) == ("oAbC-1_x", "oabc-1_x")


def test_letter_case_of_accounts_and_mail_is_not() -> None:
    assert normalise("taobao_nick", "茶Fan", RULES) == normalise("taobao_nick", "茶fan ", RULES)
    assert normalise("email", "A.B@Shop.Example", RULES).value == "a.b@shop.example"


@pytest.mark.parametrize("value", ["", "a", "ab", "b", "77", "78", "Test9", "test9", "x.y"])
def test_a_value_is_blocked_when_any_one_pattern_is_all_of_it(value: str) -> None:
    patterns = ("a|ab", r"(\d)\1", "(?i)test\\d", "x.y")
    for kept in (patterns, patterns[:2], patterns[1:], ("b", "a|ab", "x.y"), ()):
        rules = IdentityRules.model_validate({"types": {}, "blocked": {"phone": kept}})
        alone = any(re.fullmatch(pattern, value) for pattern in kept)
        assert rules.is_blocked("phone", value) == alone
