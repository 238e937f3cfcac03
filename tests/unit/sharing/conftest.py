"""A co-operative with a shop, and an office; each a market of its own on this computer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ocop_market.market import Market, open_market
from ocop_market.model.product import Place, ProducerKind, Product
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.sharing.bundle import Level, SharedAccount
from ocop_market.sharing.office import BundleShown, Office, Taken
from ocop_market.sharing.producer import Asked, Sharer
from ocop_market.store.catalog import save_products
from ocop_market.store.costs import save_costs
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders

TODAY = date(2026, 11, 22)
TEA = Product("TRA", "Trà Tân Cương", "HTX Trà", ProducerKind.COOPERATIVE, place=Place("Thái Nguyên"), price=90_000)
HONEY = Product("MAT", "Mật ong Nguyễn Thị Canh", "Hộ Nguyễn Thị Canh", ProducerKind.HOUSEHOLD, place=Place("Thái Nguyên"))
COST = 31_337


def sale(number: str, on: date, *, sku: str = "TRA", amount: int = 100_000, state: OrderState = OrderState.DELIVERED,
         **parts) -> SalesOrder:
    at = datetime(on.year, on.month, on.day, 5, tzinfo=UTC)
    line = SalesLine("1", sku, f"Tên của {sku}", Decimal(2), amount, seller_discount=5_000, charged=(
        Fee(FeeKind.COMMISSION, 4_000, "commission_fee"), Fee(FeeKind.PROCESSING, 1_650, "handling")), tax_withheld=500, **parts)
    return SalesOrder(number, at, at, state, "x", (line,), document=f"DOC-{number}", province="Hà Giang")


def keep(market: Market, account: str, *orders: SalesOrder) -> None:
    with market.store.writing() as connection:
        save_orders(connection, account, orders)
    with holding(market.store, f"account:{account}", market.clock) as turn:
        roll_up(market.store, account, turn)


def made(folder: Path, clock, settings: str, *products: Product) -> Market:
    folder.mkdir()
    (folder / "market.toml").write_text(settings, encoding="utf-8")
    market = open_market(folder, clock=clock)
    with market.store.writing() as connection:
        save_products(connection, products, clock(), origin="test")
        save_costs(connection, {product.sku: COST for product in products}, TODAY)
    return market


@dataclass
class Pair:
    """Both markets, and what one hands to the other."""

    coop: Market
    office_market: Market
    folder: Path
    own: dict[str, str] = field(default_factory=dict)
    _made: int = 0

    @property
    def office(self) -> Office:
        return Office(self.office_market.store, self.office_market.folder, self.office_market.clock, practice=False)

    @property
    def sharer(self) -> Sharer:
        return Sharer(self.coop.store, self.coop.vault, self.coop.clock())

    def bundle(self, first: date = date(2026, 1, 1), last: date = TODAY - timedelta(days=1), *, level: Level = Level.DAYS,
               valid_until: date = date(2027, 11, 22), shop: str = "") -> Path:
        """A bundle in a file; each is made a minute after the one before."""
        self.coop.clock.forward(minutes=1)
        account = SharedAccount(name="shop", channel="shopee", title="Shopee", point_of_sale=False, shop=shop)
        asked = Asked(first, last, valid_until, level, (account,), "HTX Trà", False)
        self._made += 1
        path = self.folder / f"b{self._made}.zip"
        path.write_bytes(self.sharer.make(asked, self.coop.products()))
        return path

    def register(self, path: Path) -> None:
        self.office.register("htx-tra", path, self.sharer.code)

    def take(self, *paths: Path) -> list[Taken]:
        taken = [self.office.take(path) for path in paths]
        self.settle()
        return taken

    def settle(self) -> list[BundleShown]:
        return self.office.settle(self.office_market.products(), self.own)


@pytest.fixture
def pair(tmp_path, clock, database) -> Iterator[Pair]:
    clock.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    coop = made(tmp_path / "coop", clock, 'name = "HTX Trà"\n[accounts.shop]\nchannel = "shopee"\n', TEA, HONEY)
    office = made(tmp_path / "office", clock, f'name = "Sở"\ndatabase = "{database}"\n[accounts.own]\nchannel = "shopee"\n', TEA, HONEY)
    keep(coop, "shop", sale("A1", date(2026, 3, 1)), sale("A2", date(2026, 3, 1), amount=250_000),
         sale("A3", date(2026, 5, 9), sku="MAT", refund=20_000, returned_quantity=Decimal(1)), sale("A4", date(2026, 6, 1), sku="LA"),
         sale("A5", date(2026, 6, 2), state=OrderState.CANCELLED), sale("A6", date(2026, 6, 3), state=OrderState.UNKNOWN))
    yield Pair(coop, office, tmp_path)
    coop.close()
    office.close()
