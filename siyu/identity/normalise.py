"""One written form per identifier: what a phone, an openid or an account is compared by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

from siyu.identity.rules import IdentityRules

State = Literal["ok", "empty", "masked", "encrypted", "damaged", "blocked", "invalid"]

EDGE = " \t\r\n\u00a0\u3000\ufeff\u200b'`\""
# As spreadsheets write a long number, as Java does, without a sign, and the errors of a formula.
DAMAGED = re.compile(
    r"[+-]?\d(\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+|#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)"
)
_PHONE = re.compile(r"1[3-9]\d{9}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_WECHAT_ID = re.compile(r"[0-9A-Za-z_\-]{4,128}")


class Normal(NamedTuple):
    """`value` is set exactly when `state` is ok; every other state says why there is none."""

    value: str | None
    state: State


def normalise(id_type: str, text: str | None, rules: IdentityRules) -> Normal:
    """The comparable form of one identifier as an export wrote it.

    Masked, encrypted and damaged values never become identifiers, nor do those that identity.yml
    blocks. Raises KeyError for a type that identity.yml does not name.
    """
    rule = rules.types[id_type]
    text = text or ""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    # Most are letters and digits, which are no dress, no mask and no sign.
    if not plain.isalnum() or "密文" in plain:
        plain = plain.strip(EDGE)
        if not plain:
            return Normal(None, "empty")
        if DAMAGED.fullmatch(plain):
            return Normal(None, "damaged")
        if plain.startswith(("##", "$$", "~~")) or "密文" in plain:
            return Normal(None, "encrypted")
        if "*" in plain:
            return Normal(None, "masked")
    value = _BY_NAME[rule.normaliser](plain)
    if value is None:
        # A row of ones is no phone, but "blocked" tells the reader more than "invalid".
        digits = re.sub(r"\D", "", plain)
        blocked = bool(digits) and rules.is_blocked(id_type, digits)
        return Normal(None, "blocked" if blocked else "invalid")
    if rules.is_blocked(id_type, value):
        return Normal(None, "blocked")
    return Normal(value, "ok")


def _phone_cn(text: str) -> str | None:
    if _PHONE.fullmatch(text):
        return text
    digits = re.sub(r"[\s\-()']", "", text).removesuffix(".0")
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    return digits if _PHONE.fullmatch(digits) else None


def _email(text: str) -> str | None:
    lowered = text.casefold()
    return lowered if _EMAIL.fullmatch(lowered) else None


def _wechat_id(text: str) -> str | None:
    # Letter case carries meaning in WeChat's ids.
    return text if _WECHAT_ID.fullmatch(text) else None


def _account(text: str) -> str | None:
    if text.isalnum():
        return text.casefold()
    return re.sub(r"\s+", " ", text).strip().casefold() or None


def _code(text: str) -> str | None:
    if text.isalnum():
        return text.casefold()
    return re.sub(r"(\.0)+$", "", re.sub(r"\s+", "", text)).casefold() or None


_BY_NAME: dict[str, Callable[[str], str | None]] = {
    "phone_cn": _phone_cn,
    "email": _email,
    "wechat_id": _wechat_id,
    "account": _account,
    "code": _code,
}
