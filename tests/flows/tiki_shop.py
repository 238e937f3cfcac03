"""A Tiki practice shop with a client that calls it in-process, for the flow tests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import requests

from connectors.tiki.connector import TikiConnector
from connectors.tiki.sandbox import TikiSandbox
from connectors.tiki.sandbox_access import PUBLIC
from ocop_market.channels.api import SalesPage
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.change import Change, ChangeKind, RemoteListing, Result, Ticket
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Picture
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import Fees, Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter
from tests.flows.taken import Taken

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
FIRST_DAY = date(2024, 9, 20)
START = datetime(2024, 9, 1, tzinfo=VIETNAM)
HOST = "http://tiki.example"
GOODS = (
    Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 240_000), Good("TRA-SHAN-200", "Trà shan tuyết 200 g", 185_000, weight=2),
    Good("MIEN-DONG", "Miến dong 500 g", 62_000, weight=3), Good("CA-KHO", "Cá kho làng Vũ Đại", 450_000),
    Good("TINH-DAU", "Tinh dầu quế", 99_000), Good("RUOU-CAN", "Rượu cần", 333_333),
)
FEES = Fees(commission=85, payment=25, service=12, affiliate=9, per_order=3_300, shipping=1_900, vat=10, income_tax=5)

AS_PUBLIC_APP = {"client_id": PUBLIC.client_id, "client_secret": PUBLIC.client_secret, "grant": "authorization_code",
                 "client_auth": "post", "redirect_url": PUBLIC.redirect_uri}

TEA_PACKINGS = ("TRA-100", "TRA-200", "TRA-500")

Day = tuple[date, str, OrderState]
Draft = Callable[..., ListingDraft]


def history(per_day: float = 1.5, first_day: date = FIRST_DAY) -> History:
    return History(GOODS, seed="tiki-flow", first_day=first_day, per_day=per_day, partial_returns=False, fees=FEES)


class Remembered:
    """A progress kept in a dict, as JSON."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        if key not in self.answers:
            self.answers[key] = json.dumps(action())
        return json.loads(self.answers[key])

    shared = once

    def forget(self, key: str) -> None:
        self.answers.pop(key, None)


@dataclass
class Shop(Taken):
    """A practice server, a client that calls it in-process, and what the client has brought in so far."""

    buyers: History | None = None
    now: datetime = NOW
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox = TikiSandbox(clock=lambda: self.now, history=self.buyers, sleep=self.waits.append, **self.options)

    def connector(self, **changed: Any) -> TikiConnector:
        """A client as a new process would make it: nothing remembered but the kept tokens."""
        tokens = TokenKeeper("shop", "tiki", load=lambda: self.kept[-1] if self.kept else None, save=self.kept.append,
                             clock=lambda: self.now)
        settings = TikiConnector.Settings.model_validate({**self.sandbox.settings(HOST), **self.settings, **changed})
        return TikiConnector("shop", settings, tokens=tokens, clock=lambda: self.now,
                             http=Http("tiki", "shop", adapter=WsgiAdapter(self.sandbox), sleep=self.waits.append))

    def fault(self, kind: FaultKind, path: str = "", **more: Any) -> None:
        """Puts a fault in force."""
        self.sandbox.faults.add(Fault(kind, path=path, **more))

    def later(self, **span: float) -> None:
        """Moves the clock."""
        self.now += timedelta(**span)

    # --- publishing

    def apply(self, kind: ChangeKind, draft: ListingDraft, remote: RemoteListing | None = None,
              groups: Iterable[FieldGroup] = FieldGroup, progress: Remembered | None = None) -> Result:
        """Makes one change, as the engine does."""
        change = Change(kind, draft.sku, draft, remote, frozenset(groups))
        [result] = self.connector().apply([change], lambda _: progress or Remembered())
        return result

    def check(self, ticket: Ticket | None, sku: str = "TRA-01") -> Result:
        """Asks about one ticket."""
        assert ticket is not None
        [result] = self.connector().check_tickets({sku: ticket})
        return result

    def published(self, draft: ListingDraft) -> RemoteListing:
        """Publishes and waits for the review."""
        ticket = self.apply(ChangeKind.CREATE, draft).ticket
        self.later(hours=4)
        result = self.check(ticket, draft.sku)
        assert result.remote is not None
        return result.remote

    def web(self) -> requests.Session:
        """Any other caller of the server."""
        web = requests.Session()
        web.mount("http://", WsgiAdapter(self.sandbox))
        return web

    def product(self, sku: str = "TRA-01") -> dict[str, Any]:
        """The product as the platform shows it to any caller."""
        web, known = self.web(), self.sandbox.settings(HOST)
        token = web.post(f"{HOST}/sc/oauth2/token", data={"grant_type": "client_credentials", "scope": ""},
                         auth=(known["client_id"], known["client_secret"])).json()["access_token"]
        found = web.get(f"{HOST}/integration/v2.1/products/findBy", headers={"Authorization": f"Bearer {token}"},
                        params={"original_sku": sku, "include": "inventory,attributes,images"}).json()["data"]
        assert len(found) == 1
        row: dict[str, Any] = found[0]
        return row

    # --- sales

    def pages(self) -> Iterator[SalesPage]:
        """A pull that goes on where the kept cursor stands."""
        return self.connector().pull_sales(self.cursor, start=START, until=self.now)

    def ledger(self) -> dict[Day, Counter[str]]:
        """Amounts by day of sale, SKU and state."""
        days: dict[Day, Counter[str]] = {}
        for order in self.orders.values():
            for line in order.lines:
                days.setdefault((business_day(order.placed_at), line.sku, order.state), Counter()).update({
                    "quantity": int(line.quantity), "list_amount": line.list_amount, "seller_discount": line.seller_discount,
                    "platform_discount": line.platform_discount, "refund": line.refund, "returned": int(line.returned_quantity)})
        return {day: +amounts for day, amounts in days.items()}

    def truth(self) -> dict[Day, Counter[str]]:
        """The same from the history itself."""
        assert self.buyers is not None
        return {(row.day, row.sku, row.state): +Counter({
            "quantity": int(row.quantity), "list_amount": row.list_amount, "seller_discount": row.seller_discount,
            "platform_discount": row.platform_discount, "refund": row.refund, "returned": int(row.returned_quantity),
        }) for row in self.buyers.truth(self.now)}


def tea_in_packings(shop: Shop) -> Draft:
    """Makes drafts of a tea in three packings, as the shop wants them; changes are fields of the draft."""
    connector = shop.connector()
    category = next(node.id for node in connector.categories() if node.open_to_us and not connector.required_documents(node.id))
    wanted = {row.id: next(iter(row.choices.values()), "1") for row in connector.attributes(category) if row.required}

    def make(**changes: Any) -> ListingDraft:
        variants = tuple(VariantDraft(sku, (sku[4:] + " g",), 60_000 * place, 10 * place, 100 * place)
                         for place, sku in enumerate(TEA_PACKINGS, 1))
        usual: dict[str, Any] = {
            "sku": "TRA", "title": "Trà shan tuyết thử nghiệm", "description": "Trà hái tay.\nSao trong ngày.", "category": category,
            "price": 60_000, "stock": 60, "weight_g": 300, "attributes": wanted, "options": ("Khối lượng",), "variants": variants,
            "pictures": (Picture(url="https://anh.example/1.jpg"),),
        }
        return ListingDraft(**{**usual, **changes})
    return make


def simple_listings(shop: Shop, draft: Draft, count: int) -> list[tuple[ListingDraft, RemoteListing]]:
    """That many published listings without packings."""
    made = []
    for number in range(count):
        simple = draft(sku=f"MAT-{number}", options=(), variants=(), price=100_000, stock=5)
        made.append((simple, shop.apply(ChangeKind.CREATE, simple).ticket))
    shop.later(hours=4)
    return [(simple, shop.check(ticket, simple.sku).remote) for simple, ticket in made]
