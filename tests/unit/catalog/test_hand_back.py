"""The list handed back: nothing of it lost, answers read from it, and accepted once it is mended."""

import html
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from ocop_market.catalog.hand_back import CHOICES_SHEET, DECISION, STATE, handed_back
from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.questions import Answers
from ocop_market.language import translate, use_language
from tests.examples import examples
from tests.unit.sheets.workbooks import open_document, with_formula, workbook

TODAY = date(2026, 11, 20)
ROWS = [["DANH SÁCH"], ["Tên sản phẩm", "Chủ thể", "Nhóm", "Hạng sao", "Giá"],
        ["Nước mắm CL28 và CH20", "CTCP B", "Gia vị", 4, 60_000], ["Mật ong", "HTX A", "Khác", 3, "=1+1"], [None, "HTX A", "Chè", 3, 5],
        ["Miến dong", "HTX A", "Thực phẩm", 3, 50_000]]


@pytest.fixture(autouse=True)
def english() -> None:
    use_language("en")


def read(content: bytes, name: str = "a.xlsx") -> tuple[Intake, Answers]:
    answers = Answers()
    return read_products(name, content, today=TODAY, answers=answers), answers


def back(content: bytes, name: str = "a.xlsx") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(handed_back(name, content, read(content, name)[0], ["HTX A", "=HTX"])))


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def column_of(page, heading: str) -> int:
    return next(cell.column for row in page.iter_rows() for cell in row if cell.value == translate(heading))


def cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def test_the_workbook_comes_back_with_a_state_for_each_row_and_answers_to_choose_from() -> None:
    content = workbook(ROWS)
    page = back(content).worksheets[0]
    state = column_of(page, STATE)
    said = [str(page.cell(line, state).value) for line in range(3, 7)]
    assert [text.split(".")[0] for text in said] == ["To review", "To review", "Not taken", "Accepted"]
    assert "names several goods" in said[0]
    assert page["A3"].fill.fgColor.rgb == page["C4"].fill.fgColor.rgb == "00FFF2CC"
    assert page["A5"].fill.fgColor.rgb == "00F8CBAD"
    letters = {str(area) for one in page.data_validations.dataValidation for area in one.sqref.ranges}
    assert {"G3", "G4", "C3:C6", "B3:B6", "D3:D6"} <= letters


def test_nothing_of_the_cells_and_formats_is_lost() -> None:
    content = workbook(ROWS, merged=[(0, 0, 0, 4, "DANH SÁCH")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0]["B4"].font = Font(bold=True, color="00FF0000")
    content = saved(book)
    page = back(content).worksheets[0]
    before = cells(content)
    assert [[page.cell(r, c).value for c in range(1, 6)] for r in range(1, 7)] == before
    assert page["B4"].font.bold and page["B4"].font.color.rgb == "00FF0000"
    assert str(page.merged_cells) == "A1:E1"


def test_mended_and_answered_it_is_accepted_whole() -> None:
    book = back(workbook(ROWS))
    page = book.worksheets[0]
    answer = column_of(page, DECISION)
    lists = book[CHOICES_SHEET]
    page.cell(3, answer, next(cell.value for cell in lists[1] if str(cell.value).startswith("Split")))
    page["A5"], page["C4"], page["E4"] = "Chè xanh", "Thực phẩm", 2000
    intake, answers = read(saved(book))
    assert (intake.rows, intake.accepted, intake.notes) == (4, 4, ())
    assert [product.name for product in intake.products] == ["Nước mắm CL28", "Nước mắm CH20", "Mật ong", "Chè xanh", "Miến dong"]
    assert [code for _, code in answers.asked.values()] == ["split:Nước mắm CL28;Nước mắm CH20"]
    again = openpyxl.load_workbook(io.BytesIO(handed_back("a.xlsx", saved(book), intake)))
    assert again.worksheets[0].max_column == 7
    assert again.sheetnames == book.sheetnames
    assert again.worksheets[0]["C4"].fill.fill_type is None


def test_split_names_may_be_put_right_and_a_row_left_out() -> None:
    book = back(workbook(ROWS))
    page = book.worksheets[0]
    answer = column_of(page, DECISION)
    page.cell(3, answer, "Tách: Mắm một; Mắm hai; Mắm ba")
    page.cell(4, answer, "Leave this row out")
    page["A5"] = "Chè xanh"
    intake, _ = read(saved(book))
    assert [product.name for product in intake.products][:3] == ["Mắm một", "Mắm hai", "Mắm ba"]
    assert (intake.accepted, intake.refused, [note.problem.code for note in intake.notes]) == (3, 1, ["left-out"])


def test_a_decision_that_answers_nothing_is_told(tmp_path: Path) -> None:
    from ocop_market.market import new_market, open_market

    book = back(workbook(ROWS))
    page = book.worksheets[0]
    page.cell(3, column_of(page, DECISION), "có lẽ")
    (tmp_path / "a.xlsx").write_bytes(saved(book))
    new_market(tmp_path / "m")
    with open_market(tmp_path / "m") as market:
        intake, _, _ = market.import_catalog(tmp_path / "a.xlsx")
    assert (3, "decision-unknown") in [(note.row, note.problem.code) for note in intake.notes]


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1", "-x", "@sum"])
def test_text_that_begins_like_a_formula_is_written_as_text(text: str) -> None:
    content = f"Tên sản phẩm;Chủ thể;Mô tả\nMật;HTX A;{text}\n".encode()
    cell = back(content, "a.csv").worksheets[0]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_the_result_of_a_formula_stays_readable_for_programs_that_do_not_calculate() -> None:
    content = with_formula("=40+5", "45")
    intake, _ = read(content)
    again, _ = read(handed_back("a.xlsx", content, intake))
    assert [product.price for product in again.products] == [product.price for product in intake.products] == [45]


@pytest.mark.parametrize(("name", "content"), [
    ("a.csv", "\ufeffTên sản phẩm;Chủ thể;Hạng sao;Ngày cấp\nMật;HTX A;4 sao;01/02/2024\n".encode()),
    ("a.xls", ("<table><tr><th>Tên sản phẩm</th><th>Chủ thể</th><th>Hạng sao</th><th>Ngày cấp</th></tr>"
               "<tr><td>Mật</td><td>HTX A</td><td>4 sao</td><td>01/02/2024</td></tr></table>").encode()),
    ("a.ods", open_document("".join("<table:table-row>" + "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in row) + "</table:table-row>"
        for row in (("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày cấp"), ("Mật", "HTX A", "4 sao", "01/02/2024")))))])
def test_other_kinds_of_file_come_back_as_a_workbook_that_says_the_same(name: str, content: bytes) -> None:
    intake, _ = read(content, name)
    again, _ = read(handed_back(name, content, intake))
    assert intake.products == again.products
    assert (again.accepted, again.notes) == (1, ())


CELL = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=10) | st.sampled_from(
    ["=1+1", "@x", "#REF!", "Mật ong", "Chè B1, B2", "45.000", "01/02/2024", "4 sao", "Tổng cộng"])


@examples(15)
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=8))
def test_whatever_the_cells_hold_the_list_handed_back_says_the_same(rows: list[list[str]]) -> None:
    page = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
                   for row in [["Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày cấp", "Giá"], *rows])
    content = f"<html><body><table>{page}</table></body></html>".encode()
    intake, _ = read(content, "a.xls")
    again, _ = read(handed_back("a.xls", content, intake))
    assert (again.rows, again.accepted, again.review, again.refused) == (intake.rows, intake.accepted, intake.review, intake.refused)
    assert again.products == intake.products


def test_a_row_that_looks_like_a_section_beside_its_state_is_still_a_row() -> None:
    content = "<html><body><table><tr><td>Tên sản phẩm</td><td>Chủ thể</td><td>Giá</td></tr><tr><td></td><td></td><td>A</td></tr></table>"
    intake, _ = read(content.encode(), "a.xls")
    again, _ = read(handed_back("a.xls", content.encode(), intake))
    assert (again.rows, again.refused) == (intake.rows, intake.refused) == (1, 1)
