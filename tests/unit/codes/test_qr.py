import io
from xml.etree import ElementTree

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocop_market.codes.digital_link import read_link, write_link
from ocop_market.codes.qr import QUIET_ZONE, QrFormat, in_capitals, make_qr, write_qr
from ocop_market.errors import SettingsError
from tests.examples import examples

LINK = "https://htx.example.vn/01/08938512345673/10/L5"


def test_png_shows_the_modules_of_the_symbol_with_four_white_ones_around():
    code = make_qr(LINK)
    picture = Image.open(io.BytesIO(code.content(QrFormat.PNG))).convert("L")
    side = code.modules + 2 * QUIET_ZONE
    pixels = picture.width // side
    assert picture.size == (side * pixels, side * pixels)
    seen = [[picture.getpixel((x * pixels + pixels // 2, y * pixels + pixels // 2)) == 0 for x in range(side)] for y in range(side)]
    assert seen == [[bool(module) for module in row] for row in code.symbol.matrix_iter(border=QUIET_ZONE)]
    assert not any(any(row) for row in seen[:QUIET_ZONE])


def test_svg_has_the_size_in_millimetres_that_is_told():
    code = make_qr(LINK)
    root = ElementTree.fromstring(code.content(QrFormat.SVG))  # noqa: S314  (our own file)
    assert root.tag.endswith("svg")
    assert root.attrib["width"] == root.attrib["height"] == f"{code.side_mm:g}mm"
    assert code.side_mm == (code.modules + 8) * 0.5


def test_png_prints_in_the_size_that_is_told():
    code = make_qr(LINK)
    picture = Image.open(io.BytesIO(code.content(QrFormat.PNG)))
    dots, _ = picture.info["dpi"]
    assert picture.width / dots * 25.4 == pytest.approx(code.side_mm, rel=0.03)


@pytest.mark.parametrize("text", [LINK, "https://htx.example.vn/sp/trà", "8938512345673", "x" * 300])
def test_error_correction_is_m_or_better(text):
    assert make_qr(text).symbol.error in ("M", "Q", "H")


def test_capitals_make_the_code_smaller_and_say_the_same():
    assert in_capitals(LINK) == "HTTPS://HTX.EXAMPLE.VN/01/08938512345673/10/L5"
    assert make_qr(LINK).modules < segno.make_qr(LINK, error="m").symbol_size(border=0)[0]
    before, after = read_link(LINK).link, read_link(in_capitals(LINK)).link
    assert before
    assert after
    assert before.elements == after.elements


@pytest.mark.parametrize("link", [
    f"{LINK}?17=261231", "https://htx.example.vn/sp/01/08938512345673", "https://htx.example.vn/01/08938512345673/10/l5",
    "htx.example.vn/01", "Trà Shan", "8938512345673", ""])
def test_nothing_is_changed_where_capitals_would_not_help_or_would_not_be_the_same(link):
    assert in_capitals(link) == link


@examples(20)
@given(lot=st.text("ABCabc019-./%:", min_size=1, max_size=20))
def test_code_never_says_another_lot_than_the_link(lot):
    link = write_link("htx.example.vn", "8938512345673", lot=lot)
    read = read_link(make_qr(link).text).link
    assert read
    assert read.value("10") == lot


@pytest.mark.parametrize(("name", "begin"), [("x.svg", b"<?xml"), ("x.png", b"\x89PNG"), ("X.PNG", b"\x89PNG")])
def test_ending_of_the_name_says_the_kind_of_file(tmp_path, name, begin):
    code = write_qr(LINK, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begin)
    assert code.text == in_capitals(LINK)


@pytest.mark.parametrize("name", ["x.jpg", "x", "x.svg.txt"])
def test_other_kinds_of_file_are_refused_and_not_written(tmp_path, name):
    with pytest.raises(SettingsError) as refused:
        write_qr(LINK, tmp_path / name)
    assert refused.value.code == "qr-kind"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [900, 10_000])
def test_text_too_long_for_a_pack_is_refused(count):
    with pytest.raises(SettingsError) as refused:
        make_qr("x" * count)
    assert refused.value.code == "qr-too-long"
