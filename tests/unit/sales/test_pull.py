"""How pages come into the ledger: some together, with the cursor behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ocop_market.channels.api import Cursor, PullsSales, SalesPage
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import ORDERS_A_TRANSACTION, Pulled, pull
from ocop_market.store.engine import Store
from ocop_market.store.leases import holding
from ocop_market.store.ledger import count_orders, load_cursor
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

AT = datetime(2026, 9, 5, 9, tzinfo=UTC)
PAGE = 100


class Shop(PullsSales):
    """Gives `pages` pages of orders behind its cursor, and breaks off before page `breaks_at`."""

    def __init__(self, pages: int, breaks_at: int | None = None) -> None:
        self.pages, self.breaks_at = pages, breaks_at
        self.read: list[int] = []

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        for page in range(cursor["page"] if cursor else 0, self.pages):
            if page == self.breaks_at:
                raise ConnectionError("broken off")
            self.read.append(page)
            yield SalesPage([order(page * PAGE + n) for n in range(PAGE)], {"page": page + 1}, done=page + 1, expected=self.pages)


def order(number: int) -> SalesOrder:
    return SalesOrder(str(number), AT, AT, OrderState.DELIVERED, "done", (SalesLine("1", "TRA", "Trà", Decimal(1), 50_000),))


@pytest.fixture
def pulled(store: Store, clock: Callable[[], datetime]) -> Callable[..., Pulled]:
    def run(shop: Shop, watch: Callable[[int, int, int], None] | None = None) -> Pulled:
        with holding(store, "test", clock) as turn:
            return pull(store, "shop", shop, clock, turn, start=AT, watch=watch)

    return run


def kept(store: Store) -> tuple[int, Cursor | None]:
    with store.reading() as connection:
        return count_orders(connection).get("shop", 0), load_cursor(connection, "shop", "sales")


def test_pages_that_come_fast_are_kept_together(pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_market.sales.pull.LONGEST_HELD", float("inf"))
    seen: list[tuple[int, int, int]] = []
    pulled(Shop(25), watch=lambda *figures: seen.append(figures))
    assert seen == [(ORDERS_A_TRANSACTION, 10, 25), (2 * ORDERS_A_TRANSACTION, 20, 25), (2500, 25, 25)]


def test_pages_that_come_slowly_are_kept_one_by_one(pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_market.sales.pull.LONGEST_HELD", -1.0)
    seen: list[int] = []
    pulled(Shop(3), watch=lambda orders, *_: seen.append(orders))
    assert seen == [100, 200, 300]


def test_what_was_read_before_a_failure_is_kept_and_not_read_again(store: Store, pulled: Callable[..., Pulled]) -> None:
    with pytest.raises(ConnectionError):
        pulled(Shop(25, breaks_at=13))
    assert kept(store) == (1300, {"page": 13})
    rest = Shop(25)
    assert pulled(rest).orders.new == 1200
    assert rest.read == list(range(13, 25))
    assert kept(store) == (2500, {"page": 25})
