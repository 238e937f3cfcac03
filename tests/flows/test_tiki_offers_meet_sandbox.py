"""Prices and stock of many listings at once at the Tiki practice server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tiki_shop import Draft, Remembered, Shop, simple_listings, tea_in_packings

from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft

PRICE, STOCK = FieldGroup.PRICE, FieldGroup.STOCK


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def draft(shop: Shop) -> Draft:
    return tea_in_packings(shop)


def offers(shop: Shop, changes: list[Change]) -> list[Result]:
    return list(shop.connector().apply(changes, lambda _: Remembered()))


def new_prices(made: list[tuple[ListingDraft, RemoteListing]]) -> list[Change]:
    return [Change(ChangeKind.UPDATE, simple.sku, replace(simple, price=105_000, stock=9), remote, frozenset({PRICE, STOCK}))
            for simple, remote in made]


def test_offers_of_seven_listings_are_one_call(shop: Shop, draft: Draft) -> None:
    changes = new_prices(simple_listings(shop, draft, 7))
    shop.sandbox.record_calls = True
    assert [result.outcome for result in offers(shop, changes)] == [Outcome.LIVE] * 7
    assert [call.path.rpartition("/")[2] for call in shop.sandbox.calls if call.method == "PUT"] == ["updateSkus"]
    assert {shop.product(change.sku)["price"] for change in changes} == {105_000}


@pytest.mark.parametrize("options", [{}, {"batch_whole": True}, {"most_offers": 2}])
def test_one_refused_product_of_a_batch_is_its_own_result(shop: Shop, draft: Draft, options: dict[str, Any]) -> None:
    changes = new_prices(simple_listings(shop, draft, 4))
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
    changes = new_prices(simple_listings(shop, draft, 3))
    shop.settings["warehouse_id"] = "15936811"
    results = offers(shop, changes)
    assert {problem.code for result in results for problem in result.problems} == {"warehouse-unknown"}
    assert {result.taken for result in results} == {frozenset({PRICE})}
