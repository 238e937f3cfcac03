"""Digests save work and never change what the ledger says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.store.engine import Store
from ocop_market.store.ledger import Saved, recognised, save_orders
from ocop_market.store.order_rows import stored_rows
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import touched_cell
from ocop_market.store.touched import touched_days
from tests.databases import empty

MORNING = datetime(2026, 3, 1, 2, tzinfo=UTC)


def order(digest: str = "", *, amount: int = 50_000, hours: int = 0, number: str = "A1", state: OrderState = OrderState.DELIVERED,
          ) -> SalesOrder:
    lines = tuple(SalesLine(name, "TRA-01", "Trà", Decimal("1.5"), amount, charged=(Fee(FeeKind.PAYMENT, 5, "thu hộ"),))
                  for name in ("1", "2"))
    return SalesOrder(number, MORNING, MORNING + timedelta(hours=hours), state, state.value, lines, digest=digest)


def keep(store: Store, *orders: SalesOrder) -> Saved:
    with store.writing() as connection:
        return save_orders(connection, "shop", orders, now=MORNING)


def kept(store: Store) -> dict[str, Any]:
    with store.reading() as connection:
        return dict(stored_rows(connection, "shop", list(connection.execute(select(sales_order.c.order_id)).scalars())))


def test_only_orders_kept_with_the_same_digest_are_recognised(store: Store) -> None:
    keep(store, order("one", number="A1"), order("two", number="A2"), order(number="A3"))
    with store.reading() as connection:
        assert recognised(connection, "shop", {"A1": "one", "A2": "other", "A3": "", "A4": "one"}) == {"A1"}


def test_an_order_that_differs_only_by_its_digest_is_unchanged_and_known_from_then_on(store: Store) -> None:
    keep(store, order("of mapper 1"))
    with store.writing() as connection:
        connection.execute(touched_cell.delete())
    saved = keep(store, order("of mapper 2"))
    with store.reading() as connection:
        assert touched_days(connection, "shop") == []
        assert recognised(connection, "shop", {"A1": "of mapper 2"}) == {"A1"}
    assert (saved.new, saved.changed, saved.unchanged) == (0, 0, 1)


def test_what_a_new_mapper_makes_of_the_same_order_replaces_what_the_old_one_made(store: Store) -> None:
    keep(store, order("of mapper 1", amount=50_000))
    assert keep(store, order("of mapper 2", amount=60_000)).changed == 1
    assert keep(store, order("of mapper 2", amount=60_000)).unchanged == 1
    assert {row[7] for row in kept(store)["A1"][1]} == {60_000}


def test_a_state_that_goes_back_to_what_it_was_is_not_taken_for_known(store: Store) -> None:
    keep(store, order("delivered"))
    keep(store, order(state=OrderState.CANCELLED))  # as read by itself, where no digest is made
    with store.reading() as connection:
        assert recognised(connection, "shop", {"A1": "delivered"}) == set()
    assert keep(store, order("delivered")).changed == 1


def test_lines_that_were_damaged_are_put_right_by_an_order_read_by_itself(store: Store) -> None:
    keep(store, order("as listed"))
    with store.writing() as connection:
        connection.execute(update(sales_line).where(sales_line.c.line == "2").values(list_amount=1))
    assert keep(store, order()).changed == 1
    assert [row[7] for row in kept(store)["A1"][1]] == [50_000, 50_000]


ARRIVALS = st.lists(st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 2), st.sampled_from([10, 20]), st.booleans()), max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ARRIVALS)
def test_with_digests_or_without_the_ledger_is_the_same(store: Store, arrivals: list[tuple[str, int, int, bool]]) -> None:
    orders = [(order(f"{number} {hours} {amount}", number=number, hours=hours, amount=amount), told)
              for number, hours, amount, told in arrivals]
    found = []
    for digests in (True, False):
        empty(store)
        counts = [keep(store, one if digests and told else one.but(digest="")) for one, told in orders]
        found.append((kept(store), [(saved.new, saved.changed, saved.unchanged) for saved in counts]))
    assert found[0] == found[1]
