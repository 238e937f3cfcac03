"""Files that are hostile, huge, old or cut off: read, or refused with a sentence; nothing else ever comes out."""

import contextlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.sheets.container import Limits, file_content, read_sheets
from ocop_market.sheets.sheet import DAMAGED, UNCALCULATED, Sheet
from tests.examples import examples
from tests.unit.sheets.old_office import compound, record, workbook_stream, xls
from tests.unit.sheets.workbooks import open_document, parts_of, with_formula, workbook, zipped

TABLE = [["STT", "Tên sản phẩm", "Giá"], [1, "Mật ong", 45000], [2, "Chè", 60000]]
SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes, limits: Limits | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_sheets("tệp", content, limits or Limits())
    assert "tệp" in caught.value.sentence("en")
    return caught.value


def changed(content: bytes, path: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(content)
    assert old in parts[path]
    return zipped(parts | {path: parts[path].replace(old, new)})


def with_cells(rows: bytes) -> bytes:
    """A small workbook with further rows in raw XML."""
    return changed(workbook([["a"]]), SHEET, b"</sheetData>", rows + b"</sheetData>")


def codes(sheet: Sheet) -> list[str]:
    return [note.code for note in sheet.notes]


# huge

def test_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lớn.xlsx"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    with pytest.raises(SettingsError) as caught:
        file_content(path)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "file-too-large"
    assert used < 1_000_000


def test_file_within_the_limit_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "nhỏ.csv"
    path.write_bytes(b"a,b")
    assert file_content(path) == b"a,b"


def test_million_row_workbook_is_refused_without_opening_it() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(40, 1_000_001, 40))
    content = with_cells(rows)
    tracemalloc.start()
    error = refusal(content)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "file-too-large"
    assert "1000000" in error.sentence("en")
    assert used < 20_000_000


def test_million_row_text_is_refused() -> None:
    assert "1000001" in refusal(b"a,b\n" * 1_000_001).sentence("en")


@pytest.mark.parametrize("content", [
    workbook([["a"]] * 11), b"a,b\n" * 11, xls([["a"]] * 11), b"<table>" + b"<tr><td>a" * 11 + b"</table>",
    open_document("<table:table-row><table:table-cell office:value-type='string'><text:p>a</text:p></table:table-cell></table:table-row>"
                  * 11),
], ids=["xlsx", "csv", "xls", "html", "ods"])
def test_row_limit_holds_for_every_kind(content: bytes) -> None:
    assert refusal(content, Limits(rows=10)).code == "file-too-large"
    assert len(read_sheets("x", content, Limits(rows=11))[0].rows) == 11


# bombs

def test_workbook_of_one_repeated_letter_is_refused_as_a_bomb() -> None:
    assert refusal(zipped({"xl/workbook.xml": b"<workbook/>", SHEET: b" " * 30_000_000})).code == "file-bomb"
    assert refusal(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b" " * 30_000_000})
                   ).code == "file-bomb"


def test_member_that_holds_more_than_it_declares_is_refused_without_unpacking_it() -> None:
    """Declared: twenty letters, with their checksum. Held: fifty million, which a parser would unpack."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * 50_000_000) + packer.flush()
    content = zipped({"xl/workbook.xml": b"<workbook/>", SHEET: b"placeholder of a sheet"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lying = archive.getinfo(SHEET)
    name = SHEET.encode()
    header = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(b" " * 20), len(packed), 20, len(name), 0)
    body = content[:lying.header_offset] + header + name + packed
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(b" " * 20), len(packed), 20, len(name), 0, 0, 0, 0, 0,
                        lying.header_offset) + name
    first = content.index(b"PK\1\2")
    entries = content[first:content.index(b"PK\1\2", first + 4)] + entry
    bomb = body + entries + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, len(entries), len(body), 0)
    tracemalloc.start()
    assert refusal(bomb).code == "file-damaged"
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 10_000_000


def test_archive_with_two_members_of_one_name_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", b"<other/>")
    assert refusal(content.getvalue()).code == "file-damaged"


def test_workbooks_inside_an_archive_are_not_unpacked_further() -> None:
    inner = zipped({"xl/workbook.xml": b"<workbook/>", SHEET: b" " * 30_000_000})
    assert refusal(zipped({"danh-sach.xlsx": inner})).code == "file-is-archive"


@pytest.mark.parametrize("rows", [
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>', b'<row r="1048576"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    b'<row r="1048576"><c><v>1</v></c></row>',
], ids=["usual", "single quotes", "small letters", "sign in an attribute", "no reference"])
def test_far_cell_is_found_however_it_is_written(rows: bytes) -> None:
    assert refusal(with_cells(rows)).code == "file-too-large"


def test_cells_without_references_are_read() -> None:
    sheet = read_sheets("x", with_cells(b'<row r="3"><c><v>1</v></c><c><v>2</v></c></row>'))[0]
    assert sheet.rows[2] == (1, 2)


def test_workbook_with_a_prefix_before_its_tags_is_read_alike() -> None:
    rows = (b'<x:row r="2" hidden="1"><x:c r="A2"><x:f>1+1</x:f></x:c><x:c r="B2" t="e"><x:f>NA()</x:f><x:v>#N/A</x:v></x:c>'
            b'<x:c r="C2"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>')
    sheet = read_sheets("x", with_cells(rows))[0]
    assert sheet.rows == (("a", None, None), (UNCALCULATED, DAMAGED, 2))
    assert codes(sheet) == ["rows-hidden", "formulas-without-value"]


@pytest.mark.parametrize("rows", [
    '<table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row><table:table-row>{cell}</table:table-row>',
    "<table:table-row table:number-rows-repeated='900000'>{cell}</table:table-row>",
    '<table:table-row><table:table-cell table:formula=">" table:number-columns-repeated="9000000"/>{cell}</table:table-row>'])
def test_repeated_rows_and_columns_of_ods_are_counted(rows: str) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
    assert refusal(open_document(rows.format(cell=cell))).code == "file-too-large"


@pytest.mark.parametrize("content", [
    b"<table>" + b"<tr><td colspan=300 rowspan=300>a</td></tr>" * 200 + b"</table>",
    b"<table><Row Index='1000000'><Cell>a</Cell></Row></table>",
    b"<table>" + b"<tr><td>a" * 20_000 + b"<td colspan=300>b" * 10 + b"</table>"])
def test_spans_that_cover_millions_of_cells_are_refused(content: bytes) -> None:
    assert refusal(content, Limits(rows=100_000)).code == "file-too-large"


def test_many_comments_before_a_page_do_not_stop_the_reader() -> None:
    content = b"<!---->" * 500 + b"x"
    assert read_sheets("x", content)[0].rows[0][0] is not None


# old Office files

def test_old_excel_workbook_is_read() -> None:
    assert read_sheets("x", xls(TABLE))[0].rows == tuple(tuple(row) for row in TABLE)


@pytest.mark.parametrize(("content", "code"), [
    (xls(TABLE, before=record(0x002F, b"\0" * 6)), "file-locked"),
    (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "file-locked"),
    (compound({"WordDocument": b"x"}), "file-is-document"),
    (compound({"Something": b"x"}), "file-not-a-table"),
    (xls(TABLE, inside=record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0))), "file-too-large"),
    (xls(TABLE, inside=record(0x0200, struct.pack("<IIHHH", 0, 2**32 - 1, 0, 200, 0))), "file-too-large"),
    (xls(TABLE, before=record(0x00FC, struct.pack("<II", 1, 2**31 - 1))), "file-damaged"),
    (compound({"Workbook": workbook_stream(TABLE)}, chain={5: 4}), "file-damaged"),
    (compound({"Workbook": workbook_stream(TABLE)}, chain={5: 4_000_000}), "file-damaged"),
    (xls(TABLE)[:2500], "file-damaged"), (b"\x09\x08\x08\x00" + b"\0" * 40, "file-too-old"),
], ids=["FILEPASS", "encrypted .xlsx", ".doc", "other", "far cell", "announced rows", "texts without end", "circle", "beyond the end",
        "cut off", "before 1997"])
def test_old_files_that_cannot_be_read_are_refused(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_failed_formula_of_an_old_workbook_is_told_from_an_empty_cell() -> None:
    content = xls([["a", "b", "c"]], inside=record(0x0205, struct.pack("<HHHBB", 0, 1, 0, 23, 1)) +
                  record(0x0006, struct.pack("<HHH8sHI", 0, 2, 0, b"\2\0\x17\0\0\0\xff\xff", 0, 0) + b"\0\0"))
    assert read_sheets("x", content)[0].rows == (("a", DAMAGED, DAMAGED),)


def test_damaged_old_workbook_leaves_nothing_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    stream = workbook_stream(TABLE, inside=record(0x00FD, b"\0\0\0\0"))
    assert refusal(compound({"Workbook": stream})).code == "file-damaged"
    assert capfd.readouterr().err == ""


# what a workbook brings along

def test_workbook_with_macros_is_read_as_data_and_says_so() -> None:
    sheet = read_sheets("x", zipped(parts_of(workbook(TABLE)) | {"xl/vbaProject.bin": b"macro"}))[0]
    assert (sheet.rows[1][1], codes(sheet)) == ("Mật ong", ["file-has-macros"])


def test_hidden_rows_are_read_and_told() -> None:
    content = changed(workbook(TABLE), SHEET, b'<row r="2"', b'<row r="2" hidden="1"')
    sheet = read_sheets("x", content)[0]
    assert (sheet.rows[1][1], codes(sheet)) == ("Mật ong", ["rows-hidden"])
    assert "row 2" in sheet.notes[0].sentence("en")


def test_formulas_without_values_are_counted() -> None:
    sheet = read_sheets("x", with_formula("=1+1", ""))[0]
    assert (sheet.rows[1][2], codes(sheet)) == (UNCALCULATED, ["formulas-without-value"])
    assert "Excel" in sheet.notes[0].sentence("en")


def test_ordinary_workbook_has_no_notes() -> None:
    assert all(sheet.notes == () for sheet in read_sheets("x", workbook(TABLE, [["b"]])))


@pytest.mark.parametrize(("content", "code"), [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file-is-picture"), (b"GIF89a\x01\x00", "file-is-picture"),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "file-is-picture"), (b"BM\x10\x00\x00\x00\x00\x00\x00\x00", "file-is-picture"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00", "file-is-picture"), (b"{\\rtf1 abc}", "file-is-document"),
    (b"Rar!\x1a\x07\x00", "file-is-archive"),
    (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), "file-is-document"),
    (b"a,b\n\x00\x00,c\n", "file-not-a-table"), ("Tên,Giá\nM\x00ật,1\n".encode(), "file-not-a-table"),
])
def test_other_kinds_of_files_are_named(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_text_that_begins_like_a_bitmap_is_text() -> None:
    assert read_sheets("x", b"BM,Name\n1,a\n")[0].rows[0] == ("BM", "Name")


# nothing but our own error

SEEDS = {".xlsx": workbook(TABLE, [["a"]], merged=[(5, 1, 7, 1, "m")], hidden=[1]), ".xls": xls(TABLE), ".xlsm": zipped(
    parts_of(workbook(TABLE)) | {"xl/vbaProject.bin": b"macro"}), ".ods": open_document(
    "<table:table-row><table:table-cell office:value-type='string'><text:p>a</text:p></table:table-cell></table:table-row>" * 3)}
CHANGES = st.lists(st.tuples(st.integers(0, 9000), st.binary(max_size=6) | st.sampled_from([b"999999999", b"\xff\xff\xff\x7f", b"<c/>"])),
                   min_size=1, max_size=4)


def mutated(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    changing = bytearray(content)
    for place, change in changes:
        start = place % len(changing)
        changing[start:start + len(change)] = change
    return bytes(changing)


def read_or_refused(content: bytes) -> None:
    with contextlib.suppress(SettingsError):
        read_sheets("x", content)


@examples(40)
@given(st.sampled_from(sorted(SEEDS)), CHANGES)
def test_changed_bytes_of_workbooks_are_read_or_refused(kind: str, changes: list[tuple[int, bytes]]) -> None:
    read_or_refused(mutated(SEEDS[kind], changes))


@examples(40)
@given(st.sampled_from([".xlsx", ".ods"]), st.integers(0, 20), CHANGES)
def test_changed_parts_inside_sound_archives_are_read_or_refused(kind: str, part: int, changes: list[tuple[int, bytes]]) -> None:
    parts = parts_of(SEEDS[kind])
    path = sorted(parts)[part % len(parts)]
    read_or_refused(zipped(parts | {path: mutated(parts[path], changes)}))


@examples(40)
@given(CHANGES)
def test_changed_records_inside_sound_old_files_are_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    read_or_refused(compound({"Workbook": mutated(workbook_stream(TABLE), changes)}))


@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_workbooks_cut_off_anywhere_are_refused(kind: str) -> None:
    content = SEEDS[kind]
    for end in range(10, len(content) - 1, max(len(content) // 40, 1)):
        read_or_refused(content[:end])
    assert refusal(content[:len(content) // 2]).code == "file-damaged"
