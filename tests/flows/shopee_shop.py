"""A practice Shopee, a client that calls it in-process, and what the Shopee flows share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from json import dumps, loads
from pathlib import Path
from typing import Any

import requests

from connectors.shopee.connector import ShopeeConnector
from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.change import Outcome, RemoteListing
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.model.product import Picture
from ocop_market.model.sales import OrderState, SalesLine
from ocop_market.sandbox.buyers import History
from ocop_market.sandbox.transport import WsgiAdapter
from tests.flows.taken import Taken

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
START = datetime(2024, 9, 1, tzinfo=VIETNAM)

Day = tuple[date, str, OrderState]
Figures = tuple[Decimal, int, int, int, Decimal]


class DiesError(Exception):
    """The process is gone."""


class Line(WsgiAdapter):
    """The way to the practice shop; the process dies at a call, before it or after its effect."""

    def __init__(self, sandbox: ShopeeSandbox) -> None:
        super().__init__(sandbox)
        self.dies_at, self.after_effect, self.calls = -1, False, 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """One call."""
        self.calls += 1
        if self.calls - 1 == self.dies_at and not self.after_effect:
            raise DiesError
        response = super().send(request, **options)
        if self.calls - 1 == self.dies_at:
            raise DiesError
        return response


@dataclass
class Shop(Taken):
    """A practice shop, a client that calls it in-process, and what the client has brought in so far."""

    history: History | None = None
    reviewing: bool = False
    settling: int = 0
    path: Path | None = None
    now: datetime = NOW
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox = ShopeeSandbox(clock=lambda: self.now, history=self.history, reviewing=self.reviewing, settling=self.settling,
                                     path=self.path, sleep=self.waits.append)
        self.line = Line(self.sandbox)
        self.keeper = self._keeper()
        self.keeper.put(self.connector().exchange(self.sandbox.grant()))

    def connector(self, **settings_of_ours: Any) -> ShopeeConnector:
        """A client as a new process would make it: nothing remembered but the kept tokens."""
        settings = ShopeeConnector.Settings.model_validate(self.sandbox.settings("https://shopee.example") | settings_of_ours)
        http = Http("shopee", "gian-hang", adapter=self.line, sleep=self._wait)
        return ShopeeConnector("gian-hang", settings, http=http, tokens=self._keeper(), clock=lambda: self.now)

    def pull(self) -> int:
        """A whole pull that goes on where the kept cursor stands."""
        return self.take(self.connector().pull_sales(self.cursor, start=START, until=self.now))

    def sold(self) -> dict[Day, Figures]:
        """What the client brought in, by day of sale, SKU and state."""
        found: dict[Day, list[SalesLine]] = defaultdict(list)
        for order in self.orders.values():
            for line in order.lines:
                found[business_day(order.placed_at), line.sku, order.state].append(line)
        return {day: (sum((line.quantity for line in lines), Decimal(0)), sum(line.list_amount for line in lines),
                      sum(line.seller_discount for line in lines), sum(line.refund for line in lines),
                      sum((line.returned_quantity for line in lines), Decimal(0))) for day, lines in found.items()}

    def _keeper(self) -> TokenKeeper:
        return TokenKeeper("gian-hang", "shopee", load=lambda: self.kept[-1] if self.kept else None, save=self.kept.append,
                           clock=lambda: self.now)

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Memory:
    """A durable progress; the process dies at a step, before it or after its effect but before it is remembered."""

    known: dict[str, Any] = field(default_factory=dict)
    dies_at: int = -1
    after_effect: bool = False
    steps: int = 0

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        if key in self.known:
            return self.known[key]
        self.steps += 1
        if self.steps - 1 == self.dies_at and not self.after_effect:
            raise DiesError
        answer = loads(dumps(action()))
        if self.steps - 1 == self.dies_at:
            raise DiesError
        self.known[key] = answer
        return answer

    shared = once

    def forget(self, key: str) -> None:
        self.known.pop(key, None)

    def next_process(self) -> Memory:
        """What the next process remembers: all that was kept."""
        return Memory(known=self.known)


def items_of(shop: Shop) -> list[str]:
    """SKUs of all items that the practice shop holds, read from its file."""
    return [str(record["item_sku"]) for record in shop.sandbox.shelf("items").values()]


def tea(folder: Path) -> ListingDraft:
    """A listing without variants, with two pictures in `folder`."""
    (folder / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"a" * 64)
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"b" * 64)
    return ListingDraft(
        sku="OCOP-TRA-1", title="Trà Shan tuyết cổ thụ Suối Giàng", description="Trà xanh hái tay, sao chảo gang, hộp 200 g.",
        category="900111", price=185_000, stock=40, weight_g=350,
        attributes={"910001": "200 g", "910002": "Việt Nam", "910003": "24 tháng", "910008": "31/12/2027"},
        pictures=(Picture(path=str(folder / "a.jpg")), Picture(path=str(folder / "b.png"))))


def tea_in_packs(folder: Path) -> ListingDraft:
    """A listing with three variants, each with a picture."""
    single = tea(folder)
    variants = []
    for number, (size, price) in enumerate((("100 g", 99_000), ("200 g", 185_000), ("Hộp quà", 420_000)), start=1):
        (folder / f"goi-{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]) * 64)
        variants.append(VariantDraft(f"OCOP-TRA-1-{number}", (size,), price, 10 * number, 150 * number,
                                     picture=Picture(path=str(folder / f"goi-{number}.png"))))
    return ListingDraft(**{**vars(single), "options": ("Quy cách",), "variants": tuple(variants), "price": 99_000, "stock": 60})


def published(shop: Shop, draft: ListingDraft, memory: Memory | None = None) -> RemoteListing:
    """A listing that was made without any trouble."""
    made = shop.connector().create(draft, memory or Memory())
    assert (made.outcome, made.problems) == (Outcome.LIVE, ())
    assert made.remote is not None
    return made.remote
