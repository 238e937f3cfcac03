"""The tables of revenue of an official report, reckoned a second time from the orders themselves by SQL of the test's own."""

import random
import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.market import new_market, open_market
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.places.units import Geography
from ocop_market.reports.official.collect import Asked
from ocop_market.reports.official.figures import Kind, OfficialFigures
from ocop_market.reports.official.growth_told import growth_parts
from ocop_market.sales.pull import roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from tests.unit.reports.official.conftest import NOW, figures_of

PERIOD = Period(date(2026, 1, 1), date(2026, 11, 20))
PLACES = (("Bắc Giang", "Bắc Ninh"), ("Bắc Ninh", "Bắc Ninh"), ("Vĩnh Phúc", "Phú Thọ"), ("Cao Bằng", "Cao Bằng"))
"""Where products were recognised, and the province that it is today."""
GROUPS = (Group.FOOD, Group.DRINKS, Group.HANDICRAFT)
PRODUCTS = {f"P{n}": Product(
    f"P{n}", f"Hàng {n}", f"HTX {n % 4}", ProducerKind.COOPERATIVE, GROUPS[n % 3], Place(PLACES[n % 4][0]),
    (Certificate(3 + n % 3, f"{n}/QĐ", date(2023, 1 + n, 9) if n % 2 else date(2026, 1 + n % 9, 3)),)) for n in range(12)}
SQL = """
CREATE TABLE sold (account TEXT, day TEXT, product TEXT, worth INTEGER);
CREATE TABLE product (sku TEXT, old TEXT, present TEXT, grp TEXT, stars INTEGER, begins TEXT, ends TEXT);
CREATE VIEW told AS SELECT *, (day BETWEEN '2026-01-01' AND '2026-11-20') AS n, (day BETWEEN '2025-01-01' AND '2025-11-20') AS b
    FROM sold LEFT JOIN product ON product.sku = sold.product WHERE n OR b;
"""
TABLES = {
    "doanh_thu_sao": "CASE WHEN sku IS NULL THEN 'hàng ngoài danh mục' WHEN day >= begins AND day < ends THEN stars || ' sao' "
                     "ELSE 'không có chứng nhận còn hiệu lực' END",
    "doanh_thu_nhom": "coalesce(grp, 'hàng ngoài danh mục')", "kenh": "account", "theo_thang": "substr(day, 6, 2) || '/2026'"}


def orders(seed: int) -> dict[str, list[SalesOrder]]:
    """A year and eleven months of sales of two accounts, cancelled and returned ones too, the same for the same seed."""
    drawn = random.Random(seed)
    found: dict[str, list[SalesOrder]] = {"san": [], "quay": []}
    for number in range(160):
        day = date(2025, 1, 1) + timedelta(days=drawn.randrange(690))
        at = datetime(day.year, day.month, day.day, drawn.randrange(17), 30, tzinfo=UTC)
        made = tuple(SalesLine(str(i), drawn.choice([*PRODUCTS, "?"]), "x", Decimal(1), drawn.randrange(10**6),
                               seller_discount=drawn.randrange(1_000), refund=drawn.choice((0, 0, 500))) for i in range(2))
        state = drawn.choice((OrderState.DELIVERED, OrderState.DELIVERED, OrderState.ACCEPTED, OrderState.CANCELLED))
        found[drawn.choice(("san", "quay"))].append(SalesOrder(f"N{number}", at, at, state, "x", made))
    return found


def reported(folder, sold: dict[str, list[SalesOrder]], geography: Geography, piece: int = 1_000) -> OfficialFigures:
    new_market(folder, "Sở thử")
    with open_market(folder, clock=lambda: NOW) as market:
        with market.store.writing() as connection:
            save_products(connection, list(PRODUCTS.values()), NOW, origin="x")
        for account, some in sold.items():
            for start in range(0, len(some), piece):
                with market.store.writing() as connection:
                    save_orders(connection, account, some[start:start + piece], now=NOW)
                with holding(market.store, "t", market.clock) as turn:
                    roll_up(market.store, account, turn)
        with market.store.reading() as connection:
            parts = growth_parts(connection, PRODUCTS, PERIOD, Basis.NET)
        return figures_of(market, Asked(Kind.YEAR, PERIOD, geography=geography), parts=parts, targets=())


def plainly(sold: dict[str, list[SalesOrder]]) -> sqlite3.Connection:
    """The orders as rows of a database that none of the program's code reads."""
    database = sqlite3.connect(":memory:")
    database.executescript(SQL)
    database.executemany("INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?)", [
        (one.sku, *PLACES[int(one.sku[1:]) % 4], {Group.FOOD: "Thực phẩm", Group.DRINKS: "Đồ uống", Group.HANDICRAFT: "Thủ công mỹ nghệ"}[
            one.group], certificate.stars, certificate.issued_on.isoformat(), certificate.issued_on.replace(
            year=certificate.issued_on.year + 3).isoformat()) for one in PRODUCTS.values() for certificate in one.certificates])
    database.executemany("INSERT INTO sold VALUES (?, ?, ?, ?)", [
        (account, (order.placed_at + timedelta(hours=7)).date().isoformat(), line.sku,
         line.list_amount - line.seller_discount - line.refund)
        for account, some in sold.items() for order in some if order.state is not OrderState.CANCELLED for line in order.lines])
    return database


def sums(figures: OfficialFigures, key: str) -> list[tuple[int, int]]:
    """What a table says for now and before, row by row, without its sum and its names."""
    table = next(table for table in figures.tables if table.key == key)
    at = [column.key for column in table.columns].index("ky_nay")
    return sorted((row[at], row[at + 1]) for row in table.rows[:-1] if row[at] or row[at + 1])


@pytest.mark.parametrize("geography", list(Geography))
def test_every_table_of_revenue_is_what_plain_sql_finds(tmp_path, geography):
    sold = orders(7)
    figures, database = reported(tmp_path / "m", sold, geography), plainly(sold)
    place = f"coalesce({geography.value}, 'hàng ngoài danh mục')"
    for key, row in (*TABLES.items(), ("doanh_thu_dia_phuong", place)):
        found = database.execute(f"SELECT sum(worth * n), sum(worth * b) FROM told GROUP BY {row}").fetchall()
        assert sums(figures, key) == sorted(found), key
    parts = database.execute("""SELECT sum(now), sum(was) FROM (SELECT sum(worth * n) now, sum(worth * b) was, product,
        max(begins <= '2026-11-20' AND ends > '2026-01-01') is_now, max(begins <= '2025-11-20' AND ends > '2025-01-01') before, max(n) sn,
        max(b) sb FROM told GROUP BY product) GROUP BY CASE WHEN is_now AND before AND sn AND sb THEN 'same'
        WHEN is_now AND (NOT before OR sn) THEN 'entry' WHEN before THEN 'exit' ELSE 'outside' END""").fetchall()
    assert sums(figures, "thanh_phan") == sorted(parts)


def test_the_order_of_arrival_changes_no_figure(tmp_path):
    sold = orders(11)
    shuffled = {account: random.Random(3).sample(some, len(some)) for account, some in sold.items()}
    first = reported(tmp_path / "a", sold, Geography.PRESENT)
    other = reported(tmp_path / "b", dict(reversed(shuffled.items())), Geography.PRESENT, piece=17)
    assert first.digest == other.digest


def test_the_merger_of_2025_is_no_growth(tmp_path):
    """Both old provinces sold the same in both years; so did the province that they became, all year round."""
    sold = {"san": [SalesOrder(f"N{sku}{year}{month}", at, at, OrderState.DELIVERED, "x", (SalesLine("1", sku, sku, Decimal(1), amount),))
                    for sku, amount in (("P0", 400_000), ("P1", 100_000)) for year in (2025, 2026) for month in range(1, 12)
                    for at in (datetime(year, month, 15, 5, tzinfo=UTC),)]}
    told = {}
    for geography in Geography:
        table = next(table for table in reported(tmp_path / geography.value, sold, geography).tables if table.key == "doanh_thu_dia_phuong")
        told[geography] = {row[0]: row[1:] for row in table.rows}
    assert told[Geography.OLD] == {"Bắc Giang": (4_400_000, 4_400_000, 0, 0.0), "Bắc Ninh": (1_100_000, 1_100_000, 0, 0.0),
                                   "Tổng số": (5_500_000, 5_500_000, 0, 0.0)}
    assert told[Geography.PRESENT] == {"Bắc Ninh": (5_500_000, 5_500_000, 0, 0.0), "Tổng số": (5_500_000, 5_500_000, 0, 0.0)}
