"""KiotViet, imitated: the Public API of one retail shop, with its till, its articles and its quirks.

Written from the Public API documents (chapters 2.1 to 2.22, 2026-03). What they leave open is decided here and marked.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from connectors.kiotviet import sandbox_shop as shop
from connectors.kiotviet.sandbox_books import CANCELLED, Bookkeeper
from connectors.kiotviet.sandbox_dialect import (
    Query,
    Refusal,
    answer,
    body_of,
    broken_rule,
    fields_of,
    listed,
    local_text,
    malformed,
    ordered,
)
from connectors.kiotviet.sandbox_goods import SORT_KEYS, Goods
from connectors.kiotviet.sandbox_papers import Extras, Papers
from connectors.kiotviet.sandbox_selection import PageTurner, document, invoices_asked, orders_asked, returns_asked
from connectors.kiotviet.sandbox_webhooks import Webhooks
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.deliveries import CallsOut, Post, over_the_network
from ocop_market.sandbox.faults import FaultKind

TOKEN_LIFE = timedelta(seconds=86_400)
CALLS_PER_HOUR = 5_000
"""GET calls that a shop may make in an hour, overview chapter 2026-03."""


class KiotVietSandbox(Sandbox, CallsOut):
    """A practice shop on KiotViet; `hourly_limit` is the number of GET calls in an hour after which 429 is answered.

    Tokens, articles, webhooks and cancelled invoices are remembered; the count of calls starts anew with each process.
    """

    key: ClassVar[str] = "kiotviet"

    def __init__(self, *, hourly_limit: int = CALLS_PER_HOUR, post: Post = over_the_network, **base: Any) -> None:
        self.hourly_limit, self._post = hourly_limit, post
        self._told_to: datetime | None = None
        self._hour: tuple[datetime, int] | None = None
        super().__init__(**base)

    def routes(self) -> Sequence[tuple[str, str, str]]:
        """The endpoints of the documents that a seller's integration uses."""
        return (
            ("POST", "/connect/token", "issue_token"),
            ("GET", "/branches", "list_branches"), ("GET", "/salechannel", "list_channels"),
            ("GET", "/settings", "show_settings"),
            ("GET", "/categories", "list_categories"), ("GET", "/categories/<int:number>", "show_category"),
            ("GET", "/products", "list_products"), ("POST", "/products", "create_product"),
            ("GET", "/products/<int:number>", "show_product"), ("PUT", "/products/<int:number>", "update_product"),
            ("DELETE", "/products/<int:number>", "delete_product"), ("GET", "/products/code/<path:code>", "show_product_by_code"),
            ("POST", "/listaddproducts", "create_products"), ("PUT", "/listupdatedproducts", "update_products"),
            ("GET", "/productOnHands", "list_stock"),
            ("GET", "/invoices", "list_invoices"), ("DELETE", "/invoices", "cancel_invoice"),
            ("GET", "/invoices/<int:number>", "show_invoice"), ("GET", "/invoices/code/<path:code>", "show_invoice_by_code"),
            ("GET", "/returns", "list_returns"), ("GET", "/returns/<int:number>", "show_return"),
            ("GET", "/returns/code/<path:code>", "show_return_by_code"),
            ("GET", "/orders", "list_orders"), ("GET", "/orders/<int:number>", "show_order"),
            ("GET", "/orders/code/<path:code>", "show_order_by_code"),
            ("GET", "/webhooks", "list_webhooks"), ("POST", "/webhooks", "create_webhook"),
            ("GET", "/webhooks/<int:number>", "show_webhook"), ("DELETE", "/webhooks/<int:number>", "delete_webhook"),
        )

    def open(self) -> None:
        """Takes the shelves and seeds the articles of the history."""
        self._branches = shop.branches(self.history.branches if self.history else 1)
        self._tokens, self._voided = self.shelf("tokens"), self.shelf("voided")
        self.webhooks = Webhooks(self.shelf("webhooks"), self.clock)
        self._goods = Goods(self.shelf("products"), self.shelf("seeded"), self._branches, self.clock)
        self._goods.seed(self.history.goods if self.history else ())
        self._keeper = Bookkeeper(self.history, self.clock, self._voided)
        self._papers = Papers(self._branches, self._goods.seeded_id)
        self._turner = PageTurner(self.faults)

    def settings(self, base_url: str) -> dict[str, Any]:
        """What a client needs: the shop's name, its pair of credentials, both hosts."""
        return {"retailer": shop.RETAILER, "client_id": shop.CLIENT_ID, "client_secret": shop.CLIENT_SECRET,
                "api_url": base_url, "id_url": base_url}

    # ---- who may call ----

    def guard(self, request: Request) -> Response | None:
        """The token and the shop's name on every call but the token's own; then the hour's budget of GET calls."""
        if request.path == "/connect/token":
            return None
        if not self._known(request.headers.get("Authorization", "")):
            return Refusal(401, "TokenException", "Token không hợp lệ hoặc đã hết hạn").response()
        if self.faults.take(FaultKind.EXPIRED_TOKEN, request.path):
            self._tokens.pop(request.headers["Authorization"].split(" ", 1)[1], None)
            return Refusal(401, "TokenException", "Token đã hết hạn").response()
        if request.headers.get("Retailer") != shop.RETAILER:
            return Refusal(401, "TokenException", "Tên gian hàng không khớp với token").response()
        return self._spend() if request.method == "GET" else None

    def _known(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        record = self._tokens.get(token)
        return scheme.lower() == "bearer" and record is not None and self.clock() < datetime.fromisoformat(record["ends"])

    def _spend(self) -> Response | None:
        now = self.clock()
        start, count = self._hour or (now, 0)
        if not start <= now < start + timedelta(hours=1):
            start, count = now, 0
        self._hour = (start, count + 1)
        if count < self.hourly_limit:
            return None
        return self.rate_limited(max(1, round((start + timedelta(hours=1) - now).total_seconds())))

    def issue_token(self, request: Request) -> Response:
        """A bearer token for the shop's credentials, in the words of an OAuth server."""
        form = request.form
        if form.get("grant_type") != "client_credentials":
            return answer({"error": "unsupported_grant_type" if form.get("grant_type") else "invalid_request"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (shop.CLIENT_ID, shop.CLIENT_SECRET):
            return answer({"error": "invalid_client"}, 400)
        if form.get("scopes") != "PublicApi.Access":  # the plural is meant, authentication chapter 2026-03
            return answer({"error": "invalid_scope"}, 400)
        now = self.clock()
        for old, record in list(self._tokens.items()):
            if datetime.fromisoformat(record["ends"]) <= now:
                del self._tokens[old]
        token = _practice_jwt(now, len(self._tokens))
        self._tokens[token] = {"ends": (now + TOKEN_LIFE).isoformat()}
        return answer({"access_token": token, "expires_in": int(TOKEN_LIFE.total_seconds()), "token_type": "Bearer"})

    # ---- how it refuses ----

    def _dispatch(self, request: Request) -> Response:
        try:
            return super()._dispatch(request)
        except Refusal as refusal:
            return refusal.response()

    def rate_limited(self, seconds: int) -> Response:
        """429 with the time to wait (error code unverified)."""
        refusal = Refusal(429, "TooManyRequestsException", "Vượt quá số lượng yêu cầu cho phép, vui lòng thử lại sau")
        return refusal.response({"Retry-After": str(seconds), "x-ratelimit-limit": str(self.hourly_limit)})

    def server_error(self) -> Response:
        """500 in the same dialect (error code unverified)."""
        return Refusal(500, "Exception", "Có lỗi xảy ra, vui lòng thử lại sau").response()

    def not_found(self, request: Request, error: HTTPException) -> Response:
        """An unknown path, or a method that the path does not take."""
        if error.code == 405:
            return Refusal(405, "MethodNotAllowed", "Phương thức không được hỗ trợ").response()
        return Refusal(404, "NotFound", "Đường dẫn không tồn tại").response()

    # ---- the shop ----

    def list_branches(self, request: Request) -> Response:
        """All branches; one pair of credentials sees them all."""
        query = Query(request)
        rows = ordered([branch.row() for branch in self._branches] if _since_opening(query) else [], query,
                       {"id": lambda row: row["id"], "name": lambda row: row["branchName"],
                        "branchname": lambda row: row["branchName"], "createddate": lambda row: row["createdDate"]}, "id")
        return answer(listed(query, rows, dict, timestamp=local_text(self.clock()), **_removed(query, "removedIds", [])))

    def list_channels(self, request: Request) -> Response:
        """All sale channels."""
        query = Query(request)
        rows = ordered([shop.channel_row(channel) for channel in shop.CHANNELS] if _since_opening(query) else [], query,
                       {"id": lambda row: row["id"], "name": lambda row: row["name"]}, "id")
        return answer(listed(query, rows, dict))

    def show_settings(self, request: Request) -> Response:
        """The shop's switches, in PascalCase."""
        return answer(shop.SWITCHES)

    def list_categories(self, request: Request) -> Response:
        """Product groups by name, flat or as a tree (`hierachicalData`, as the platform spells it)."""
        query = Query(request)
        tree = query.flag("hierachicalData")
        flat = [shop.category_row(category) for category in shop.CATEGORIES] if _since_opening(query) else []
        rows = ordered(shop.category_tree() if tree else flat, query,
                       {"categoryname": lambda row: row["categoryName"], "name": lambda row: row["categoryName"],
                        "id": lambda row: row["categoryId"], "categoryid": lambda row: row["categoryId"],
                        "createddate": lambda row: row["createdDate"]}, "categoryname")
        return answer(listed(query, rows, dict, timestamp=local_text(self.clock()), **_removed(query, "removedIds", [])))

    def show_category(self, request: Request, number: int) -> Response:
        """One product group."""
        category = next((one for one in shop.CATEGORIES if one[0] == number), None)
        if category is None:
            raise broken_rule("Nhóm hàng không tồn tại")
        return answer({"data": {**shop.category_row(category), "children": []}})

    # ---- articles ----

    def list_products(self, request: Request) -> Response:
        """Articles; `removeId` (so spelled for products) tells the deleted ones when asked."""
        query = Query(request)
        rows = ordered(self._goods.select(query), query, SORT_KEYS, "id")
        since = query.moment("lastModifiedFrom")
        gone = self._goods.deleted_since(since) if since else []
        return answer(listed(query, rows, lambda record: self._goods.row(record, query), **_removed(query, "removeId", gone)))

    def show_product(self, request: Request, number: int) -> Response:
        """One article by id."""
        return answer(self._goods.row(self._goods.by_id(number)))

    def show_product_by_code(self, request: Request, code: str) -> Response:
        """One article by its code."""
        return answer(self._goods.row(self._goods.by_code(code)))

    def create_product(self, request: Request) -> Response:
        """Makes an article; a code that is in use is refused."""
        return answer(self._goods.row(self._goods.create([body_of(request)])[0]))

    def update_product(self, request: Request, number: int) -> Response:
        """Changes what is sent; the answer names the stock `inventory`, not `inventories`."""
        return answer(self._goods.row(self._goods.update([(number, body_of(request))])[0], stock_name="inventory"))

    def delete_product(self, request: Request, number: int) -> Response:
        """Deletes softly."""
        self._goods.delete(number)
        return answer({"message": "Xóa dữ liệu thành công"})

    def create_products(self, request: Request) -> Response:
        """Makes several articles and tells no ids; all or none (unverified)."""
        self._goods.create(_list_products(request))
        return answer({"message": "Thêm mới danh sách sản phẩm thành công"})

    def update_products(self, request: Request) -> Response:
        """Changes several articles, all or none (unverified)."""
        self._goods.update([(_id_in(body), body) for body in _list_products(request)])
        return answer({"message": "Cập nhật danh sách sản phẩm thành công"})

    def list_stock(self, request: Request) -> Response:
        """Stock per branch of every article."""
        query = Query(request)
        branches = query.numbers("branchIds")
        rows = ordered(self._goods.select(query), query, SORT_KEYS, "id")
        return answer(listed(query, rows, lambda record: self._goods.stock(record, branches)))

    # ---- sales ----

    def list_invoices(self, request: Request) -> Response:
        """Invoices, with payments, delivery and channel only when asked for."""
        query = Query(request)
        extras = Extras(bool(query.flag("includePayment")), bool(query.flag("includeInvoiceDelivery")),
                        bool(query.flag("SaleChannel")))
        return answer(self._turner.page(request.path, self._keeper.books().invoices, invoices_asked, query,
                                        lambda paper: self._papers.invoice(paper, extras)))

    def show_invoice(self, request: Request, number: int) -> Response:
        """One invoice by id, with all that belongs to it."""
        return answer(self._papers.invoice(document(self._keeper.books().invoices, number=number)))

    def show_invoice_by_code(self, request: Request, code: str) -> Response:
        """One invoice by its code."""
        return answer(self._papers.invoice(document(self._keeper.books().invoices, code=code)))

    def cancel_invoice(self, request: Request) -> Response:
        """Cancels the invoice named in the body; it stays readable with status 2, its payment too without `isVoidPayment`."""
        sent = body_of(request)
        number = _id_in(sent)
        books = self._keeper.books()
        if document(books.invoices, number=number).status == CANCELLED:
            raise broken_rule("Hóa đơn đã bị hủy")
        if any(slip.order.number == number for slip in books.returns):
            raise broken_rule("Không thể hủy hóa đơn đã có phiếu trả hàng")
        self._voided[str(number)] = {"at": self.clock().isoformat(), "payment": fields_of(sent).get("isvoidpayment") is True}
        self._keeper.reopen()
        return answer(self._papers.invoice(document(self._keeper.books().invoices, number=number)))

    def list_returns(self, request: Request) -> Response:
        """Return slips, amounts positive; what was kept back or taken off is told by the single slip only."""
        query = Query(request)
        payment = bool(query.flag("includePayment"))
        return answer(self._turner.page(request.path, self._keeper.books().returns, returns_asked, query,
                                        lambda slip: self._papers.slip(slip, detail=False, payment=payment)))

    def show_return(self, request: Request, number: int) -> Response:
        """One return slip by id."""
        return answer(self._papers.slip(document(self._keeper.books().returns, number=number)))

    def show_return_by_code(self, request: Request, code: str) -> Response:
        """One return slip by its code."""
        return answer(self._papers.slip(document(self._keeper.books().returns, code=code)))

    def list_orders(self, request: Request) -> Response:
        """Orders, which are no revenue."""
        query = Query(request)
        payment, delivery = bool(query.flag("includePayment")), bool(query.flag("includeOrderDelivery"))
        return answer(self._turner.page(request.path, self._keeper.books().orders, orders_asked, query,
                                        lambda paper: self._papers.order(paper, payment=payment, delivery=delivery)))

    def show_order(self, request: Request, number: int) -> Response:
        """One order by id."""
        return answer(self._papers.order(document(self._keeper.books().orders, number=number)))

    def show_order_by_code(self, request: Request, code: str) -> Response:
        """One order by its code."""
        return answer(self._papers.order(document(self._keeper.books().orders, code=code)))

    # ---- webhooks ----

    def list_webhooks(self, request: Request) -> Response:
        """All registered addresses, without their secrets."""
        return answer(listed(Query(request), self.webhooks.all(), dict))

    def create_webhook(self, request: Request) -> Response:
        """Registers an address for one kind of event."""
        return answer(self.webhooks.register(body_of(request)))

    def show_webhook(self, request: Request, number: int) -> Response:
        """One registered address."""
        return answer(self.webhooks.one(number))

    def call_at(self, url: str, since: datetime) -> dict[str, str]:
        """One address for sales and stock, in the place of an older one, with a secret of its own."""
        secret = shop.WEBHOOK_SECRET
        with self._lock:
            for hook in self.webhooks.all():
                self.webhooks.remove(hook["id"])
            for kind in ("invoice.update", "order.update", "stock.update"):
                self.webhooks.register({"Webhook": {"Type": kind, "Url": url, "IsActive": True, "Secret": secret}})
            self._told_to = since
        return {"webhook_secret": secret}

    def deliver(self) -> int:
        """Calls about invoices that changed."""
        with self._lock:
            if self._told_to is not None:
                since, self._told_to = self._told_to, self.clock()
                self.announce_sales(since)
            return self.webhooks.deliver(self._post)

    def announce_sales(self, since: datetime) -> None:
        """Puts a webhook about every invoice that changed since on its way."""
        changed = [paper for paper in self._keeper.books().invoices if since < paper.touched <= self.clock()]
        for paper in changed:
            self.webhooks.announce("invoice.update", [{"Id": paper.id, "Code": paper.code, "Status": paper.status,
                                                       "ModifiedDate": local_text(paper.touched)}])

    def delete_webhook(self, request: Request, number: int) -> Response:
        """Forgets an address."""
        self.webhooks.remove(number)
        return answer({"message": "Hủy đăng ký webhook thành công"})


def _practice_jwt(now: datetime, serial: int) -> str:
    """A token in the shape of a JWT with the platform's claims; its signature is a digest and proves nothing."""
    claims = {"nbf": int(now.timestamp()), "exp": int((now + TOKEN_LIFE).timestamp()), "iss": "practice", "aud": ["PublicApi"],
              "client_id": shop.CLIENT_ID, "client_RetailerCode": shop.RETAILER, "client_RetailerId": str(shop.RETAILER_ID),
              "client_UserId": str(shop.STAFF_ID), "scope": ["PublicApi.Access"], "serial": serial}
    head, body = (_packed(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "at+jwt"}, claims))
    return f"{head}.{body}.{_packed(hashlib.sha256(f'{head}.{body}'.encode()).digest())}"


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _since_opening(query: Query) -> bool:
    since = query.moment("lastModifiedFrom")
    return since is None or since <= shop.OPENED


def _removed(query: Query, name: str, ids: list[int]) -> dict[str, list[int]]:
    asked = query.flag("includeRemoveIds") and query.moment("lastModifiedFrom")
    return {name: ids} if asked else {}


def _id_in(body: object) -> int:
    number = fields_of(body).get("id")
    if not isinstance(number, int):
        raise malformed("Thiếu id")
    return number


def _list_products(request: Request) -> list[object]:
    bodies = fields_of(body_of(request)).get("listproducts")
    if not isinstance(bodies, list) or not bodies:
        raise malformed("Thiếu listProducts")
    return bodies
