"""A fault in a contract is one line: the file, the key, and what was probably meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import (
    MODELLED,
    contract_version,
    contracts_hash,
    load_contracts,
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT_DIR / "config", tmp_path / "config"))


def change(config: Path, name: str, old: str, new: str) -> None:
    path = config / "sources" / f"{name}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(config: Path) -> list[str]:
    with pytest.raises(ConfigError) as failure:
        load_contracts(config)
    return str(failure.value).splitlines()


def test_every_contract_that_comes_with_siyu_is_sound() -> None:
    contracts = load_contracts(PROJECT_DIR / "config")
    assert len(contracts) >= 20
    assert all(c.title.en and c.title.zh for c in contracts.values())


@pytest.mark.parametrize(
    ("old", "new", "key", "meant"),
    [
        ("grain:", "grian:", "grian", "grain"),
        ("required: [", "requird: [", "recognise.requird", "required"),
        ("type: decimal", "typ: decimal", "fields.face_value_cny.typ", "type"),
        (
            "identifier: {type: member_no}",
            "identifier: {type: member_no, trsut: low}",
            "fields.member_no.identifier.trsut",
            "trust",
        ),
    ],
)
def test_a_mistyped_key_is_one_line_with_the_nearest_allowed(
    config: Path, old: str, new: str, key: str, meant: str
) -> None:
    change(config, "coupon", old, new)
    (line,) = [one for one in faults(config) if "unknown key" in one]
    assert line.startswith(f"coupon.yml: {key}: unknown key (did you mean {meant}?)")
    assert f"{meant}" in line.split("allowed: ")[1].split(", ")


def test_a_mistyped_type_is_told_what_is_allowed(config: Path) -> None:
    change(config, "coupon", "type: decimal", "type: decimel")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: fields.face_value_cny.type")
    assert "'decimal'" in line


def test_an_unknown_platform_is_named_with_the_nearest_word(config: Path) -> None:
    change(config, "jd_order", "platform: jd", "platform: jdd")
    (line,) = faults(config)
    assert line.startswith("jd_order.yml: platform: 'jdd'")
    assert "did you mean jd?" in line


def test_an_unknown_identifier_type_is_named_with_the_nearest_word(config: Path) -> None:
    change(config, "coupon", "type: member_no", "type: member_id")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: fields.member_no.identifier.type: 'member_id'")
    assert "did you mean member_no?" in line


def test_an_openid_without_its_appid_is_told_to_name_it(config: Path) -> None:
    change(config, "wechat_oa_message", "type: openid, scope_from: appid", "type: openid")
    (line,) = faults(config)
    assert line.startswith("wechat_oa_message.yml: fields.openid.identifier: 'openid'")
    assert "without its appid" in line and "scope_from" in line


def test_a_key_that_names_no_field_is_told_so(config: Path) -> None:
    change(config, "coupon", "key: [coupon_no]", "key: [coupon_nr]")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: ")
    assert "key names unknown fields: coupon_nr" in line


def test_an_id_other_than_the_file_name_is_told_so(config: Path) -> None:
    change(config, "coupon", "id: coupon", "id: voucher")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: id: 'voucher' differs from the file name")


def test_yaml_that_does_not_parse_is_one_line_with_its_place(config: Path) -> None:
    change(config, "coupon", "key: [coupon_no]", "key: [coupon_no")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: line ")
    assert "column" in line


def test_a_pattern_that_is_no_pattern_is_told_so(config: Path) -> None:
    change(config, "coupon", r"coupons_(\d{14})", r"coupons_(\d{14}")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: exported_at.pattern")


def test_a_file_name_pattern_needs_a_group_to_read(config: Path) -> None:
    change(config, "coupon", r"coupons_(\d{14})", r"coupons_\d{14}")
    (line,) = faults(config)
    assert line.startswith("coupon.yml: exported_at.pattern")


def test_all_faults_are_told_at_once(config: Path) -> None:
    change(config, "coupon", "grain:", "grian:")
    change(config, "jd_order", "platform: jd", "platform: jdd")
    change(config, "consent", "type: phone", "type: fone")
    change(config, "referral", "key: [", "key: [[")
    told = faults(config)
    for name in ("coupon.yml", "jd_order.yml", "consent.yml", "referral.yml"):
        assert any(line.startswith(name) for line in told), name


def test_an_empty_contract_and_a_missing_folder_are_plain_lines(config: Path) -> None:
    (config / "sources" / "coupon.yml").write_text("")
    assert [line.split(":")[0] for line in faults(config)] == ["coupon.yml"]
    shutil.rmtree(config / "sources")
    assert faults(config) == ["sources/: no contracts (*.yml); add one per kind of export"]


def test_the_version_changes_with_meaning_and_not_with_layout(config: Path) -> None:
    before = load_contracts(config)
    path = config / "sources" / "coupon.yml"
    path.write_text("# a note\n" + path.read_text())
    assert contracts_hash(load_contracts(config)) == contracts_hash(before)
    change(config, "coupon", "columns: [券批次]", "columns: [券批次, 批次]")
    after = load_contracts(config)
    moved = [n for n in after if contract_version(after[n]) != contract_version(before[n])]
    assert moved == ["coupon"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  status: {", "  state: {", "feeds: an order needs fields status"),
        ("feeds: {", "lands_only: true\nfeeds: {", "feeds: an order needs lands_only: false"),
        (
            "paid_cny: {columns: [实付款], type: decimal",
            "paid_cny: {columns: [实付款], type: text",
            "feeds: field paid_cny is of type text; allowed: decimal, integer",
        ),
        (
            "status: {columns: [订单状态]",
            "status: {columns: [订单状态], type: integer",
            "feeds: field status is of type integer; allowed: text",
        ),
        (
            "status: {columns: [订单状态]",
            "status: {columns: [订单状态], personal: drop",
            "feeds: field status does not land; leave personal: drop out",
        ),
        (
            "amounts: per_order",
            "amounts: per_order, status_words: {paid: [已付, 在途], shipped: [在 途]}",
            "feeds.order.status_words: 在途 stands for two states; leave it with one",
        ),
    ],
)
def test_what_cannot_become_an_order_is_told_before_any_night(
    config: Path, old: str, new: str, line: str
) -> None:
    change(config, "kuaishou_order", old, new)
    assert any(one.startswith("kuaishou_order.yml: ") and line in one for one in faults(config))


def test_a_platform_has_a_model_of_its_orders_or_may_feed_them_and_never_both() -> None:
    models = (PROJECT_DIR / "dbt_project/models/core").glob("int_order__*.sql")
    assert {*MODELLED, "all", "fed"} == {m.stem.removeprefix("int_order__") for m in models}
