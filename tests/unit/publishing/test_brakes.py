"""What a plan does not do unless it was approved by name."""

from dataclasses import replace

import pytest

from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.publishing.plan import PlanError

from .live_shop import open_stall

TEN = [ListingDraft(f"S{i}", f"Trà số {i}", "Trà ngon", "9", 50_000, 5, 500) for i in range(10)]


@pytest.fixture
def stall(store, clock, tmp_path):
    stall = open_stall(store, clock, tmp_path, *TEN)
    stall.publish()
    return stall


def names(plan) -> list[str]:
    return [f"{brake.name}:{brake.sku}" if brake.sku else brake.name for brake in plan.brakes]


@pytest.mark.parametrize(("price", "stops"), [(65_000, False), (65_001, True), (35_000, False), (34_999, True), (5_000, True)])
def test_a_price_that_moves_by_more_than_the_limit(stall, price, stops):
    stall.drafts["S1"] = replace(TEN[1], price=price)
    assert names(stall.desk.plan()) == (["price-change:S1"] if stops else [])


def test_a_variants_price_too(store, clock, tmp_path):
    box = VariantDraft("S0-1", ("1 kg",), 50_000, 1, 1000)
    stall = open_stall(store, clock, tmp_path, replace(TEN[0], options=("Cỡ",), variants=(box,)))
    stall.publish()
    stall.drafts["S0"] = replace(stall.drafts["S0"], variants=(replace(box, price=500),), price=500)
    plan = stall.desk.plan()
    assert names(plan) == ["price-change:S0"]
    assert plan.brakes[0].problem.values["sku"] == "S0-1"


def test_nothing_of_a_braked_plan_is_sent(stall):
    stall.drafts.update({"S1": replace(TEN[1], price=1_000), "S2": replace(TEN[2], price=51_000)})
    stall.shop.calls.clear()
    with pytest.raises(PlanError) as refused:
        stall.publish()
    assert stall.shop.calls == []
    assert "--approve price-change" in refused.value.sentence("en")


def test_one_listing_can_be_approved_by_its_sku(stall):
    stall.drafts.update({"S1": replace(TEN[1], price=1_000), "S2": replace(TEN[2], price=1_000)})
    with pytest.raises(PlanError):
        stall.publish("price-change:S1")
    stall.publish("price-change:S1", "price-change:S2")
    assert stall.shop.shows("S2", "price") == 1_000


@pytest.mark.parametrize(("count", "stops"), [(2, False), (3, True)])
def test_many_listings_going_off_sale_at_once(stall, count, stops):
    for draft in TEN[:count]:
        del stall.drafts[draft.sku]
    assert names(stall.desk.plan()) == (["off-sale"] if stops else [])


def test_many_listings_brought_to_no_stock_count_as_off_sale(stall):
    stall.drafts.update({draft.sku: replace(draft, stock=0) for draft in TEN[:3]})
    assert names(stall.desk.plan()) == ["off-sale"]


def test_a_source_that_came_back_empty(stall):
    stall.drafts.clear()
    stall.products.clear()
    assert names(stall.desk.plan()) == ["empty-catalog"]


def test_a_shop_that_shows_nothing_of_what_should_be_there(stall):
    for draft in TEN:
        stall.shop.delete(draft.sku)
    assert "shop-empty" in names(stall.desk.plan())


def test_a_title_that_gains_or_loses_a_star(stall):
    stall.drafts["S1"] = replace(TEN[1], title="Trà số 1 OCOP 4 sao")
    assert names(stall.desk.plan()) == ["star-gained:S1"]
    stall.publish("star-gained")
    stall.drafts["S1"] = TEN[1]
    assert names(stall.desk.plan()) == ["star-lost:S1"]


def test_more_new_listings_than_usual(stall):
    stall.desk.settings.brakes.most_creates = 1
    stall.drafts.update({sku: replace(TEN[0], sku=sku) for sku in ("X", "Y")})
    assert names(stall.desk.plan()) == ["many-creates"]
    stall.publish("many-creates")
    assert len(stall.shop.listings) == 12
