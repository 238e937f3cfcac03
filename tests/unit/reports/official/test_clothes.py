"""Four clothes of one set of figures: the same numbers in all, the same bytes twice, every Vietnamese letter drawn."""

import io
import re
import sys
import zipfile
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from itertools import product as pairs
from unicodedata import normalize

import docx
import openpyxl
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from ocop_market.errors import SettingsError
from ocop_market.places.units import Geography
from ocop_market.reports.official.addresses import addressed
from ocop_market.reports.official.figures import NUMBERS, OfficialFigures, Scope
from ocop_market.reports.official.frozen import Format, dress
from ocop_market.reports.official.layout import filled
from ocop_market.reports.official.letterhead import FOLDER, TYPST, WORD, form, read_letterhead, write_forms
from ocop_market.reports.official.printed import drawn, places
from ocop_market.reports.official.word import to_docx
from ocop_market.reports.tile_map import tiles
from ocop_market.store.catalog import save_products
from tests.unit.reports.official.conftest import PRODUCTS, figures_of
from tools import official_form

VOWELS = "aăâeêioôơuưy"
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = "".join(normalize("NFC", vowel + mark) for vowel, mark in pairs(VOWELS, MARKS)) + "đ"
ALL_LETTERS = LETTERS + LETTERS.upper()


@pytest.fixture
def lettered(province):
    """The figures with a product whose name has every letter of the language."""
    with province.store.writing() as connection:
        save_products(connection, [replace(PRODUCTS["MOI"], name=ALL_LETTERS + " ₫ …")], province.clock(), origin="x")
    return figures_of(province)


@pytest.mark.parametrize("as_format", list(Format))
def test_the_same_figures_give_the_same_bytes(tmp_path, figures, letterhead, as_format):
    assert dress(tmp_path, figures, letterhead, as_format) == dress(tmp_path, figures, letterhead, as_format)


def test_every_cell_of_every_table_stands_in_the_word_file(tmp_path, figures, letterhead):
    made = docx.Document(io.BytesIO(dress(tmp_path, figures, letterhead, Format.DOCX)))
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in made.tables if len(table.rows) > 1]
    expected = {tuple(map(tuple, [[column.heading for column in table.columns], *(table.shown(row) for row in table.rows)]))
                for table in figures.tables}
    assert {tuple(map(tuple, rows)) for rows in found} == expected
    sums = {tuple(table.shown(table.rows[-1])) for table in figures.tables if table.has_total}
    bold = {tuple(cell.text for cell in row.cells) for table in made.tables for row in table.rows[1:]
            if all(run.bold for cell in row.cells for run in cell.paragraphs[0].runs) and len(table.rows) > 1}
    assert bold == sums
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "{" not in text
    assert all(doubt in text for doubt in figures.doubts)


def test_every_table_is_a_sheet_with_numbers_as_numbers_and_native_charts(tmp_path, figures, letterhead):
    content = dress(tmp_path, figures, letterhead, Format.XLSX)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, table in zip(book.worksheets[1:-1], figures.tables, strict=True):
        for row, cells in zip(table.rows, sheet.iter_rows(min_row=5, max_col=len(table.columns)), strict=False):
            for position, (value, cell) in enumerate(zip(row, cells, strict=True)):
                if table.cell(row, position) in NUMBERS and value is not None:
                    assert cell.value == value, (table.key, cell.coordinate)
    charts = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == sum(table.chart is not None for table in figures.tables) == 9


class Page(HTMLParser):
    """Tags that are open, addresses, and the cells of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for key, value in attrs if key in ("src", "href", "action", "data") and value]
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open[-2:]:
            self.cells[-1] += data


def test_the_page_needs_nothing_else_and_says_the_same(tmp_path, figures, letterhead):
    text = dress(tmp_path, figures, letterhead, Format.HTML).decode()
    page = Page()
    page.feed(text)
    assert page.open == []
    assert {address[0] for address in page.addresses} == {"#"}
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "@import" not in text
    assert not re.search(r"url\(", text)
    assert page.cells == [cell for table in figures.tables for row in table.rows for cell in table.shown(row)]
    assert all(f'id="{table.key}"' in text for table in figures.tables)


def test_every_picture_fits_a_page_of_the_pdf(letterhead):
    """They are drawn 135 mm wide on pages that have room for 240 mm."""
    provinces = list(tiles(Geography.PRESENT))
    rows = [(name, 10 + number, 9, 1 + number, 1.0) for number, name in enumerate(provinces)]
    scope = Scope(kind="year", as_of="2026-11-20", start="2026-01-01", basis="net", basis_text="", geography="present", geography_text="",
                  level="province", time_zone="", rules="", program="", inputs="", market="", practice=False)
    table = filled("doanh_thu_dia_phuong", "Doanh thu", rows)
    pictures = drawn(table, OfficialFigures(title="", subtitle="", scope=scope, sections=(), doubts=()))
    sizes = [re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', picture).groups() for picture in pictures]
    assert len(sizes) == 2
    assert all(135 * float(height) / float(width) <= 240 for width, height in sizes)


def test_every_figure_of_the_page_and_of_the_workbook_leads_to_its_address(tmp_path, figures, letterhead):
    found = list(addressed(figures))
    text = dress(tmp_path, figures, letterhead, Format.HTML).decode()
    targets = dict(re.findall(r'<li id="g(\d+)">.*?<code>(.*?)</code>', text))
    assert [(number, shown) for number, shown in re.findall(r'<a href="#g(\d+)">(.*?)</a>', text)] == [
        (str(one.number), escape(one.printed)) for one in found]
    assert {number: unescape(command) for number, command in targets.items()} == {str(one.number): one.command for one in found}
    book = openpyxl.load_workbook(io.BytesIO(dress(tmp_path, figures, letterhead, Format.XLSX)))
    rows = [row for row in book.worksheets[-1].iter_rows() if isinstance(row[1].value, int)]
    assert book.worksheets[-1].title == "Giải thích"
    assert [row[5].value for row in rows] == [str(one.address) for one in found]
    for row, one in zip(rows, found, strict=True):
        sheet, _, cell = row[0].hyperlink.location.rpartition("!")
        assert book[sheet.strip("'")][cell].value == one.table.rows[one.row][one.column]


def test_the_pdf_draws_every_vietnamese_letter_with_a_font_of_its_own(tmp_path, lettered, letterhead):
    reader = PdfReader(io.BytesIO(dress(tmp_path, lettered, letterhead, Format.PDF)))
    read, glyphs, embedded = "", set(), set()
    for page in reader.pages:
        read += page.extract_text()
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"Tj", b"TJ"):
                for piece in operands[0] if operator == b"TJ" else operands:
                    raw = getattr(piece, "original_bytes", b"")
                    glyphs |= {raw[i:i + 2] for i in range(0, len(raw), 2)}
        for font in page["/Resources"]["/Font"].get_object().values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            embedded.add("/FontFile3" in described or "/FontFile2" in described)
    assert set(ALL_LETTERS) <= set(normalize("NFC", read))
    assert len(glyphs) > len(ALL_LETTERS)
    assert b"\0\0" not in glyphs, "a letter that the font does not have is drawn as glyph 0"
    assert embedded == {True}


def test_the_pdf_and_the_word_file_carry_the_letterhead(tmp_path, figures):
    write_forms(tmp_path)
    own = tmp_path / FOLDER / "letterhead.toml"
    own.write_text(own.read_text(encoding="utf-8").replace('dia_danh = "……………"', 'dia_danh = "Lạng Sơn"'), encoding="utf-8")
    letterhead = read_letterhead(tmp_path)
    pdf = PdfReader(io.BytesIO(dress(tmp_path, figures, letterhead, Format.PDF)))
    word = docx.Document(io.BytesIO(dress(tmp_path, figures, letterhead, Format.DOCX)))
    assert "Lạng Sơn, ngày" in normalize("NFC", pdf.pages[0].extract_text())
    assert "Lạng Sơn, ngày" in word.tables[0].rows[0].cells[1].text


@pytest.mark.parametrize(("written", "name", "near"), [
    ("{{ co_quam }}", "co_quam", "co_quan"), ("{{ bang.con_hieu_lc.tieu_de }}", "con_hieu_lc", "con_hieu_luc")])
def test_a_wrong_place_in_a_word_template_is_told_with_the_nearest_ones(figures, letterhead, written, name, near):
    template = docx.Document()
    template.add_paragraph(written)
    content = io.BytesIO()
    template.save(content)
    with pytest.raises(SettingsError) as refused:
        to_docx(content.getvalue(), "mau.docx", places(figures, letterhead))
    assert refused.value.code == "unknown-place"
    assert refused.value.values["name"] == name
    assert near in str(refused.value.values["near"]).split(", ")


def test_a_word_template_cannot_reach_the_interpreter(figures, letterhead):
    template = docx.Document()
    template.add_paragraph("{{ ''.__class__.__mro__ }}")
    content = io.BytesIO()
    template.save(content)
    with pytest.raises(SettingsError):
        to_docx(content.getvalue(), "mau.docx", places(figures, letterhead))


@pytest.mark.parametrize(("name", "content"), [
    (WORD, b"no archive"), (TYPST, b"#json(bytes(sys.inputs.places)).khong_co"), (TYPST, b"#set text(font: \"No Such Font\")\nA")])
def test_a_broken_template_is_a_sentence_that_names_it(tmp_path, figures, letterhead, name, content):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / name).write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        dress(tmp_path, figures, letterhead, Format(name.rpartition(".")[2].replace("typ", "pdf")))
    assert refused.value.code == "form-unreadable"
    assert name in str(refused.value.values["path"])


def test_an_unknown_line_in_the_letterhead_is_told(tmp_path):
    write_forms(tmp_path)
    own = tmp_path / FOLDER / "letterhead.toml"
    own.write_text(own.read_text(encoding="utf-8") + '\nnguoi_ky = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_letterhead(tmp_path)
    assert (refused.value.code, refused.value.values["name"]) == ("unknown-place", "nguoi_ky")


def test_forms_of_an_office_are_never_overwritten(tmp_path):
    write_forms(tmp_path)
    with pytest.raises(SettingsError) as refused:
        write_forms(tmp_path)
    assert refused.value.code == "form-there"


def test_the_word_form_in_the_package_is_the_one_that_the_tool_writes(tmp_path):
    made, kept = (zipfile.ZipFile(io.BytesIO(content)) for content in (official_form.form(), form(tmp_path, WORD)))
    assert {name: made.read(name) for name in made.namelist()} == {name: kept.read(name) for name in kept.namelist()}


def test_what_begins_like_a_formula_stays_text_and_marks_are_escaped(province, letterhead):
    nasty = '=cmd|"/c calc"!A1 <b>&amp;</b> {{ 7*7 }}'
    with province.store.writing() as connection:
        save_products(connection, [replace(PRODUCTS["MOI"], name=nasty)], province.clock(), origin="x")
    figures = figures_of(province)
    made = docx.Document(io.BytesIO(dress(province.folder, figures, letterhead, Format.DOCX)))
    assert any(cell.text == nasty for table in made.tables for row in table.rows for cell in row.cells)
    assert nasty not in dress(province.folder, figures, letterhead, Format.HTML).decode()
    book = openpyxl.load_workbook(io.BytesIO(dress(province.folder, figures, letterhead, Format.XLSX)))
    assert not any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert dress(province.folder, figures, letterhead, Format.PDF).startswith(b"%PDF")


@pytest.mark.parametrize(("as_format", "package"), [(Format.DOCX, "docxtpl"), (Format.PDF, "typst")])
def test_without_the_extra_the_sentence_names_it(tmp_path, figures, letterhead, monkeypatch, as_format, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError) as refused:
        dress(tmp_path, figures, letterhead, as_format)
    assert refused.value.code == "extra-missing"
    assert "ocop-market[reports]" in refused.value.sentence("en")
