"""Behind the border stands no readable phone, name or address, whatever a file does to its rows."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest

from siyu.privacy.keys import load_master_key
from siyu.privacy.pseudonym import Tokeniser
from siyu.privacy.vault import Vault
from siyu.sources.land.ingest import LoadResult
from tests.sources.exports import CUSTOMER, Shop, csv_text, xlsx_bytes

# Composed, so that no readable number stands in the code either.
PHONES = [f"13{n}" + f"{5550000 + n * 7919:08d}" for n in range(2, 9)]
NAME, STREET = "某甲某", "无名路一号"
ORDER = (
    "订单编号", "买家会员名", "收货人姓名", "联系手机", "收货地址", "买家实际支付金额", "订单状态",
    "订单创建时间", "宝贝标题", "买家留言",
)  # fmt: skip


def _files() -> dict[str, str | bytes]:
    order = [
        [f"20{n}", f"nick{n}", NAME, phone, STREET, "9.9", "交易成功", "2026-08-01 10:00:00", "茶", phone]
        for n, phone in enumerate(PHONES)
    ]  # fmt: skip
    order[0][5] = "九元"
    order[1].insert(2, PHONES[1])
    order[2][7] = PHONES[2]
    order[3][5], order[3][8] = "?", f"电话{PHONES[3]}"
    customers = [[NAME, p, "是", "5", "2026-08-01 10:00:00", "1"] for p in PHONES]
    customers[0][3] = f"电话{PHONES[0]}"
    customers[1][4] = PHONES[1]
    stray = csv_text(CUSTOMER, [[NAME, f'"{PHONES[4]}', "是", "", "", "1"]]).replace('"""', '"')
    unknown = csv_text(["甲", "乙"], [[NAME, p] for p in PHONES])
    return {
        "orders.csv": csv_text(ORDER, order).encode("gb18030"),
        "customers.csv": csv_text(CUSTOMER, customers).encode(),
        "stray.csv": stray.encode(),
        "unknown.csv": unknown.encode(),
        "headless.csv": "\n".join([*PHONES, ""]).encode(),
        "sheet.xlsx": xlsx_bytes([CUSTOMER, [NAME, int(PHONES[5]), "?", "x", PHONES[5], "1"]]),
    }


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, LoadResult]:
    shop = Shop(tmp_path_factory.mktemp("border"))
    shop.drop_all(_files())
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SIYU_KEY", raising=False)
        return shop, shop.ingest(as_of=date(2026, 8, 20))


def everything(shop: Shop) -> str:
    """All cells of all Parquet files, and the text of all others, that ingest has written."""
    base = shop.settings.data_dir
    texts = [
        p.read_bytes().decode("utf-8", "replace")
        for folder in (shop.settings.raw_dir, shop.settings.vault_path.parent)
        for p in folder.rglob("*")
        if p.is_file() and p.suffix != ".parquet"
    ]
    for part in sorted(base.rglob("*.parquet")):
        rows = duckdb.sql(f"select * from read_parquet('{part}')").fetchall()
        texts.append(json.dumps(rows, default=str, ensure_ascii=False))
    texts += [p.read_text() for p in shop.settings.quarantine_dir.rglob("reason.json")]
    return "\n".join(texts)


def test_no_readable_person_stands_in_raw_ledger_quarantined_rows_or_messages(
    fed: tuple[Shop, LoadResult],
) -> None:
    shop, result = fed
    assert sum(f.rows_quarantined for f in result.files) >= 6
    assert {m.split(":")[0] for m in result.messages} == {"headless.csv", "unknown.csv"}
    text = everything(shop) + "\n".join(result.messages)
    shown = [value for value in (*PHONES, NAME, STREET) if value in text]
    assert not shown


def test_the_same_phone_has_the_same_token_in_every_source(fed: tuple[Shop, LoadResult]) -> None:
    shop, _ = fed
    tokeniser = Tokeniser(load_master_key(shop.settings))
    want = tokeniser.token("phone", PHONES[6])
    assert (want,) in shop.rows("taobao_order", "receiver_phone")
    assert (want,) in shop.rows("youzan_customer", "customer_phone")
    vault = Vault(shop.settings, tokeniser.key)
    assert vault.open([want], "test", "robot") == {want: PHONES[6]}


def test_dropped_columns_are_in_no_landed_file(fed: tuple[Shop, LoadResult]) -> None:
    shop, _ = fed
    (part,) = (shop.settings.raw_dir / "taobao_order").rglob("*.parquet")
    names = duckdb.sql(f"select * from read_parquet('{part}')").columns
    assert not {"receiver_address", "buyer_message", "seller_note"} & set(names)


def test_for_whom_a_customer_works_is_no_readable_text(shop: Shop) -> None:
    works = "某某某的小店"
    wecom = ("客户名称", "添加人", "添加人账号", "添加时间", "来源", "企业", "职务")
    bought = ("订单编号", "买家公司名", "买家会员名", "卖家会员名", "货品总价(元)", "实付款", "订单状态",
              "订单创建时间", "货品标题")  # fmt: skip
    link = ("客户姓名", "客户类型", "userid", "unionid", "所属企业", "跟进员工", "添加方式",
            "添加时间")  # fmt: skip
    at = "2026-08-01 10:00:00"
    shop.drop_all(
        {
            "wecom.csv": csv_text(wecom, [["甲", "乙", "e1", at, "扫码", works, "店主"]]),
            # A row that does not land is shown without it too.
            "1688.csv": csv_text(
                bought,
                [
                    ["1930000000000001", works, "n", "s", "9", "9", "交易成功", at, "茶"],
                    ["1930000000000002", works, "n", "s", "9", "九", "交易成功", at, "茶"],
                ],
            ),
            "link ww0123456789abcdef.csv": csv_text(
                link, [["甲", "微信", "wm1", "o1", works, "乙", "扫码", at]]
            ),
        }
    )
    load = shop.ingest()
    assert {f.status for f in load.files} == {"landed"}, load.messages
    assert len(shop.refused()) == 1
    tokens = {
        *shop.rows("wecom_customer", "company"),
        *shop.rows("alibaba1688_order", "buyer_company"),
        *shop.rows("linkwechat_customer", "company"),
    }
    assert len(tokens) == 1
    assert works not in everything(shop)


def test_quarantine_is_its_owners_alone_even_when_only_rows_are_in_it(shop: Shop) -> None:
    shop.drop("customers.csv", _files()["customers.csv"])
    shop.ingest()
    assert shop.refused()
    assert shop.settings.quarantine_dir.stat().st_mode & 0o077 == 0
