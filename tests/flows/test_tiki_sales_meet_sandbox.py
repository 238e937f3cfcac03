"""The Tiki client against the practice server: two years of sales to the đồng, on good days and bad ones."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from tiki_shop import Shop, history

from ocop_market.errors import RetryLater, TokenRejected
from ocop_market.sandbox.buyers import CANARY_WORDS, PROVINCES
from ocop_market.sandbox.faults import FaultKind
from tests.flows.kept_back import charged, kept_back, unreconciled


@pytest.fixture(scope="module")
def two_years() -> Shop:
    """A shop whose whole history was pulled once; tests that change it make one of their own."""
    shop = Shop(history())
    shop.take(shop.pages())
    return shop


@pytest.fixture(scope="module")
def season() -> Shop:
    """The same of five months, for what has to be pulled again and again."""
    shop = Shop(history(first_day=date(2026, 4, 20)))
    shop.take(shop.pages())
    return shop


def test_two_years_of_sales_are_right_to_the_dong(two_years: Shop) -> None:
    assert two_years.refused == []
    assert len(two_years.ledger()) > 500
    assert two_years.ledger() == two_years.truth()
    assert kept_back(two_years.orders.values()) == charged(two_years.buyers, two_years.now)
    assert unreconciled(two_years.orders.values()) == []


def test_taxes_are_kept_apart_from_fees(two_years: Shop) -> None:
    charges = [order.charges(two_years.now) for order in two_years.buyers.orders(two_years.now)]
    taxes = sum(charge.get("vat", 0) + charge.get("income_tax", 0) for charge in charges)
    assert sum(line.tax_withheld for order in two_years.orders.values() for line in order.lines) == taxes > 0


def test_no_buyer_comes_through_but_the_province(two_years: Shop) -> None:
    text = repr(two_years.orders) + json.dumps(two_years.cursor)
    assert [word for word in CANARY_WORDS if word in text] == []
    assert {order.province for order in two_years.orders.values()} == set(PROVINCES)


def test_second_pull_brings_nothing_new(two_years: Shop) -> None:
    before = dict(two_years.orders)
    two_years.take(two_years.pages())
    assert two_years.orders == before


def test_forty_days_later_the_ledger_is_right_again(two_years: Shop) -> None:
    shop = Shop(two_years.buyers, orders=dict(two_years.orders), cursor=two_years.cursor)
    seen = len(shop.orders)
    shop.later(days=40, hours=3)
    assert shop.take(shop.pages()) < seen
    assert shop.ledger() == shop.truth()
    assert kept_back(shop.orders.values()) == charged(shop.buyers, shop.now)


def test_bad_days_of_the_platform_change_no_figure(season: Shop) -> None:
    shop = Shop(season.buyers)
    for kind in (FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER):
        shop.fault(kind, chance=0.4)
    for kind in (FaultKind.RATE_LIMIT, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.SLOW):
        shop.fault(kind, "/orders", chance=0.1)
    shop.fault(FaultKind.EXPIRED_TOKEN, "/orders", chance=0.05, times=5)
    for _ in range(20):
        try:
            shop.take(shop.pages())
        except (RetryLater, TokenRejected):
            continue
        break
    assert shop.sandbox.faults.happened.keys() >= {FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER, FaultKind.RATE_LIMIT}
    assert shop.orders == season.orders
    assert shop.ledger() == shop.truth()


def test_pull_cut_off_anywhere_goes_on_where_it_stood(season: Shop) -> None:
    shop = Shop(season.buyers)
    pages = 0
    while shop.cursor is None or "page" in shop.cursor or datetime.fromisoformat(shop.cursor["updated_to"]) < shop.now:
        shop.take([next(shop.pages())])
        pages += 1
    assert pages > 24
    assert shop.ledger() == shop.truth()
