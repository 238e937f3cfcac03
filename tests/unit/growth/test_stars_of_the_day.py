"""Every sale counts with the stars that were in force on its day, whatever has become of the certificate since."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.standing import CertificateRecord, star_claim
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import NO_STAR, By, Period, compare
from ocop_market.model.product import Certificate, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

EXTENDED = Product("EXT", "Trà", certificates=(
    Certificate(3, "1/QĐ", date(2023, 6, 1), date(2026, 6, 1), reapplied_on=date(2026, 4, 1)),
    Certificate(4, "2/QĐ", date(2026, 9, 1), date(2029, 9, 1))))
WITHDRAWN = Product("OUT", "Mật ong", certificates=(
    Certificate(3, "3/QĐ", date(2024, 1, 1), date(2027, 1, 1)),
    Certificate(4, "4/QĐ", date(2026, 2, 1), date(2029, 2, 1), withdrawn_on=date(2026, 8, 1))))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def sales(sku: str) -> list[SalesOrder]:
    """One sale of one đồng at noon of every day of 2026."""
    days = [YEAR.start + timedelta(days=n) for n in range(365)]
    return [SalesOrder(f"{sku}{at:%m%d}", at, at, OrderState.DELIVERED, "x", (SalesLine("1", sku, sku, Decimal(1), 1),))
            for at in (datetime(day.year, day.month, day.day, 5, tzinfo=UTC) for day in days)]


def test_a_year_of_sales_is_divided_by_the_days_of_each_certificate(store, clock):
    products = {product.sku: product for product in (EXTENDED, WITHDRAWN)}
    with store.writing() as connection:
        save_orders(connection, "shop", [order for sku in products for order in sales(sku)])
    with holding(store, "t", clock) as turn:
        roll_up(store, "shop", turn)
    with store.reading() as connection:
        found = {row.key: row.now for row in compare(connection, products, YEAR, by=By.STAR, basis=Basis.NET).rows}
    to_september, to_february, to_august = ((date(2026, month, 1) - YEAR.start).days for month in (9, 2, 8))
    assert found == {"3": to_september + to_february, "4": 365 - to_september + to_august - to_february, NO_STAR: 365 - to_august}
    days = [YEAR.start + timedelta(days=n) for n in range(365)]
    assert found == Counter(str(star_claim(product, day).stars or NO_STAR) for product in products.values() for day in days)


days = st.dates(date(2022, 1, 1), date(2027, 12, 31))
certificates = st.lists(st.builds(
    Certificate, st.sampled_from([None, 3, 4, 5]), issued_on=st.none() | days, expires_on=st.none() | days, reapplied_on=st.none() | days,
    withdrawn_on=st.none() | days, potential=st.booleans()), max_size=4)


@given(certificates, days, st.integers(0, 500))
def test_claims_of_many_days_are_those_of_each_day(some, first, count):
    product, last = Product("X", "x", certificates=tuple(some)), first + timedelta(days=count)
    found = list(CertificateRecord(product).claims(first, last))
    assert (found[0][0], found[-1][1]) == (first, last)
    for begins, ends, claim in found:
        for day in {begins, ends, begins + (ends - begins) / 2}:
            assert star_claim(product, day) == claim
    assert all(before[1] + timedelta(days=1) == after[0] for before, after in pairwise(found))
