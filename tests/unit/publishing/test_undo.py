"""Taking a publish back."""

from dataclasses import replace

import pytest

from ocop_market.errors import Problem, SettingsError
from ocop_market.model.change import ChangeKind
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Picture
from ocop_market.publishing.plan import Plan, PlanError, Withheld
from ocop_market.store.outbox import load_runs
from tests.databases import ON_BOTH

from .live_shop import open_stall

TEA = ListingDraft("A", "Trà Tân Cương", "Trà ngon", "9", 50_000, 5, 500, pictures=(Picture("", "a.jpg", "ab12"),))
RICE = ListingDraft("B", "Gạo nếp", "Nếp thơm", "9", 40_000, 9, 900)


@pytest.fixture
def stall(store, clock, tmp_path):
    stall = open_stall(store, clock, tmp_path, TEA, RICE)
    stall.publish()
    return stall


def last(store) -> int:
    with store.reading() as connection:
        return load_runs(connection, "shop")[0].id


def test_words_and_prices_go_back_to_what_they_were(stall, store):
    stall.drafts["A"] = replace(TEA, title="Trà đinh", price=60_000, stock=4)
    stall.publish()
    plan = stall.desk.undo(last(store))
    (planned,) = plan.changes
    assert sorted(planned.differences()) == [("price", 60_000, 50_000), ("title", "Trà đinh", "Trà Tân Cương")]
    stall.desk.apply(plan)
    assert [stall.shop.shows("A", name) for name in ("title", "price", "stock")] == ["Trà Tân Cương", 50_000, 4]


def test_what_was_taken_back_is_not_planned_again_until_something_else_is_wanted(stall, store):
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish()
    stall.desk.apply(stall.desk.undo(last(store)))
    plan = stall.desk.plan()
    assert (plan.changes, plan.undone) == ((), 1)
    stall.drafts["A"] = replace(TEA, price=58_000)
    assert [p.differences() for p in stall.desk.plan().changes] == [[("price", 50_000, 58_000)]]


def test_an_edit_that_was_overwritten_comes_back_with_its_own_value(stall, store):
    stall.shop.edit("A", "price", 52_000)
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish(drifting=dict.fromkeys(stall.desk.settings.drift.by_group(), "overwrite"))
    assert stall.shop.shows("A", "price") == 60_000
    stall.desk.apply(stall.desk.undo(last(store)))
    assert stall.shop.shows("A", "price") == 52_000


def test_new_listings_go_off_sale_and_stay_so(stall, store):
    stall.drafts["C"] = replace(TEA, sku="C")
    stall.publish()
    plan = stall.desk.undo(last(store))
    assert [(p.change.kind, p.change.sku) for p in plan.changes] == [(ChangeKind.WITHDRAW, "C")]
    stall.desk.apply(plan)
    assert stall.shop.shows("C", "visible") is False
    again = stall.desk.plan()
    assert (again.changes, again.undone) == ((), 1)


def test_a_withdrawal_is_taken_back_and_held_although_the_catalog_lost_the_product(stall, store):
    del stall.drafts["B"]
    stall.publish()
    assert stall.shop.shows("B", "visible") is False
    stall.desk.apply(stall.desk.undo(last(store)))
    assert stall.shop.shows("B", "visible") is True
    assert stall.desk.plan().changes == ()


def test_what_the_law_took_off_sale_does_not_come_back(stall, store):
    del stall.drafts["B"]
    stall.withheld.append(Withheld("B", "Gạo", (Problem("certificate-lapsed", "The certificate ended."),)))
    stall.publish()
    plan = stall.desk.undo(last(store))
    assert plan.changes == ()
    assert [p.code for item in plan.withheld for p in item.problems] == ["may-not-be-sold"]


def test_pictures_come_back_with_the_files_they_were(stall, store):
    stall.drafts["A"] = replace(TEA, pictures=(Picture("", "b.jpg", "cd34"),))
    stall.publish()
    (planned,) = stall.desk.undo(last(store)).changes
    assert planned.change.draft.pictures == TEA.pictures


def test_stock_alone_does_not_go_back(stall, store):
    stall.drafts["A"] = replace(TEA, stock=1)
    stall.publish()
    plan = stall.desk.undo(last(store))
    assert plan.changes == ()
    assert [p.code for item in plan.withheld for p in item.problems] == ["stock-stays"]


def test_a_listing_changed_again_since_is_left_to_the_later_publish(stall, store):
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish()
    first = last(store)
    stall.drafts["A"] = replace(TEA, price=61_000)
    stall.publish()
    plan = stall.desk.undo(first)
    assert [p.code for item in plan.withheld for p in item.problems] == ["changed-again"]
    stall.desk.apply(stall.desk.undo(last(store)))
    assert stall.shop.shows("A", "price") == 60_000


def test_an_undo_can_be_undone(stall, store):
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish()
    stall.desk.apply(stall.desk.undo(last(store)))
    stall.desk.apply(stall.desk.undo(last(store)))
    assert stall.shop.shows("A", "price") == 60_000
    assert stall.desk.plan().changes == ()


@ON_BOTH
def test_brakes_hold_for_an_undo_too(stall, store):
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish()
    stall.desk.settings.brakes.price_change = 5
    with pytest.raises(PlanError, match="plan-braked"):
        stall.desk.apply(stall.desk.undo(last(store)))


def test_a_reverse_plan_goes_through_a_file(stall, store):
    stall.drafts["A"] = replace(TEA, price=60_000)
    stall.publish()
    plan = stall.desk.undo(last(store))
    read = Plan.from_json(plan.to_json(), "undo.json")
    assert read.digest == plan.digest
    stall.desk.apply(read)
    assert stall.shop.shows("A", "price") == 50_000
    with store.reading() as connection:
        assert load_runs(connection, "shop")[0].undoes == plan.undoes


def test_a_star_does_not_come_back_after_its_certificate_ended(store, clock, tmp_path):
    starred = replace(TEA, title="Trà Tân Cương OCOP 4 sao")
    stall = open_stall(store, clock, tmp_path, starred)
    stall.publish()
    stall.drafts["A"] = TEA
    stall.publish("star-lost")
    stall.desk.apply(stall.desk.undo(last(store)), approved=["star-gained"])
    assert stall.shop.shows("A", "title") == "Trà Tân Cương", "There is no certificate in force: words of today stand."


def test_a_number_that_is_none_is_told(stall):
    with pytest.raises(SettingsError, match="no-such-publish"):
        stall.desk.undo(99)
