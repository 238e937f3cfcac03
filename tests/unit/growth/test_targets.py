"""Targets of plans: read with sentences, measured in their own geography, judged with the arithmetic."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.growth.target_standing import Course, stand
from ocop_market.growth.targets import EXAMPLES, Measure, Target, read_targets
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from ocop_market.places.units import Geography
from tests.databases import ON_BOTH
from tests.examples import examples
from tests.totals import put_days

YEAR = {"begins": date(2026, 1, 1), "ends": date(2026, 12, 31), "source": "1/KH-UBND"}
END = date(2026, 12, 31)


def held(stars: int, start: str, years: int = 3) -> Certificate:
    begun = date.fromisoformat(start)
    return Certificate(stars, f"{stars}/QĐ", begun, begun.replace(year=begun.year + years))


def made(sku: str, *certificates: Certificate, province: str = "Bắc Giang", **more) -> Product:
    return Product(sku, sku, place=Place(province), certificates=certificates, **more)


def judged(store, target: Target, *products: Product, on: date = END, last: date = END):
    with store.reading() as connection:
        return stand(connection, {product.sku: product for product in products}, [target], on, last)[0]


CATALOG = (
    made("A", held(3, "2024-05-01"), producer="HTX A", producer_kind=ProducerKind.COOPERATIVE),
    made("B", held(3, "2025-02-01"), held(4, "2026-03-01"), producer="HTX A", producer_kind=ProducerKind.COOPERATIVE),
    made("C", held(5, "2026-05-01"), producer="Công ty B", producer_kind=ProducerKind.COMPANY, group=Group.TOURISM),
    made("D", held(3, "2021-01-01"), producer="Hộ C", producer_kind=ProducerKind.HOUSEHOLD))


@pytest.mark.parametrize(("how", "reached"), [
    ({"measure": "products"}, 3), ({"measure": "products", "stars": 3}, 1), ({"measure": "products", "stars_from": 4}, 2),
    ({"measure": "products", "group": "tourism"}, 1), ({"measure": "products-ever"}, 4), ({"measure": "new-products"}, 1),
    ({"measure": "new-products", "stars": 3}, 0), ({"measure": "upgraded-products"}, 1), ({"measure": "subjects"}, 2),
    ({"measure": "new-subjects"}, 1), ({"measure": "subject-share", "kind": "cooperative"}, 50),
    ({"measure": "product-share", "stars": 5}, Decimal(100) / 3)])
def test_what_is_counted(store, how, reached):
    assert judged(store, Target(name="x", at_least=1, **YEAR, **how), *CATALOG).reached == reached


@pytest.mark.parametrize(("on", "count", "course", "expected"), [
    (date(2026, 6, 30), 6, Course.ON_COURSE, None), (date(2026, 6, 30), 5, Course.ON_COURSE, None),
    (date(2026, 6, 30), 4, Course.BEHIND, None),
    (date(2026, 6, 30), 10, Course.REACHED, None), (END, 9, Course.BEHIND, 10), (END, 10, Course.REACHED, 10),
    (date(2027, 5, 1), 9, Course.BEHIND, 10), (date(2025, 12, 31), 9, Course.NOT_BEGUN, None)])
def test_a_count_is_held_against_a_straight_line(store, on, count, course, expected):
    target = Target(name="x", measure=Measure.BY_HAND, at_least=10, counted=count, **YEAR)
    found = judged(store, target, on=on)
    assert found.course is course
    assert expected is None or found.expected == expected
    if course in (Course.ON_COURSE, Course.BEHIND) and on < END:
        assert "5" in found.arithmetic[0].sentence("en") and str(count) in found.arithmetic[0].sentence("en")


@examples(25)
@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 364), st.integers(0, 600))
def test_reached_is_never_behind_and_the_line_ends_at_what_is_needed(base, more, offset, count):
    target = Target(name="x", measure=Measure.BY_HAND, at_least=base + more, base=base, counted=count, **YEAR)
    found = stand(None, {}, [target], date.fromordinal(target.begins.toordinal() + offset), END)[0]
    assert (found.course is Course.REACHED) == (count >= base + more)
    assert base <= found.expected <= base + more and (offset < 364 or found.expected == base + more)


def test_a_merger_of_provinces_is_no_growth_in_the_old_geography(store):
    products = (made("A", held(3, "2026-02-01")), made("B", held(3, "2026-02-01"), province="Bắc Ninh"),
                made("C", held(3, "2024-02-01"), province="Bắc Ninh"))

    def counted(province, geography):
        target = Target(name="x", measure="products", at_least=1, province=province, geography=geography, **YEAR)
        return judged(store, target, *products)

    old_sum = counted("Bắc Giang", Geography.OLD).reached + counted("Bắc Ninh", Geography.OLD).reached
    left_out = counted("Bắc Ninh", Geography.OLD).arithmetic[-1].values["unplaced"]
    assert (old_sum, left_out) == (2, 1), "Bắc Ninh in a paper of 2026 is the new province, whose old one is not told"
    assert counted("Bắc Ninh", Geography.PRESENT).reached == old_sum + left_out


def test_what_may_be_reached_with_products_that_could_not_be_counted_gets_no_verdict(store):
    target = Target(name="x", measure="products", at_least=2, **YEAR)
    known, undated = made("A", held(3, "2026-02-01")), made("B", Certificate(4))
    assert judged(store, target, known).course is Course.BEHIND
    found = judged(store, target, known, undated)
    assert (found.course, found.reached) == (Course.NOT_KNOWN, 1)
    assert [problem.code for problem in found.arithmetic] == ["target-over", "target-left-out", "target-may-be"]


@pytest.mark.parametrize("target", [
    Target(name="x", measure="by-hand", at_least=1, **YEAR), Target(name="x", measure="products", at_least=1, **YEAR),
    Target(name="x", measure="product-share", at_least=1, stars=5, **YEAR), Target(name="x", measure="revenue-growth", at_least=5, **YEAR)])
def test_what_cannot_be_told_is_left_out(store, target):
    found = judged(store, target)
    assert (found.course, found.reached, found.expected) == (Course.NOT_KNOWN, None, None) and found.arithmetic[0].sentence("en")


@pytest.mark.parametrize(("last", "needed", "course"), [
    (date(2026, 6, 30), 10, Course.ON_COURSE), (date(2026, 6, 30), 11, Course.BEHIND), (END, 10, Course.BEHIND), (END, 5, Course.REACHED)])
@ON_BOTH
def test_growth_a_year_is_that_of_the_part_that_is_over_at_sellers_known_all_the_time(store, last, needed, course):
    """100 in the first half of 2024 becomes 121 in that of 2026; a shop opened in 2025 does not count."""
    nothing = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
    with store.writing() as connection:
        put_days(connection, [
            {"account": account, "day": date.fromisoformat(day), "sku": sku, "location": "", "state": "delivered", "quantity": Decimal(1),
             "list_amount": amount, "returned_quantity": Decimal(0), **nothing} for account, day, sku, amount in (
                ("shop", "2023-06-01", "A", 1), ("shop", "2024-03-01", "A", 100), ("shop", "2024-09-01", "A", 20),
                ("shop", "2026-03-01", "A", 121),
                ("shop", "2026-03-01", "?", 999), ("new", "2026-03-01", "A", 999), ("shop", "2026-09-01", "A", 15))])
    target = Target(name="x", measure="revenue-growth", at_least=needed, begins=date(2025, 1, 1), ends=END, source="1/KH-UBND")
    found = judged(store, target, made("A", held(3, "2024-01-01")), on=last, last=last)
    assert found.course is course
    if last != END:
        assert found.reached == 10 and "121" in found.arithmetic[0].sentence("en")


def test_the_examples_are_read_and_have_their_papers():
    rows = read_targets(EXAMPLES)
    assert {row.province for row in rows} == {"Quảng Bình", "Bắc Kạn", "Bắc Giang", "Ninh Bình"}
    assert all(row.geography is Geography.OLD and row.source for row in rows)


def test_a_list_with_vietnamese_headings_is_read_like_the_file(tmp_path):
    path = tmp_path / "chi_tieu.csv"
    path.write_text("Kế hoạch OCOP\nChỉ tiêu,Cách tính,Tối thiểu,Số sao,Tỉnh,Địa giới,Từ ngày,Đến ngày,Nguồn\n"
                    "Sản phẩm 5 sao (%),product-share,\"2,5\",5,ninh binh,old,1/1/2022,31/12/2025,85/KH-UBND\n", encoding="utf-8")
    assert read_targets(path) == (Target(
        name="Sản phẩm 5 sao (%)", measure=Measure.PRODUCT_SHARE, at_least=Decimal("2.5"), stars=5, province="Ninh Bình",
        geography=Geography.OLD, begins=date(2022, 1, 1), ends=date(2025, 12, 31), source="85/KH-UBND"),)


ROW = 'name = "x"\nmeasure = "products"\nat_least = 1\nbegins = 2026-01-01\nends = 2026-12-31\nsource = "s"\n'


@pytest.mark.parametrize(("content", "code"), [
    ("[[target]\n", "settings-unreadable"), ("target = 5\n", "no-target-rows"), ("", "no-target-rows"),
    ("[[target]]\n" + ROW.replace('source = "s"\n', ""), "setting-wrong"), ("[[target]]\n" + ROW + "ship = 1\n", "setting-wrong"),
    ("[[target]]\n" + ROW.replace("ends = 2026", "ends = 2025"), "setting-wrong"),
    ("[[target]]\n" + ROW.replace('"products"', '"subject-share"'), "setting-wrong"),
    ("[[target]]\n" + ROW.replace('"products"', '"product-share"'), "setting-wrong"),
    ("[[target]]\n" + ROW + 'province = "Bắc Giang"\n', "target-province"),
    ("[[target]]\n" + ROW + 'province = "Atlantis"\n', "target-province")])
def test_what_is_wrong_with_a_file_of_targets_is_a_sentence(tmp_path, content, code):
    path = tmp_path / "targets.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=code) as refused:
        read_targets(path)
    assert refused.value.sentence("en")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(SettingsError, match="no-targets"):
        read_targets(tmp_path / "targets.toml")


def test_a_province_that_is_no_more_is_named_with_the_one_in_which_it_lies(tmp_path):
    (tmp_path / "t.toml").write_text('[[target]]\nname = "X"\nmeasure = "products"\nat_least = 1\nprovince = "Bắc Giang"\n'
                                     'begins = 2026-01-01\nends = 2026-12-31\nsource = "1/KH"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_targets(tmp_path / "t.toml")
    assert (refused.value.code, refused.value.values["present"]) == ("target-province", "Bắc Ninh")
