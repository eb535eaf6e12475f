"""However a platform dresses a value, it lands as the one canonical value, or it is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.config_file import read_yaml
from siyu.settings import PROJECT_DIR
from siyu.sources.block.clean import null_sql, strip_sql, typed_sql
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField
from tests.sources.exports import field
from tests.sources.quirks import GUARDS, WIDE, moments, numbers

COUPON = Contract.model_validate(read_yaml(PROJECT_DIR / "config" / "sources" / "coupon.yml"))
guards = st.sampled_from(GUARDS)
many = settings(max_examples=8)


def landed(kind: str, cells: list[str]) -> list[str | None]:
    """The cells as they would land, all in one query."""
    text = typed_sql("t", field(kind))
    con = duckdb.connect(config={"threads": 1})
    con.execute("create table x as select * from (select unnest($c) as x)", {"c": cells})
    found = con.execute(
        f"select {text} from (select {null_sql('s', COUPON, field(kind))} as t"
        f" from (select {strip_sql('x')} as s from x))"
    ).fetchall()
    con.close()
    return [row[0] for row in found]


@many
@given(
    st.lists(st.tuples(st.decimals(-(10**8), 10**8, allow_nan=False, places=2), guards), min_size=9)
)
def test_an_amount_lands_equal_however_it_is_dressed(drawn: list) -> None:
    pairs = [(n, guard(cell)) for n, guard in drawn for cell in numbers(n)]
    found = landed("decimal", [cell for _, cell in pairs])
    wrong = [p for p, f in zip(pairs, found, strict=True) if f is None or Decimal(f) != p[0]]
    assert not wrong, wrong[:5]


@many
@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), guards), min_size=9))
def test_a_count_lands_equal_however_it_is_dressed(drawn: list) -> None:
    pairs = [
        (n, guard(cell))
        for n, guard in drawn
        for cell in (
            str(n),
            f"{n:,}",
            f"{n}.0",
            str(n).translate(WIDE),
            f"{Decimal(n) / 10000:f}万",
        )
    ]
    found = landed("integer", [cell for _, cell in pairs])
    wrong = [p for p, f in zip(pairs, found, strict=True) if f != str(p[0])]
    assert not wrong, wrong[:5]


@many
@given(st.lists(st.tuples(st.integers(0, 10000), guards), min_size=9))
def test_a_share_and_its_percentage_land_equal(drawn: list) -> None:
    shares = [(Decimal(n).scaleb(-4), guard) for n, guard in drawn]
    pairs = [(s, g(c)) for s, g in shares for c in (f"{s:f}", f"{s * 100:f}%", f"{s * 100:f}％")]
    found = landed("percent", [cell for _, cell in pairs])
    wrong = [p for p, f in zip(pairs, found, strict=True) if f is None or Decimal(f) != p[0]]
    assert not wrong, wrong[:5]


@many
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1)),
            st.sampled_from(["second", "minute", "hour"]),
            guards,
        ),
        min_size=9,
    )
)
def test_an_instant_lands_as_the_same_utc_moment_however_it_is_written(drawn: list) -> None:
    cut = {"second": {}, "minute": {"second": 0}, "hour": {"second": 0, "minute": 0}}
    pairs = []
    for moment, precision, guard in drawn:
        t = moment.replace(microsecond=0, **cut[precision])
        pairs += [(t, guard(cell)) for cell in moments(t)]
    found = landed("timestamp", [cell for _, cell in pairs])
    want = [f"{t - timedelta(hours=8):%Y-%m-%d %H:%M:%S}" for t, _ in pairs]
    wrong = [(p, f) for p, f, w in zip(pairs, found, want, strict=True) if f != w]
    assert not wrong, wrong[:5]


@many
@given(st.lists(st.tuples(st.dates(date(1950, 1, 1), date(2099, 12, 31)), guards), min_size=9))
def test_a_day_lands_equal_however_it_is_written(drawn: list) -> None:
    pairs = [
        (d, guard(cell))
        for d, guard in drawn
        for cell in (
            f"{d:%Y-%m-%d}",
            f"{d:%Y%m%d}",
            f"{d.year}/{d.month}/{d.day}",
            f"{d.year}年{d.month}月{d.day}日",
            f"{d:%Y-%m-%d} 00:00:00",
            f"{d:%Y/%m/%d}".translate(WIDE),
        )
    ]
    found = landed("date", [cell for _, cell in pairs])
    wrong = [(p, f) for p, f in zip(pairs, found, strict=True) if f != f"{p[0]:%Y-%m-%d}"]
    assert not wrong, wrong[:5]


@many
@given(
    st.lists(st.tuples(st.from_regex(r"[0-9A-Za-z_\-]{1,24}", fullmatch=True), guards), min_size=9)
)
def test_an_id_keeps_every_character_and_loses_its_guards(drawn: list) -> None:
    kept = [(i, g) for i, g in drawn if i not in COUPON.null_tokens]
    found = landed("text", [guard(i) for i, guard in kept])
    assert found == [i for i, _ in kept]


def test_no_reading_of_a_cell_asks_strptime() -> None:
    # DuckDB 1.5 reads the byte behind a text that is shorter than the format: where a page of memory
    # ends there, the whole process dies, as one in a few exports without seconds had it.
    kinds = get_args(ContractField.model_fields["type"].annotation)
    assert {"timestamp", "date", "month_day"} < set(kinds)
    assert not [kind for kind in kinds if "strptime" in typed_sql("t", field(kind))]


def test_a_moment_may_be_a_part_of_one() -> None:
    parts = {
        "2026-08-01": "2026-07-31 16:00:00",
        "2026/8/1 9": "2026-08-01 01:00:00",
        "2026.8.1  9:05": "2026-08-01 01:05:00",
        "2026年8月1日9时5分": "2026-08-01 01:05:00",
        "20260801": "2026-07-31 16:00:00",
        "２０２６0801090503": "2026-08-01 01:05:03",
        "2026-08-01 24:00": "2026-08-01 16:00:00",
    }
    assert landed("timestamp", list(parts)) == list(parts.values())


def test_a_flag_lands_as_true_or_false() -> None:
    yes, no = ["是", "TRUE", "1", "１", "\t是", "y", "有"], ["否", "false", "0", "'0", "没有"]
    assert landed("flag", yes + no) == ["true"] * len(yes) + ["false"] * len(no)


def test_words_that_mean_nothing_become_null() -> None:
    for kind in ("text", "decimal", "timestamp"):
        cells = ["", " ", "\t", "-", "--", "——", "/", "无", "null", "\\N", "'-", '="-"', "\t无 "]
        assert landed(kind, cells) == [None] * len(cells)


def test_what_no_reading_fits_is_null_and_never_a_guess() -> None:
    garbage = {
        "decimal": ["九元", "1,23.4", "1.2.3", "5-", "12万%", "--5", "1 2x", "¥"],
        "integer": ["1.5", "abc", "1,00"],
        "timestamp": [
            "2026-13-40",
            "2026-02-30 10:00",
            "昨天",
            "2026-08-09 25:00:00",
            "1.23E+17",
            "2026-08-09 10:61",
            "2026-08-09 BC",
            "2026801",
            "infinity",
            "26-08-09",
            "2101-01-01",
        ],
        "date": ["20261340", "99991231", "八月"],
        "percent": ["百分之五", "%", "5%%"],
        "flag": ["maybe", "2", "是的吗"],
    }
    for kind, cells in garbage.items():
        assert landed(kind, cells) == [None] * len(cells), kind
