"""What may be listed, what may be said of it, and what a category asks for."""

from dataclasses import replace
from datetime import date

import pytest

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.goods import is_alcohol
from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.catalog.standing import Standing, star_claim
from ocop_market.channels.api import Attribute, Category, Connector, HasCategories
from ocop_market.channels.profile import ChannelProfile, DocPage
from ocop_market.errors import Problem, Refused, SettingsError
from ocop_market.mapping.categories import CategoryMap
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.product import Certificate, Group, Picture, Place, Product
from ocop_market.publishing.wanted import want
from ocop_market.settings import AccountSettings, PublishingSettings, StarPolicy

PROFILE = ChannelProfile("fake", "Fake", (DocPage("page", "2026-11"),), title_limit=60, title_minimum=10, description_limit=500,
                         picture_by="upload", picture_limit=2)
TODAY = date(2026, 11, 22)
IN_FORCE = Certificate(4, "12/QĐ-UBND", date(2025, 1, 10), date(2028, 1, 10))
LAPSED = Certificate(4, "12/QĐ-UBND", date(2021, 1, 10), date(2024, 1, 10))
TEA = Product("OC-1", "Trà Tân Cương", "HTX Chè Xanh", group=Group.FOOD, place=Place("Thái Nguyên"), certificates=(IN_FORCE,),
              price=120_000, stock=40, weight_g=200, shelf_life_days=360, pictures=(Picture(path="a.png"),))
STRICT = PublishingSettings(lapsed=StarPolicy.WITHHOLD, undated=StarPolicy.WITHHOLD)
LOOSE = PublishingSettings(lapsed=StarPolicy.WITHOUT_STARS, undated=StarPolicy.WITHOUT_STARS)


def codes(product: Product, policy: PublishingSettings = STRICT, *, practice: bool = False) -> list[str]:
    return list(dict.fromkeys(p.code for p in withheld_because(product, PROFILE, policy, TODAY, practice=practice)))


def title(product: Product) -> str:
    return draft_listing(product, category="1", attributes=[], profile=PROFILE, day=TODAY)[0].title


def test_a_good_product_with_a_certificate_in_force_is_listed_with_its_stars():
    assert codes(TEA) == []
    assert title(TEA) == "Trà Tân Cương OCOP 4 sao"


@pytest.mark.parametrize(("day", "stars"), [
    (date(2025, 1, 9), None), (date(2025, 1, 10), 4), (date(2028, 1, 9), 4), (date(2028, 1, 10), None)])
def test_stars_hold_from_the_day_of_issue_to_the_day_before_expiry(day, stars):
    assert star_claim(TEA, day).stars == stars


def test_of_several_certificates_in_force_the_last_one_counts():
    upgraded = replace(TEA, certificates=(IN_FORCE, Certificate(5, "9/QĐ", date(2026, 1, 1), date(2029, 1, 1))))
    assert star_claim(upgraded, TODAY).stars == 5


@pytest.mark.parametrize(("certificates", "standing", "code"), [
    ((LAPSED,), Standing.LAPSED, ["certificate-lapsed"]), ((), Standing.NONE, ["certificate-missing"]),
    ((Certificate(5),), Standing.UNDATED, ["certificate-undated"]), ((Certificate(None, "1/QĐ"),), Standing.NONE, ["certificate-missing"]),
])
def test_without_a_certificate_in_force_no_star_is_claimed_and_the_policy_decides(certificates, standing, code):
    product = replace(TEA, certificates=certificates)
    assert (star_claim(product, TODAY).standing, star_claim(product, TODAY).stars) == (standing, None)
    assert codes(product) == code
    assert codes(product, LOOSE) == []
    draft, _ = draft_listing(product, category="1", attributes=[], profile=PROFILE, day=TODAY)
    assert "sao" not in draft.title and "OCOP" not in draft.title + draft.description


@pytest.mark.parametrize("text", ["Trà OCOP thượng hạng", "Trà 5 sao"])
def test_a_name_that_claims_a_star_by_itself_is_stopped(text):
    product = replace(TEA, name=text, certificates=(LAPSED,))
    _, problems = draft_listing(product, category="1", attributes=[], profile=PROFILE, day=TODAY)
    assert [p.code for p in problems] == ["star-in-text"]


@pytest.mark.parametrize(("text", "stars"), [
    ("Trà 4 sao", {4}), ("Trà 4sao", {4}), ("Trà (5 sao)", {5}), ("Trà 4★", {4}), ("Trà ★★★★", {4}), ("Trà 5*", {5}), ("Tea 3 Stars", {3}),
    ("đạt năm sao", {5}), ("Trà O.C.O.P", {0}), ("OCOP", {0}), ("Trà sao suốt", set()), ("Mì Ba Sao", set()), ("★ Thơm ★ Ngon", set()),
    ("Hộp 3 * 100 g", set()), ("14 sao", set()), ("Trà 1,5 sao", set()), ("Chocopie", set()), ("Sao vàng 2024", set())])
def test_stars_are_seen_however_they_are_written(text, stars):
    assert stars_named(text) == stars


@pytest.mark.parametrize("name", ["Trà 5 sao", "Trà OCOP 5 sao", "Trà ★★★★★"])
def test_a_name_may_not_claim_more_stars_than_the_certificate_gives(name):
    _, problems = draft_listing(replace(TEA, name=name), category="1", attributes=[], profile=PROFILE, day=TODAY)
    assert [p.code for p in problems] == ["star-in-text"]


def test_a_name_that_says_its_star_already_is_not_given_it_twice():
    assert title(replace(TEA, name="Trà Tân Cương OCOP 4 sao")) == "Trà Tân Cương OCOP 4 sao"


@pytest.mark.parametrize(("name", "alcohol"), [
    ("Rượu nếp cái hoa vàng", True), ("RƯỢU SIM", True), ("Bia thủ công", True), ("Giấm rượu vang", True),
    ("Biang biang", False), ("Trà", False), ("Ruốc tôm", False)])
def test_alcohol_is_known_by_whole_words(name, alcohol):
    assert is_alcohol(replace(TEA, name=name)) is alcohol


@pytest.mark.parametrize(("change", "code"), [
    ({"name": "Rượu mơ"}, "alcohol"), ({"group": Group.TOURISM}, "tourism-service"), ({"group": Group.MEDICINAL}, "papers-missing"),
    ({"name": "Viên nang nghệ"}, "papers-missing"), ({"group": Group.ORNAMENTAL}, "living-goods"), ({"price": None}, "no-price"),
    ({"price": 0}, "no-price"), ({"stock": None}, "no-stock"), ({"weight_g": None}, "no-weight"), ({"pictures": ()}, "no-picture"),
    ({"practice": frozenset({"price"})}, "practice-values")])
def test_what_law_or_data_forbid_is_named(change, code):
    assert codes(replace(TEA, **change)) == [code]


def test_practice_values_may_go_to_a_practice_shop():
    assert codes(replace(TEA, practice=frozenset({"price"})), practice=True) == []


def test_a_channel_that_fetches_links_needs_a_link():
    linked = replace(PROFILE, picture_by="link")
    assert [p.code for p in withheld_because(TEA, linked, STRICT, TODAY, practice=False)] == ["no-picture"]


def test_a_long_title_is_cut_at_a_word_and_keeps_its_star():
    long = title(replace(TEA, name="Trà xanh đặc sản vùng cao Tân Cương thượng hạng hái tay sao chảo gang truyền thống"))
    assert len(long) <= 60 and long.endswith(" OCOP 4 sao") and "  " not in long


def test_a_short_title_is_filled_with_its_producer():
    assert title(replace(TEA, name="Chè", certificates=())) == "Chè - HTX Chè Xanh"


def test_only_a_share_of_the_stock_is_offered():
    draft, _ = draft_listing(replace(TEA, stock=7), category="1", attributes=[], profile=PROFILE, day=TODAY, stock_share=50)
    assert draft.stock == 3


def test_attributes_are_filled_by_meaning_and_missing_mandatory_ones_named():
    asked = [Attribute("1", "Khối lượng tịnh", True, units=("g", "kg")), Attribute("2", "Xuất xứ", True, {"11": "Việt Nam"}, False),
             Attribute("3", "Hạn sử dụng", True), Attribute("product_weight_kg", "Product weight (kg)", True),
             Attribute("4", "Thành phần", True), Attribute("5", "Màu sắc"), Attribute("brand", "Thương hiệu", True)]
    draft, problems = draft_listing(TEA, category="1", attributes=asked, profile=PROFILE, day=TODAY)
    assert draft.attributes == {"1": "200 g", "2": "Việt Nam", "3": "12 tháng", "product_weight_kg": "0.2"}
    assert [(p.code, p.values["attribute"]) for p in problems] == [("attribute-missing", "Thành phần")]


class Tree(HasCategories):
    """A small tree that recommends honey for honey."""

    def categories(self):
        return [Category("1", "Thực phẩm", leaf=False), Category("2", "Mật ong", "1"), Category("3", "Trà, chè", "1"),
                Category("4", "Mắm", "1", open_to_us=False)]

    def attributes(self, category):
        return []

    def suggest(self, title):
        return ["1", "2"] if "ong" in title else []


class MemoryTree(Tree, Connector):
    """The tree as a connector."""

    profile = PROFILE

    def __init__(self):
        pass


def test_categories_are_suggested_once_and_kept_for_review(tmp_path):
    path = tmp_path / "maps" / "shop.toml"
    products = [replace(TEA, sku="A", name="Mật ong rừng"), replace(TEA, sku="B", name="Trà xanh"),
                replace(TEA, sku="C", name="Ghế mây")]
    assert CategoryMap(path).complete(products, Tree()) == 2
    kept = CategoryMap(path)
    assert [kept.category(sku) for sku in "ABC"] == ["2", "3", ""]
    assert '"A" = { id = "2", name = "Mật ong ?" }  # Mật ong rừng' in path.read_text(encoding="utf-8")


def test_what_a_person_wrote_beside_the_categories_stays(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_bytes('\ufeff# Xem lại tháng 12\r\n[category]\r\n"Z" = { id = "2" }  # đã hỏi kênh\r\n'.encode())
    CategoryMap(path).complete([replace(TEA, sku="TRÀ-1", name="Trà xanh")], Tree())
    text = path.read_text(encoding="utf-8")
    assert "# Xem lại tháng 12" in text and "# đã hỏi kênh" in text and "# Trà xanh" in text
    kept = CategoryMap(path)
    assert (kept.category("Z"), kept.category("TRÀ-1")) == ("2", "3")


def test_a_category_that_the_platform_refuses_withholds_its_products_only(tmp_path):
    class Strict(MemoryTree):
        def attributes(self, category):
            if category == "99":
                raise Refused([Problem("no-such-category", "There is no category 99.", "category")])
            return []

    path = tmp_path / "shop.toml"
    path.write_text('[category]\n"A" = { id = "99" }\n"B" = { id = "3" }\n', encoding="utf-8")
    products = [replace(TEA, sku="A"), replace(TEA, sku="B"), replace(TEA, sku="C", name="Trà khác")]
    path.write_text(path.read_text(encoding="utf-8") + '"C" = { id = "99" }\n', encoding="utf-8")
    wanted = want(products, Strict(), AccountSettings(channel="x"), STRICT, CategoryMap(path), TODAY)
    assert list(wanted.drafts) == ["B"]
    assert {w.sku: [p.code for p in w.problems] for w in wanted.withheld} == {"A": ["no-such-category"], "C": ["no-such-category"]}


def test_a_category_chosen_by_a_person_stays(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text('[category]\n"A" = { id = "3", name = "Trà" }\n', encoding="utf-8")
    CategoryMap(path).complete([replace(TEA, sku="A", name="Mật ong"), replace(TEA, sku="B", name="Mật ong")], Tree())
    assert [CategoryMap(path).category(sku) for sku in "AB"] == ["3", "2"]


def test_a_broken_category_file_is_a_sentence(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text("[category\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="category-map-unreadable"):
        CategoryMap(path)
