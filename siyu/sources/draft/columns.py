"""What the cells of one column look like, and the contract field they suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from siyu.identity.normalise import DAMAGED
from siyu.sources.block.clean import sql_text, strip_sql, typed_sql
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField, FieldType, Identifier
from siyu.sources.contracts.header import normalise_name

TODO = "TODO"
_NULLS = ("", "-", "--", "——", "/", "无", "null", "NULL", "\\N")
_ENOUGH = 0.98
_MANY = 0.5
# Text that stands for an id: too long for a number, led by a zero, or damaged by a spreadsheet.
_ID_LIKE = rf"[0-9]{{12,}}|0[0-9]+|{DAMAGED.pattern}"
_DATE_LIKE = r".*[0-9]{1,4}[-/.年月][0-9]{1,2}.*|.*[0-9]{1,2}:[0-9]{2}.*"
_PHONE = r"(\+?86[- ]?)?1[3-9][0-9*]{9}"
_EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z.]+"
_ID_CARD = r"[0-9]{6}[0-9*]{11}[0-9Xx*]"
_CIPHER = r"(##|\$\$|~~).*"


@dataclass(frozen=True)
class ColumnFacts:
    """Counts over the filled cells of one column; `words` are its values when they are few."""

    header: str
    position: int
    rows: int
    filled: int
    distinct: int
    longest: int
    like: Mapping[str, int]
    words: tuple[str, ...]

    def mostly(self, what: str, share: float = _ENOUGH) -> bool:
        return self.filled > 0 and self.like[what] >= share * self.filled


def read_facts(con: duckdb.DuckDBPyConnection, header: str, position: int) -> ColumnFacts:
    """Facts of column c<position> of temp table `cells`."""
    tests = {
        "timestamp": f"({_typed('timestamp')}) is not null and regexp_matches(v, '{_DATE_LIKE}')",
        "day": f"({_typed('timestamp')}) is not null",
        "midnight": f"ends_with(coalesce(({_typed('timestamp')}), ''), '16:00:00')",
        "decimal": f"({_typed('decimal')}) is not null",
        "integer": f"({_typed('integer')}) is not null",
        "flag": f"({_typed('flag')}) is not null",
        "id": f"regexp_full_match(v, {sql_text(_ID_LIKE)})",
        "percent": "ends_with(v, '%')",
        "phone": f"regexp_full_match(v, {sql_text(_PHONE)})",
        "email": f"regexp_full_match(v, {sql_text(_EMAIL)})",
        "id_card": f"regexp_full_match(v, {sql_text(_ID_CARD)})",
        "cipher": f"regexp_full_match(v, {sql_text(_CIPHER)})",
    }
    counts = ", ".join(f"count(*) filter ({test})" for test in tests.values())
    nulls = ", ".join(map(sql_text, _NULLS))
    cell = f"({strip_sql(f'c{position}')})"
    con.execute(
        f"create or replace temp table guessed as select {cell}::varchar as v from cells"
        f" where _split is null and {cell} is not null and {cell} not in ({nulls})"
    )
    filled, distinct, longest, *found = con.execute(
        f"select count(*), count(distinct v), coalesce(max(length(v)), 0), {counts} from guessed"
    ).fetchall()[0]
    words: tuple[str, ...] = ()
    if distinct <= 20:
        words = tuple(
            r[0] for r in con.execute("select distinct v from guessed order by v").fetchall()
        )
    rows = con.execute("select count(*) from cells").fetchall()[0][0]
    like = dict(zip(tests, found, strict=True))
    return ColumnFacts(header, position, rows, filled, distinct, longest, like, words)


def _typed(kind: FieldType) -> str:
    return typed_sql("v", ContractField(type=kind))


def guess_type(facts: ColumnFacts) -> tuple[FieldType, str | None]:
    """Type and unit that every filled cell agrees with; text where in doubt."""
    name = facts.header
    timely = bool(re.search(r"时间|日期|日$|(?i:date|time|_at$)", name))
    money = bool(
        re.search(
            r"金额|[价款费税额]$|[价款费税额]\(|\(元\)|实付|实收|应付|应收|优惠|补贴|佣金", name
        )
    )
    named = bool(re.search(r"[编单]?号$|编码|条码|码$|邮编|(?i:id$|no$|code$|sku)", name))
    if facts.filled == 0:
        if timely:
            return "timestamp", None
        return ("decimal", "cny") if money else ("text", None)
    if facts.mostly("timestamp") or (timely and facts.mostly("day")):
        return ("date" if facts.mostly("midnight", 1.0) else "timestamp"), None
    if named or facts.mostly("id", 0.2):
        return "text", None
    if facts.mostly("percent") or (re.search(r"率|占比", name) and facts.mostly("decimal")):
        return "percent", None
    if money and facts.mostly("decimal"):
        # A balance in whole numbers may be of points.
        points = "余额" in name and facts.mostly("integer", 1.0)
        return ("integer", None) if points else ("decimal", "cny")
    if facts.mostly("flag") and (name.startswith("是否") or not facts.mostly("integer")):
        return "flag", None
    if facts.mostly("integer"):
        return "integer", None
    if facts.mostly("decimal"):
        return "decimal", None
    return "text", None


def known_fields(
    contracts: Iterable[Contract], platform: str | None
) -> dict[str, tuple[str, ContractField]]:
    """What the brand's contracts already say of a column: normalised header -> field name and field.

    Contracts of the same platform are asked first, then the meaning that most of them share.
    """
    votes: dict[str, dict[tuple[str, str], list[ContractField]]] = {}
    for contract in contracts:
        for name, field in contract.fields.items():
            weight = 100 if contract.platform == platform else 1
            for column in field.columns:
                entry = votes.setdefault(normalise_name(column), {})
                entry.setdefault((name, field.type), []).extend([field] * weight)
    found = {}
    for column, meanings in votes.items():
        (name, _), fields = max(meanings.items(), key=lambda m: (len(m[1]), m[0]))
        found[column] = (name, fields[0])
    return found


_STAFF = re.compile(
    r"员工|导购|客服|配送员|收银|经办|处理人|店员|主播|达人|分销员|商家|卖家|发货人|寄件"
)
_FREE_TEXT = re.compile(r"备注|留言|评价|反馈|问题|建议|(?i:remark|comment|note$|message)")
_ADDRESS = re.compile(r"地址|街道|门牌|楼|经纬度|(?i:address)")
_NAME = re.compile(r"姓名|收[件货餐]人$|收货方$|联系人$|昵称|真实名|(?i:nick|name$)")
_ACCOUNT = re.compile(
    r"(买家|用户|会员|客户|粉丝|顾客|下单|消费者|学员|患者|车主)(ID|编号|编码|账号|帐号|账户|标识|名|号)$"
    r"|(?i:(user|buyer|member|customer|client)_?(id|no|code)$)"
)
_MEMBER = re.compile(r"会员(卡)?(编|卡)?号|(?i:member_?(no|id))")
_PRODUCT = re.compile(r"商品|货品|品名|店铺|门店|活动|公司|仓库|规格|类目|品牌|套餐|作品|视频")


def guess_privacy(
    facts: ColumnFacts, id_types: Sequence[str]
) -> tuple[Identifier | None, str | None, str]:
    """(identifier, personal, why). The safe side where in doubt: what may be a relative's phone
    describes and never links, free text and addresses are dropped.
    """
    name = facts.header
    staff = bool(_STAFF.search(name))
    if facts.mostly("id_card", _MANY) or "身份证" in name or "护照" in name:
        return None, "drop", "identity number"
    if re.search(r"银行卡|卡号$", name) and not _MEMBER.search(name):
        return None, "drop", "card number"
    phone = facts.mostly("phone", _MANY) or re.search(r"手机|电话|(?i:phone|mobile)", name)
    if phone and staff:
        return None, "drop", "an employee's or seller's phone"
    if phone:
        own = bool(re.search(r"买家|会员|注册|下单|登记|用户|客户", name))
        return Identifier(type="phone", trust="high" if own else "medium"), None, "phone"
    if facts.mostly("email", _MANY) or "邮箱" in name:
        return Identifier(type="email"), None, "e-mail"
    if _FREE_TEXT.search(name):
        return None, "drop", "free text may hold anything"
    if _ADDRESS.search(name) and "IP" not in name:
        return None, "drop", "address"
    if staff and re.search(r"[员人服]$|姓名|名称", name):
        return None, "hash", "an employee's name"
    if staff or _PRODUCT.search(name):
        return None, None, ""
    if "unionid" in name.lower():
        return Identifier(type="unionid"), None, "unionid"
    if _MEMBER.search(name) and "member_no" in id_types:
        return Identifier(type="member_no"), None, "member number"
    if _ACCOUNT.search(name) or "openid" in name.lower():
        return Identifier(type=TODO), None, "an account of the buyer"
    if _NAME.search(name):
        return None, "hash", "a person's name"
    if facts.mostly("cipher", _MANY):
        return None, "drop", "encrypted by the platform"
    if "生日" in name or "出生" in name:
        return None, None, "birthday"
    return None, None, ""
