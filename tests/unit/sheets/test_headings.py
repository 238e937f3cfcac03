import pytest

from ocop_market.errors import SettingsError
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.headings import Headings, Vocabulary, find_headings, require_headings, unit_in
from ocop_market.sheets.sheet import Merged, Sheet
from ocop_market.sheets.tables import read_body
from tests.unit.sheets.workbooks import workbook

GOODS = Vocabulary(
    required=frozenset({"name"}),
    aliases={"name": ("ten san pham", "san pham"), "producer": ("chu the",), "district": ("huyen",), "commune": ("xa",),
             "number": ("quyet dinh so",), "day": ("quyet dinh ngay", "ngay quyet dinh"), "price": ("gia ban", "gia"),
             "sku": ("ma hang",),
             "bill_discount": ("giam gia",), "discount": ("giam gia",)},
    pivot="sku", left=frozenset({"bill_discount"}), right=frozenset({"discount"}))


def sheet(*rows: str, merged: tuple[Merged, ...] = ()) -> Sheet:
    return Sheet("", tuple(tuple(cell or None for cell in row.split("|")) for row in rows), merged=merged)


def found(*rows: str) -> Headings:
    headings = find_headings(sheet(*rows), GOODS)
    assert headings is not None
    return headings


def positions(headings: Headings) -> dict[str, int]:
    return {column.target: column.position for column in headings.columns}


def test_heading_row_is_found_below_titles() -> None:
    headings = found("UBND TỈNH|", "DANH SÁCH SẢN PHẨM|", "|", "STT|Tên sản phẩm|Chủ thể|Huyện", "1|Mật|HTX A|X")
    assert (headings.top, positions(headings)) == (3, {"name": 1, "producer": 2, "district": 3})


@pytest.mark.parametrize("heading", ["TÊN SẢN PHẨM *", "Tên\nsản phẩm", "Tên sản phẩm OCOP", "2. Tên sản phẩm", "Tên sảm phẩm",
    "Tensanpham"])
def test_headings_are_found_in_spite_of_their_writing(heading: str) -> None:
    assert positions(found(f"{heading}|Chủ thể")) == {"name": 0, "producer": 1}


def test_slips_are_told_as_such() -> None:
    headings = found("Tên sảm phẩm|Chủ thể")
    assert [(column.target, column.close) for column in headings.columns] == [("name", True), ("producer", False)]


def test_other_short_words_are_no_slips() -> None:
    vocabulary = Vocabulary(required=frozenset({"name"}), aliases={"name": ("ten san pham",), "day": ("ngay cap",)})
    headings = find_headings(sheet("Tên sản phẩm|Ngày lập|Ngày cấp"), vocabulary)
    assert headings is not None
    assert positions(headings) == {"name": 0, "day": 2}


def test_two_rows_are_read_together() -> None:
    headings = found("Tên sản phẩm|Quyết định||Địa chỉ|", "|Số|Ngày|Xã|Huyện", "Mật|1|2|3|4")
    assert (headings.bottom, positions(headings)) == (1, {"name": 0, "number": 1, "day": 2, "commune": 3, "district": 4})


def test_parts_of_a_heading_count_when_they_agree() -> None:
    assert positions(found("Tên sản phẩm|Huyện/thị xã/thành phố"))["district"] == 1
    assert "district" not in positions(found("Tên sản phẩm|Chủ thể|Xã, huyện"))


def test_side_of_the_code_decides_between_equal_headings() -> None:
    assert positions(found("Tên sản phẩm|Giảm giá|Mã hàng|Giảm giá|Giảm giá %")) == {"name": 0, "bill_discount": 1, "sku": 2,
        "discount": 3}


def test_better_name_wins_and_two_equal_ones_stop_the_reading() -> None:
    assert positions(found("Tên sản phẩm|Giá|Giá bán"))["price"] == 2
    with pytest.raises(SettingsError) as caught:
        require_headings("x", [sheet("Tên sản phẩm|Giá bán|Giá bán")], GOODS)
    assert caught.value.code == "headings-double"
    assert "Giá bán" in caught.value.sentence("en")


def test_missing_headings_name_what_was_expected() -> None:
    with pytest.raises(SettingsError) as caught:
        require_headings("x", [sheet("a|b", "c|d")], GOODS)
    assert caught.value.code == "headings-missing"


def test_visible_sheet_goes_before_a_hidden_one() -> None:
    table = [["Tên sản phẩm", "Chủ thể"], ["Mật", "A"]]
    sheets = read_sheets("x", workbook([["Tên sản phẩm", "Chủ thể", "Huyện"], ["Ẩn", "B", "C"]], table, hidden=[0]))
    assert require_headings("x", sheets, GOODS)[0].rows[1][0] == "Mật"


def test_units_of_headings() -> None:
    assert [unit_in(text) for text in ("Khối lượng (g)", "Khối lượng, kg", "Giá")] == ["g", "kg", ""]


def body(*rows: str, sections: bool = True, merged: tuple[Merged, ...] = ()) -> tuple[list[object], dict[str, int]]:
    table = sheet("STT|Tên sản phẩm|Chủ thể|Huyện", *rows, merged=merged)
    headings = find_headings(table, GOODS)
    assert headings is not None
    read = read_body(table, headings, fill_down={"producer"}, sections=sections)
    return [row.at(1) for row in read.rows], dict(read.passed)


def test_totals_blanks_sections_repeated_headings_and_signatures_are_no_rows() -> None:
    rows, passed = body("(1)|(2)|(3)|(4)", "I|Huyện Cầu Kè||", "1|Mật|A|X", "|||", "STT|Tên sản phẩm|Chủ thể|Huyện",
        "2|Chè|B|Y", "3|||",
                        "Tổng cộng|2||", "|Người lập biểu||TM. UBND", "|Nguyễn Văn A||")
    assert rows == ["Mật", "Chè"]
    assert passed == {"heading": 2, "section": 1, "blank": 2, "total": 1, "closing": 2}


def test_product_that_begins_like_a_total_is_a_row() -> None:
    assert body("1|Tổng hợp trái cây sấy|A|X", "2|Cống Mỹ|A|X", "3|Tinh dầu sả|A|X")[0] == ["Tổng hợp trái cây sấy", "Cống Mỹ",
        "Tinh dầu sả"]


def test_merged_cells_speak_for_all_their_rows() -> None:
    table = sheet("Tên sản phẩm|Chủ thể", "Mật|HTX A", "Chè|", "Trà|", merged=(Merged(1, 1, 2, 1),))
    headings = find_headings(table, GOODS)
    assert headings is not None
    assert [row.at(1) for row in read_body(table, headings, fill_down={"producer"}).rows] == ["HTX A", "HTX A", None]


def troubles(text: str) -> list[str]:
    table = read_sheets("x", text.encode())[0]
    headings = find_headings(table, GOODS)
    assert headings is not None
    return [row.trouble.code if row.trouble else "" for row in read_body(table, headings).rows]


def test_rows_out_of_place_are_told() -> None:
    assert troubles("Tên sản phẩm,Chủ thể,Giá\nMật,B,1\nChè,D,2,3\nTrà\nBún,G,4\n\"Mỳ,I\n") == ["", "row-too-wide",
        "row-cut-short", "", "row-quotes"]


def test_a_habit_of_leaving_out_empty_cells_is_no_trouble() -> None:
    assert troubles("Tên sản phẩm,Chủ thể,Giá\n" + "A,B\n" * 30) == [""] * 30
