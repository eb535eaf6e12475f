"""Archives are read file by file; a bomb costs one line."""

from __future__ import annotations

import io
import zipfile

import pytest
import pyzipper

from siyu.sources.read import archive
from tests.sources.exports import COUPON, EVENT, Shop, coupons, csv_text, xlsx_bytes

EVENTS = [["e1", "2026-08-03 10:00:00", "wx0a", "oX1", "s1", "view", "1.5"]]


def zipped(files: dict[str, str | bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return whole.getvalue()


def locked(name: str, content: str, password: bytes, kind: int | None) -> bytes:
    whole = io.BytesIO()
    with pyzipper.AESZipFile(whole, "w", compression=zipfile.ZIP_DEFLATED) as target:
        target.setpassword(password)
        if kind is not None:
            target.setencryption(kind, nbits=256)
        target.writestr(name, content)
    return whole.getvalue()


def test_every_file_of_an_archive_lands_under_its_own_contract(shop: Shop) -> None:
    inner = zipped({"events.csv": csv_text(EVENT, EVENTS)})
    files = {
        "一月/coupons.csv": csv_text(COUPON, coupons(7)),
        "coupons.xlsx": xlsx_bytes([COUPON, *coupons(5, start=7)]),
        "inner.zip": inner,
        "__MACOSX/._coupons.csv": b"litter",
        "readme.txt": "说明".encode(),
    }
    shop.drop("bills.zip", zipped(files))
    result = shop.ingest()
    assert {(f.file, f.status, f.rows_landed) for f in result.files} == {
        ("bills.zip", "unpacked", 0),
        ("bills.zip//coupons.csv", "landed", 7),
        ("bills.zip//coupons.xlsx", "landed", 5),
        ("bills.zip//inner.zip/events.csv", "landed", 1),
        ("bills.zip//readme.txt", "quarantined", 0),
    }
    assert not shop.ingest().has_new


def test_the_same_bytes_in_and_outside_an_archive_land_once(shop: Shop) -> None:
    text = csv_text(COUPON, coupons(9))
    shop.drop_all({"a.csv": text, "b.zip": zipped({"again.csv": text})})
    statuses = {f.file: f.status for f in shop.ingest().files}
    assert statuses == {"a.csv": "landed", "b.zip": "unpacked", "b.zip//again.csv": "duplicate"}
    assert len(shop.rows("coupon")) == 9


def test_an_encrypted_archive_opens_with_a_configured_password(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = csv_text(COUPON, coupons(6))
    shop.drop("locked.zip", locked("coupons.csv", text, "密码12".encode(), pyzipper.WZ_AES))
    monkeypatch.setenv(archive.PASSWORDS, "wrong\n密码12")
    assert [f.rows_landed for f in shop.ingest().files] == [0, 6]


def test_an_archive_that_no_password_opens_says_what_to_do_and_shows_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = csv_text(COUPON, coupons(6))
    shop.drop("locked.zip", locked("coupons.csv", text, b"right", pyzipper.WZ_AES))
    shop.drop("good.csv", csv_text(COUPON, coupons(3)))
    monkeypatch.setenv(archive.PASSWORDS, "hunter2")
    result = shop.ingest()
    (line,) = result.messages
    assert "none of 1 configured passwords" in line
    assert archive.PASSWORDS in line
    assert "hunter2" not in line
    assert len(shop.rows("coupon")) == 3


def test_a_bomb_is_refused_before_it_is_unpacked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 20)
    deep = zipped({"a.csv": csv_text(COUPON, coupons(3))})
    for _ in range(3):
        deep = zipped({"in.zip": deep})
    shop.drop_all(
        {
            "deep.zip": deep,
            "many.zip": zipped({f"{n}.csv": "甲,乙\n1,2\n" for n in range(30)}),
            "ratio.zip": zipped({"big.csv": b"0" * (48 << 20)}),
            "good.csv": csv_text(COUPON, coupons(3)),
        }
    )
    result = shop.ingest()
    told = dict(line.split(": ", 1) for line in result.messages)
    assert "nested deeper" in told["deep.zip"]
    assert "30 files" in told["many.zip"]
    assert "times its size" in told["ratio.zip"]
    assert len(shop.rows("coupon")) == 3


def test_archives_in_an_archive_are_one_bomb_together(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them alone is small enough, and the same zeros pack twice."""
    monkeypatch.setattr(archive, "MOST_MEMBERS", 20)
    zeros = [zipped({"big.csv": b"0" * ((9 << 20) + n)}) for n in range(4)]
    lines = [zipped({f"{m}.csv": f"甲,乙\n{n},{m}\n" for m in range(8)}) for n in range(3)]
    shop.drop_all(
        {
            "ratio.zip": zipped({f"{n}.zip": one for n, one in enumerate(zeros)}),
            "many.zip": zipped({f"{n}.zip": one for n, one in enumerate(lines)}),
            "good.csv": csv_text(COUPON, coupons(3)),
        }
    )
    result = shop.ingest()
    assert [f.file for f in result.files if f.status == "landed"] == ["good.csv"]
    told = dict(line.split(": ", 1) for line in result.messages)
    assert sorted(told) == ["many.zip", "ratio.zip"]
    assert "27 files" in told["many.zip"]
    assert "times its size" in told["ratio.zip"]


def test_names_in_an_archive_never_become_paths(shop: Shop) -> None:
    text = csv_text(COUPON, coupons(4))
    names = ("../../../escaped.csv", "/etc/absolute.csv", "..\\windows.csv")
    shop.drop("tricks.zip", zipped({n: text + f"{n},,,1,,2026-08-01,,未使用,\n" for n in names}))
    before = set(shop.settings.data_dir.parent.rglob("*.csv"))
    result = shop.ingest()
    assert {f.file for f in result.files if f.status == "landed"} == {
        "tricks.zip//escaped.csv",
        "tricks.zip//absolute.csv",
        "tricks.zip//windows.csv",
    }
    assert set(shop.settings.data_dir.parent.rglob("*.csv")) == before
