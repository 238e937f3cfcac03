import csv
import io
import unicodedata
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.questions import Answers
from ocop_market.errors import SettingsError
from ocop_market.model.product import Certificate, CertificateKind, Group, Place, ProducerKind, Product
from tests.examples import examples
from tests.unit.sheets.workbooks import with_formula, workbook

TODAY = date(2026, 11, 20)
LIST = files("ocop_market.demo").joinpath("data", "ocop_products.csv").read_bytes()


def read(content: bytes | str, name: str = "danh-sach.xlsx") -> Intake:
    intake = read_products(name, content.encode() if isinstance(content, str) else content, today=TODAY)
    assert intake.rows == intake.accepted + intake.review + intake.refused
    assert intake.refused == len({note.row for note in intake.notes if note.refused})
    return intake


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def codes(intake: Intake) -> list[tuple[int, str, bool]]:
    return [(note.row, note.problem.code, note.refused) for note in intake.notes]


def only(intake: Intake) -> Product:
    assert len(intake.products) == 1
    return intake.products[0]


@pytest.fixture(scope="module")
def real() -> Intake:
    return read(LIST, "ocop_products.csv")


def test_the_real_list_is_accepted_but_for_the_row_that_names_three_goods(real: Intake) -> None:
    assert (real.rows, real.accepted, real.review, real.refused, len(real.products), real.notes) == (356, 355, 1, 0, 349, ())
    (asked,) = real.questions
    assert [choice.code for choice in asked.choices] == [
        "split:Nước mắm Cửa Lò CL28;Nước mắm Cửa Hội CH20;Nước mắm Cửa Hội CH25", "whole", "skip"]


def test_the_real_list_fills_columns_as_its_page_says(real: Intake) -> None:
    certificates = [c for product in real.products for c in product.certificates]
    assert Counter(c.stars for c in certificates) == {3: 204, 4: 110, 5: 25, None: 10}
    assert sum(bool(c.decision) for c in certificates) == 91
    assert sum(c.issued_on is not None for c in certificates) == sum(c.expires_on is not None for c in certificates) == 73
    assert Counter(product.group for product in real.products) == {
        Group.FOOD: 270, Group.UNKNOWN: 37, Group.DRINKS: 25, Group.MEDICINAL: 8, Group.HANDICRAFT: 5, Group.TOURISM: 4}
    assert Counter(product.producer_kind for product in real.products) == {
        ProducerKind.COMPANY: 112, ProducerKind.COOPERATIVE: 111, ProducerKind.UNKNOWN: 85, ProducerKind.HOUSEHOLD: 39,
        ProducerKind.COOPERATIVE_GROUP: 2}
    assert [(product.price, product.weight_g) for product in real.products if product.price or product.weight_g] == [(85_000,
        250)]
    assert real.columns["decision"] == "certificate_no"


def test_re_rated_products_of_the_real_list_become_one(real: Intake) -> None:
    twice = {product.name: [c.stars for c in product.certificates] for product in real.products if len(product.certificates) > 1}
    assert twice == {
        "VICUMAX MẬT ONG NANO CURCUMIN": [3, 5], "VICUMAX LIMITED NANO CURCUMIN": [3, 5], "VICUMAX NANO CURCUMIN": [3, 5],
        "Măng Lục trúc tươi Lâm sinh Ngọc Châu": [4, 4], "Mỳ Gạo Lục Ngạn": [4, 4], "Vú Sữa Tân Yên": [4, 4]}


def test_equal_names_of_other_producers_stay_apart(real: Intake) -> None:
    names = Counter(product.name for product in real.products)
    assert (names["Na Chi Lăng"], names["Chanh dây sấy dẻo"], names["Tinh bột nghệ"]) == (2, 2, 3)
    assert len({product.sku for product in real.products}) == 349


def test_the_same_list_gives_the_same_codes_in_any_order_and_form(real: Intake) -> None:
    rows = list(csv.reader(io.StringIO(LIST.decode())))
    turned = workbook([rows[0], *reversed(rows[1:])])
    apart = unicodedata.normalize("NFD", LIST.decode()).encode()
    skus = {product.sku for product in real.products}
    assert {product.sku for product in read(turned).products} == {product.sku for product in read(apart).products} == skus


PROVINCIAL = [
    ["UBND TỈNH MẪU"], ["DANH SÁCH SẢN PHẨM OCOP NĂM 2024"], ["(Kèm theo Quyết định số 12/QĐ-UBND ngày 5/8/2024)"], [],
    ["STT", "Tên sản phẩm OCOP", "Chủ thể", "Địa chỉ", None, "Hạng sao", "Quyết định công nhận", None, "Giá bán (đồng)",
    "Khối lượng"],
    [None, None, None, "Xã", "Huyện", None, "Số", "Ngày", None, None],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ["I", "NHÓM THỰC PHẨM"],
    [1, "Mật ong hoa nhãn", "HTX Nông nghiệp Bình Minh", "Xã A", "Huyện B", "4 sao", "2942/QĐ-UBND", date(2021, 8, 5),
    "120.000đ", "500g"],
    [2, "Mật ong hoa nhãn", "Hợp tác xã NN Bình Minh", "Xã A", "Huyện B", "tiềm năng 5 sao", None, None, "125.000", "0,5 kg"],
    [3, "Chè xanh", "CTCP Chè X", "Xã A", "Huyện B", 3, "38/QĐ-UBND", "01/02/2023", "185 nghìn rưỡi", "500"],
    [4, None, "CTCP Chè X", "Xã A", "Huyện B", 5],
    ["II", "ĐỒ UỐNG"],
    [5, "Rượu nếp", "Hộ kinh doanh Y", "Xã A", "Huyện B", "★★★", "Quyết định số 5/QĐ-UBND ngày 01/02/2023", None,
    "45.000 - 50.000", "500ml"],
    [6], [],
    ["Tổng cộng", "5 sản phẩm"],
    [None, "NGƯỜI LẬP BIỂU", None, None, None, "TM. UBND"], [None, "Nguyễn Văn Mẫu"],
]


def test_a_provincial_list_with_titles_two_heading_rows_sections_and_signatures() -> None:
    intake = read(workbook(PROVINCIAL, merged=[(4, 0, 5, 0, "STT"), (4, 1, 5, 1, "Tên sản phẩm OCOP"), (4, 3, 4, 4, "Địa chỉ")]))
    assert (intake.rows, intake.accepted) == (5, 4)
    honey, tea, wine = intake.products
    assert honey.certificates == (Certificate(4, "2942/QĐ-UBND", date(2021, 8, 5), date(2024, 8, 5)),)
    assert (honey.price, honey.weight_g, honey.group, honey.place) == (120_000, 500, Group.FOOD, Place("", "Huyện B", "Xã A"))
    assert (tea.price, tea.producer_kind, tea.certificates[0].stars) == (None, ProducerKind.COMPANY, 3)
    assert (wine.group, wine.certificates) == (
        Group.DRINKS, (Certificate(3, "5/QĐ-UBND", date(2023, 2, 1), date(2026, 2, 1)),))
    assert codes(intake) == [
        (10, "differs", False), (10, "stars-potential", False), (11, "number-unreadable", False),
        (11, "weight-without-unit", False),
        (12, "no-name", True), (14, "date-from-decision", False), (14, "number-unreadable", False),
        (14, "weight-is-volume", False)]
    assert intake.columns["issued_on"] == "Quyết định công nhận – Ngày"


VIETNAMESE = ("Mã SKU;Tên sản phẩm;Chủ thể;Loại hình;Nhóm;Xã;Huyện;Tỉnh;Hạng sao;Số quyết định;Ngày cấp;Ngày hết hạn;Giá;Tồn kho;"
              "Khối lượng;Mã vạch;Hạn dùng;Mô tả;Hình ảnh")


def test_all_vietnamese_headings_are_understood() -> None:
    product = only(read(table(VIETNAMESE,
        "007;Mật ong;HTX A;Hợp tác xã;Thực phẩm;Xã A;Huyện B;Lào Cai;5 sao;2361/QĐ-BNNMT;"
                              "16/06/2025;16/06/2028;1.250.000;12;500 g;8936003721777;24 tháng;Ngọt;"
                              "https://anh.example/1.jpg, https://anh.example/2.jpg")))
    assert (product.sku, product.gtin, product.price, product.stock, product.weight_g, product.shelf_life_days) == (
        "007", "08936003721777", 1_250_000, 12, 500, 730)
    assert product.certificates == (
        Certificate(5, "2361/QĐ-BNNMT", date(2025, 6, 16), date(2028, 6, 16), body="Bộ Nông nghiệp và Môi trường"),)
    assert (product.place, product.producer_kind, product.group) == (
        Place("Lào Cai", "Huyện B", "Xã A"), ProducerKind.COOPERATIVE, Group.FOOD)
    assert [picture.url for picture in product.pictures] == ["https://anh.example/1.jpg", "https://anh.example/2.jpg"]


def test_rating_and_re_rating_side_by_side_are_two_certificates() -> None:
    product = only(read(workbook([
        ["Tên sản phẩm", "Hạng sao hiện nay", "Ngày hết hạn", "Lần đầu", None, None, "Đánh giá lại", None, None],
        [None, None, None, "Sao", "Ngày quyết định", "Số quyết định", "Sao", "Ngày quyết định", "Số quyết định"],
        ["Mật ong", 4, "01/09/2027", 3, "01/02/2021", "1/QĐ-UBND", 4, "15/03/2024", "2/QĐ-UBND"]])))
    assert product.certificates == (
        Certificate(3, "1/QĐ-UBND", date(2021, 2, 1), date(2024, 2, 1), kind=CertificateKind.FIRST),
        Certificate(4, "2/QĐ-UBND", date(2024, 3, 15), date(2027, 9, 1), kind=CertificateKind.RE_RATING))


@pytest.mark.parametrize(("heading", "remark"), [("Hạng sao (tiềm năng)", ""), ("Hạng sao", "Tiềm năng 5 sao, trình Trung ương")])
def test_five_hoped_stars_are_never_granted(heading: str, remark: str) -> None:
    intake = read(table(f"Tên sản phẩm;Chủ thể;{heading};Ghi chú", f"Mật;HTX A;5;{remark}"))
    assert only(intake).certificates == ()
    assert codes(intake) == [(2, "stars-potential", False)]


@pytest.mark.parametrize(("issued", "expires"), [
    ("05/08/2021", date(2024, 8, 5)), ("29/02/2024", date(2027, 3, 1)), ("44413", date(2024, 8, 5))])
def test_missing_expiry_is_thirty_six_months_later(issued: str, expires: date) -> None:
    assert only(read(table("Tên sản phẩm;Ngày cấp", f"Mật;{issued}"))).certificates[0].expires_on == expires


@pytest.mark.parametrize(("issued", "expires", "code"), [
    ("05/08/2012", "", "date-before-programme"), ("05/08/2027", "", "date-in-future"),
    ("05/08/2021", "05/08/2019", "expires-before-issue"),
    ("2021", "", "date-year-only"), ("31/02/2021", "", "date-unreadable")])
def test_odd_dates_are_noted_and_the_row_stays(issued: str, expires: str, code: str) -> None:
    intake = read(table("Tên sản phẩm;Ngày cấp;Ngày hết hạn", f"Mật;{issued};{expires}"))
    assert (intake.accepted, codes(intake)) == (1, [(2, code, False)])


def test_dates_that_excel_may_have_swapped_are_asked_about_and_certain_ones_taken() -> None:
    content = workbook([["Tên sản phẩm", "Ngày cấp"], ["Mật", date(2021, 5, 8)], ["Chè", "26/08/2021"], ["Trà", date(2021, 6, 6)]])
    intake = read(content)
    assert [[c.issued_on for c in product.certificates] for product in intake.products] == [[], [date(2021, 8, 26)], [date(2021, 6, 6)]]
    assert codes(intake) == [(1, "dates-swapped", False)]
    (asked,) = intake.questions
    assert (asked.rows, [choice.code for choice in asked.choices]) == ((2,), ["is:2021-05-08", "is:2021-08-05", "skip"])
    told = read_products("a.xlsx", content, today=TODAY, answers=Answers({asked.key: "is:2021-08-05"}))
    assert (told.review, told.products[0].certificates[0].issued_on) == (0, date(2021, 8, 5))


@pytest.mark.parametrize(("one", "other"), [
    ("HTX Bình Minh", "Hợp tác xã Bình Minh"), ("HTXNN Bình Minh", "HTX nông nghiệp Bình Minh"),
    ("CTCP Sao Mai", "Công ty Cổ phần Sao Mai"),
    ("Công ty CP Sao Mai", "Cty cổ phần Sao Mai"), ("Công ty TNHH MTV Từ Phong",
    "Công ty trách nhiệm hữu hạn một thành viên Từ Phong"),
    ("HTX Sản xuất và Tiêu thụ Thúy", "HTX sx tiêu thụ Thuý")])
def test_legal_forms_and_spellings_do_not_make_another_producer(one: str, other: str) -> None:
    intake = read(table("Tên sản phẩm;Chủ thể;Tỉnh;Hạng sao;Ngày cấp", f"Mật ong;{one};Lào Cai;3;01/02/2021",
                        f"MẬT ONG;{other};Tỉnh Lào Cai;4;01/02/2024"))
    assert [c.stars for c in only(intake).certificates] == [3, 4]


@pytest.mark.parametrize("differing", [
    ("Mật;HTX A;X;Lào Cai", "Mật;HTX B;X;Lào Cai"), ("Mật;HTX A;X;Lào Cai", "Mật;HTX A;X;Yên Bái"),
    ("Mật;;Huyện X;Lào Cai", "Mật;;Huyện Y;Lào Cai"), ("Mật;Hộ sản xuất;Huyện X;Lào Cai", "Mật;Hộ sản xuất;Huyện Y;Lào Cai"),
    ("Mắm 40 độ đạm;HTX A;X;Lào Cai", "Mắm 43 độ đạm;HTX A;X;Lào Cai")])
def test_other_producer_province_or_strength_is_another_product(differing: tuple[str, str]) -> None:
    assert len(read(table("Tên sản phẩm;Chủ thể;Huyện;Tỉnh", *differing)).products) == 2


def test_certificate_seen_twice_is_kept_once() -> None:
    intake = read(table("Tên sản phẩm;Chủ thể;Hạng sao", "Mật;HTX A;3", "Mật;HTX A;3"))
    assert (len(only(intake).certificates), codes(intake)) == (1, [(3, "seen-before", False)])


def test_sku_of_two_products_is_refused_the_second_time() -> None:
    intake = read(table("Mã SKU;Tên sản phẩm", "A1;Mật", "A1;Chè", "A1;MẬT"))
    assert (only(intake).name, codes(intake)) == ("Mật", [(3, "sku-twice", True)])


def test_sizes_of_one_product_with_own_codes_stay_apart() -> None:
    assert [product.sku for product in read(table("Mã SKU;Tên sản phẩm", "A1;Mật", "A2;Mật")).products] == ["A1", "A2"]


def test_code_that_comes_later_replaces_the_derived_one() -> None:
    assert only(read(table("Mã SKU;Tên sản phẩm;Hạng sao", ";Mật;3", "A1;Mật;4"))).sku == "A1"


def test_derived_codes_are_short_and_plain() -> None:
    assert only(read(table("Tên sản phẩm;Chủ thể", "Mật;HTX A"))).sku.startswith("OC-")
    assert len(only(read(table("Tên sản phẩm;Chủ thể", "Mật;HTX A"))).sku) == 11


@pytest.mark.parametrize(("row", "code", "refused"), [
    (";HTX A;45.000;1;8936003721777", "no-name", True), ("-;HTX A;45.000;1;", "no-name", True),
    ("123;HTX A;45.000;1;", "no-name", True),
    ("Mật;HTX A;45.000;1;;;thừa", "row-too-wide", True), ("Mật;HTX", "row-cut-short", True),
    ('"Mật;HTX A;45.000;1;', "row-quotes", True),
    ("Mật;HTX A;45.000;1;8936003721778", "gtin-check-digit", False), ("Mật;HTX A;rẻ;1;", "number-unreadable", False),
    ("Mật;HTX A;0;1;", "price-not-positive", False), ("Mật;HTX A;45.000;-1;", "stock-negative", False),
    ("Mật;HTX A;45.000;1,5;", "stock-not-whole", False)])
def test_flaws_of_a_row_are_refused_or_noted(row: str, code: str, refused: bool) -> None:
    intake = read(table("Tên sản phẩm;Chủ thể;Giá;Tồn kho;Mã vạch", "Chè;HTX A;45.000;1;", row, "Trà;HTX A;45.000;1;"))
    assert codes(intake) == [(3, code, refused)]
    assert intake.accepted == 3 - refused


def test_barcode_of_another_product_is_not_taken() -> None:
    intake = read(table("Tên sản phẩm;Mã vạch", "Mật;8936003721777", "Chè;8936003721777"))
    assert [product.gtin for product in intake.products] == ["08936003721777", ""]
    assert codes(intake) == [(3, "gtin-twice", False)]


@pytest.mark.parametrize(("text", "group"), [
    ("Thực phẩm", Group.FOOD), ("Nhóm I: Thực phẩm", Group.FOOD), ("I. Thực phẩm", Group.FOOD), ("Chè", Group.FOOD),
    ("Cà phê, ca cao", Group.FOOD), ("Gia vị", Group.FOOD), ("Đồ uống", Group.DRINKS), ("II", Group.DRINKS),
    ("Thảo dược", Group.MEDICINAL),
    ("Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền", Group.MEDICINAL), ("Vải và may mặc", Group.HANDICRAFT),
    ("Lưu niệm – nội thất – trang trí", Group.HANDICRAFT), ("Hàng thủ công mỹ nghệ", Group.HANDICRAFT),
    ("Sinh vật cảnh", Group.ORNAMENTAL),
    ("Dịch vụ du lịch nông thôn, bán hàng", Group.TOURISM), ("", Group.UNKNOWN)])
def test_groups_under_all_their_names(text: str, group: Group) -> None:
    intake = read(table("Tên sản phẩm\tNhóm", f"Mật\t{text}"))
    assert (only(intake).group, intake.notes) == (group, ())


def test_an_odd_group_or_kind_is_asked_about_and_never_guessed() -> None:
    content = table("Tên sản phẩm;Chủ thể;Loại hình;Nhóm", "Rượu nếp;Cơ sở X;Câu lạc bộ;Khác", "Mật ong;Cơ sở Y;Câu lạc bộ;Thực phẩm")
    intake = read(content)
    assert [(product.group, product.producer_kind) for product in intake.products] == [
        (Group.UNKNOWN, ProducerKind.UNKNOWN), (Group.FOOD, ProducerKind.UNKNOWN)]
    assert [(put.problem.code, put.rows) for put in intake.questions] == [
        ("kind-unknown", (2,)), ("group-unknown", (2,)), ("kind-unknown", (3,))]
    kind, group, again = intake.questions
    assert kind.key == again.key  # one answer for every row that says so
    answers = Answers({kind.key: "is:household", group.key: "is:14"})
    told = read_products("a.csv", content.encode(), today=TODAY, answers=answers)
    assert [(p.group, p.product_set, p.producer_kind) for p in told.products] == [
        (Group.DRINKS, 14, ProducerKind.HOUSEHOLD), (Group.FOOD, None, ProducerKind.HOUSEHOLD)]
    assert (told.accepted, told.review) == (2, 0)


@pytest.mark.parametrize(("producer", "kind"), [
    ("HTX A", ProducerKind.COOPERATIVE), ("Tổ hợp tác B", ProducerKind.COOPERATIVE_GROUP), ("CTCP C", ProducerKind.COMPANY),
    ("DNTN D", ProducerKind.COMPANY), ("Hộ kinh doanh E", ProducerKind.HOUSEHOLD), ("Cơ sở F", ProducerKind.UNKNOWN)])
def test_kind_is_read_from_the_producer(producer: str, kind: ProducerKind) -> None:
    assert only(read(table("Tên sản phẩm;Chủ thể", f"Mật;{producer}"))).producer_kind is kind


def test_section_lines_name_the_district_of_the_rows_below() -> None:
    intake = read(table("STT;Tên sản phẩm;Chủ thể", "I;Huyện Cầu Kè: 1 sản phẩm;", "1;Mật;HTX A", "II;Thị xã Duyên Hải;",
        "1;Chè;HTX A"))
    assert [product.place.district for product in intake.products] == ["Huyện Cầu Kè", "Thị xã Duyên Hải"]


@pytest.mark.parametrize(("address", "place"), [
    ("Ấp 3, xã Tân Hội, huyện Mỏ Cày, tỉnh Bến Tre", Place("Bến Tre", "huyện Mỏ Cày", "xã Tân Hội")),
    ("Số 5 đường Lê Lợi, Phường 2 - TP. Cao Lãnh", Place("", "TP. Cao Lãnh", "Phường 2")),
    ("Xã Đông Anh, thành phố Hà Nội", Place("Hà Nội", "", "Xã Đông Anh")),
    ("Tân Hội, Mỏ Cày, Bến Tre", Place("")),
])
def test_an_address_gives_the_units_that_it_calls_by_their_kind(address: str, place: Place) -> None:
    assert only(read(workbook([["Tên sản phẩm", "Chủ thể", "Địa chỉ"], ["Mật", "HTX A", address]]))).place == place


def test_columns_of_their_own_go_before_the_address() -> None:
    rows = [["Tên sản phẩm", "Xã", "Huyện", "Địa chỉ"], ["Mật", "xã Tân Hội", "", "xã Khác, huyện Mỏ Cày"]]
    assert only(read(workbook(rows))).place == Place("", "huyện Mỏ Cày", "xã Tân Hội")


def test_headings_of_an_annex_are_understood_and_people_are_left_out() -> None:
    head = ["TT", "Tên sản phẩm OCOP", "Tên chủ thể sx", "Người đại diện", "Số điện thoại", "Địa chỉ (xã, huyện)",
            "Đạt hạng sao", "Số, ngày QĐ công nhận", "Ngày hết hạn GCN"]
    intake = read(workbook([head, [1, "Mật", "HTX A", "CANARY", "0900000000", "xã Tân Hội, huyện Mỏ Cày", "4 sao",
                                    "77/QĐ-UBND ngày 20/12/2024", "20/12/2027"]]))
    product = only(intake)
    assert (product.producer, product.place) == ("HTX A", Place("", "huyện Mỏ Cày", "xã Tân Hội"))
    assert product.certificates == (Certificate(4, "77/QĐ-UBND", date(2024, 12, 20), date(2027, 12, 20), ""),)
    assert "CANARY" not in repr(intake)
    assert "0900000000" not in repr(intake)


def test_merged_producers_speak_for_all_their_rows() -> None:
    intake = read(workbook([["Tên sản phẩm", "Chủ thể", "Giá"], ["Mật", None, 1], ["Chè", None, 2], ["Trà", "HTX B", 3]],
                           merged=[(1, 1, 2, 1, "HTX A")]))
    assert [(product.producer, product.price) for product in intake.products] == [("HTX A", 1), ("HTX A", 2), ("HTX B", 3)]


def test_prices_in_thousands_are_scaled_and_told() -> None:
    intake = read(table("Tên sản phẩm;Giá bán (1.000đ)", "Mật;85"))
    assert (only(intake).price, codes(intake)) == (85_000, [(1, "price-in-thousands", False)])


def test_formula_without_result_is_noted() -> None:
    intake = read(with_formula("=1+1", ""))
    assert (only(intake).price, codes(intake)) == (
        None, [(1, "formulas-without-value", False), (2, "cell-damaged", False)])


def test_heading_that_was_guessed_and_second_sheet_are_told() -> None:
    intake = read(workbook([["Tên sảm phẩm", "Chủ thể", "Giá"], ["Mật", "HTX A", 1]],
        [["Tên sản phẩm", "Chủ thể"], ["Chè", "HTX B"]]))
    assert [product.name for product in intake.products] == ["Mật"]
    assert [code for _, code, _ in codes(intake)] == ["heading-close", "sheet-not-read"]


def test_web_page_named_xls_is_read() -> None:
    page = ("<table><tr><th>Tên sản phẩm</th><th>Chủ thể</th><th>Giá</th></tr>"
            "<tr><td>Mật</td><td rowspan='2'>HTX A</td><td>45.000</td></tr><tr><td>Chè</td><td>50.000</td></tr></table>")
    assert [(p.name, p.producer, p.price) for p in read(page, "a.xls").products] == [("Mật", "HTX A", 45_000),
        ("Chè", "HTX A", 50_000)]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file-empty"), ("Kính gửi: Sở Nông nghiệp".encode(), "headings-missing"),
    ("STT;Giá\n1;2\n".encode(), "headings-missing"),
    ("Tên sản phẩm;Giá;Giá\nMật;1;2\n".encode(), "headings-double"), (workbook([["a"]])[:500], "file-damaged")])
def test_what_is_no_product_list_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(content)
    assert caught.value.code == code


CELL = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


@examples(25)
@given(st.lists(st.lists(CELL, min_size=6, max_size=6), max_size=15))
@example([["", "", "", "Aµ", "Aµ", "Aµ"]])
def test_rows_in_are_rows_accepted_and_refused_whatever_they_hold(rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày cấp", "Giá", "Khối lượng"])
    writer.writerows(rows)
    intake = read("\ufeff" + text.getvalue())
    assert intake.rows <= len(rows)
    assert len(intake.products) <= intake.accepted
    assert all(note.problem.sentence("en") for note in intake.notes)
    assert len({product.sku for product in intake.products}) == len(intake.products)
