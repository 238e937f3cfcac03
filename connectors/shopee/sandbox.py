"""A practice Shopee: the Open Platform v2 with one shop, as strict as its documents, and simulated buyers.

Catalogue ids are invented (900xxx). Left out: shipping documents, main accounts and merchants; of promotions there is
only what they lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from connectors.shopee.sandbox_gateway import PARTNER_ID, PARTNER_KEY, REDIRECT_URL, SHOP_ID, Gateway
from connectors.shopee.sandbox_items import Items
from connectors.shopee.sandbox_media import Media
from connectors.shopee.sandbox_models import Models
from connectors.shopee.sandbox_money import Money
from connectors.shopee.sandbox_order_book import OrderBook
from connectors.shopee.sandbox_orders import Orders
from connectors.shopee.sandbox_pushes import Pushes
from connectors.shopee.sandbox_returns import Returns
from connectors.shopee.sandbox_seller import SellerCentre
from connectors.shopee.sandbox_tree import Tree, Upheaval
from connectors.shopee.sandbox_wire import Endpoint, Refusal, read_call, reply
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.deliveries import CallsOut, NotTaken, Post, over_the_network

API = "/api/v2/"


class ShopeeSandbox(Sandbox, CallsOut):
    """The practice Shopee.

    With `reviewing`, new items are REVIEWING for ten minutes of the sandbox's clock. A title with "CẤM THỬ" is banned.
    `settling` is how many seconds a new item needs before it takes variations. Call limits are off; `faults` switches them on.
    `seller` does what people do without the interface. `post` carries its pushes, which `deliver` sends.
    """

    key = "shopee"

    def __init__(self, *, reviewing: bool = False, settling: int = 0, post: Post = over_the_network, **options: Any) -> None:
        self._reviewing, self._settling, self._post = reviewing, settling, post
        self._endpoints: dict[str, Endpoint] = {}
        super().__init__(**options)

    def routes(self) -> Sequence[tuple[str, str, str]]:
        """The two consent pages, and one route for everything under /api/v2."""
        return (("GET", "/auth", "consent"), ("GET", f"{API}shop/auth_partner", "signed_consent"),
                ("GET", f"{API}<path:api>", "serve"), ("POST", f"{API}<path:api>", "serve"))

    def open(self) -> None:
        """Puts the parts together; a new practice shop has nothing on sale."""
        images = self.shelf("images")
        self.gateway = Gateway(self)
        upheaval = Upheaval()
        self.items = Items(self.shelf("items"), images, upheaval, reviewing=self._reviewing)
        self.seller = SellerCentre(self.items, images, upheaval, self.clock)
        book = OrderBook(self.history, self.items)
        self.pushes = Pushes(self, book, self._post)
        for part in (self.gateway, self.pushes, Tree(images, upheaval), Media(images), self.items,
                     Models(self.items, images, settling=self._settling), Orders(self, book),
                     Money(self, book), Returns(self, book)):
            self._endpoints |= part.endpoints()

    def settings(self, base_url: str) -> dict[str, Any]:
        """Practice keys and addresses."""
        return {"partner_id": PARTNER_ID, "partner_key": PARTNER_KEY, "shop_id": SHOP_ID, "base_url": base_url,
                "consent_url": f"{base_url}/auth", "redirect_url": REDIRECT_URL, "variation_pause": self._settling}

    def grant(self) -> dict[str, str]:
        """A fresh code, as if the seller had consented just now."""
        return {"code": self.gateway.issue_code(), "shop_id": str(SHOP_ID)}

    def call_at(self, url: str, since: datetime) -> dict[str, str]:
        """The app's one callback; pushes are signed with the partner key, which the account has anyway."""
        with self._lock:
            if not self.pushes.register(url, since):
                raise NotTaken
        return {}

    def deliver(self) -> int:
        """Pushes orders that changed."""
        with self._lock:
            return self.pushes.deliver()

    def count_listings(self, sku: str) -> int | None:
        """Items with our SKU, deleted ones left out."""
        return self.items.count(sku)

    def guard(self, request: Request) -> Response | None:
        """The gateway's checks; the consent pages make their own."""
        endpoint = self._endpoints.get(request.path.removeprefix(API))
        if endpoint is None:
            return None
        try:
            self.gateway.check(request, endpoint.level)
        except Refusal as refusal:
            return refusal.response()
        return None

    def rate_limited(self, seconds: int) -> Response:
        """Too many calls of one endpoint."""
        message = "Too many requests. You have reached the rate limit. Please try again later."
        return reply({"error": "error_rate_limit", "message": message}, 429, {"Retry-After": str(seconds)})

    def server_error(self) -> Response:
        """The platform's own failure."""
        return reply({"error": "error_server", "message": "Something wrong. Please try later."}, 500)

    def not_found(self, request: Request, error: HTTPException) -> Response:
        """A path outside the API, or a method that it never takes."""
        return reply({"error": "error_not_found", "message": ""}, error.code or 404)

    def consent(self, request: Request) -> Response:
        """The unsigned consent page: the practice seller agrees at once."""
        return self.gateway.consent_page(request)

    def signed_consent(self, request: Request) -> Response:
        """The older, signed consent link."""
        try:
            return self.gateway.signed_consent_page(request)
        except Refusal as refusal:
            return refusal.response()

    def serve(self, request: Request, api: str) -> Response:
        """One call to an endpoint under /api/v2."""
        endpoint = self._endpoints.get(api)
        try:
            if endpoint is None or request.method not in endpoint.methods:
                raise Refusal("error_param", "Permission denied. This API is currently offline or the request path is incorrect.")
            return reply(endpoint.answer(read_call(request, api, self.clock())))
        except Refusal as refusal:
            return refusal.response()
