"""A further list tells of packings that are known: matched by SKU, barcode, values; nothing taken away, nothing guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.known import Together, bring_together
from ocop_market.catalog.questions import Answers
from ocop_market.catalog.review import bring_in
from ocop_market.model.product import Group, ProducerKind, Product, Variant
from ocop_market.store.catalog import load_former_codes, load_history, load_products, save_products
from tests.databases import ON_BOTH
from tests.examples import examples

pytestmark = ON_BOTH

TODAY = date(2026, 11, 20)
HALF = Variant("MO-5", ("500 g",), 120_000, 5, 500, "08936000000011")
WHOLE = Variant("MO-1", ("1 kg",), 230_000, 7, 1000)
HONEY = Product("MO", "Mật ong", "HTX Ong", ProducerKind.COOPERATIVE, Group.FOOD, product_set=4, options=("Khối lượng",),
                variants=(HALF, WHOLE))
ORDINARY = Product("MO-5", "Mật ong", "HTX Ong", ProducerKind.COOPERATIVE, Group.FOOD, product_set=4, price=120_000, stock=5, weight_g=500)
HEAD = "Mã sản phẩm cha;Mã hàng;Tên sản phẩm;Chủ thể;Phân loại;Giá;Tồn kho"


def bring(known: Sequence[Product], *rows: str, answers: Answers | None = None) -> tuple[Intake, dict[str, Product], Together]:
    given = answers or Answers()
    read = read_products("a.csv", ("\n".join(rows) + "\n").encode(), today=TODAY, answers=given)
    intake, together = bring_in(read, known, given)
    assert intake.rows == intake.accepted + intake.review + intake.refused
    after = {product.sku: product for product in known} | {product.sku: product for product in together.products}
    return intake, {sku: p for sku, p in after.items() if sku not in together.joined and sku not in together.renamed.values()}, together


def codes(intake: Intake) -> list[str]:
    return [note.problem.code for note in intake.notes]


def test_a_list_that_tells_nothing_of_packings_leaves_them_as_they_are() -> None:
    _, after, _ = bring([HONEY], "Tên sản phẩm;Chủ thể;Mô tả", "Mật ong;HTX Ong;Thơm")
    assert after == {"MO": replace(HONEY, description="Thơm")}


def test_a_price_by_the_packings_sku_is_that_packings_and_the_product_keeps_its_name() -> None:
    intake, after, _ = bring([HONEY], "Mã hàng;Tên sản phẩm;Giá", "MO-1;Mật ong loại một ký;250.000")
    assert after == {"MO": replace(HONEY, variants=(HALF, replace(WHOLE, price=250_000)))}
    assert intake.accepted == 1


def test_a_price_that_names_no_packing_is_not_taken_and_told() -> None:
    intake, after, _ = bring([HONEY], "Tên sản phẩm;Chủ thể;Giá", "Mật ong;HTX Ong;99.000")
    assert (codes(intake), after) == (["of-no-packing"], {"MO": HONEY})


def test_a_weight_that_only_one_packing_has_names_it() -> None:
    intake, after, _ = bring([HONEY], "Tên sản phẩm;Chủ thể;Khối lượng;Giá", "Mật ong;HTX Ong;1 kg;240.000")
    assert (codes(intake), after["MO"].variants) == ([], (HALF, replace(WHOLE, price=240_000)))


def test_a_new_packing_joins_those_that_are_known() -> None:
    _, after, _ = bring([HONEY], HEAD, "MO;MO-25;Mật ong;HTX Ong;250 g;70.000;3")
    assert [(v.sku, v.price) for v in after["MO"].variants] == [("MO-25", 70_000), ("MO-5", 120_000), ("MO-1", 230_000)]


def test_packings_without_skus_are_known_by_their_values() -> None:
    _, after, _ = bring([HONEY], "Tên sản phẩm;Chủ thể;Phân loại;Giá", "Mật ong;HTX Ong;0,5 kg;125.000", "Mật ong;HTX Ong;1kg;235.000")
    assert [(v.sku, v.price, v.stock) for v in after["MO"].variants] == [("MO-5", 125_000, 5), ("MO-1", 235_000, 7)]


def test_a_packing_of_the_same_barcode_gets_its_new_sku() -> None:
    head = HEAD + ";Mã vạch"
    _, after, _ = bring([HONEY], head, "MO;NEW;Mật ong;HTX Ong;Chai nhỏ;;;8936000000011", "MO;MO-1;Mật ong;HTX Ong;1 kg;;;")
    assert [(v.sku, v.values, v.price) for v in after["MO"].variants] == [("MO-1", ("1 kg",), 230_000), ("NEW", ("Chai nhỏ",), 120_000)]


def test_an_ordinary_product_becomes_the_packing_that_it_was() -> None:
    rows = ("Mã hàng;Tên sản phẩm;Chủ thể;Phân loại;Giá", "MO-5;Mật ong;HTX Ong;500 g;125.000", "MO-1;Mật ong;HTX Ong;1 kg;230.000")
    _, after, _ = bring([ORDINARY], *rows)
    product = after["MO-5"]
    assert [(v.sku, v.price, v.stock) for v in product.variants] == [("MO-5", 125_000, 5), ("MO-1", 230_000, None)]
    assert (product.price, product.stock, product.weight_g) == (None, None, None)
    assert bring([product], *rows)[1] == after


def test_an_ordinary_product_in_a_packing_that_the_list_does_not_name_stays_one() -> None:
    known = replace(ORDINARY, sku="MO-3", weight_g=300)
    _, after, _ = bring([known], HEAD, "MO-3;MO-5;Mật ong;HTX Ong;500 g;1;", "MO-3;MO-1;Mật ong;HTX Ong;1 kg;2;")
    assert [(v.sku, v.values, v.price) for v in after["MO-3"].variants] == [
        ("MO-3", ("300 g",), 120_000), ("MO-5", ("500 g",), 1), ("MO-1", ("1 kg",), 2)]


TWO = (ORDINARY, replace(ORDINARY, sku="MO-1", price=230_000, stock=7, weight_g=1000))
TWO_ROWS = ("Mã hàng;Tên sản phẩm;Chủ thể;Phân loại;Giá", "MO-5;Mật ong;HTX Ong;500 g;125.000", "MO-1;Mật ong;HTX Ong;1 kg;")


def test_products_of_their_own_are_asked_about_before_they_become_packings() -> None:
    intake, after, _ = bring(TWO, *TWO_ROWS)
    assert (intake.review, [q.problem.code for q in intake.questions]) == (2, ["may-be-packings"])
    assert after == {"MO-5": replace(ORDINARY, price=125_000), "MO-1": TWO[1]}


def test_the_answer_makes_them_one_product_that_keeps_what_was_known() -> None:
    (asked,) = bring(TWO, *TWO_ROWS)[0].questions
    _, after, together = bring(TWO, *TWO_ROWS, answers=Answers({asked.key: "packings"}))
    assert together.joined == {"MO-1": "MO-5"}
    assert [(v.sku, v.price, v.stock) for v in after["MO-5"].variants] == [("MO-5", 125_000, 5), ("MO-1", 230_000, 7)]
    apart = bring(TWO, *TWO_ROWS, answers=Answers({asked.key: "apart"}))[1]
    assert apart == {"MO-5": replace(ORDINARY, price=125_000), "MO-1": TWO[1]}


def test_a_packing_that_another_product_has_is_asked_about_and_may_move() -> None:
    tea = Product("TR", "Trà", "HTX Ong", options=("Khối lượng",), variants=(Variant("TR-1", ("100 g",), 50_000),))
    rows = (HEAD, "TR;TR-1;Trà;HTX Ong;100 g;51.000;", "TR;MO-1;Trà;HTX Ong;1 kg;240.000;")
    intake, after, _ = bring([HONEY, tea], *rows)
    (asked,) = intake.questions
    assert (asked.problem.code, after["MO"], [v.sku for v in after["TR"].variants]) == ("packing-of-other", HONEY, ["TR-1"])
    _, moved, _ = bring([HONEY, tea], *rows, answers=Answers({asked.key: "moved"}))
    assert ([v.sku for v in moved["MO"].variants], [v.sku for v in moved["TR"].variants]) == (["MO-5"], ["TR-1", "MO-1"])
    _, stays, _ = bring([HONEY, tea], *rows, answers=Answers({asked.key: "known"}))
    assert stays == after
    left_out, untouched, _ = bring([HONEY, tea], *rows, answers=Answers({asked.key: "skip"}))
    assert (left_out.refused, untouched) == (2, {"MO": HONEY, "TR": tea})


def test_another_owners_packing_is_refused() -> None:
    intake, after, _ = bring([replace(HONEY, owner="HTX Ong")], "Mã hàng;Tên sản phẩm;Đơn vị quản lý dữ liệu", "MO-1;Trà;HTX Khác")
    assert (intake.refused, after["MO"].owner, len(after)) == (1, "HTX Ong", 1)


def test_a_barcode_of_another_products_packing_is_not_taken() -> None:
    intake, after, _ = bring([HONEY], "Mã hàng;Tên sản phẩm;Chủ thể;Mã vạch", "X;Trà sen;HTX Sen;8936000000011")
    assert [q.problem.code for q in intake.questions] == ["may-be-known"]
    assert set(after) == {"MO"}


def test_packings_told_apart_in_another_way_are_not_mixed_with_the_known_ones() -> None:
    head = "Mã sản phẩm cha;Mã hàng;Tên sản phẩm;Chủ thể;Phân loại 1;Phân loại 2;Giá"
    intake, after, _ = bring([HONEY], head, "MO;X;Mật ong;HTX Ong;500 g;Hộp;1", "MO;Y;Mật ong;HTX Ong;1 kg;Hộp;2")
    assert (codes(intake), after) == (["options-known-otherwise"] * 2, {"MO": HONEY})
    _, after, _ = bring([HONEY], head, "MO;MO-5;Mật ong;HTX Ong;500 g;Hộp;1", "MO;MO-1;Mật ong;HTX Ong;1 kg;Hộp;2")
    assert [(v.sku, v.values, v.price) for v in after["MO"].variants] == [("MO-5", ("500 g", "Hộp"), 1), ("MO-1", ("1 kg", "Hộp"), 2)]


def test_made_up_packings_give_way_to_real_values_and_never_replace_them() -> None:
    made = replace(HONEY, practice=frozenset({"variants", "price", "stock", "weight_g"}))
    real = replace(ORDINARY, sku="MO")
    (now,) = bring_together([made], [real]).products
    assert (now.variants, now.price, now.practice) == ((), 120_000, frozenset())
    (kept,) = bring_together([real], [made]).products
    assert (kept.variants, kept.price, kept.practice) == ((), 120_000, frozenset())
    assert bring_together([made], [made]).products == (made,)


@pytest.fixture
def catalog(store, clock):
    def keep(known: Sequence[Product], *rows: str, answers: Answers | None = None) -> None:
        with store.writing() as connection:
            save_products(connection, known, clock(), origin="first")
        with store.writing() as connection:
            _, _, together = bring(list(load_products(connection)), *rows, answers=answers)
            save_products(connection, together.products, clock(), origin="list", renamed=together.renamed, joined=together.joined)

    return keep


def test_codes_that_packings_had_once_lead_to_their_product(store, catalog) -> None:
    catalog([HONEY], HEAD + ";Mã vạch", "MO;NEW;Mật ong;HTX Ong;Chai nhỏ;;;8936000000011")
    with store.reading() as connection:
        assert load_former_codes(connection)["MO-5"] == "MO"
        (change,) = [change for change in load_history(connection, "MO") if change.field == "variants"]
    assert [variant["sku"] for variant in change.before] == ["MO-5", "MO-1"]


def test_a_product_that_became_a_packing_leaves_the_catalog_and_its_history_says_so(store, catalog) -> None:
    (asked,) = bring(TWO, *TWO_ROWS)[0].questions
    catalog(TWO, *TWO_ROWS, answers=Answers({asked.key: "packings"}))
    with store.reading() as connection:
        assert [product.sku for product in load_products(connection)] == ["MO-5"]
        assert [(change.field, change.after) for change in load_history(connection, "MO-1")][-1] == ("product", None)


VALUES = ("250 g", "500 g", "1 kg", "Hộp quà")
SOME = st.lists(st.tuples(st.sampled_from(VALUES), st.integers(1, 9)), min_size=1, max_size=4, unique_by=lambda one: one[0])


@examples(25)
@given(SOME, SOME, st.booleans(), st.randoms(use_true_random=False))
def test_a_list_changes_the_packings_that_it_names_and_no_other(first, second, with_skus, dice) -> None:
    def rows(told):
        lines = [f"MO;{f'MO-{VALUES.index(value)}' if with_skus else ''};Mật ong;HTX Ong;{value};{price};" for value, price in told]
        dice.shuffle(lines)
        return lines

    _, known, _ = bring([], HEAD, *rows(first))
    intake, after, _ = bring(list(known.values()), HEAD, *rows(second))
    (product,) = after.values()
    assert {v.values[0]: v.price for v in product.variants} == dict(first) | dict(second)
    assert len(set(product.sold_skus)) == len(product.variants)
    assert intake.questions == ()
    assert bring([product], HEAD, *rows(second))[1] == after
