"""The same figures in three clothes: complete, readable on a phone, the same bytes every time."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import NO_STAR, By, Comparison, Period, Row
from ocop_market.growth.coverage import Coverage
from ocop_market.language import use_language
from ocop_market.places.units import Geography
from ocop_market.reports.charts import bars, columns
from ocop_market.reports.excel import to_xlsx
from ocop_market.reports.figures import Figures, label
from ocop_market.reports.html import to_html
from ocop_market.reports.numbers import dong, per_cent, short
from ocop_market.store.ledger import UnknownState
from sync_jobs.files import write_reports

WHOLE = Coverage()
PERIOD = Period(date(2025, 11, 1), date(2026, 10, 31))


def figures(*, practice: bool = False, covered: Coverage = WHOLE, unknown: int = 0) -> Figures:
    def table(by: By, *rows: Row) -> Comparison:
        doubtful = (UnknownState("shop", "MOON", 1, unknown),) if unknown else ()
        return Comparison(by, Basis.NET, PERIOD, PERIOD.a_year_before(), rows, doubtful)

    return Figures("HTX <Chè & Trà>", datetime(2026, 11, 1, 3, tzinfo=UTC), PERIOD, PERIOD.a_year_before(), Basis.NET,
                   {"shopee": datetime(2026, 11, 1, tzinfo=UTC)}, {
                       By.CHANNEL: table(By.CHANNEL, Row("shopee", 1_500_000, 1_000_000), Row("=HYPERLINK(1)", 5, 0)),
                       By.STAR: table(By.STAR, Row("4", 1_000_000, 900_000), Row(NO_STAR, 500_005, 100_000)),
                       By.PROVINCE: table(By.PROVINCE, Row("Bắc Ninh", 1_500_005, 1_000_000))},
                   tuple((f"2026-{m:02d}", 100_000 * m, 90_000 * m) for m in range(1, 11)), practice, covered)


class Tags(HTMLParser):
    """Follows which tags are open, and collects addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("geography", "words"), [(Geography.OLD, "units of 30/6/2025"), (Geography.PRESENT, "units of today")])
def test_the_geography_stands_in_the_titles_of_page_and_workbook(geography, words):
    use_language("en")
    made = figures()
    by_place = replace(made.comparisons[By.PROVINCE], geography=geography)
    made = replace(made, comparisons={**made.comparisons, By.PROVINCE: by_place})
    assert f"By province ({words})" in to_html(made)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(made)))
    assert book["By province"]["A1"].value == f"By province ({words})"
    use_language("vi")


def test_the_page_is_whole_and_asks_for_nothing_from_outside():
    page = to_html(figures())
    tags = Tags()
    tags.feed(page)
    assert tags.open == [] and tags.addresses == []
    assert "<script" not in page and "viewport" in page and "@import" not in page and "url(" not in page


def test_the_page_shows_period_basis_and_every_row():
    use_language("en")
    page = to_html(figures())
    use_language("vi")
    for text in ("01/11/2025 to 31/10/2026", "before fees", "1.500.000\u00a0₫", "+50,0\u00a0%", "Bắc Ninh", "4 stars",
                 "HTX &lt;Chè &amp; Trà&gt;"):
        assert text in page, text


@pytest.mark.parametrize(("changed", "there"), [
    ({"practice": True}, "made-up prices"), ({"unknown": 77_000}, "77.000"),
    ({"covered": Coverage(ends_early=("shopee",))}, "Sales of shopee do not reach the end"),
    ({"covered": Coverage(begins={"tiki": date(2025, 6, 1)})}, "tiki (01/06/2025)")])
def test_what_a_reader_must_know_stands_on_top(changed, there):
    use_language("en")
    assert there in to_html(figures(**changed)).partition("<h2>")[0]
    assert there not in to_html(figures())
    use_language("vi")


def test_the_workbook_holds_the_same_figures_as_numbers():
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(figures())))
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet[2]][:5] == ["shopee", 1_500_000, 1_000_000, 500_000, 0.5]
    assert [cell.value for cell in sheet[4]][1:3] == [1_500_005, 1_000_000]
    assert len(book.worksheets) == 5 and all(ws._charts for ws in book.worksheets[1:])


def test_text_in_the_workbook_never_becomes_a_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(figures()))).worksheets[1]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=HYPERLINK(1)", "s")


def test_the_same_figures_give_the_same_bytes():
    assert to_xlsx(figures()) == to_xlsx(figures())
    assert to_html(figures()) == to_html(figures())


def test_growth_from_nothing_is_a_dash():
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(figures()))).worksheets[1]
    assert sheet["E3"].value == "–"


@pytest.mark.parametrize("chart", [
    columns([("2026-01", 5, 3), ("2026-02", -2, 0)], title="a<b", now="n", before="b", marks=["2026-02"]),
    columns([], title="t", now="n", before="b"), bars([], title="t", now="n", before="b"),
    bars([("Trà & chè <b>", 10, 20, -50.0), ("x", -5, 0, None)], title="t", now="n", before="b")])
def test_charts_are_well_formed_drawings_whatever_goes_in(chart):
    root = ElementTree.fromstring(chart)  # noqa: S314  (our own text)
    assert root.tag.endswith("svg")
    for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(rect.get("width")) >= 0 and float(rect.get("height")) >= 0


def test_a_bar_is_as_long_as_its_amount():
    drawn = bars([("a", 100, 0, None), ("b", 50, 0, None)], title="t", now="n", before="b")
    widths = [float(w) for w in re.findall(r'height="14" fill', drawn) and re.findall(r'width="([\d.]+)" height="14"', drawn)]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.11)


def test_numbers_are_written_the_vietnamese_way():
    assert (dong(1_234_567), per_cent(12.5), per_cent(-3.04), per_cent(None)) == ("1.234.567\u00a0₫", "+12,5\u00a0%", "−3,0\u00a0%", "–")
    assert [short(n) for n in (950, 12_000, 3_400_000, 1_200_000_000)] == ["950", "12\u00a0ng", "3,4\u00a0tr", "1,2\u00a0tỷ"]


def test_rows_have_words_not_keys():
    use_language("en")
    assert (label(By.STAR, "5"), label(By.STAR, NO_STAR), label(By.PROVINCE, "Huế")) == ("5 stars", "no certificate in force", "Huế")
    use_language("vi")


def test_an_older_report_stays_whole_when_the_new_one_cannot_be_written(tmp_path, monkeypatch):
    write_reports(figures(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(self, content):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_reports(figures(practice=True), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
