"""A small province whose truth is known: every table is worked out a second time, row by row, without any of the program's sums."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete

from ocop_market.catalog.standing import star_claim
from ocop_market.growth.account_of_change import account_of_change
from ocop_market.growth.compare import By, Period, compare
from ocop_market.growth.movement import Part
from ocop_market.growth.periods import Against, Span, around, pair
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from ocop_market.places.units import Geography
from ocop_market.store.tables.totals import sales_day, sales_month
from tests.databases import ON_BOTH
from tests.examples import examples
from tests.totals import put_days

pytestmark = ON_BOTH

MERGED = {"Bắc Giang": "Bắc Ninh", "Bắc Ninh": "Bắc Ninh", "Bắc Kạn": "Thái Nguyên"}
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
PRODUCTS = {product.sku: product for product in (
    Product(f"P{n}", f"Hàng {n}", f"HTX {n % 3}", kind, group, Place(province), (
        Certificate(stars, f"{n}/QĐ", issued, issued.replace(year=issued.year + 3)),))
    for n, (kind, group, province, stars, issued) in enumerate((
        (ProducerKind.COOPERATIVE, Group.FOOD, "Bắc Giang", 3, date(2023, 3, 1)),
        (ProducerKind.COMPANY, Group.DRINKS, "Bắc Ninh", 4, date(2024, 6, 1)),
        (ProducerKind.HOUSEHOLD, Group.FOOD, "Bắc Kạn", 3, date(2025, 2, 10)),
        (ProducerKind.COOPERATIVE, Group.TOURISM, "Bắc Giang", 5, date(2022, 1, 1)),
        (ProducerKind.UNKNOWN, Group.UNKNOWN, "Bắc Ninh", 3, date(2025, 5, 1)))))}
ZERO = dict.fromkeys(("platform_discount", "fees", "tax_withheld", "seller_shipping"), 0)

rows = st.builds(
    lambda account, location, offset, sku, state, quantity, amount, discount, refund: {
        "account": account, "location": location, "day": FIRST + timedelta(days=offset), "sku": sku, "state": state,
        "quantity": Decimal(quantity), "list_amount": amount, "seller_discount": discount, "refund": refund,
        "returned_quantity": Decimal(0), **ZERO},
    st.sampled_from(["shop", "till"]), st.sampled_from(["", "1"]), st.integers(0, (LAST - FIRST).days), st.sampled_from([*PRODUCTS, "?"]),
    st.sampled_from(["delivered", "accepted", "cancelled", "placed"]), st.integers(1, 9), st.integers(1, 10**9), st.integers(0, 10**6),
    st.integers(0, 10**6))
ledgers = st.lists(rows, min_size=1, max_size=40, unique_by=lambda row: tuple(
    row[name] for name in ("account", "day", "sku", "location", "state")))


def worth(row) -> int:
    return row["list_amount"] - row["seller_discount"] - row["refund"] if row["state"] in ("delivered", "accepted") else 0


def key_of(by: By, geography: Geography, row) -> str:
    if by is By.CHANNEL:
        return row["account"]
    if by is By.LOCATION:
        return row["account"] + (" / 1" if row["location"] else "")
    product = PRODUCTS.get(row["sku"])
    if product is None:
        return "not-attributed"
    if by is By.STAR:
        return str(star_claim(product, row["day"]).stars or "no-star")
    if by is By.PROVINCE and geography is Geography.PRESENT:
        return MERGED[product.place.province]
    return {By.PRODUCT: product.sku, By.KIND: product.producer_kind.value, By.GROUP: product.group.value,
            By.PROVINCE: product.place.province}[by].replace("unknown", "not-told")


def plainly(ledger, period: Period, by: By, geography: Geography) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in ledger:
        if period.start <= row["day"] <= period.end:
            sums[key_of(by, geography, row)] += worth(row)
    return {key: amount for key, amount in sums.items() if amount}


TABLES = [(by, Geography.PRESENT) for by in (By.CHANNEL, By.LOCATION, By.PRODUCT, By.KIND, By.GROUP, By.STAR, By.PROVINCE)]


@examples(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers, st.sampled_from(list(Span)), st.dates(date(2025, 1, 1), LAST),
       st.sampled_from([Against.YEAR_BEFORE, Against.PERIOD_BEFORE]))
def test_every_table_is_what_a_plain_count_finds(store, ledger, span, last, against):
    periods = pair(around(span, last), against, last)
    with store.writing() as connection:
        for table in (sales_day, sales_month):
            connection.execute(delete(table))
        put_days(connection, ledger)
    with store.reading() as connection:
        found = {table: compare(connection, PRODUCTS, periods.now, by=table[0], geography=table[1], before=periods.before)
                 for table in (*TABLES, (By.PROVINCE, Geography.OLD))}
        change = account_of_change(connection, PRODUCTS, periods)
    for (by, geography), table in found.items():
        assert {row.key: row.now for row in table.rows if row.now} == plainly(ledger, periods.now, by, geography)
        assert {row.key: row.before for row in table.rows if row.before} == plainly(ledger, periods.before, by, geography)
    for side, period in (("now", periods.now), ("before", periods.before)):
        total = sum(plainly(ledger, period, By.CHANNEL, Geography.PRESENT).values())
        assert getattr(change.total, side) == total == sum(getattr(change.movement.part(part), side) for part in Part)
        old, new = ({row.key: getattr(row, side) for row in found[By.PROVINCE, geography].rows}
                    for geography in (Geography.OLD, Geography.PRESENT))
        assert old.get("Bắc Giang", 0) + old.get("Bắc Ninh", 0) == new.get("Bắc Ninh", 0), "a merger of provinces is no growth"
    assert change.panel.total.amount == change.effects.total == change.total.amount
