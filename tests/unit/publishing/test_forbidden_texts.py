"""Words and pictures of listings that are on sale already: what they show counts, whatever the catalog says by now."""

from dataclasses import replace
from datetime import date

import pytest

from ocop_market.model.change import LiveListing, RemoteListing
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Certificate, Group, Picture, Product
from ocop_market.publishing.live import Live
from ocop_market.publishing.plan import Wanted, Withheld
from ocop_market.publishing.planning import PlanRules, make_plan
from ocop_market.publishing.today import forbidden_texts, untrue_stars
from ocop_market.store.publications import Publication

from .live_shop import open_stall

DAY = date(2026, 11, 22)
TEA = Product("A", "Trà Tân Cương", group=Group.FOOD, certificates=(Certificate(4, "1/QĐ", date(2025, 1, 1), date(2028, 1, 1)),))


def shown(description: str, title: str = "Trà Tân Cương OCOP 4 sao", attributes: dict[str, str] | None = None) -> Publication:
    content = {"content": {"title": title, "description": description, "attributes": attributes or {}}}
    return Publication("shop", "A", "live", RemoteListing("A", "1"), content)


@pytest.mark.parametrize(("listing", "codes"), [
    (shown("Trà sạch."), []), (shown("Chữa bệnh dạ dày"), ["cure-claim"]), (shown("Cửa hàng đạt chuẩn OCOP"), ["shop-badge"]),
    (shown("Trà", attributes={"9": "OCOP 5 sao"}), ["star-in-text"]), (shown("Ngon nhất"), [])])
def test_the_words_on_the_platform_are_looked_at_with_their_attributes(listing, codes):
    found = forbidden_texts([listing], {"A": TEA}, DAY)
    assert [problem.code for problem in found.get("A", [])] == codes


def test_only_stars_count_as_untrue_stars():
    assert untrue_stars([shown("Chữa bệnh")], {"A": TEA}, DAY) == []
    assert untrue_stars([shown("Trà", title="OCOP 5 sao")], {"A": TEA}, DAY) == ["A"]
    assert untrue_stars([shown("Trà")], {"A": replace(TEA, certificates=())}, DAY) == ["A"]


def test_a_listing_with_such_words_goes_even_when_its_product_only_lacks_a_price(clock):
    listing = shown("Chữa bệnh dạ dày")
    withheld = Wanted({}, [Withheld("A", TEA.name, ())])
    for rules, count in ((PlanRules(DAY), 0), (PlanRules(DAY, unlawful=lambda one: bool(forbidden_texts([one], {"A": TEA}, DAY))), 1)):
        plan = make_plan("shop", "fake", withheld, {"A": listing}, rules, now=clock(), live=Live())
        assert plan.counts()["withdraw"] == count


def with_pictures_of(listing: Publication, *names: str) -> Publication:
    return replace(listing, applied={**listing.applied, "media": {"pictures": list(names)}})


@pytest.mark.parametrize(("there", "withdrawn"), [
    (None, 1), (["photo", "badge"], 1), (["photo"], 0), (["https://platform.example/1.jpg", "https://platform.example/2.jpg"], 1)])
def test_a_listing_that_shows_a_badge_goes_when_its_product_stays_back_and_nothing_allows_the_badge(clock, there, withdrawn):
    listing = with_pictures_of(shown("Trà sạch.", title="Trà Tân Cương"), "photo", "badge")
    live = Live() if there is None else Live({"A": LiveListing(listing.remote, {"media": {"pictures": there}})}, told=True)
    withheld = Wanted({}, [Withheld("A", TEA.name, ())])
    for forbidden, count in ((("badge",), withdrawn), ((), 0)):
        rules = PlanRules(DAY, forbidden_pictures=lambda _sku, names=forbidden: names)
        assert make_plan("shop", "fake", withheld, {"A": listing}, rules, now=clock(), live=live).counts()["withdraw"] == count


def test_pictures_that_somebody_put_in_another_order_do_not_keep_a_badge(store, clock, tmp_path):
    photo, badge = Picture("", "tra.jpg", "photo"), Picture("", "ocop-4.png", "badge")
    draft = ListingDraft("A", "Trà Tân Cương", "Trà ngon", "9", 50_000, 5, 500, pictures=(photo, badge))
    stall = open_stall(store, clock, tmp_path, draft)
    stall.publish()
    stall.shop.edit("A", "pictures", ["badge", "photo"])
    stall.drafts["A"] = replace(draft, pictures=(photo,))
    assert stall.desk.plan().changes == (), "An edit of pictures stays."
    [planned] = replace(stall.desk, forbidden_pictures=lambda _product, _day: {"badge"}).plan().changes
    assert planned.differences() == [("pictures", ["badge", "photo"], ["photo"])]
