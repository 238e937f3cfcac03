"""What may still be sold under offers that stand: as applied, less what is known to be sold since, or as it is on its way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert

from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.store.engine import upsert
from ocop_market.store.ledger import save_orders
from ocop_market.store.stock_counts import load_standing
from ocop_market.store.tables.listings import outbox, publication
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


@pytest.fixture
def standing(store, clock):
    """Keeps a listing or a change on its way, then tells what stands."""

    def keep(listing=None, change=None) -> dict:
        with store.writing() as connection:
            if listing is not None:
                row = {"account": "shop", "sku": "TRA", "status": "live", "remote_id": "9", "remote_state": "", "remote_data": {},
                       "ticket": None, "ticket_expires_at": None, "problems": [], "updated_at": clock(), "seen": {}, "held": {}}
                upsert(connection, publication, [row | listing])
            if change is not None:
                connection.execute(insert(outbox).values({
                    "plan": "p", "account": "shop", "sku": "TRA", "kind": "update", "field_groups": ["stock"], "state": "sending",
                    "attempts": 1, "problems": [], "note": "", "created_at": clock()} | change))
        with store.reading() as connection:
            return load_standing(connection)

    return keep


def applied(stock: int, visible: bool = True, **variants: int) -> dict:
    return {"applied": {"stock": {"stock": stock, "variant_stock": variants}, "visibility": {"visible": visible}}}


def sell(store, clock, hours: float, quantity: int, state: OrderState = OrderState.ACCEPTED) -> None:
    at = clock() + timedelta(hours=hours)
    with store.writing() as connection:
        save_orders(connection, "shop", [SalesOrder(f"{hours}", at, at, state, "x", (SalesLine("1", "TRA", "t", Decimal(quantity), 1),))])


def test_what_was_sold_since_the_listing_was_written_is_off_it(standing, store, clock):
    sell(store, clock, -1, 7)
    sell(store, clock, 1, 3)
    sell(store, clock, 2, 5, OrderState.CANCELLED)
    assert standing(applied(30)) == {("shop", "TRA"): 27}


def test_nothing_stands_where_buyers_see_nothing(standing):
    assert standing(applied(30, visible=False)) == {}
    assert standing(applied(30) | {"remote_id": "", "status": "rejected"}) == {}


def test_a_listing_that_is_reviewed_may_be_on_sale_any_moment(standing):
    assert standing(applied(30) | {"remote_id": "", "status": "pending"}) == {("shop", "TRA"): 30}


def test_each_variant_stands_for_itself(standing):
    assert standing(applied(12, **{"TRA-S": 8, "TRA-L": 4})) == {("shop", "TRA-S"): 8, ("shop", "TRA-L"): 4}


@pytest.mark.parametrize(("change", "expected"), [
    ({"draft": {"stock": 40}}, 40), ({"draft": {"stock": 10}}, 30), ({"draft": {"stock": 40}, "state": "live"}, 30),
    ({"draft": {"stock": 40}, "field_groups": ["price"]}, 30), ({"draft": None, "kind": "withdraw"}, 30)])
def test_of_an_offer_on_its_way_and_the_one_before_the_greater_counts(standing, change, expected):
    assert standing(applied(30), change) == {("shop", "TRA"): expected}
