"""The Tiki client against the practice server: products from request to withdrawal, two years of sales to the đồng."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.tiki.connector import TikiConnector
from connectors.tiki.sandbox import TikiSandbox
from connectors.tiki.sandbox_access import PUBLIC
from ocop_market.channels.api import SalesPage
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin, RetryLater, SettingsError, TokenRejected
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture
from ocop_market.model.sales import OrderState, SalesOrder
from ocop_market.sandbox.buyers import CANARY_WORDS, PROVINCES, Fees, Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
FIRST_DAY = date(2024, 9, 20)
START = datetime(2024, 9, 1, tzinfo=VIETNAM)
HOST = "http://tiki.example"
GOODS = (
    Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 240_000), Good("TRA-SHAN-200", "Trà shan tuyết 200 g", 185_000, weight=2),
    Good("MIEN-DONG", "Miến dong 500 g", 62_000, weight=3), Good("CA-KHO", "Cá kho làng Vũ Đại", 450_000),
    Good("TINH-DAU", "Tinh dầu quế", 99_000), Good("RUOU-CAN", "Rượu cần", 333_333),
)
FEES = Fees(commission=85, payment=25, service=12, per_order=3_300, vat=10, income_tax=5)

AS_PUBLIC_APP = {"client_id": PUBLIC.client_id, "client_secret": PUBLIC.client_secret, "grant": "authorization_code",
                 "client_auth": "post", "redirect_url": PUBLIC.redirect_uri}

Day = tuple[date, str, OrderState]
Draft = Callable[..., ListingDraft]


def history(per_day: float = 1.5) -> History:
    return History(GOODS, seed="tiki-flow", first_day=FIRST_DAY, per_day=per_day, partial_returns=False, fees=FEES)


class Remembered:
    """A progress kept in a dict, as JSON."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        if key not in self.answers:
            self.answers[key] = json.dumps(action())
        return json.loads(self.answers[key])


@dataclass
class Shop:
    """A practice server, a client that calls it in-process, and what the client has brought in so far."""

    buyers: History | None = None
    now: datetime = NOW
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    orders: dict[str, SalesOrder] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    cursor: Any = None

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

    def keep(self, pages: Iterable[SalesPage]) -> int:
        """Takes pages over as a ledger does (by id, later change wins); how many orders came."""
        count = 0
        for page in pages:
            for order in page.orders:
                known = self.orders.get(order.order_id)
                if known is None or known.updated_at <= order.updated_at:
                    self.orders[order.order_id] = order
            self.refused += [refusal.order_id for refusal in page.refused]
            self.cursor = json.loads(json.dumps(page.cursor))
            count += len(page.orders)
        return count

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

    def kept_back(self) -> int:
        """Fees and taxes of all orders."""
        return sum(line.fees + line.tax_withheld for order in self.orders.values() for line in order.lines)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def category(shop: Shop) -> str:
    return next(node.id for node in shop.connector().categories()
                if node.open_to_us and not shop.connector().required_documents(node.id))


@pytest.fixture
def draft(shop: Shop, category: str) -> Draft:
    wanted = {row.id: next(iter(row.choices.values()), "1") for row in shop.connector().attributes(category) if row.required}

    def make(**changes: Any) -> ListingDraft:
        usual: dict[str, Any] = {
            "sku": "TRA-01", "title": "Trà shan tuyết thử nghiệm 200 g", "description": "Trà hái tay.\nHộp 200 g.",
            "category": category, "price": 120_000, "stock": 40, "weight_g": 350, "attributes": wanted,
            "pictures": (Picture(url="https://anh.example/1.jpg"), Picture(url="https://anh.example/2.jpg")),
        }
        return ListingDraft(**{**usual, **changes})
    return make


# --- tokens

def test_settings_of_the_server_open_it(shop: Shop) -> None:
    assert shop.connector().check()
    assert [place.id for place in shop.connector().locations()]


def test_wrong_way_of_authentication_is_a_matter_of_settings(shop: Shop) -> None:
    with pytest.raises(SettingsError):
        shop.connector(client_auth="post").check()


def test_public_app_lives_by_consent_and_refresh(shop: Shop) -> None:
    connector = shop.connector(**AS_PUBLIC_APP)
    with pytest.raises(NeedsLogin):
        connector.check()
    back = shop.web().get(connector.consent_link("", "abcdefgh"), allow_redirects=False).headers["Location"]
    shop.kept.append(connector.exchange(dict(parse_qsl(urlsplit(back).query))))
    assert connector.check()
    shop.later(hours=2)
    assert connector.check()
    assert len({tokens.refresh for tokens in shop.kept}) == 2
    assert connector.pull_events(None).order_codes == ()


def test_token_that_expires_in_mid_run_is_renewed(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.EXPIRED_TOKEN, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.PENDING
    assert len(shop.kept) == 2


def test_token_that_is_always_refused_stops_the_account(shop: Shop) -> None:
    shop.fault(FaultKind.EXPIRED_TOKEN)
    with pytest.raises(TokenRejected):
        shop.connector().check()


# --- products

def test_new_product_is_reviewed_and_then_on_sale(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    assert asked.outcome is Outcome.PENDING
    for minutes in (1, 10, 60, 60):
        shop.later(minutes=minutes)
        assert shop.check(asked.ticket).outcome is Outcome.PENDING
    shop.later(hours=1)
    live = shop.check(asked.ticket)
    assert (live.outcome, live.remote.visible) == (Outcome.LIVE, True)
    product = shop.product()
    assert (str(product["id"]), product["active"], product["price"]) == (live.remote.remote_id, 1, 120_000)
    assert product["attributes"]["brand"]["value"] == "OEM"
    assert [image["url"] for image in product["images"]] == ["https://anh.example/1.jpg", "https://anh.example/2.jpg"]
    assert product["inventory"]["warehouse_stocks"][0]["quantity_available"] == 40


def test_product_that_is_not_to_be_shown_stays_off_sale(shop: Shop, draft: Draft) -> None:
    assert shop.published(draft(visible=False)).visible is False
    assert shop.product()["active"] == 0


def test_product_approved_without_being_switched_on_is_switched_on_by_us(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft(channel_extra={"meta_data": {"is_auto_turn_on": False}}))
    shop.later(hours=4)
    assert shop.check(asked.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 1


def test_sku_that_is_taken_is_rejected(shop: Shop, draft: Draft) -> None:
    shop.published(draft())
    second = shop.apply(ChangeKind.CREATE, draft())
    shop.later(hours=4)
    rejected = shop.check(second.ticket)
    assert (rejected.outcome, [problem.code for problem in rejected.problems]) == (Outcome.REJECTED, ["sku-taken"])


def test_missing_document_is_named_and_then_sent(shop: Shop, draft: Draft) -> None:
    connector = shop.connector()
    category, [document] = next((node.id, found) for node in connector.categories()
                                if node.open_to_us and (found := connector.required_documents(node.id)))
    asked = shop.apply(ChangeKind.CREATE, draft(category=category))
    shop.later(hours=4)
    [problem] = shop.check(asked.ticket).problems
    assert (problem.code, problem.values["number"]) == ("document-missing", document.id)
    file = {"url": "https://anh.example/gcn.jpg", "type": "category", "document_id": int(document.id)}
    assert shop.published(draft(category=category, channel_extra={"certificate_files": [file]})).visible


def test_several_faults_come_back_together(shop: Shop, draft: Draft) -> None:
    wrong = draft(category="9900000", channel_extra={"variants": [{"sku": "TRA-01", "price": 0}]})
    result = shop.apply(ChangeKind.CREATE, wrong)
    assert result.outcome is Outcome.REJECTED
    assert len(result.problems) > 1


def test_offer_counts_at_once_and_content_after_review(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    offer = shop.apply(ChangeKind.UPDATE, draft(price=99_000, stock=7), remote, [FieldGroup.PRICE, FieldGroup.STOCK])
    assert offer.outcome is Outcome.LIVE
    product = shop.product()
    assert (product["price"], product["inventory"]["warehouse_stocks"][0]["quantity_available"]) == (99_000, 7)
    new = draft(title="Trà mới", price=98_000, pictures=(Picture(url="https://anh.example/3.jpg"),))
    content = shop.apply(ChangeKind.UPDATE, new, remote, [FieldGroup.CONTENT, FieldGroup.MEDIA, FieldGroup.PRICE])
    assert content.outcome is Outcome.PENDING
    assert (shop.product()["price"], shop.product()["name"]) == (98_000, draft().title)
    shop.later(hours=4)
    assert shop.check(content.ticket).outcome is Outcome.LIVE
    assert (shop.product()["name"], [image["url"] for image in shop.product()["images"]]) == ("Trà mới", ["https://anh.example/3.jpg"])


def test_withdrawn_product_is_off_sale_and_content_does_not_bring_it_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    assert [shop.connector().withdraw(remote).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert shop.product()["active"] == 0
    content = shop.apply(ChangeKind.UPDATE, draft(title="Trà khác"), remote, [FieldGroup.CONTENT])
    shop.later(hours=4)
    assert shop.check(content.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 0


def test_request_under_review_is_withdrawn_by_deleting_it(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    assert shop.connector().withdraw(asked.remote).outcome is Outcome.WITHDRAWN
    shop.later(hours=4)
    assert [problem.code for problem in shop.check(asked.ticket).problems] == ["request-deleted"]
    assert shop.connector().find("TRA-01") is None


def test_product_is_found_by_its_sku(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    assert shop.connector().find("TRA-01") == remote
    assert shop.connector().find("TRA-0") is None


def test_lost_answer_of_a_request_leads_to_the_request_and_not_to_a_second(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.ERROR_AFTER, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.UNCERTAIN
    shop.later(minutes=30)
    found = shop.connector().find("TRA-01")
    assert (found.remote_id, found.remote_state) == ("", "requested")
    shop.later(hours=4)
    assert shop.check(found.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 1


def test_request_repeated_before_the_first_is_listed_still_ends_as_one_product(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.ERROR_AFTER, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.UNCERTAIN
    assert shop.connector().find("TRA-01") is None
    second = shop.apply(ChangeKind.CREATE, draft())
    shop.later(minutes=30)
    waiting = shop.check(second.ticket)
    assert waiting.outcome is Outcome.PENDING
    shop.later(hours=4)
    assert shop.check(second.ticket).remote == shop.check(waiting.ticket).remote
    assert shop.product()["active"] == 1


def test_blocked_seller_sends_nothing(category: str, draft: Draft) -> None:
    blocked = Shop(options={"seller_active": False})
    assert [problem.code for problem in blocked.apply(ChangeKind.CREATE, draft()).problems] == ["seller-blocked"]


# --- events

def test_events_come_again_until_the_next_pull_confirms_them(category: str) -> None:
    shop = Shop(history(per_day=6))
    start = shop.connector().pull_events(None)
    shop.later(hours=30)
    first = shop.connector().pull_events(start.cursor)
    assert first.order_codes
    assert shop.connector().pull_events(start.cursor).order_codes == first.order_codes
    orders = [shop.connector().read_order(code) for code in first.order_codes]
    assert all(order is not None and order.state is not OrderState.PLACED for order in orders)
    assert shop.connector().pull_events(first.cursor).order_codes == ()


# --- sales

@pytest.fixture(scope="module")
def two_years() -> Shop:
    """A shop whose whole history was pulled once; tests that change it make one of their own."""
    shop = Shop(history())
    shop.keep(shop.pages())
    return shop


def test_two_years_of_sales_are_right_to_the_dong(two_years: Shop) -> None:
    assert two_years.refused == []
    assert len(two_years.ledger()) > 500
    assert two_years.ledger() == two_years.truth()
    assert two_years.kept_back() == two_years.buyers.charged(two_years.now)


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
    two_years.keep(two_years.pages())
    assert two_years.orders == before


def test_forty_days_later_the_ledger_is_right_again() -> None:
    shop = Shop(history())
    shop.keep(shop.pages())
    seen = len(shop.orders)
    shop.later(days=40, hours=3)
    assert shop.keep(shop.pages()) < seen
    assert shop.ledger() == shop.truth()
    assert shop.kept_back() == shop.buyers.charged(shop.now)


def test_bad_days_of_the_platform_change_no_figure(two_years: Shop) -> None:
    shop = Shop(history())
    for kind in (FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER):
        shop.fault(kind, chance=0.4)
    for kind in (FaultKind.RATE_LIMIT, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.SLOW):
        shop.fault(kind, "/orders", chance=0.06)
    shop.fault(FaultKind.EXPIRED_TOKEN, "/orders", chance=0.05, times=5)
    for _ in range(20):
        try:
            shop.keep(shop.pages())
        except (RetryLater, TokenRejected):
            continue
        break
    assert shop.sandbox.faults.happened.keys() >= {FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER, FaultKind.RATE_LIMIT}
    assert shop.orders == two_years.orders


def test_pull_cut_off_anywhere_goes_on_where_it_stood(two_years: Shop) -> None:
    shop = Shop(history())
    pages = 0
    while shop.cursor is None or "page" in shop.cursor or datetime.fromisoformat(shop.cursor["updated_to"]) < shop.now:
        shop.keep([next(shop.pages())])
        pages += 1
    assert pages > 24
    assert shop.ledger() == two_years.ledger()
