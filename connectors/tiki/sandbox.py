"""The Tiki practice server: one practice seller behind the open API, with an in-house and a public app registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from connectors.tiki.sandbox_access import CALLS_A_SECOND, IN_HOUSE, PUBLIC, Access, PracticeApp
from connectors.tiki.sandbox_catalog import Catalog
from connectors.tiki.sandbox_seller import SellerCenter
from connectors.tiki.sandbox_webhooks import Webhooks
from ocop_market.sandbox.deliveries import Post, over_the_network

REVIEW_MINUTES = 150.0
MOST_OFFERS = 50


class TikiSandbox(SellerCenter, Webhooks, Catalog, Access):
    """Tiki as its pages describe it.

    `review_minutes` is how long a product request is looked at (0: decided by the next call); `calls_a_second` limits
    calls behind a socket (None: no limit); `short_pages` off fills every page of the order list. `seller_consents`,
    `seller_active` and `licensed` tell how the practice seller stands. What no page tells of can be had in both ways:
    `most_offers` products in one updateSkus call, `batch_whole` (one failure refuses the whole call), `off_sale_apart` (products
    off sale stand in a list of their own). Further options are those of Sandbox.
    """

    partial_returns: ClassVar[bool] = False  # the order states know whole returns only, API order v2, 2026-09

    def __init__(self, *, review_minutes: float = REVIEW_MINUTES, calls_a_second: int | None = CALLS_A_SECOND,
                 short_pages: bool = True, seller_consents: bool = True, seller_active: bool = True, licensed: bool = True,
                 most_offers: int = MOST_OFFERS, batch_whole: bool = False, off_sale_apart: bool = False,
                 apps: Sequence[PracticeApp] = (IN_HOUSE, PUBLIC), post: Post = over_the_network, **options: Any) -> None:
        self.review_minutes, self.calls_a_second, self.short_pages = review_minutes, calls_a_second, short_pages
        self.seller_consents, self.seller_active, self.licensed = seller_consents, seller_active, licensed
        self.most_offers, self.batch_whole, self.off_sale_apart = most_offers, batch_whole, off_sale_apart
        self.apps, self.post = tuple(apps), post
        super().__init__(**options)

    def settings(self, base_url: str) -> dict[str, Any]:
        """Settings of the in-house app; made up, and good for nothing but this server."""
        app = next(app for app in self.apps if app.in_house)
        return {"client_id": app.client_id, "client_secret": app.client_secret, "base_url": base_url}
