"""The search for simulated buyers finds them in every form in which a program could leave them behind."""

from __future__ import annotations

import base64
import sqlite3
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from ocop_market.sandbox.buyers import Good, History
from ocop_market.testing.canary import CANARY_WORDS, find_canary


@pytest.fixture(params=CANARY_WORDS)
def word(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nothing_is_found_where_nobody_is(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("Hóa đơn 7389130019: 10999000 ₫, 100% xong", encoding="utf-8")
    assert find_canary(tmp_path, texts=["Mật ong hoa nhãn", ""]) == []


def test_a_word_is_found_in_a_text_and_its_place_told(word: str) -> None:
    assert find_canary(texts=["quiet", f"called {word}123"]) == [f"text 2: {word}"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "cp1258"])
def test_a_word_is_found_in_any_folder_and_encoding(tmp_path: Path, word: str, encoding: str) -> None:
    file = tmp_path / "deep" / "deeper" / "notes.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(f"abc {word}".encode(encoding))
    assert find_canary(tmp_path) == [f"{file}: {word}"]


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz "])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_word_is_found_in_base64_wherever_it_begins(word: str, before: str, encode: object) -> None:
    assert callable(encode)
    hidden = encode(f"{before}{word}456 and more".encode()).decode()
    assert find_canary(texts=[f"token={hidden}"]) == [f"text 1: {word}"]


def test_a_word_is_found_percent_encoded(word: str) -> None:
    assert find_canary(texts=["https://x.example/?q=" + "".join(f"%{byte:02X}" for byte in word.encode())]) == [f"text 1: {word}"]


def test_a_word_is_found_inside_a_compressed_workbook(tmp_path: Path, word: str) -> None:
    book = xlsxwriter.Workbook(tmp_path / "report.xlsx")
    book.add_worksheet().write(0, 0, f"Khách {word}1")
    book.close()
    assert word.encode() not in (tmp_path / "report.xlsx").read_bytes()
    assert find_canary(tmp_path) == [f"{tmp_path / 'report.xlsx'}!xl/sharedStrings.xml: {word}"]


def test_a_word_in_the_name_of_a_zip_member_is_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("CANARY_1.txt", "nothing")
    assert find_canary(tmp_path / "out.zip") == [f"{tmp_path / 'out.zip'}: CANARY"]


def test_a_database_brings_what_it_has_not_yet_taken_in(tmp_path: Path, word: str) -> None:
    path = tmp_path / "market.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE sale (note TEXT)")
    database.execute("INSERT INTO sale VALUES (?)", (f"gọi {word}7",))
    database.commit()
    assert f"{path}-wal: {word}" in find_canary(path)
    database.close()
    assert find_canary(path) == [f"{path}: {word}"]


@pytest.mark.parametrize("text", ["10999000", "Tổng: 120999000 ₫", "190999000"])
def test_an_amount_is_no_telephone(text: str) -> None:
    assert find_canary(texts=[text]) == []


@pytest.mark.parametrize("text", ["0999000123", "+84 0999000123", "tel:0999000", "\N{NO-BREAK SPACE}0999000123"])
def test_a_telephone_is_one_after_anything_but_a_digit(text: str) -> None:
    assert find_canary(texts=[text]) == ["text 1: 0999000"]


def test_a_path_that_is_not_there_is_an_error_and_not_a_clean_result(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_canary(tmp_path / "missing.db")


def test_every_field_of_a_simulated_buyer_but_the_province_is_found() -> None:
    history = History([Good("MO", "Mật ong", 120_000)], seed="c", first_day=date(2025, 1, 1))
    for order in list(history.orders(datetime(2025, 3, 1, tzinfo=UTC)))[:50]:
        buyer = order.buyer
        for value in (buyer.name, buyer.phone, buyer.street, buyer.email, buyer.username):
            assert find_canary(texts=[value])
        assert not find_canary(texts=[buyer.province])
