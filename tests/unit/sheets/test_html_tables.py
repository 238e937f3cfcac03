"""Tables as Word, Excel and small programs write them in HTML and XML, under whatever name."""

import pytest

from ocop_market.errors import SettingsError
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.sheet import Merged

WORD_TABLE = """<table class=MsoTableGrid border=1 style='mso-yfti-tbllook:1184'>
 <tr style='mso-yfti-irow:0'><td width=40><p class=MsoNormal><b>STT<o:p></o:p></b></p></td>
  <td><p class=MsoNormal><b><span lang=VI>Tên
  sản phẩm</span></b><o:p></o:p></p></td><td><p class=MsoNormal>Hạng<span style='mso-spacerun:yes'>&nbsp; </span>sao</p></td></tr>
 <tr><td rowspan=2><p class=MsoNormal>1</p></td><td><p class=MsoNormal>M&#7853;t ong</p></td><td><p class=MsoNormal>4</p></td></tr>
 <tr><td><p class=MsoNormal>Phấn<br>hoa</p><![if !supportEmptyParas]>&nbsp;<![endif]></td><td>★★★</td></tr>
</table>"""
WORD_ROWS = (("STT", "Tên sản phẩm", "Hạng sao"), ("1", "Mật ong", "4"), (None, "Phấn hoa", "★★★"))
WORD_PAGE = f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
<style><!-- table.MsoNormalTable {{mso-style-name:"Table Normal";}} --></style></head><body lang=VI>{WORD_TABLE}</body></html>"""
CLIPBOARD = f"""Version:0.9
StartHTML:0000000105
EndHTML:0000002000
StartFragment:0000000141
EndFragment:0000001964
<html><body><!--StartFragment-->{WORD_TABLE}<!--EndFragment--></body></html>"""
MAIL = f"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="----=_Part"

------=_Part
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 8bit

<html><frameset></frameset></html>

------=_Part
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 8bit

{WORD_PAGE}

------=_Part--
"""
WORKBOOK_2003 = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="DS"><Table ss:ExpandedColumnCount="3">
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">DANH SÁCH</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">Mật &amp; chè</Data></Cell>
<Cell ss:Formula="=R[-1]C"><Data ss:Type="Error">#REF!</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-05-21T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("content", [
    WORD_TABLE.encode(), WORD_PAGE.encode(), WORD_PAGE.encode("utf-16"), b"\xef\xbb\xbf" + WORD_PAGE.encode(), CLIPBOARD.encode(),
    MAIL.replace("\n", "\r\n").encode(), ("<p class=MsoNormal>Danh sách</p>" + WORD_TABLE).encode(),
    ("<!--[if mso]><xml></xml><![endif]-->\n<![if !mso]>" + WORD_PAGE).encode(),
], ids=["fragment", "page", "utf-16", "bom", "clipboard", "single file page", "paragraph before", "conditional comments"])
def test_table_out_of_word_is_read_however_it_was_saved(content: bytes) -> None:
    sheet = read_sheets("dán.xls", content)[0]
    assert sheet.rows == WORD_ROWS
    assert sheet.merged == (Merged(1, 0, 2, 0),)


def test_workbook_of_2003_in_xml_is_read() -> None:
    sheet = read_sheets("danh-sach.xls", WORKBOOK_2003.encode())[0]
    assert sheet.rows == (("DANH SÁCH", None, None), (None, None, None), ("Mật & chè", "#REF!", "2026-05-21T00:00:00.000"))
    assert sheet.merged == (Merged(0, 0, 0, 2),)


def test_page_without_a_table_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        read_sheets("trang.xls", "<html><body><p>Xin chào</p></body></html>".encode())
    assert caught.value.code == "file-empty"


def test_text_that_tells_of_paragraphs_is_no_page() -> None:
    assert read_sheets("x", b"p,q\n1,2\n")[0].rows == (("p", "q"), ("1", "2"))
