"""`siyu source add`: a file nobody has seen becomes a contract, and only a person's part is left open."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from orchestration.preflight import check_config
from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR, Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.contracts.contract import Contract
from siyu.sources.draft.guesses import Answers
from siyu.sources.draft.header_words import field_name
from siyu.sources.draft.write import add_draft
from siyu.sources.trial.check_file import check_file

# Headers of five invented systems that no contract of the project reads.
UNSEEN = {
    "course_orders_20260818.csv": (
        "gb18030", (), (),
        "订单编号,课程名称,用户昵称,用户ID,手机号码,实付金额(元),下单时间,支付时间,订单状态,备注",
        lambda i: (
            f"o_{i:012d},课程{i % 5},学员{i},u_{i % 40:08x},138{i:08d},{i}.00,2026-08-{1 + i % 17:02d} 10:00,"
            f"2026-08-{1 + i % 17:02d} 10:01,{('待支付', '已完成', '已退款')[i % 3]},打13900001111"
        ),
    ),
    "pos_receipts.csv": (
        "utf-8-sig", (), ("合计,,,,,,160,,2000.00,",),
        "小票号,门店编码,收银员,会员卡号,商品条码,品名,数量,单价,实收金额,交易时间",
        lambda i: (
            f"R{i // 2:08d},S001,王店员,{f'M{i:06d}' if i % 4 < 2 else ''},69{i:011d},茶杯,{1 + i % 3},12.50,"
            f"{(1 + i % 3) * 12.5:.2f},2026/8/{1 + i % 17} 9:{i % 60:02d}"
        ),
    ),
    "客服工单导出.csv": (
        "utf-8", ("工单明细", "导出时间：2026-08-18"), (),
        "工单号,创建时间,关闭时间,客户姓名,联系电话,问题描述,处理人,满意度评分,是否升级",
        lambda i: (
            f"{202608010000 + i},2026-08-01 08:{i:02d},2026-08-02 08:{i:02d},李{i},139{i:08d},"
            f"我的电话13800001111,客服{i % 3},{i % 5 + 1},{'是' if i % 7 == 0 else '否'}"
        ),
    ),
    "points_ledger.csv": (
        "utf-8", (), (),
        "流水号,会员编号,变动积分,变动后余额,变动类型,发生时间",
        lambda i: (
            f"P{i:010d},M{i % 30:05d},{i % 90 - 40},{i * 7},消费赠送,"
            f"2026-08-{1 + i % 17:02d}T10:00:{i:02d}"
        ),
    ),
    "store_meals_1786989600.csv": (
        "gb18030", (), (),
        "订单号,门店名称,下单时间,用户应付,商家实收,平台服务费,订单状态,收餐人,收餐人电话,收餐地址",
        lambda i: (
            f"{8000000000000000 + i},静安店,2026-08-{1 + i % 17:02d} 12:00:00,¥{30 + i}.50,{25 + i}.10,-3.2,"
            f"{('已完成', '退款中')[i % 2]},张{i},186****{i:04d},南京西路{i}号"
        ),
    ),
}  # fmt: skip
ROWS = 50


def write_unseen(folder: Path, name: str) -> Path:
    encoding, before, after, header, row = UNSEEN[name]
    lines = [*before, header, *(row(i) for i in range(ROWS)), *after]
    path = folder / name
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "data", copytree(PROJECT_DIR / "config", tmp_path / "config"))


def answer(text: str) -> str:
    """What a person writes in place of each TODO."""
    text = re.sub(r"platform: TODO.*", "platform: crm", text)
    text = re.sub(r"identifier: \{type: TODO\}", "identifier: {type: member_no}", text)
    return re.sub(r": TODO\b", ": 9", text)


@pytest.mark.parametrize("name", UNSEEN)
def test_a_draft_of_an_unseen_header_loads_and_lands_every_row_once_its_todos_are_answered(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    path = write_unseen(tmp_path, name)
    added = add_draft(path, settings, Answers())
    draft = settings.config_dir / "drafts" / f"{added.source}.yml"
    assert all("TODO" in line for line in added.todos)
    assert 1 <= len(added.todos) <= 3, added.todos
    assert check_config(settings.config_dir)[1] == [], "an open draft never stops a night"
    target = settings.config_dir / "sources" / draft.name
    target.write_text(answer(draft.read_text()))
    draft.unlink()
    assert check_config(settings.config_dir)[1] == []
    report = check_file(path, settings)
    assert report.source == added.source
    assert (report.rows_in, report.rows_landed, report.rejects) == (ROWS, ROWS, ())
    assert report.extra == ()


@pytest.mark.parametrize("name", UNSEEN)
def test_a_draft_never_lets_a_phone_a_name_or_free_text_through(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    path = write_unseen(tmp_path, name)
    added = add_draft(path, settings, Answers(platform="crm"))
    folder = "drafts" if added.todos else "sources"
    text = (settings.config_dir / folder / f"{added.source}.yml").read_text()
    contract = Contract.model_validate(yaml.safe_load(answer(text)))
    fields = {c: f for f in contract.fields.values() for c in f.columns}
    telling = (
        "手机号码",
        "联系电话",
        "收餐人电话",
        "客户姓名",
        "用户昵称",
        "收餐人",
        "处理人",
        "收银员",
    )
    for column in telling:
        if column in fields:
            assert fields[column].identifier or fields[column].personal in ("hash", "drop"), column
    for column in ("备注", "问题描述", "收餐地址"):
        if column in fields:
            assert fields[column].personal == "drop", column
    assert not re.search(r"1[3-9]\d{9}", text), "the draft quotes no value of a person"


def test_a_draft_knows_types_money_keys_and_times(settings: Settings, tmp_path: Path) -> None:
    path = write_unseen(tmp_path, "course_orders_20260818.csv")
    added = add_draft(path, settings, Answers(source_id="course_order", platform="crm"))
    text = (settings.config_dir / "drafts" / "course_order.yml").read_text()
    contract = Contract.model_validate(yaml.safe_load(answer(text)))
    assert contract.key == ("order_no",)
    assert contract.seen_at == "ordered_at"
    assert contract.exported_at is not None
    assert contract.exported_at.format == "%Y%m%d"
    kinds = {f.columns[0]: (f.type, f.unit) for f in contract.fields.values()}
    assert kinds["实付金额(元)"] == ("decimal", "cny")
    assert kinds["下单时间"] == ("timestamp", None)
    assert contract.version_by == "status"
    assert [t for t in added.todos if "platform" in t] == []


def test_a_postcode_is_text_because_another_one_begins_with_a_zero(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "parcels.csv"
    path.write_text("包裹号,寄出时间,邮编\n" + "".join(
        f"P{n},2026-08-{n:02d} 10:00:00,{518000 + n}\n" for n in range(1, 10)
    ))  # fmt: skip
    add_draft(path, settings, Answers(source_id="parcel", platform="crm"))
    (written,) = settings.config_dir.glob("*/parcel.yml")
    (line,) = [
        row for row in written.read_text().splitlines() if "邮编" in row and "columns" in row
    ]
    assert "type: integer" not in line


def test_a_totals_row_is_known_for_what_it_is(settings: Settings, tmp_path: Path) -> None:
    path = write_unseen(tmp_path, "pos_receipts.csv")
    add_draft(
        path,
        settings,
        Answers(source_id="pos", platform="crm", key=("receipt_no", "product_barcode")),
    )
    contract = load_contracts(settings.config_dir)["pos"]
    assert contract.recognise.footer_starts_with == "合计"
    assert contract.key == ("receipt_no", "product_barcode")


def test_a_file_that_a_contract_already_reads_is_refused_with_its_name(
    settings: Settings, tmp_path: Path
) -> None:
    text = io.StringIO()
    header = ["券码", "券批次", "会员号", "发放时间", "券状态"]
    csv.writer(text).writerows([header, ["C1", "b", "M1", "2026-08-01", "未使用"]])
    path = tmp_path / "coupons.csv"
    path.write_text(text.getvalue())
    with pytest.raises(ConfigError, match="contract coupon already reads this header"):
        add_draft(path, settings, Answers())


def test_a_second_draft_of_the_same_name_overwrites_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    path = write_unseen(tmp_path, "points_ledger.csv")
    add_draft(path, settings, Answers())
    with pytest.raises(ConfigError, match="already there; give another name with --id"):
        add_draft(path, settings, Answers())


def test_names_are_made_from_words_and_never_collide() -> None:
    taken: list[str] = []
    for header in (
        "订单创建时间",
        "实付金额(元)",
        "客户手机号",
        "龘靐齉齾",
        "订单创建时间",
        "包裹号",
    ):
        taken.append(field_name(header, len(taken), taken))
    assert taken == [
        "order_created_at", "paid_amount", "customer_phone", "column_4", "order_created_at_2",
        # "no" is false to YAML.
        "column_6",
    ]  # fmt: skip
