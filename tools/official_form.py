"""Writes the Word forms of the official reports and of the evidence for dossiers: `python tools/official_form.py`.

The forms hold every table that `ocop_market.reports.official.layout` and `…evidence.figures` know, as named places; an office
changes a copy of them.
Laid out in the usual administrative form (Decree 30/2020/NĐ-CP, Annex I, from general knowledge; not re-read).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from ocop_market.reports.evidence.figures import COLUMNS as EVIDENCE_COLUMNS
from ocop_market.reports.official.figures import NUMBERS, Column
from ocop_market.reports.official.layout import COLUMNS
from ocop_market.reports.official.word import without_clock

FORM = Path(__file__).resolve().parent.parent / "ocop_market" / "reports" / "official" / "forms" / "report.docx"
EVIDENCE = FORM.with_name("evidence.docx")
PARTS = {
    "tong_hop": ("tong_hop",), "san_pham": ("con_hieu_luc", "luy_ke", "bien_dong", "san_pham_bien_dong", "den_han"),
    "chu_the": ("chu_the", "diem_ban_dia_phuong", "diem_ban"),
    "tieu_thu": ("kenh", "thanh_phan", "doanh_thu_sao", "doanh_thu_nhom", "doanh_thu_dia_phuong", "theo_thang", "muc_tieu")}
ANNEX = "danh_muc"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def form() -> bytes:
    """The form, the same bytes every time."""
    word = _empty("Báo cáo OCOP")
    _letterhead(word)
    for part, tables in PARTS.items():
        _part(word, part, tables, 165)
    _head(word, "V. LƯU Ý VỀ SỐ LIỆU")
    _loop(word, "cau in luu_y", "- {{ cau }}")
    _head(word, "VI. KHÓ KHĂN, KIẾN NGHỊ")
    for _ in range(3):
        _say(word, "…" * 62)
    _signature(word)
    annex = word.add_section()
    annex.orientation, annex.page_width, annex.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    annex.left_margin = annex.right_margin = Mm(15)
    _part(word, ANNEX, (ANNEX, "danh_sach_diem_ban"), 267)
    _loop(word, "cau in dieu_kien", "{{ cau }}", size=9)
    return _saved(word)


def evidence_form() -> bytes:
    """The form of the evidence for a dossier of five stars, the same bytes every time."""
    word = _empty("Minh chứng tiêu thụ")
    for text, bold in (("{{ quoc_hieu }}", True), ("{{ tieu_ngu }}", True), ("", False), ("{{ ten_van_ban }}", True),
                       ("{{ doi_tuong }}", True), ("(Số liệu đến hết ngày {{ den_ngay }})", False)):
        _say(word, text, bold=bold, align=CENTRE)
    _loop(word, "dong in cau", "{{ dong }}")
    for key, columns in EVIDENCE_COLUMNS.items():
        _head(word, f"{{{{ bang.{key}.tieu_de }}}}", size=12)
        _table(word, key, columns, 165)
    _head(word, "Lưu ý về số liệu")
    _loop(word, "dong in luu_y", "- {{ dong }}")
    _head(word, "Điều kiện tính số liệu")
    _loop(word, "dong in dieu_kien", "{{ dong }}", size=10)
    _say(word, "{{ dia_danh }}, ngày ….. tháng ….. năm {{ nam }}", italic=True, align=RIGHT)
    _say(word, "ĐẠI DIỆN CHỦ THỂ", bold=True, align=RIGHT)
    return _saved(word)


def _empty(title: str) -> Word:
    word = Document()
    for number, related in list(word.part.package.rels.items()):
        if related.reltype.endswith("/thumbnail"):  # a picture of the library's own empty document
            del word.part.package.rels[number]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    word.core_properties.author, word.core_properties.title = "ocop-market", title
    word.core_properties.created = word.core_properties.modified = now
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(4)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(20), Mm(20), Mm(30), Mm(15)
    _page_numbers(word)
    return word


def _saved(word: Word) -> bytes:
    made = io.BytesIO()
    word.save(made)
    return without_clock(made.getvalue())


def _letterhead(word: Word) -> None:
    left, right = _columns(word.add_table(1, 2), (60, 105)).rows[0].cells
    _write(left.paragraphs[0], "{{ co_quan_cap_tren }}", size=12, align=CENTRE)
    _write(left.add_paragraph(), "{{ co_quan }}", size=12, bold=True, align=CENTRE, underline=True)
    _write(left.add_paragraph(), "{{ ky_hieu }}", align=CENTRE)
    _write(right.paragraphs[0], "{{ quoc_hieu }}", size=12, bold=True, align=CENTRE)
    _write(right.add_paragraph(), "{{ tieu_ngu }}", bold=True, align=CENTRE, underline=True)
    _write(right.add_paragraph(), "{{ dia_danh }}, ngày ….. tháng ….. năm {{ nam }}", italic=True, align=CENTRE)
    _say(word, "{{ ten_bao_cao }}", bold=True, align=CENTRE)
    _say(word, "{{ trich_yeu }}", bold=True, align=CENTRE)
    _say(word, "(Số liệu từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }})", align=CENTRE)
    _loop(word, "noi in kinh_gui", "{% if loop.first %}Kính gửi: {% endif %}{{ noi }}", align=CENTRE)


def _signature(word: Word) -> None:
    left, right = word.add_table(1, 2).rows[0].cells
    _write(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True)
    for text in ("{%p for noi in noi_nhan %}", "- {{ noi }}", "{%p endfor %}"):
        _write(left.add_paragraph(), text, size=11)
    _write(right.paragraphs[0], "{{ quyen_han }}", bold=True, align=CENTRE)
    _write(right.add_paragraph(), "{{ chuc_vu }}", bold=True, align=CENTRE)
    _write(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu)", size=11, italic=True, align=CENTRE)
    for _ in range(4):
        right.add_paragraph()


def _part(word: Word, part: str, tables: Iterable[str], width: int) -> None:
    _head(word, f"{{{{ phan.{part}.tieu_de }}}}")
    _loop(word, f"cau in phan.{part}.cau", "{{ cau }}")
    for key in tables:
        _say(word, f"{{%p if bang.{key}.co %}}")
        _head(word, f"{{{{ bang.{key}.tieu_de }}}}", size=12)
        _table(word, key, COLUMNS[key], width)
        _loop(word, f"cau in bang.{key}.ghi_chu", "{{ cau }}", size=10, italic=True)
        _say(word, "{%p endif %}")


def _table(word: Word, key: str, columns: tuple[Column, ...], width: int) -> None:
    size = 8 if len(columns) > 6 else 10
    made = word.add_table(8, len(columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _narrow_margins(made)
    unit = width / sum(column.width for column in columns)
    _columns(made, [unit * column.width for column in columns])
    heading, begin, if_sum, sum_row, otherwise, row, end_if, end = made.rows
    _repeats(made)
    for column, title, in_sum, cell in zip(columns, heading.cells, sum_row.cells, row.cells, strict=True):
        _tight(title, column.heading, size, CENTRE, bold=True)
        title.paragraphs[0].paragraph_format.keep_with_next = True
        for place, bold in ((in_sum, True), (cell, False)):
            _tight(place, f"{{{{ dong.{column.key} }}}}", size, RIGHT if column.cell in NUMBERS else None, bold=bold)
    for mark, words in ((begin, f"for dong in bang.{key}.dong"), (if_sum, f"if bang.{key}.dong_tong and loop.last"), (otherwise, "else"),
                        (end_if, "endif"), (end, "endfor")):
        mark.cells[0].paragraphs[0].add_run(f"{{%tr {words} %}}")


def _columns(made: Table, widths: Iterable[float]) -> Table:
    """The same widths in mm in the table's grid, by which LibreOffice goes, and in its cells, by which Word does."""
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return made


def _narrow_margins(made: Table) -> None:
    """0.8 mm beside the text of a cell, where Word would take 1.9."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "45")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _repeats(made: Table) -> None:
    """The heading stands on every page, and no row is torn."""
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _tight(cell: _Cell, text: str, size: int, align: WD_ALIGN_PARAGRAPH | None, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _write(paragraph, text, size=size, bold=bold, align=align)


def _page_numbers(word: Word) -> None:
    """At the top in the middle, from the second page on."""
    section = word.sections[0]
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)
    for footer in (section.footer, section.first_page_footer):
        _write(footer.paragraphs[0], "Mã số liệu {{ ma_so_lieu }} · số liệu đến hết ngày {{ den_ngay }}", size=8)


def _loop(word: Word, what: str, text: str, *, size: int = 13, italic: bool = False, align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    _say(word, f"{{%p for {what} %}}")
    _say(word, text, size=size, italic=italic, align=align)
    _say(word, "{%p endfor %}")


def _head(word: Word, text: str, *, size: int = 13) -> None:
    """A heading, on the page of what it stands over."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next, paragraph.paragraph_format.space_before = True, Pt(8)
    _write(paragraph, text, size=size, bold=True)


def _say(word: Word, text: str, *, size: int = 13, bold: bool = False, italic: bool = False,
         align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    _write(word.add_paragraph(), text, size=size, bold=bold, italic=italic, align=align)


def _write(paragraph: Paragraph, text: str, *, size: int = 13, bold: bool = False, italic: bool = False, underline: bool = False,
           align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline
    if align is not None:
        paragraph.alignment = align


if __name__ == "__main__":
    FORM.write_bytes(form())
    EVIDENCE.write_bytes(evidence_form())
