"""Looking only at what a pull brought finds the same copies of a marketplace's orders as comparing everything."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.beginning import begin_again_where_needed
from ocop_market.sales.mirror import direct_accounts, find_mirrors, find_new_mirrors
from ocop_market.store.day_totals import rebuild_touched
from ocop_market.store.engine import Store
from ocop_market.store.ledger import save_cursor, save_orders
from ocop_market.store.mirrors import decide, keep_counted
from ocop_market.store.touched import touched_days
from tests.unit.sales.test_mirror import AT, CHANNELS, sale, slip

NUMBERS = st.integers(1, 6)
SOLD = st.tuples(st.just("till"), NUMBERS, st.sampled_from(["Shopee", "Tiki", "Facebook", ""]), st.integers(0, 6), st.integers(-3, 12))
ORDERED = st.tuples(st.sampled_from(["shop", "second"]), NUMBERS, st.just(""), st.just(0), st.integers(-3, 12))
BROUGHT_BACK = st.tuples(st.just("slip"), NUMBERS, st.just(""), st.just(0), st.just(0))
DECIDED = st.tuples(st.just("decided"), NUMBERS, st.just(""), st.just(0), st.just(0))
QUIET = st.tuples(st.just("quiet"), st.just(0), st.sampled_from(["shop", "second"]), st.just(0), st.just(0))
STEPS = st.lists(st.one_of(SOLD, SOLD, ORDERED, ORDERED, BROUGHT_BACK, DECIDED, QUIET), min_size=2, max_size=12)


class Books:
    """Two marketplaces that are read directly and a till, pulled one after the other."""

    def __init__(self, store: Store) -> None:
        self._store, self._now, self._version = store, AT, AT
        for account in CHANNELS:
            begin_again_where_needed(store, account, AT, (AT - timedelta(days=2)).date(), AT)
            self.reach(account)

    def reach(self, account: str) -> None:
        self._now += timedelta(days=1)
        with self._store.writing() as connection:
            save_cursor(connection, account, "sales", {"to": 1}, self._now, complete_to=self._now)

    def pull(self, account: str, order: SalesOrder) -> None:
        """As a pull does: the order, then how far the account is complete, what is counted once, and the days."""
        self._version += timedelta(seconds=1)
        with self._store.writing() as connection:
            save_orders(connection, account, [order.but(updated_at=self._version)])
        self.reach(account)
        with self._store.writing() as connection:
            if days := touched_days(connection, account):
                find_new_mirrors(connection, direct_accounts(connection, CHANNELS), account, days, self._now)
            rebuild_touched(connection, account, touched_days(connection, account))

    def left_over(self) -> set[str]:
        """The accounts in which comparing everything finds another state of a sale."""
        with self._store.writing() as connection:
            found = find_mirrors(connection, direct_accounts(connection, CHANNELS))
            rebuild_touched(connection, "till", touched_days(connection, "till"))
        return found


def as_order(number: int, at: datetime) -> SalesOrder:
    return sale(f"24090{number}ABCDEF").but(placed_at=at, document=f"24090{number}ABCDEF")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A file with all tables, to be copied: making them takes most of a second."""
    store = Store(tmp_path_factory.mktemp("tables") / "m.db")
    store.migrate()
    store.close()
    return Path(store.address)


@settings(max_examples=15)
@given(steps=STEPS)
def test_what_a_pull_brought_is_found_as_if_everything_were_compared(tables, steps):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(shutil.copy(tables, folder))
        try:
            books = Books(store)
            for kind, number, word, code, days in steps:
                at = AT + timedelta(days=days)
                if kind == "till":
                    named = f"24090{code}ABCDEF" if code else ""
                    books.pull("till", sale(str(number), source=word, code=named).but(placed_at=at))
                elif kind == "slip":
                    books.pull("till", slip(f"r{number}", str(number), 5))
                elif kind == "decided":
                    with store.writing() as connection:
                        decide(connection, "till", [str(number)], "own", AT)
                        rebuild_touched(connection, "till", touched_days(connection, "till"))
                elif kind == "quiet":
                    books.reach(word)
                else:
                    books.pull(kind, as_order(number, at))
            books.pull("till", sale("99", source="Facebook").but(lines=(SalesLine("1", "A", "a", Decimal(1), len(steps)),)))
            assert books.left_over() == set()
        finally:
            store.close()


def test_after_a_long_pull_everything_is_compared_once_more(store):
    books = Books(store)
    books.pull("till", sale("1", source="Facebook"))
    with store.writing() as connection:
        save_orders(connection, "till", [sale("2", source="Shopee", days=-1)])
        rebuild_touched(connection, "till", touched_days(connection, "till"))  # behind the back of what follows
    books.pull("till", sale("3", source="Facebook"))
    with store.writing() as connection:
        keep_counted(connection, "till", None, AT)
    books.pull("till", sale("3", source="Facebook").but(state=OrderState.CANCELLED))
    assert books.left_over() == set()
