"""One product in several packings: found in rows, templates and cells, never guessed, each doubt with its row."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.hand_back import handed_back
from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.packings import content_of, key_of, made_sku, name_without, spelled, weight_told
from ocop_market.catalog.questions import Answers
from ocop_market.model.product import Product, Variant, WholesalePrice
from tests.examples import examples
from tests.unit.sheets.workbooks import workbook

TODAY = date(2026, 11, 20)
EAN = "8936000000011"
OTHER_EAN = "8936000000028"


def read(*rows: str, answers: Answers | None = None) -> Intake:
    intake = read_products("a.csv", ("\n".join(rows) + "\n").encode(), today=TODAY, answers=answers)
    assert intake.rows == intake.accepted + intake.review + intake.refused
    return intake


def only(intake: Intake) -> Product:
    (product,) = intake.products
    return product


def told(intake: Intake) -> list[tuple[int, str, bool]]:
    return [(note.row, note.problem.code, note.refused) for note in intake.notes]


def packings(product: Product) -> list[tuple[str, str, int | None]]:
    return [(variant.sku, " / ".join(variant.values), variant.price) for variant in product.variants]


HEAD = "Mã sản phẩm cha;Mã hàng;Tên sản phẩm;Phân loại;Giá;Tồn kho;Khối lượng;Mã vạch"


def test_rows_under_one_parent_code_are_one_product_with_each_packings_own_values() -> None:
    intake = read(HEAD, f"MO;MO-5;Mật ong;500 g;120.000;5;500 g;{EAN}", f"MO;MO-1;Mật ong;1 kg;230.000;7;;{OTHER_EAN}")
    product = only(intake)
    assert (product.sku, product.options, product.price, product.stock, product.weight_g, product.gtin) == (
        "MO", ("Khối lượng",), None, None, None, "")
    assert product.variants == (Variant("MO-5", ("500 g",), 120_000, 5, 500, f"0{EAN}"),
                                Variant("MO-1", ("1 kg",), 230_000, 7, 1000, f"0{OTHER_EAN}"))
    assert (intake.accepted, intake.rows_of, intake.notes) == (2, {"MO": (2, 3)}, ())


TEMPLATES = {
    "a web shop names the product once": (
        "Tên sản phẩm;Thuộc tính 1;Giá trị thuộc tính 1;Thuộc tính 2;Giá trị thuộc tính 2;Mã SKU;PL_Giá bán lẻ",
        "Mật ong;Khối lượng;500 g;Hộp;Thường;A;100000", ";;1 kg;;Hộp quà;B;200000"),
    "a till writes the attributes into one cell": (
        "Mã hàng;Tên hàng;Thuộc tính;Mã HH Liên quan;Giá bán", "A;Mật ong;KHỐI LƯỢNG:500g|HỘP:Thường;;100000",
        "B;Mật ong;KHỐI LƯỢNG:1kg|HỘP:Hộp quà;A;200000"),
    "a marketplace repeats the name": (
        "Tên sản phẩm;Tên nhóm phân loại 1;Phân loại 1;Tên nhóm phân loại 2;Phân loại 2;SKU phân loại;Giá",
        "Mật ong;Khối lượng;500 g;Hộp;Thường;A;100000", "Mật ong;Khối lượng;1 kg;Hộp;Hộp quà;B;200000"),
    "an English template": (
        "Handle;Title;Product name;Option1 Name;Option1 Value;Option2 Name;Option2 Value;Variant SKU;Price",
        "mat-ong;;Mật ong;Khối lượng;500 g;Hộp;Thường;A;100000", "mat-ong;;;;1 kg;;Hộp quà;B;200000"),
}


@pytest.mark.parametrize("rows", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_the_usual_templates_give_the_same_packings(rows: tuple[str, ...]) -> None:
    product = only(read(*rows))
    assert (product.name, product.options) == ("Mật ong", ("Khối lượng", "Hộp"))
    assert packings(product) == [("A", "500 g / Thường", 100_000), ("B", "1 kg / Hộp quà", 200_000)]


def test_rows_of_one_name_that_differ_in_quy_cach_are_packings_and_one_row_alone_is_an_ordinary_product() -> None:
    intake = read("Tên sản phẩm;Quy cách;Giá", "Mật ong;500g;120.000", "Mật ong;1kg;230.000", "Trà;100 g;50.000")
    honey, tea = intake.products
    assert [(v.sku, v.values, v.weight_g) for v in honey.variants] == [
        (f"{honey.sku}-500G", ("500 g",), 500), (f"{honey.sku}-1KG", ("1 kg",), 1000)]
    assert (tea.variants, tea.options, tea.price, tea.weight_g) == ((), (), 50_000, 100)


def test_merged_names_speak_for_all_their_packings() -> None:
    rows = [["Tên sản phẩm", "Phân loại", "Giá"], ["Mật ong", "500 g", 120_000], [None, "1 kg", 230_000]]
    intake = read_products("a.xlsx", workbook(rows, merged=[(1, 0, 2, 0, "Mật ong")]), today=TODAY)
    assert (intake.accepted, len(only(intake).variants)) == (2, 2)


def test_a_row_without_a_name_belongs_to_its_parent_code_not_to_the_row_above() -> None:
    intake = read("Mã nhóm;Tên sản phẩm;Phân loại;Giá", "M;Mật ong;500 g;1000", "T;Trà;100 g;2000", "M;;1 kg;3000", "T;;200 g;4000")
    assert [(p.sku, [v.values[0] for v in p.variants]) for p in intake.products] == [("M", ["500 g", "1 kg"]), ("T", ["100 g", "200 g"])]


def test_the_content_behind_a_name_tells_the_packing_where_only_a_parent_code_joins_the_rows() -> None:
    product = only(read("Mã nhóm;Mã hàng;Tên sản phẩm;Giá", "M;A;Mật ong - 500g;1000", "M;B;Mật ong (1 kg);2000"))
    assert (product.name, packings(product)) == ("Mật ong", [("A", "500 g", 1000), ("B", "1 kg", 2000)])


def test_a_code_that_means_a_group_of_goods_joins_nothing() -> None:
    intake = read("Mã nhóm;Mã hàng;Tên sản phẩm;Giá", "TP;A;Mật ong;1000", "TP;B;Trà xanh;2000")
    assert [(p.sku, p.variants) for p in intake.products] == [("A", ()), ("B", ())]


@pytest.mark.parametrize("value", ["Thực phẩm", "3 sao", "OCOP 4 sao", "Đồ uống"])
def test_a_group_or_a_star_under_phan_loai_is_no_packing(value: str) -> None:
    intake = read("Mã hàng;Tên sản phẩm;Phân loại;Giá", f"A;Mật ong;{value};1000")
    assert (only(intake).sku, only(intake).variants, only(intake).price) == ("A", (), 1000)


def test_contents_with_their_prices_in_one_cell_are_packings() -> None:
    product = only(read("Mã hàng;Tên sản phẩm;Giá;Tồn kho", "MO;Mật ong;500g: 120.000 | 1kg: 230k;500g: 3 | 1kg: 4"))
    assert product.variants == (Variant("MO-500G", ("500 g",), 120_000, 3, 500), Variant("MO-1KG", ("1 kg",), 230_000, 4, 1000))


@pytest.mark.parametrize(("head", "row"), [
    ("Giá", "Nhỏ: 50.000 | Lớn: 80.000"), ("Quy cách;Giá", "500g, 1kg;120.000 / 230.000"), ("Giá", "Hộp quà: 90.000 | 1kg: 80.000")])
def test_what_may_be_packings_is_asked_and_no_price_is_taken_meanwhile(head: str, row: str) -> None:
    asked = read(f"Tên sản phẩm;{head}", f"Mật ong;{row}")
    assert (asked.review, only(asked).price, only(asked).variants) == (1, None, ())
    (question,) = asked.questions
    assert [choice.code for choice in question.choices] == ["packings", "whole", "skip"]
    settled = read(f"Tên sản phẩm;{head}", f"Mật ong;{row}", answers=Answers({question.key: "packings"}))
    assert (settled.accepted, len(only(settled).variants)) == (1, 2)
    whole = read(f"Tên sản phẩm;{head}", f"Mật ong;{row}", answers=Answers({question.key: "whole"}))
    assert (whole.accepted, only(whole).variants) == (1, ())


@pytest.mark.parametrize("cell", ["500g: 120.000 | 0,5 kg: 130.000", "500g: 120.000 | 1kg: hỏi", "120.000 - 230.000", "500g: 120.000"])
def test_prices_in_one_cell_that_are_not_clear_are_no_packings(cell: str) -> None:
    intake = read("Tên sản phẩm;Giá", f"Mật ong;{cell}")
    assert (only(intake).variants, only(intake).price, len(intake.notes)) == ((), None, 1)


def test_a_stock_or_barcode_that_is_of_no_packing_is_told() -> None:
    intake = read("Tên sản phẩm;Giá;Tồn kho;Mã vạch", f"Mật ong;500g: 120.000 | 1kg: 230.000;9;{EAN}")
    assert told(intake) == [(2, "of-no-packing", False), (2, "of-no-packing", False)]
    assert {(v.stock, v.gtin) for v in only(intake).variants} == {(None, "")}


@pytest.mark.parametrize(("row", "found"), [
    ("MO;MO-5;Mật ong;1 kg;230.000;;;", [(3, "packing-sku-twice", True)]),
    ("MO;MO-9;Mật ong;0,5 kg;120.000;;;", [(3, "packing-twice", True)]),
    ("MO;MO-5;Mật ong;500 gr;130.000;;;", [(3, "differs", False)]),
    ("TR;MO-5;Trà xanh;1 kg;230.000;;;", [(3, "sku-twice", True)]),
    ("MO;TR-1;Trà xanh;1 kg;230.000;;;", [(3, "sku-twice", True)]),
    ("MO;MO-1;Mật ong;1 kg;;;;", [(3, "packing-without-price", False)]),
    (f"MO;MO-1;Mật ong;1 kg;230.000;;;{EAN}", [(3, "gtin-twice", False)]),
    ("MO;MO-1;Mật ong;1 kg;0;;;", [(3, "price-not-positive", False), (3, "packing-without-price", False)]),
])
def test_what_is_wrong_with_a_packing_is_told_with_its_row(row: str, found: list[tuple[int, str, bool]]) -> None:
    assert told(read(HEAD, f"MO;MO-5;Mật ong;500 g;120.000;5;;{EAN}", row)) == found


def test_options_that_differ_between_rows_are_told() -> None:
    head = "Mã hàng;Tên sản phẩm;Tên nhóm phân loại 1;Phân loại 1;Tên nhóm phân loại 2;Phân loại 2;Giá"
    intake = read(head, "A;Mật ong;Hộp;Gỗ;Cỡ;To;1", "B;Mật ong;Hộp;Giấy;;;1", "C;Mật ong;Bao bì;Giấy;Cỡ;To;1")
    assert told(intake) == [(3, "options-differ", True), (4, "option-named-otherwise", False)]
    assert [v.sku for v in only(intake).variants] == ["C", "A"]


def test_a_price_beside_packings_that_names_none_is_not_taken() -> None:
    intake = read(HEAD, ";MO;Mật ong;;99.000;;;", "MO;MO-5;Mật ong;500 g;120.000;;;", "MO;MO-1;Mật ong;1 kg;230.000;;;")
    assert (told(intake), len(only(intake).variants), only(intake).price) == ([(2, "of-no-packing", False)], 2, None)


def test_goods_with_a_code_and_price_of_their_own_stand_beside_packings_of_that_name() -> None:
    rows = ["LE;Mật ong;;99.000", "A;Mật ong;500 g;120.000", "B;Mật ong;1 kg;230.000"]
    for order in (rows, rows[::-1]):
        products = {p.sku: p for p in read("Mã hàng;Tên sản phẩm;Phân loại;Giá", *order).products}
        assert products["LE"].price == 99_000
        assert len(products) == 2


ROWS = [f"MO;MO-{i};Mật ong;{value};{price};{i};;" for i, (value, price) in enumerate(
    [("500 g", 120_000), ("1 kg", 230_000), ("250g", 70_000), ("Hộp quà 2 x 500 g", 260_000), ("Hộp gỗ", 300_000)])]


@examples(25)
@given(st.permutations([*ROWS, ROWS[0], ";TR;Trà;;50.000;3;;"]))
def test_rows_of_packings_in_any_order_give_the_same_products(rows: list[str]) -> None:
    intake, in_order = read(HEAD, *rows), read(HEAD, *ROWS, ";TR;Trà;;50.000;3;;")
    assert {product.sku: product for product in intake.products} == {product.sku: product for product in in_order.products}
    assert intake.refused == 0


CELLS = st.sampled_from(["", "A", "B", "C", "Mật ong", "Trà - 500g", "500 g", "1kg", "Hộp quà", "120.000", "500g: 1000 | 1kg: 2000", "0",
                         EAN])


@examples(25)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=7))
def test_whatever_the_cells_hold_every_row_is_accounted_for_and_no_sku_is_sold_twice(rows: list[list[str]]) -> None:
    content = "\n".join(["Mã nhóm;Mã hàng;Tên sản phẩm;Phân loại;Giá", *(";".join(row) for row in rows)]).encode()
    intake = read_products("a.csv", content, today=TODAY)
    assert intake.rows == intake.accepted + intake.review + intake.refused
    sold = [sku for product in intake.products for sku in product.sold_skus]
    assert len(sold) == len(set(sold))
    for product in intake.products:
        keys = [key_of(variant.values) for variant in product.variants]
        assert len(keys) == len(set(keys))
        assert not product.variants or (product.price, product.stock, product.gtin) == (None, None, "")
    assert set(intake.rows_of) == {product.sku for product in intake.products}


def test_the_list_handed_back_with_packings_says_the_same_again() -> None:
    content = "\n".join([HEAD, *ROWS, "MO;MO-0;Mật ong;2 kg;1;;;"]).encode()
    intake = read_products("a.csv", content, today=TODAY)
    again = read_products("b.xlsx", handed_back("a.csv", content, intake), today=TODAY)
    assert (again.products, again.accepted, again.refused) == (intake.products, 5, 1)


@pytest.mark.parametrize(("head", "row", "parcel"), [
    ("Kích thước kiện (DxRxC)", "20x15x10", (20, 15, 10)), ("Kích thước kiện hàng", "20 cm x 15 cm x 10,2 cm", (20, 15, 11)),
    ("Kích thước đóng gói (mm)", "200*150*95", (20, 15, 10)), ("Dài (cm);Rộng (cm);Cao (cm)", "20;15,5;10", (20, 16, 10))])
def test_the_size_of_a_parcel_is_read_in_whole_cm_rounded_up(head: str, row: str, parcel: tuple[int, int, int]) -> None:
    assert only(read(f"Tên sản phẩm;{head}", f"Mật ong;{row}")).parcel_cm == parcel


@pytest.mark.parametrize(("head", "row", "wholesale"), [
    ("Giá sỉ", "10-49: 80.000 | từ 50: 75.000", ((10, 80_000), (50, 75_000))), ("Giá bán buôn", "≥ 20 hộp: 80k", ((20, 80_000),)),
    ("Số lượng sỉ 1;Giá sỉ 1;Số lượng sỉ 2;Giá sỉ 2", "50;75.000;từ 10;80.000", ((10, 80_000), (50, 75_000)))])
def test_wholesale_prices_are_read_from_one_cell_or_pairs_of_columns(head: str, row: str, wholesale: tuple[tuple[int, int], ...]) -> None:
    product = only(read(f"Tên sản phẩm;{head}", f"Mật ong;{row}"))
    assert product.wholesale == tuple(WholesalePrice(*step) for step in wholesale)


@pytest.mark.parametrize(("head", "row", "code"), [
    ("Kích thước kiện", "20x15", "parcel-unreadable"), ("Dài;Rộng;Cao", "20;;10", "parcel-incomplete"),
    ("Thời gian chuẩn bị hàng (ngày)", "nhanh", "days-to-ship-unreadable"), ("Số ngày chuẩn bị hàng", "300", "days-to-ship-unreadable"),
    ("Giá sỉ", "80.000", "wholesale-without-quantity"), ("Giá sỉ", "rẻ hơn", "wholesale-unreadable"),
    ("Giá sỉ", "10: 80.000 | 50: 90.000", "wholesale-order")])
def test_what_cannot_be_read_of_parcel_days_and_wholesale_is_told(head: str, row: str, code: str) -> None:
    intake = read(f"Tên sản phẩm;{head}", f"Mật ong;{row}")
    assert (told(intake), only(intake).parcel_cm, only(intake).wholesale) == ([(2, code, False)], None, ())


def test_days_to_ship_are_read() -> None:
    assert only(read("Tên sản phẩm;Thời gian chuẩn bị hàng (ngày)", "Mật ong;3 ngày")).days_to_ship == 3


@pytest.mark.parametrize(("value", "shown", "weight"), [
    ("500G", "500 g", 500), ("0.5kg", "0.5 kg", 500), ("2 x 250 gr", "2 x 250 g", 500), ("500ml", "500 ml", None),
    ("Hộp quà", "Hộp quà", None),
    ("Túi 500g", "Túi 500g", 500), ("500", "500", None), ("1 lít", "1 lít", None), ("Combo 2 túi 500g", "Combo 2 túi 500g", None)])
def test_a_value_says_its_weight_only_in_sure_forms(value: str, shown: str, weight: int | None) -> None:
    assert (spelled(value), weight_told([value])) == (shown, weight)


def test_contents_written_in_many_ways_are_one_packing() -> None:
    assert len({key_of([value]) for value in ("500g", "500 GR", "0,5 kg", "0.5kg", "2x250g")}) == 1
    assert content_of("Hộp 500 g") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_skus_that_are_made_differ_where_the_packings_do(one: str, other: str) -> None:
    made = made_sku("OC-AAAA2222", [one])
    assert made.isascii()
    assert len(made) < 64
    assert made == made_sku("OC-AAAA2222", [one])
    assert name_without(f"{one} - x", [other])
