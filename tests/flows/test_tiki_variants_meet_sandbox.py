"""Listings with variants at the Tiki practice server: made, followed, changed, edited by others, and found again after a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests
from tiki_shop import HOST, Draft, Remembered, Shop

from connectors.tiki.connector import TikiConnector
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.errors import NeedsLogin
from ocop_market.model.change import Change, ChangeKind, LiveListing, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import OFFER, FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.faults import FaultKind
from ocop_market.sandbox.transport import WsgiAdapter

SKUS = ("TRA-100", "TRA-200", "TRA-500")
EVERYTHING = frozenset(FieldGroup)
PRICE, STOCK, VISIBILITY = FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def draft(shop: Shop) -> Draft:
    connector = shop.connector()
    category = next(node.id for node in connector.categories() if node.open_to_us and not connector.required_documents(node.id))
    wanted = {row.id: next(iter(row.choices.values()), "1") for row in connector.attributes(category) if row.required}

    def make(**changes: Any) -> ListingDraft:
        variants = tuple(VariantDraft(sku, (sku[4:] + " g",), 60_000 * place, 10 * place, 100 * place)
                         for place, sku in enumerate(SKUS, 1))
        usual: dict[str, Any] = {
            "sku": "TRA", "title": "Trà shan tuyết thử nghiệm", "description": "Trà hái tay.\nSao trong ngày.", "category": category,
            "price": 60_000, "stock": 60, "weight_g": 300, "attributes": wanted, "options": ("Khối lượng",), "variants": variants,
            "pictures": (Picture(url="https://anh.example/1.jpg"),),
        }
        return ListingDraft(**{**usual, **changes})
    return make


def live(shop: Shop, *listings: RemoteListing) -> list[LiveListing]:
    return list(shop.connector().read_listings(listings))


def with_variants(draft: ListingDraft, **by_sku: dict[str, Any]) -> ListingDraft:
    """The draft with some variants changed, named by the figures of their SKU."""
    return replace(draft, variants=tuple(replace(one, **by_sku.get(f"g{one.sku[4:]}", {})) for one in draft.variants))


def offers(shop: Shop, changes: list[Change]) -> list[Result]:
    return list(shop.connector().apply(changes, lambda _: Remembered()))


# --- made and followed

def test_every_variant_becomes_a_product_that_is_on_sale(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    numbers = {sku: str(shop.product(sku)["id"]) for sku in SKUS}
    assert remote.data["variants"] == numbers
    assert remote.remote_id == min(numbers.values(), key=int)
    assert [shop.product(sku)["active"] for sku in SKUS] == [1, 1, 1]
    assert [shop.product(sku)["attributes"]["product_weight_kg"] for sku in SKUS] == [0.1, 0.2, 0.3]
    assert shop.connector().find("TRA", SKUS) == remote


def test_what_is_live_equals_what_was_wanted(shop: Shop, draft: Draft) -> None:
    wanted = draft(brand="", channel_extra={})
    [found] = live(shop, shop.published(wanted))
    for group, fields in found.fields.items():
        told = wanted.groups()[FieldGroup(group)]
        for name, value in fields.items():
            if name == "attributes":
                assert {code: value.get(code) for code in told[name]} == told[name]
            elif name != "pictures":
                assert value == told[name], f"{group} {name}"
    assert found.fields["media"]["pictures"] != []
    assert found.fields["price"] == {"price": 60_000, "variant_prices": {"TRA-100": 60_000, "TRA-200": 120_000, "TRA-500": 180_000}}
    assert found.fields["stock"] == {"stock": 60, "variant_stock": {"TRA-100": 10, "TRA-200": 20, "TRA-500": 30}}


def test_number_of_the_request_takes_the_place_of_its_track_id(shop: Shop, draft: Draft) -> None:
    first = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(minutes=30)
    waiting = shop.check(first, "TRA")
    assert waiting.outcome is Outcome.PENDING and waiting.ticket is not None and waiting.remote is not None
    assert waiting.ticket.number.partition(":")[0] == waiting.remote.data["request_id"]
    assert waiting.ticket.expires_at == first.expires_at
    shop.sandbox.forget_tracks()
    shop.later(hours=4)
    result = shop.check(waiting.ticket, "TRA")
    assert result.outcome is Outcome.LIVE and set(result.remote.data["variants"]) == set(SKUS)


def test_forgotten_track_id_is_answered_by_the_products_themselves(shop: Shop, draft: Draft) -> None:
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    assert shop.connector().find("TRA", SKUS) is not None
    shop.sandbox.forget_tracks()
    result = shop.check(ticket, "TRA")
    assert result.outcome is Outcome.LIVE and set(result.remote.data["variants"]) == set(SKUS)


def test_variant_that_the_reviewers_leave_out_is_named_after_a_day(shop: Shop, draft: Draft) -> None:
    shop.sandbox.leave_out("TRA-200")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    early = shop.check(ticket, "TRA")
    assert (early.outcome, set(early.remote.data["variants"])) == (Outcome.PENDING, {"TRA-100", "TRA-500"})
    assert shop.product("TRA-100")["active"] == 1
    shop.later(days=2)
    late = shop.check(early.ticket, "TRA")
    assert [(problem.code, problem.values["sku"]) for problem in late.problems] == [("variant-not-taken", "TRA-200")]
    assert (late.outcome, late.taken) == (Outcome.REJECTED, EVERYTHING - {FieldGroup.VARIANTS})


def test_refused_request_names_its_reasons_and_is_sent_anew_when_corrected(shop: Shop, draft: Draft) -> None:
    shop.sandbox.refuse_next("TRA-200", "image is blurred", "name has forbidden words")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    refused = shop.check(ticket, "TRA")
    assert (refused.outcome, [problem.field for problem in refused.problems]) == (Outcome.REJECTED, ["pictures", "title"])
    shop.sandbox.refuse_next("TRA-200")
    assert shop.connector().find("TRA", SKUS) is None
    assert set(shop.published(draft(title="Trà shan tuyết")).data["variants"]) == set(SKUS)


def test_request_that_somebody_deleted_is_told(shop: Shop, draft: Draft) -> None:
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(minutes=30)
    shop.sandbox.delete_request_by_hand("TRA-100")
    assert [problem.code for problem in shop.check(ticket, "TRA").problems] == ["request-deleted"]


def test_request_approved_while_it_is_withdrawn_is_taken_off_sale(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    shop.later(hours=4)
    gone = shop.connector().withdraw(asked.remote)
    assert gone.outcome is Outcome.WITHDRAWN
    assert set(gone.remote.data["variants"]) == set(SKUS)
    assert [shop.product(sku)["active"] for sku in SKUS] == [0, 0, 0]


def test_variant_whose_sku_another_product_has_refuses_the_whole_request(shop: Shop, draft: Draft) -> None:
    shop.sandbox.add_seller_center_product("Trà làm tay", 90_000, original_sku="TRA-200")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    assert [problem.code for problem in shop.check(ticket, "TRA").problems] == ["sku-taken"]


def test_what_tiki_has_no_place_for_is_said(shop: Shop, draft: Draft) -> None:
    made = shop.apply(ChangeKind.CREATE, draft(wholesale=(WholesalePrice(10, 50_000),), days_to_ship=3))
    assert (made.outcome, [remark.code for remark in made.remarks]) == (Outcome.PENDING, ["no-wholesale", "no-days-to-ship"])


# --- changed

def test_prices_of_three_variants_are_one_call(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.connector().check()
    shop.sandbox.record_calls = True
    changed = with_variants(draft(), g100={"price": 65_000})
    assert shop.apply(ChangeKind.UPDATE, changed, remote, [PRICE]).outcome is Outcome.LIVE
    assert [call.path.rpartition("/")[2] for call in shop.sandbox.calls if call.method == "PUT"] == ["updateSkus"]
    assert [shop.product(sku)["price"] for sku in SKUS] == [65_000, 120_000, 180_000]


def test_hiding_and_withdrawing_reach_every_variant(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    hidden = shop.apply(ChangeKind.UPDATE, draft(visible=False), remote, [VISIBILITY])
    assert (hidden.remote.visible, [shop.product(sku)["active"] for sku in SKUS]) == (False, [0, 0, 0])
    shop.apply(ChangeKind.UPDATE, draft(), remote, [VISIBILITY])
    assert [shop.connector().withdraw(remote).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert [shop.product(sku)["active"] for sku in SKUS] == [0, 0, 0]


def test_new_title_is_reviewed_for_each_variant_under_one_ticket(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    asked = shop.apply(ChangeKind.UPDATE, draft(title="Trà mới"), remote, [FieldGroup.CONTENT])
    assert len(shop.sandbox.reviews_waiting()) == 3
    shop.later(minutes=100)
    waiting = shop.check(asked.ticket, "TRA")
    assert waiting.outcome is Outcome.PENDING
    shop.later(hours=3)
    assert shop.check(waiting.ticket, "TRA").outcome is Outcome.LIVE
    assert {shop.product(sku)["name"] for sku in SKUS} == {"Trà mới"}
    assert [shop.product(sku)["attributes"]["product_weight_kg"] for sku in SKUS] == [0.1, 0.2, 0.3]


def test_refusal_of_one_variants_content_waits_for_the_others_and_is_told(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.refuse_next("TRA-500", "description is too long")
    ticket = shop.apply(ChangeKind.UPDATE, draft(title="Trà mới"), remote, [FieldGroup.CONTENT]).ticket
    shop.later(minutes=100)
    assert shop.check(ticket, "TRA").outcome is Outcome.PENDING
    shop.later(hours=3)
    refused = shop.check(ticket, "TRA")
    assert (refused.outcome, [problem.field for problem in refused.problems]) == (Outcome.REJECTED, ["description"])


def test_dropped_variant_goes_off_sale_and_comes_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    fewer = replace(draft(), variants=draft().variants[:2])
    left = shop.apply(ChangeKind.UPDATE, fewer, remote, [FieldGroup.VARIANTS, PRICE])
    assert (set(left.remote.data["variants"]), shop.product("TRA-500")["active"]) == ({"TRA-100", "TRA-200"}, 0)
    back = shop.apply(ChangeKind.UPDATE, draft(), left.remote, [FieldGroup.VARIANTS])
    assert (set(back.remote.data["variants"]), shop.product("TRA-500")["active"]) == (set(SKUS), 1)


def test_new_variant_is_refused_by_name_and_taken_over_once_it_was_added_by_hand(shop: Shop, draft: Draft) -> None:
    fewer = replace(draft(), variants=draft().variants[:2])
    remote = shop.published(fewer)
    refused = shop.apply(ChangeKind.UPDATE, draft(), remote, [FieldGroup.VARIANTS, PRICE, STOCK])
    assert [(problem.code, problem.values["sku"]) for problem in refused.problems] == [("variant-missing", "TRA-500")]
    assert (refused.outcome, refused.taken) == (Outcome.REJECTED, {PRICE, STOCK})
    shop.sandbox.add_seller_center_product("Trà 500 g", 1_000_000, original_sku="TRA-500")
    taken = shop.apply(ChangeKind.UPDATE, draft(), remote, [PRICE])
    assert (taken.outcome, shop.product("TRA-500")["price"]) == (Outcome.LIVE, 180_000)
    assert set(taken.remote.data["variants"]) == set(SKUS)


def test_simple_product_is_not_turned_into_variants_and_stays_on_sale(shop: Shop, draft: Draft) -> None:
    simple = draft(options=(), variants=())
    remote = shop.published(simple)
    result = shop.apply(ChangeKind.UPDATE, draft(), remote)
    assert (result.outcome, result.taken, [problem.code for problem in result.problems]) == (
        Outcome.REJECTED, frozenset(), ["other-packings"])
    assert result.remote == remote
    assert shop.product("TRA")["active"] == 1


def test_refused_price_lets_the_stock_count(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", market_price=9_000_000)
    changed = with_variants(draft(), g200={"stock": 3}, g100={"stock": 0})
    result = shop.apply(ChangeKind.UPDATE, changed, remote, [PRICE, STOCK])
    assert (result.outcome, result.taken) == (Outcome.REJECTED, {STOCK})
    assert [problem.code for problem in result.problems] == ["price-far-below-market-price"]
    assert [shop.product(sku)["inventory"]["quantity_available"] for sku in SKUS] == [0, 3, 30]


# --- offers of many listings

def listings(shop: Shop, draft: Draft, count: int) -> list[tuple[ListingDraft, RemoteListing]]:
    made = []
    for number in range(count):
        simple = draft(sku=f"MAT-{number}", options=(), variants=(), price=100_000, stock=5)
        made.append((simple, shop.apply(ChangeKind.CREATE, simple).ticket))
    shop.later(hours=4)
    return [(simple, shop.check(ticket, simple.sku).remote) for simple, ticket in made]


def new_prices(made: list[tuple[ListingDraft, RemoteListing]]) -> list[Change]:
    return [Change(ChangeKind.UPDATE, simple.sku, replace(simple, price=105_000, stock=9), remote, frozenset({PRICE, STOCK}))
            for simple, remote in made]


def test_offers_of_seven_listings_are_one_call(shop: Shop, draft: Draft) -> None:
    changes = new_prices(listings(shop, draft, 7))
    shop.sandbox.record_calls = True
    assert [result.outcome for result in offers(shop, changes)] == [Outcome.LIVE] * 7
    assert [call.path.rpartition("/")[2] for call in shop.sandbox.calls if call.method == "PUT"] == ["updateSkus"]
    assert {shop.product(change.sku)["price"] for change in changes} == {105_000}


@pytest.mark.parametrize("options", [{}, {"batch_whole": True}, {"most_offers": 2}])
def test_one_refused_product_of_a_batch_is_its_own_result(shop: Shop, draft: Draft, options: dict[str, Any]) -> None:
    changes = new_prices(listings(shop, draft, 4))
    shop.sandbox.edit_by_hand("MAT-1", market_price=9_000_000)
    shop.sandbox.delete_by_hand("MAT-2")
    for name, value in options.items():
        setattr(shop.sandbox, name, value)
    results = {result.sku: result for result in offers(shop, changes)}
    assert [results[f"MAT-{n}"].outcome for n in range(4)] == [
        Outcome.LIVE, Outcome.REJECTED, Outcome.REJECTED, Outcome.LIVE]
    assert ([problem.code for problem in results["MAT-1"].problems], results["MAT-1"].taken) == (
        ["price-far-below-market-price"], {STOCK})
    assert [problem.code for problem in results["MAT-2"].problems] == ["listing-gone"]
    assert [(shop.product(sku)["price"], shop.product(sku)["inventory"]["quantity_available"]) for sku in ("MAT-0", "MAT-1", "MAT-3")] \
        == [(105_000, 9), (100_000, 9), (105_000, 9)]


def test_unknown_warehouse_is_told_for_each_listing(shop: Shop, draft: Draft) -> None:
    changes = new_prices(listings(shop, draft, 3))
    shop.settings["warehouse_id"] = "15936811"
    results = offers(shop, changes)
    assert {problem.code for result in results for problem in result.problems} == {"warehouse-unknown"}
    assert {result.taken for result in results} == {frozenset({PRICE})}


# --- seen from outside

def test_sales_of_variants_carry_their_own_skus_and_products(draft: Draft) -> None:
    goods = tuple(Good(sku, f"Trà {sku}", 60_000 * place) for place, sku in enumerate(SKUS, 1))
    shop = Shop(History(goods, seed="variants", first_day=date(2026, 9, 1), per_day=3, partial_returns=False))
    remote = shop.published(draft())
    shop.keep(shop.pages())
    sold = {(line.sku, line.remote_id) for order in shop.orders.values() for line in order.lines}
    assert sold == set(remote.data["variants"].items())


def test_edits_in_seller_center_are_read_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", price=99_000, stock=4, reserved=2, name="Trà sửa tay", description="<p>Sửa &amp; đổi.</p>",
                              attributes={"brand": "Thương hiệu thực hành 001", "product_height": 12})
    shop.sandbox.edit_by_hand("TRA-500", active=0)
    [found] = live(shop, remote)
    assert found.fields["price"]["variant_prices"]["TRA-200"] == 99_000
    assert found.fields["stock"] == {"stock": 44, "variant_stock": {"TRA-100": 10, "TRA-200": 4, "TRA-500": 30}}
    assert found.ordered == {"TRA-200": 2}
    assert found.fields["content"]["title"] == "Trà sửa tay", "the odd one out tells"
    assert found.fields["content"]["description"] == "Sửa & đổi."
    assert found.fields["content"]["brand"] == "Thương hiệu thực hành 001"
    assert found.fields["visibility"] == {"visible": False}, "one variant is off sale"
    assert found.remote.visible is True, "the others are on sale"


def test_products_of_others_are_in_the_shop_and_deleted_ones_are_not(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.add_seller_center_product("Không mã", 50_000)
    shop.sandbox.add_seller_center_product("Có mã", 50_000, original_sku="TAY-1")
    shop.sandbox.delete_by_hand("TRA-500")
    assert {one.sku for one in shop.connector().shop_listings()} == {"TRA-100", "TRA-200", "TAY-1"}
    [found] = live(shop, remote)
    assert set(found.remote.data["variants"]) == {"TRA-100", "TRA-200"}
    for sku in ("TRA-100", "TRA-200"):
        shop.sandbox.delete_by_hand(sku)
    assert live(shop, remote) == []


@pytest.mark.parametrize("apart", [False, True])
def test_products_off_sale_are_in_the_shop_too_wherever_they_are_listed(shop: Shop, draft: Draft, apart: bool) -> None:
    shop.sandbox.off_sale_apart = apart
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", active=0)
    assert {one.sku: one.visible for one in shop.connector().shop_listings()} == {"TRA-100": True, "TRA-200": False, "TRA-500": True}
    assert len(live(shop, remote)[0].remote.data["variants"]) == 3


def test_many_listings_are_read_by_pages_and_one_singly(shop: Shop, draft: Draft) -> None:
    remotes = [remote for _, remote in listings(shop, draft, 12)]
    shop.sandbox.record_calls = True
    assert len(live(shop, *remotes)) == 12
    several = [call.path for call in shop.sandbox.calls if call.path.startswith("/integration/v2.1/products")]
    shop.sandbox.calls.clear()
    assert len(live(shop, remotes[3])) == 1
    single = [call.path for call in shop.sandbox.calls if call.path.startswith("/integration/v2.1/products")]
    assert (len(several), single) == (1, [f"/integration/v2.1/products/{remotes[3].remote_id}"])


def test_revoked_authorisation_stops_the_account(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.fault(FaultKind.EXPIRED_TOKEN)
    with pytest.raises(NeedsLogin):
        live(shop, remote)
    with pytest.raises(NeedsLogin):
        shop.apply(ChangeKind.UPDATE, draft(), remote, [PRICE])


# --- killed at every call

class Killed(BaseException):
    """The process ends here."""


class Fused(WsgiAdapter):
    """A wire that breaks the process at one of its calls, before or after the platform has done it."""

    def __init__(self, app: Any, at: int, *, before: bool) -> None:
        super().__init__(app)
        self.left, self.before = at, before

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        counts = self.before or request.method != "GET"  # after a read nothing differs from before the next call
        self.left -= counts
        if self.left == 0 and self.before:
            raise Killed
        response = super().send(request, *arguments, **options)
        if self.left == 0 and counts:
            raise Killed
        return response


def connected(shop: Shop, wire: Fused) -> TikiConnector:
    tokens = TokenKeeper("shop", "tiki", load=lambda: shop.kept[-1] if shop.kept else None, save=shop.kept.append,
                         clock=lambda: shop.now)
    settings = TikiConnector.Settings.model_validate(shop.sandbox.settings(HOST))
    return TikiConnector("shop", settings, tokens=tokens, clock=lambda: shop.now,
                         http=Http("tiki", "shop", adapter=wire, sleep=shop.waits.append))


class Engine:
    """What is remembered between processes of one listing: steps, the listing, its ticket; and what a run does next."""

    def __init__(self, wanted: ListingDraft) -> None:
        self.wanted, self.steps = wanted, Remembered()
        self.begun = self.done = False
        self.remote: RemoteListing | None = None
        self.ticket: Ticket | None = None

    def run(self, connector: TikiConnector) -> None:
        """One turn of schedule: an open ticket is asked about, else the listing is made or, begun before, looked for first."""
        if self.ticket is not None:
            [result] = connector.check_tickets({self.wanted.sku: self.ticket})
        else:
            found = connector.find(self.wanted.sku, self.wanted.sold_skus) if self.begun else None
            if found is not None and not found.remote_id:
                self.ticket, self.remote = found.ticket, found
                return
            self.begun = True
            change = Change(ChangeKind.UPDATE if found else ChangeKind.CREATE, self.wanted.sku, self.wanted, found,
                            OFFER if found else EVERYTHING)
            [result] = connector.apply([change], lambda _: self.steps)
        self.remote = result.remote or self.remote
        self.ticket = result.ticket if result.outcome is Outcome.PENDING else None
        self.done = result.outcome is Outcome.LIVE
        assert result.outcome is not Outcome.REJECTED, [problem.sentence("en") for problem in result.problems]


def published_by(shop: Shop, engine: Engine, wire: Callable[[], Fused]) -> None:
    for _ in range(40):
        try:
            engine.run(connected(shop, wire()))
        except Killed:
            continue
        if engine.done:
            return
        shop.later(minutes=40)
    raise AssertionError("never live")


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_call_every_variant_is_one_product(shop: Shop, draft: Draft, before: bool) -> None:
    at = points = 0
    while True:
        at += 1
        practice = Shop()
        practice.kept += shop.kept
        fused = Fused(practice.sandbox, at, before=before)
        engine = Engine(draft())
        wires = [fused]  # only one process dies; those after it live
        published_by(practice, engine, lambda wires=wires, practice=practice: (  # type: ignore[misc]
            wires[0] if wires[0].left > 0 else Fused(practice.sandbox, 0, before=before)))
        if fused.left > 0:
            break
        points += 1
        assert [practice.sandbox.count_listings(sku) for sku in SKUS] == [1, 1, 1], f"call {at}"
        assert [practice.product(sku)["active"] for sku in SKUS] == [1, 1, 1], f"call {at}"
        assert engine.remote is not None and set(engine.remote.data["variants"]) == set(SKUS)
    assert points >= (8 if before else 2)
