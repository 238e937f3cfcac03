"""Wanted, applied, live: what a plan makes of somebody's edits in the seller centre."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ocop_market.errors import Problem
from ocop_market.model.change import ChangeKind, Outcome, Result
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Certificate, Picture, Product
from ocop_market.publishing.plan import PlanError
from ocop_market.settings import Drifting
from ocop_market.store.publications import load_publications
from tests.databases import ON_BOTH

from .live_shop import open_stall

TEA = ListingDraft("A", "Trà Tân Cương", "Trà ngon", "9", 50_000, 5, 500)
RICE = ListingDraft("B", "Gạo nếp", "Nếp thơm", "9", 40_000, 9, 900)
OVERWRITE_ALL = dict.fromkeys(FieldGroup, Drifting.OVERWRITE)


@pytest.fixture
def stall(store, clock, tmp_path):
    stall = open_stall(store, clock, tmp_path, TEA, RICE)
    stall.publish()
    stall.shop.calls.clear()
    return stall


def test_after_a_publish_a_plan_is_empty_and_sends_nothing(stall):
    plan = stall.desk.plan()
    assert (plan.changes, plan.drifts, plan.unchanged) == ((), (), 2)
    stall.desk.apply(plan)
    assert stall.shop.calls == []


def test_an_edit_in_the_shop_is_shown_and_kept(stall):
    stall.shop.edit("A", "title", "Trà Tân Cương loại một")
    plan = stall.desk.plan()
    assert plan.changes == ()
    (drift,) = plan.drifts
    assert (drift.sku, drift.field, drift.ours, drift.live, drift.kept) == ("A", "title", "Trà Tân Cương", "Trà Tân Cương loại một", True)
    assert plan.counts()["drifted"] == 1
    assert stall.desk.plan().drifts == (drift,), "It is told in every plan."


def test_an_edit_in_the_shop_is_overwritten_where_that_is_wanted(stall):
    stall.shop.edit("A", "price", 1_000)
    plan = stall.desk.plan({FieldGroup.PRICE: Drifting.OVERWRITE})
    (planned,) = plan.changes
    assert planned.differences() == [("price", 1_000, 50_000)]
    stall.desk.apply(plan, approved=["price-change"])
    assert stall.shop.shows("A", "price") == 50_000
    assert stall.desk.plan().drifts == ()


def test_a_kept_edit_stays_when_another_field_of_its_group_changes(stall):
    stall.shop.edit("A", "title", "Trà của nhà")
    stall.drafts["A"] = replace(TEA, description="Trà ngon, vụ mới")
    (planned,) = stall.desk.plan().changes
    assert planned.differences() == [("description", "Trà ngon", "Trà ngon, vụ mới")]
    stall.publish()
    assert (stall.shop.shows("A", "title"), stall.shop.shows("A", "description")) == ("Trà của nhà", "Trà ngon, vụ mới")
    plan = stall.desk.plan()
    assert plan.changes == ()
    assert [drift.field for drift in plan.drifts] == ["title"]
    stall.drafts["A"] = replace(TEA, title="Trà đinh", description="Trà ngon, vụ mới")
    assert stall.desk.plan().changes == (), "The edit stays as long as it is kept, whatever the catalog wants."
    assert [c.differences() for c in stall.desk.plan(OVERWRITE_ALL).changes] == [[("title", "Trà của nhà", "Trà đinh")]]


def test_what_somebody_put_right_by_hand_needs_no_change(stall):
    stall.drafts["A"] = replace(TEA, price=55_000)
    stall.shop.edit("A", "price", 55_000)
    assert stall.desk.plan().changes == ()


def test_the_value_before_is_the_one_that_is_live(stall):
    stall.shop.edit("A", "price", 52_000)
    stall.drafts["A"] = replace(TEA, price=55_000)
    plan = stall.desk.plan(OVERWRITE_ALL)
    assert plan.changes[0].differences() == [("price", 52_000, 55_000)]


def test_goods_sold_on_the_platform_are_no_edit_and_their_stock_is_not_put_back(stall):
    stall.shop.edit("A", "stock", 3)
    plan = stall.desk.plan()
    assert (plan.changes, plan.drifts) == ((), ())


def test_more_stock_than_there_is_does_not_stay_in_the_shop(stall):
    stall.shop.edit("A", "stock", 100)
    (planned,) = stall.desk.plan().changes
    assert planned.differences() == [("stock", 100, 5)]


def test_a_star_that_somebody_wrote_into_a_title_goes_whatever_is_kept(stall):
    stall.shop.edit("A", "title", "Trà Tân Cương OCOP 5 sao")
    plan = stall.desk.plan()
    (planned,) = plan.changes
    assert planned.differences() == [("title", "Trà Tân Cương OCOP 5 sao", "Trà Tân Cương")]
    assert [brake.name for brake in plan.brakes] == ["star-lost"], "No certificate of five stars has ended: a person looks first."


def test_an_ended_certificate_takes_its_star_off_without_a_question(store, clock, tmp_path):
    starred = replace(TEA, title="Trà Tân Cương OCOP 4 sao")
    stall = open_stall(store, clock, tmp_path, starred)
    day = stall.desk._day
    stall.products["A"] = Product("A", "Trà", certificates=(Certificate(4, "1/QĐ", day - timedelta(days=1000), day + timedelta(days=1)),))
    stall.publish()
    clock.forward(days=1)
    stall.drafts["A"] = TEA
    plan = stall.desk.plan()
    assert [c.differences() for c in plan.changes] == [[("title", "Trà Tân Cương OCOP 4 sao", "Trà Tân Cương")]]
    assert plan.brakes == ()


def test_a_listing_deleted_in_the_shop_is_not_made_again_unasked(stall):
    stall.shop.delete("A")
    plan = stall.desk.plan()
    assert plan.changes == ()
    assert [problem.code for item in plan.withheld for problem in item.problems] == ["listing-deleted"]
    again = stall.desk.plan({FieldGroup.VISIBILITY: Drifting.OVERWRITE})
    assert [p.change.kind for p in again.changes] == [ChangeKind.CREATE]
    stall.desk.apply(again)
    assert sorted(stall.shop.skus.values()) == ["A", "B"]


def test_a_listing_taken_off_sale_by_hand_stays_off_until_told_otherwise(stall):
    stall.shop.edit("A", "visible", False)
    assert stall.desk.plan().changes == ()
    stall.publish(drifting=OVERWRITE_ALL)
    assert stall.shop.shows("A", "visible") is True


def test_a_banned_listing_is_told_with_its_reason_and_sent_again_when_it_changes(stall):
    stall.shop.banned["A"] = Problem("listing-banned", "Taken down: counterfeit.")
    plan = stall.desk.plan()
    assert plan.changes == ()
    assert [p.code for item in plan.withheld for p in item.problems] == ["listing-banned"]
    stall.drafts["A"] = replace(TEA, title="Trà xanh Tân Cương")
    assert [p.change.kind for p in stall.desk.plan().changes] == [ChangeKind.UPDATE]


def test_a_listing_with_our_sku_that_we_never_made_is_taken_over_only_when_approved(store, clock, tmp_path):
    stall = open_stall(store, clock, tmp_path, TEA)
    stall.shop.create(replace(TEA, title="Trà cũ", price=45_000), None)
    stall.shop.calls.clear()
    plan = stall.desk.plan()
    (planned,) = plan.changes
    assert (planned.change.kind, planned.found) == (ChangeKind.UPDATE, True)
    assert ("title", "Trà cũ", "Trà Tân Cương") in planned.differences()
    with pytest.raises(PlanError, match="plan-braked"):
        stall.desk.apply(plan)
    stall.desk.apply(plan, approved=["found-in-shop:A"])
    assert len(stall.shop.listings) == 1
    assert stall.desk.plan().changes == ()


@ON_BOTH
def test_a_plan_is_refused_when_the_shop_has_moved_since(stall):
    stall.drafts["A"] = replace(TEA, price=55_000)
    plan = stall.desk.plan()
    stall.shop.edit("A", "title", "Trà khác")
    with pytest.raises(PlanError) as refused:
        stall.desk.apply(plan)
    assert refused.value.code == "plan-stale"
    assert "in the shop: A" in refused.value.sentence("en")
    assert stall.shop.shows("A", "price") == 50_000


def test_a_sale_since_the_plan_does_not_stop_it(stall):
    stall.drafts["A"] = replace(TEA, price=55_000)
    plan = stall.desk.plan()
    stall.shop.edit("A", "stock", 4)
    stall.drafts["A"] = replace(TEA, price=55_000, stock=4)
    assert stall.desk.apply(plan).outcomes == {"live": 1}


def test_no_more_stock_is_sent_than_there_is_when_the_plan_is_made_true(stall):
    stall.drafts["A"] = replace(TEA, stock=50)
    plan = stall.desk.plan()
    stall.drafts["A"] = replace(TEA, stock=30)
    stall.desk.apply(plan)
    assert stall.shop.shows("A", "stock") == 30


def test_what_the_platform_shows_otherwise_than_sent_is_said_once_and_no_edit(store, clock, tmp_path):
    stall = open_stall(store, clock, tmp_path, TEA)
    stall.shop.garbles = {"description": "Trà ngon (rút gọn)"}
    applied = stall.publish()
    assert [(d.sku, d.field, d.wanted, d.live) for d in applied.differences] == [("A", "description", "Trà ngon", "Trà ngon (rút gọn)")]
    plan = stall.desk.plan()
    assert (plan.changes, plan.drifts) == ((), ())


def test_what_was_live_when_we_could_not_look_is_taken_as_found(stall, store):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE publication SET seen = '{}'")
    stall.shop.edit("A", "description", "Khác")
    assert stall.desk.plan().drifts == (), "Whether we or somebody else left it so cannot be told."
    stall.shop.edit("A", "description", "Khác nữa")
    assert [drift.field for drift in stall.desk.plan().drifts] == ["description"]


@pytest.fixture
def unseen(monkeypatch):
    """Nobody can look at what was changed: the connection breaks right after."""
    monkeypatch.setattr("ocop_market.publishing.apply.read_back", lambda *_: [])


@pytest.mark.parametrize(("change", "edit"), [
    ({"price": 55_000}, ("price", 49_000)), ({"title": "Trà đinh"}, ("title", "Trà của nhà")),
    ({"title": "Trà đinh"}, ("description", "Khác"))])
def test_an_edit_between_our_change_and_a_look_that_failed_is_told(stall, unseen, change, edit):
    stall.drafts["A"] = replace(TEA, **change)
    stall.publish()
    plan = stall.desk.plan()
    assert (plan.changes, plan.drifts) == ((), ()), "What we sent is no edit."
    stall.shop.edit("A", *edit)
    assert [(drift.field, drift.live) for drift in stall.desk.plan().drifts] == [edit]


def test_what_a_platform_renders_in_its_own_way_is_no_edit_when_nobody_could_look(store, clock, tmp_path, monkeypatch):
    stall = open_stall(store, clock, tmp_path, TEA)
    stall.shop.garbles = {"description": "Trà ngon (rút gọn)"}
    stall.publish()
    monkeypatch.setattr("ocop_market.publishing.apply.read_back", lambda *_: [])
    stall.drafts["A"] = replace(TEA, description="Trà mới")
    stall.publish()
    stall.shop.edit("A", "description", "Trà mới (rút gọn)")
    assert stall.desk.plan().drifts == ()


def test_offers_go_out_in_the_largest_batches_and_words_singly(stall, store, clock, tmp_path):
    many = [replace(TEA, sku=f"S{i}") for i in range(7)]
    stall.drafts.update({draft.sku: draft for draft in many})
    stall.publish()
    stall.shop.calls.clear()
    stall.drafts.update({draft.sku: replace(draft, price=55_000) for draft in many})
    stall.drafts["B"] = replace(RICE, title="Gạo nếp cái")
    stall.publish()
    assert stall.shop.calls == ["update B content", "offers S0 S1 S2", "offers S3 S4 S5", "update S6 price"]


def test_a_group_that_was_refused_is_not_sent_again_until_it_changes_and_the_others_count(stall):
    stall.shop.refuses["A"] = FieldGroup.PRICE
    stall.drafts["A"] = replace(TEA, title="Trà đinh", price=55_000)
    applied = stall.publish()
    assert [result.outcome for result in applied.failures] == [Outcome.REJECTED]
    assert stall.shop.shows("A", "title") == "Trà đinh"
    plan = stall.desk.plan()
    assert plan.changes == ()
    assert [p.code for item in plan.withheld for p in item.problems] == ["no"]
    stall.drafts["A"] = replace(TEA, title="Trà đinh", price=56_000)
    assert [p.change.groups for p in stall.desk.plan().changes] == [{FieldGroup.PRICE}]


def test_what_was_refused_is_tried_again_on_another_day(stall, clock):
    stall.shop.refuses["A"] = FieldGroup.PRICE
    stall.drafts["A"] = replace(TEA, price=55_000)
    stall.publish()
    assert stall.desk.plan().changes == ()
    stall.shop.refuses.clear()  # the promotion that locked the price is over
    clock.forward(days=1)
    stall.publish()
    assert stall.shop.shows("A", "price") == 55_000


def test_prices_of_variants_are_compared_one_by_one(store, clock, tmp_path):
    boxes = tuple(VariantDraft(f"A-{grams}", (f"{grams} g",), grams * 100, 5, grams) for grams in (500, 1000))
    draft = replace(TEA, options=("Khối lượng",), variants=boxes)
    stall = open_stall(store, clock, tmp_path, draft)
    stall.publish()
    stall.drafts["A"] = replace(draft, variants=(boxes[0], replace(boxes[1], price=110_000)))
    (planned,) = stall.desk.plan().changes
    assert planned.differences() == [("variant_prices:A-1000", 100_000, 110_000)]
    stall.publish()
    assert stall.shop.shows("A", "variant_prices") == {"A-500": 50_000, "A-1000": 110_000}


@ON_BOTH
def test_pictures_are_known_by_the_ids_under_which_they_were_uploaded(store, clock, tmp_path):
    from ocop_market.store.steps import StoredProgress

    draft = replace(TEA, pictures=(Picture("", "a.jpg", "ab12"),))
    stall = open_stall(store, clock, tmp_path, draft)
    StoredProgress(store, "shop", 0, clock).shared("picture:ab12", lambda: "vn-77")
    stall.publish()
    stall.shop.edit("A", "pictures", ["vn-77"])
    assert stall.desk.plan().drifts == ()
    stall.shop.edit("A", "pictures", ["vn-77", "vn-99"])
    assert [(drift.field, drift.live) for drift in stall.desk.plan().drifts] == [("pictures", ["ab12", "vn-99"])]


def test_remarks_of_the_platform_are_told(stall, monkeypatch):
    def remarking(draft, remote, groups, progress):
        return Result(draft.sku, Outcome.LIVE, remote, remarks=(Problem("weight", "The weight looks odd."),))

    monkeypatch.setattr(stall.shop, "update", remarking)
    stall.drafts["A"] = replace(TEA, weight_g=5)
    assert [r.remarks[0].code for r in stall.publish().remarks] == ["weight"]


def test_listings_keep_what_was_seen_when_their_stock_is_sent(stall, store):
    stall.shop.edit("A", "title", "Trà của nhà")
    stall.drafts["A"] = replace(TEA, stock=2)
    stall.publish()
    with store.reading() as connection:
        assert load_publications(connection, "shop")["A"].seen["content"]["title"] == "Trà Tân Cương"
    assert [drift.field for drift in stall.desk.plan().drifts] == ["title"]


