"""What may be listed, what may be said of it, and what a category asks for."""

from dataclasses import replace
from datetime import date

import pytest

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.goods import is_alcohol
from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.catalog.standing import Standing, star_claim
from ocop_market.channels.profile import ChannelProfile, DocPage
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.product import Certificate, Group, Picture, Place, Product
from ocop_market.model.stock import Offer
from ocop_market.settings import PublishingSettings, StarPolicy

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


def test_price_and_stock_are_those_of_the_offer():
    draft, _ = draft_listing(TEA, category="1", attributes=[], profile=PROFILE, day=TODAY, offer=lambda sku: Offer(sku, "shop", 99_000, 3))
    assert (draft.price, draft.stock) == (99_000, 3)
