"""Text that begins like a formula: written as text by every writer, and read back as it was."""

import csv
import io
import unicodedata

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.model.text import tidy
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.values import text_of
from ocop_market.sheets.writing import safe_text, without_guard
from tests.unit.sheets.workbooks import workbook

HOSTILE = ["=HYPERLINK(\"http://x\")", "+84 900", "-5", "@SUM(A1)", "\t=1+1", "\r=1", "\n=1", "'=1", "''@x", " =1", "=", "＝1"]
TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
BEGINS_LIKE_A_FORMULA = st.builds("".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "'=", "''+", ""]), TEXT))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_begins_like_a_formula_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert safe_text(text) == "'" + text
    assert without_guard(safe_text(text)) == text


@pytest.mark.parametrize("text", ["Mật ong", "'quoted'", "5-10", "a=b", "", "'", "–"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == without_guard(text) == text


@given(BEGINS_LIKE_A_FORMULA)
def test_text_comes_back_the_same(text: str) -> None:
    written = safe_text(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert without_guard(written) == unicodedata.normalize("NFC", text)


def as_csv(texts: list[str]) -> bytes:
    content = io.StringIO()
    csv.writer(content).writerow([safe_text(text) for text in texts])
    return content.getvalue().encode("utf-8-sig")


def as_openpyxl(texts: list[str]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append([safe_text(text) for text in texts])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("written", [as_csv, as_openpyxl, lambda texts: workbook([[safe_text(text) for text in texts]])],
                         ids=["csv", "openpyxl", "xlsxwriter"])
def test_every_writer_keeps_texts_and_our_readers_give_them_back(written: object) -> None:
    assert callable(written)
    texts = [text for text in HOSTILE if tidy(text) == text]
    content = written([*texts, "Mật ong"])
    if content.startswith(b"PK"):
        cells = next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())
        assert {cell.data_type for cell in cells} == {"s"}
    assert [text_of(cell) or cell for cell in read_sheets("x", content)[0].rows[0]] == [*texts, "Mật ong"]
