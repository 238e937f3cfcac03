"""A small province whose every figure can be counted by hand, and the report of its year 2026 up to 20 November."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ocop_market.growth.compare import Period
from ocop_market.market import Market, new_market, open_market
from ocop_market.model.clock import Clock
from ocop_market.model.point import PointKind, PointOfSale
from ocop_market.model.product import Certificate, CertificateKind, Group, Place, ProducerKind, Product, WithdrawalCause
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.reports.official.collect import Asked, Known, collect
from ocop_market.reports.official.figures import Kind, OfficialFigures
from ocop_market.reports.official.letterhead import Letterhead, read_letterhead
from ocop_market.reports.official.trade import Channel, ChannelKind, GrowthPart, TargetLine
from ocop_market.sales.pull import roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from ocop_market.store.points import save_points

AS_OF = date(2026, 11, 20)
ASKED = Asked(Kind.YEAR, Period(date(2026, 1, 1), AS_OF))
CHANNELS = {"san": Channel("Sàn (san)", ChannelKind.ONLINE), "quay": Channel("Quầy (quay)", ChannelKind.POINT_OF_SALE),
            "tep": Channel("Tệp (tep)", ChannelKind.FILE)}
TARGETS = (TargetLine("Tỷ lệ chủ thể là hợp tác xã", "toàn tỉnh", "85/KH-UBND", date(2026, 12, 31), "%", 40, 66.7, "Đạt"),
           TargetLine("Sản phẩm 3 sao trở lên", "toàn tỉnh", "85/KH-UBND", date(2026, 12, 31), "sản phẩm", 1_500, None, "Chưa có số liệu"))
PARTS = (GrowthPart("Sản phẩm có ở cả hai kỳ", 3, 1_300_000, 1_000_000), GrowthPart("Sản phẩm mới", 1, 700_000, 0))


def product(sku: str, producer: str, kind: ProducerKind, province: str, *certificates: Certificate) -> Product:
    return Product(sku, f"Sản phẩm {sku}", producer, kind, Group.FOOD, Place(province), certificates)


FIRST = CertificateKind.FIRST
PRODUCTS = {one.sku: one for one in (
    product("MOI", "HTX Một", ProducerKind.COOPERATIVE, "Lạng Sơn", Certificate(3, "1/QĐ", date(2026, 3, 1), kind=FIRST)),
    product("NANG", "HTX Một", ProducerKind.COOPERATIVE, "Lạng Sơn", Certificate(3, "2/QĐ", date(2024, 5, 1)),
            Certificate(4, "3/QĐ", date(2026, 4, 1))),
    product("LAI", "Công ty TNHH Hai", ProducerKind.COMPANY, "Cao Bằng", Certificate(4, "4/QĐ", date(2023, 6, 1)),
            Certificate(4, "5/QĐ", date(2026, 5, 20), kind=CertificateKind.RE_RATING)),
    product("THU", "Công ty TNHH Hai", ProducerKind.COMPANY, "Cao Bằng", Certificate(
        3, "6/QĐ", date(2025, 1, 1), withdrawn_on=date(2026, 9, 1), withdrawn_because=WithdrawalCause.MARK_MISUSED)),
    product("HET", "HTX Ba", ProducerKind.COOPERATIVE, "Cao Bằng", Certificate(3, "7/QĐ", date(2023, 2, 1))),
    product("SAP", "HTX Ba", ProducerKind.COOPERATIVE, "Cao Bằng", Certificate(5, "8/QĐ", date(2024, 2, 1))),
    product("MO", "HTX Bốn", ProducerKind.COOPERATIVE, "Cao Bằng", Certificate(3, "9/QĐ")),
    product("CHUA", "HTX Năm", ProducerKind.COOPERATIVE, "Cao Bằng"))}
SALES = (("san", "MOI", date(2026, 6, 1), 700_000, ""), ("san", "SAP", date(2026, 2, 1), 300_000, ""),
         ("san", "SAP", date(2025, 2, 1), 200_000, ""), ("quay", "LAI", date(2026, 7, 1), 900_000, "Chợ"),
         ("quay", "LAI", date(2025, 7, 1), 800_000, "Chợ"), ("tep", "LAI", date(2026, 8, 1), 100_000, ""),
         ("san", "SAP", date(2025, 12, 1), 9_000_000, ""))
"""The last one lies outside both periods."""
POINTS = tuple(PointOfSale(f"DB-{number}", name, Place(province), kind=kind, opened_on=opened, closed_on=closed) for number, (
    name, province, kind, opened, closed) in enumerate((
        ("Siêu thị Kỳ Lừa", "Lạng Sơn", PointKind.SUPERMARKET, date(2024, 5, 1), None),
        ("Trạm dừng Đèo Giàng", "Cao Bằng", PointKind.REST_STOP, date(2026, 3, 1), None),
        ("Chợ Xanh", "Cao Bằng", PointKind.MARKET, date(2022, 1, 5), date(2026, 6, 1)),
        ("Hội chợ xuân", "Cao Bằng", PointKind.FAIR, date(2026, 2, 1), date(2026, 2, 10)),
        ("Bưu điện tỉnh", "Lạng Sơn", PointKind.POST_OFFICE, None, None),
        ("Cảng Cái Lân", "Quảng Ninh", PointKind.STATION, date(2021, 1, 1), date(2025, 1, 1)),
        ("Siêu thị sắp mở", "Quảng Ninh", PointKind.SUPERMARKET, date(2026, 12, 1), None)), start=1))
"""One open before, one opened, one closed, one both in the year; one without days; one closed before, one to open later."""


def sell(market: Market, account: str, sku: str, on: date, amount: int, location: str = "") -> None:
    at = datetime(on.year, on.month, on.day, 5, tzinfo=UTC)
    order = SalesOrder(f"{account}{sku}{on}", at, at, OrderState.DELIVERED, "x", (SalesLine("1", sku, sku, Decimal(1), amount),),
                       location=location)
    with market.store.writing() as connection:
        save_orders(connection, account, [order], now=market.clock())
    with holding(market.store, "t", market.clock) as turn:
        roll_up(market.store, account, turn)


NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@contextmanager
def settled(folder: Path, clock: Clock, database: str = "") -> Iterator[Market]:
    """A market with all products and sales."""
    new_market(folder, "Sở thử", database=database)
    with open_market(folder, clock=clock) as market:
        with market.store.writing() as connection:
            save_products(connection, list(PRODUCTS.values()), clock(), origin="danh-sach.xlsx")
            save_points(connection, POINTS, clock(), origin="diem-ban.xlsx")
        for sale in SALES:
            sell(market, *sale)
        yield market


@pytest.fixture
def province(tmp_path: Path, clock, database: str) -> Iterator[Market]:
    """A market to change."""
    clock.now = NOW
    with settled(tmp_path / "m", clock, "" if database == "market.db" else database) as market:
        yield market


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The same market for tests that only read it."""
    with settled(tmp_path_factory.mktemp("province") / "m", lambda: NOW) as market:
        yield market


def figures_of(market: Market, asked: Asked = ASKED, parts=PARTS, targets=TARGETS) -> OfficialFigures:
    with market.store.reading() as connection:
        return collect(connection, Known("Sở thử", market.products(), CHANNELS, list(CHANNELS), False, parts, targets), asked)


@pytest.fixture(scope="session")
def figures(finished: Market) -> OfficialFigures:
    return figures_of(finished)


@pytest.fixture
def letterhead(tmp_path: Path) -> Letterhead:
    return read_letterhead(tmp_path)
