"""The practice shops: who buys there, and the servers that imitate the platforms."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from ocop_market.catalog.goods import is_alcohol
from ocop_market.channels.registry import load_sandbox
from ocop_market.errors import SettingsError
from ocop_market.model.clock import Clock
from ocop_market.model.product import Group, Product
from ocop_market.model.text import fold
from ocop_market.sandbox.buyers import Fees, Good, History
from ocop_market.sandbox.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ocop_market.sandbox.app import Sandbox

LOOSE_WORDS = ("gao", "cam", "buoi", "vai", "nhan", "thanh long", "tao", "na", "khoai", "rau", "mang", "ot", "toi", "hanh")
"""First words of goods that a till sells by the kilo."""


@dataclass(frozen=True)
class ShopKind:
    """How a practice shop sells: orders a day at the start, its share of the goods, what the platform keeps back."""

    per_day: float
    goods: int
    till: bool = False
    branches: int = 1
    partial_returns: bool = True
    fees: Fees = field(default_factory=Fees)


SHOPS = {
    "shopee": ShopKind(7.0, 90, fees=Fees(commission=40, payment=25, service=15, affiliate=12, per_order=3000, shipping=1500, vat=10,
                                           income_tax=5)),
    "tiki": ShopKind(4.0, 70, partial_returns=False, fees=Fees(commission=50, payment=20, per_order=2500, shipping=2000)),
    "kiotviet": ShopKind(6.0, 110, till=True, branches=3),
    "till": ShopKind(2.5, 60, till=True, branches=2),
}
"""By channel; `till` is the point of sale without an API. Rates are practice values, in per mille."""


def goods_of(products: Iterable[Product], kind: ShopKind) -> list[Good]:
    """The goods of a practice shop: those that are parcels and have a price, a fixed choice of them; each packing is one."""
    sellable = [p for p in sorted(products, key=lambda p: p.sku) if _has_prices(p) and p.group is not Group.TOURISM
                and (kind.till or not (is_alcohol(p) or p.group is Group.MEDICINAL))]
    chosen = sellable[::max(1, len(sellable) // kind.goods)][:kind.goods]
    return [good for i, product in enumerate(chosen) for good in _goods_of_one(product, 1.0 + 5.0 / (1 + i % 12))]


def _has_prices(product: Product) -> bool:
    return all(variant.price for variant in product.variants) if product.variants else bool(product.price)


def _goods_of_one(product: Product, weight: float) -> list[Good]:
    """The product, or each of its packings; all its packings together are bought as often as a product without."""
    if not product.variants:
        return [Good(product.sku, product.name, product.price or 0, product.weight_g or 500, _is_loose(product), weight)]
    return [Good(variant.sku, f"{product.name} - {', '.join(variant.values)}", variant.price or 0, variant.weight_g or 500,
                 weight=weight / len(product.variants), product_sku=product.sku, packing=variant.values) for variant in product.variants]


def _is_loose(product: Product) -> bool:
    return any(f"{fold(product.name)} ".startswith(f"{word} ") for word in LOOSE_WORDS)


def history_of(channel: str, products: Iterable[Product], first_day: date, share: float = 1.0) -> History:
    """The simulated buyers of a practice shop since `first_day`, or a share of them; the same for the same products and day."""
    kind = SHOPS[channel]
    return History(goods_of(products, kind), seed=f"practice-{channel}", first_day=first_day, per_day=kind.per_day * share,
                   till=kind.till, branches=kind.branches, partial_returns=kind.partial_returns, fees=kind.fees)


class Pictures:
    """A WSGI app that shows the files of one folder: the address from which a platform fetches pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        path = self._folder / Path(request.path).name
        known = path.suffix == ".png" and path.is_file()
        response = Response(path.read_bytes(), mimetype="image/png") if known else Response("not found", 404)
        return response(environ, start_response)


@dataclass
class Practice:
    """The servers of one demo, running until `close`. `ports` remembers where they listen, by name."""

    ports: dict[str, int]
    sandboxes: dict[str, Sandbox] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def serve(self, name: str, app: Any) -> str:
        """Serves an app on the port that it had the last time, or any free one, and gives its address."""
        try:
            server = Server(app, self.ports.get(name, 0))
        except SettingsError:
            server = Server(app)
        server.start()
        self._stack.callback(server.stop)
        self.ports[name] = server.port
        return server.url

    def open_shop(self, channel: str, history: History, folder: Path, clock: Clock) -> str:
        """Starts the practice server of a channel; what it remembers is kept in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        sandbox = load_sandbox(channel)(clock=clock, history=history, path=folder / f"{channel}.db")
        if hasattr(sandbox, "review_minutes"):
            sandbox.review_minutes = 0
        self._stack.callback(sandbox.close)
        self.sandboxes[channel] = sandbox
        return self.serve(channel, sandbox)

    def close(self) -> None:
        """Stops all servers."""
        self._stack.close()

