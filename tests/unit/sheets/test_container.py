# ruff: noqa: DTZ001  (cells hold naive times)
import contextlib
import unicodedata
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.sheets.container import Limits, Merged, read_sheets
from ocop_market.sheets.sheet import DAMAGED, UNCALCULATED
from tests.examples import examples
from tests.unit.sheets.workbooks import open_document, parts_of, with_formula, workbook, zipped


def refusal(content: bytes, limits: Limits | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_sheets("tệp.xlsx", content, limits or Limits())
    assert "tệp.xlsx" in caught.value.sentence("en")
    return caught.value


def rows(content: bytes) -> list[tuple[object, ...]]:
    return list(read_sheets("tệp", content)[0].rows)


def ansi(text: str) -> bytes:
    """Text as an old Vietnamese Windows writes it: hats in the letter, tones behind it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"

    def apart(letter: str) -> str:
        marks = unicodedata.normalize("NFD", letter)
        return unicodedata.normalize("NFC", "".join(m for m in marks if m not in tones)) + "".join(m for m in marks if m in tones)
    return "".join(map(apart, text)).encode("cp1258")


def test_workbook_numbers_are_exact_and_dates_are_dates() -> None:
    read = rows(workbook([["Tên", 45000, 0.1, datetime(2026, 5, 21, 15, 58, 5), date(2026, 5, 21)]]))
    assert read == [("Tên", 45000, Decimal("0.1"), datetime(2026, 5, 21, 15, 58, 5), date(2026, 5, 21))]


def test_rows_keep_the_numbers_that_people_see() -> None:
    sheet = read_sheets("x", workbook([[], [], ["Tên"], [], ["Mật"]]))[0]
    assert [sheet.number(i) for i, row in enumerate(sheet.rows) if row[0]] == [3, 5]


def test_numbers_of_csv_rows_count_lines_inside_quotes() -> None:
    sheet = read_sheets("x", b'a,b\n"1\n2",3\n4,5\n')[0]
    assert [sheet.number(i) for i in range(3)] == [1, 2, 4]


def test_failed_and_uncalculated_formulas_are_told_from_empty_cells() -> None:
    assert rows(with_formula("=NA()", "#N/A"))[1][2] == DAMAGED
    assert rows(with_formula("=1+1", ""))[1][2] == UNCALCULATED
    assert rows(with_formula("=1+1", 2))[1][2] == 2


def test_merged_areas_and_hidden_sheets_are_told() -> None:
    sheets = read_sheets("x", workbook([["a"], ["b"]], [["c"]], merged=[(3, 1, 5, 1, "m")], hidden=[1]))
    assert sheets[0].merged == (Merged(3, 1, 5, 1),)
    assert [sheet.hidden for sheet in sheets] == [False, True]


def test_ods_is_read() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>Tên</text:p></table:table-cell>'
    tail = ('<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/>'
            "</table:table-row>")
    assert rows(open_document(f"<table:table-row>{cell}</table:table-row>{tail}")) == [("Tên",)]


def test_ods_that_repeats_a_filled_cell_without_end_is_refused() -> None:
    cell = ('<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000">'
            "<text:p>1</text:p></table:table-cell>")
    bomb = open_document(f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>')
    assert refusal(bomb).code == "file-too-large"


def test_two_far_cells_do_not_bring_the_process_down() -> None:
    content = workbook([["a"]])
    parts = parts_of(content)
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    assert refusal(zipped(parts)).code == "file-too-large"


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 5_000_000})
    assert refusal(content, Limits(unpacked_bytes=1_000_000)).code == "file-too-large"


def test_large_file_is_refused_by_its_size() -> None:
    assert refusal(b"a" * 2000, Limits(content_bytes=1000)).code == "file-too-large"


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file-empty"), (b" \r\n ", "file-empty"), (b";;\n;;\n", "file-empty"),
    (b"%PDF-1.7 ...", "file-is-pdf"), (bytes(range(256)), "file-not-a-table"), (b"\x89PNG\r\n\x1a\n\x00\x00", "file-is-picture"),
    (b"PK\x03\x04 cut off", "file-damaged"), (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "file-damaged"),
    (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "file-locked"),
    (zipped({"word/document.xml": b"<a/>"}), "file-is-document"), (zipped({"xl/workbook.bin": b""}), "file-xlsb"),
    (workbook([["a"]])[:-200], "file-damaged"), ("Tên sản phẩm".encode() + b"\xff\xd2 x", "text-encoding"),
])
def test_what_is_no_table_is_refused_with_a_stable_code(content: bytes, code: str) -> None:
    assert refusal(content).code == code


@pytest.mark.parametrize("content", [
    "Tên;Giá\nMật;1,5\n".encode(), "\ufeffTên;Giá\r\nMật;1,5\r\n".encode(), "sep=;\nTên;Giá\nMật;1,5".encode(),
    "Tên\tGiá\nMật\t1,5".encode("utf-16"), "\ufeffTên\tGiá\nMật\t1,5".encode("utf-16-be"),
    "Tên\tGiá\nMật\t1,5".encode("utf-16-le"),
    "Tên|Giá\nMật|1,5".encode(), unicodedata.normalize("NFD", "Tên;Giá\nMật;1,5").encode(), ansi("Tên;Giá\nMật;1,5"),
    "<table><tr><th>Tên</th><th>Giá</th></tr><tr><td>M&#7853;t</td><td>1,5</td></tr></table>".encode(),
    "\ufeff<html><body><table><tr><td>Tên<td>Giá<tr><td> Mật\n<td>1,5</table>".encode(),
], ids=["semicolon", "bom", "sep", "utf16", "utf16-be", "utf16 without mark", "pipe", "nfd", "cp1258", "html", "loose html"])
def test_every_kind_of_text_gives_the_same_table(content: bytes) -> None:
    assert rows(content) == [("Tên", "Giá"), ("Mật", "1,5")]


def test_commas_in_texts_do_not_make_a_comma_file() -> None:
    content = "Tên;Mô tả;Giá\nMật;ngọt, thơm, sạch;1,5\nChè;xanh, đậm;2,5\n".encode()
    assert rows(content)[1] == ("Mật", "ngọt, thơm, sạch", "1,5")


def test_open_quote_costs_only_its_own_line() -> None:
    sheet = read_sheets("x", 'a,b\n"Mật,1\nChè,"2"\nTrà,3\n'.encode())[0]
    assert (sheet.broken, sheet.rows[2], sheet.rows[3]) == ({1}, ("Chè", "2"), ("Trà", "3"))


def test_html_spans_are_kept_in_place() -> None:
    content = b"<table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    sheet = read_sheets("x", content)[0]
    assert sheet.rows == (("a", "b", None), (None, "c", "d"))
    assert sheet.merged == (Merged(0, 0, 1, 0), Merged(0, 1, 0, 2))


def test_xml_workbook_is_read() -> None:
    content = ('<?xml version="1.0"?><Workbook><Worksheet><Table><Row><Cell><Data ss:Type="String">Tên</Data></Cell>'
               '<Cell ss:Index="3"><Data ss:Type="Number">45000.0</Data></Cell></Row></Table></Worksheet></Workbook>').encode()
    assert rows(content) == [("Tên", None, 45000)]


def test_ordinary_signs_are_no_old_font() -> None:
    assert rows("Tên;Mô tả\nNano® sạch;5 m² – “ngon” ½ ký\nCà phê;café, naïve\n".encode())[1][0] == "Nano® sạch"


SEEDS = (workbook([["Tên sản phẩm", "Giá"], ["Mật", 45000]]), "Tên;Giá\n\"Mật\";1,5\n".encode(),
         "<table><tr><td rowspan=2>Tên</td><td>Giá</td></tr></table>".encode())


@examples(40)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), min_size=1, max_size=4))
def test_damaged_bytes_are_read_or_refused_and_never_crash(seed: bytes, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(seed)
    for place, change in changes:
        start = place % len(content)
        content[start:start + len(change)] = change
    with contextlib.suppress(SettingsError):
        read_sheets("x", bytes(content))
