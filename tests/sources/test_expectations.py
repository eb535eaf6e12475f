"""Many rows are judged by counts, and the counts are those of the rows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siyu.settings import PROJECT_DIR
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.raw import expectations
from siyu.sources.raw.expectations import rules_of, validate_load
from tests.sources.exports import Shop

CONTRACTS = load_contracts(PROJECT_DIR / "config")
TOKEN = "0123456789abcdef" * 2
GOOD = {"paid_cny": "9.90", "ordered_at": "2026-08-01 02:00:00", "status": "交易成功"}
ROWS = [
    {"order_no": "1", "receiver_phone": TOKEN, **GOOD},
    {"order_no": "2", "receiver_phone": "13900001001", **GOOD, "paid_cny": "9.9元"},
    {"order_no": None, "receiver_phone": None, **GOOD, "ordered_at": "2026-08-01"},
    {"order_no": "4", "receiver_phone": TOKEN, **GOOD, "paid_cny": None, "quantity": "1.5"},
    {"order_no": "5", "receiver_phone": "13900001001", **GOOD},
]


@pytest.mark.parametrize("coded", [True, False, ["receiver_phone", "order_no"]])
@pytest.mark.parametrize("with_counts", [True, False])
@pytest.mark.parametrize("few", [0, 1 << 16])
def test_a_profile_of_counts_says_what_the_rows_say(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    coded: bool | list[str],
    with_counts: bool,
    few: int,
) -> None:
    monkeypatch.setattr(expectations, "_FEW_WORDS", few)
    names = {name for name, _ in rules_of(CONTRACTS["taobao_order"])}
    columns = {name: pa.array([row.get(name) for row in ROWS], pa.string()) for name in names}
    folder = shop.settings.raw_dir / "taobao_order" / "load=000001"
    folder.mkdir(parents=True)
    for part in ("one", "two"):
        pq.write_table(
            pa.table(columns),
            folder / f"{part}.parquet",
            use_dictionary=coded,
            write_statistics=with_counts,
            row_group_size=2,
        )
    by_rows = validate_load(shop.settings, CONTRACTS, "taobao_order", 1)
    monkeypatch.setattr(expectations, "ROW_LIMIT", 0)
    by_counts = validate_load(shop.settings, CONTRACTS, "taobao_order", 1)
    broken = {e.name: e.unexpected for e in by_counts.expectations if not e.ok}
    assert by_counts == by_rows
    assert broken == {
        "order_no is never null": 2,
        "receiver_phone is well formed": 4,
        "paid_cny is well formed": 2,
        "paid_cny is never null": 2,
        "ordered_at is well formed": 2,
        "quantity is well formed": 2,
    }
