"""A token tells equal values from different ones, and nothing else without the key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siyu.privacy.pseudonym import TOKEN_HEX, Tokeniser

keys = st.binary(min_size=32, max_size=32)
types = st.sampled_from(["phone", "openid", "unionid", "personal"])


@given(keys, types, st.text(), keys, types, st.text())
def test_a_token_depends_on_key_type_and_value(
    key: bytes, kind: str, value: str, other_key: bytes, other_kind: str, other: str
) -> None:
    same = (key, kind, value) == (other_key, other_kind, other)
    one, two = Tokeniser(key).token(kind, value), Tokeniser(other_key).token(other_kind, other)
    assert (one == two) == same


@given(keys, types, st.lists(st.text()))
def test_many_tokens_at_once_are_the_tokens_one_by_one(
    key: bytes, kind: str, values: list[str]
) -> None:
    tokeniser = Tokeniser(key)
    assert tokeniser.tokens(kind, values) == [tokeniser.token(kind, v) for v in values]


@given(keys, types, st.text(min_size=1))
def test_a_token_is_hex_of_one_length(key: bytes, kind: str, value: str) -> None:
    token = Tokeniser(key).token(kind, value)
    assert len(token) == TOKEN_HEX
    assert int(token, 16) >= 0


def test_a_tokeniser_never_shows_its_key() -> None:
    assert "6b" * 8 not in repr(Tokeniser(b"k" * 32))
    assert "kkkk" not in repr(Tokeniser(b"k" * 32))
