"""Acme, imitated: a practice shop with products, an API key and simulated buyers. Written apart from the client."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import SimOrder, Step
from ocop_market.sandbox.faults import FaultKind

API_KEY = "practice-acme-key"
WORDS = {Step.PLACED: "new", Step.READY: "confirmed", Step.SHIPPED: "sent", Step.DELIVERED: "received",
         Step.COMPLETED: "done", Step.CANCELLED: "void"}


class AcmeSandbox(Sandbox):
    """A practice Acme. It does not look whether an SKU is there already: a repeated POST makes a second product."""

    key = "acme"

    def routes(self) -> Sequence[tuple[str, str, str]]:
        """All endpoints."""
        return (("GET", "/shop", "show_shop"), ("GET", "/products", "find_products"), ("POST", "/products", "add_product"),
                ("PATCH", "/products/<number>", "change_product"), ("GET", "/orders", "list_orders"))

    def open(self) -> None:
        """A new shop has nothing on sale."""
        self._products = self.shelf("products")

    def settings(self, base_url: str) -> dict[str, Any]:
        """Practice keys."""
        return {"api_key": API_KEY, "base_url": base_url}

    def count_listings(self, sku: str) -> int | None:
        """Products with this SKU."""
        return sum(bool(product["sku"] == sku) for product in self._products.values())

    def guard(self, request: Request) -> Response | None:
        """The key on every call."""
        return None if request.headers.get("X-Api-Key") == API_KEY else reply({"error": "bad key"}, 401)

    def show_shop(self, request: Request) -> Response:
        """The shop's name."""
        return reply({"name": "Cửa hàng Acme (luyện tập)"})

    def find_products(self, request: Request) -> Response:
        """Products by SKU."""
        return reply({"items": [p for p in self._products.values() if p["sku"] == request.args.get("sku")]})

    def add_product(self, request: Request) -> Response:
        """A new product."""
        body = request.get_json()
        if not body.get("title") or body.get("price", 0) < 1_000 or not body.get("picture"):
            return reply({"error": "title, price and picture are needed"}, 422)
        number = str(len(self._products) + 1)
        self._products[number] = {"id": number, "visible": True, **body}
        return reply(self._products[number], 201)

    def change_product(self, request: Request, number: str) -> Response:
        """Changes what is sent."""
        if number not in self._products:
            return reply({"error": "no such product"}, 404)
        self._products[number] = {**self._products[number], **request.get_json()}
        return reply(self._products[number])

    def list_orders(self, request: Request) -> Response:
        """Orders changed in a period, oldest change first; `next` names the last row of the page before."""
        now, size = self.clock(), int(request.args.get("size", "20"))
        start, end = (datetime.fromisoformat(request.args[edge]) for edge in ("from", "to"))
        found = self.history.orders(now) if self.history else ()
        rows = sorted((order.updated_at(now), str(order.number), order) for order in found
                      if start <= order.updated_at(now) <= end)
        changed, _, number = request.args.get("next", "").partition(" ")
        first = sum((at.isoformat(), key) <= (changed, number) for at, key, _ in rows) if changed else 0
        more = len(rows) > first + size
        last = rows[first + size - 1] if more else None
        repeated = size // 2 if first and self.faults.take(FaultKind.DUPLICATE_PAGE, request.path) else 0
        page = [self._order(order, now) for _, _, order in rows[first - repeated:first + size]]
        if len(page) > 1 and self.faults.take(FaultKind.OUT_OF_ORDER, request.path):
            random.Random(len(page)).shuffle(page)
        return reply({"orders": page, "next": f"{last[0].isoformat()} {last[1]}" if last else ""})

    def _order(self, order: SimOrder, now: datetime) -> dict[str, Any]:
        back, fee = order.returns_by(now), sum(order.charges(now).values())
        buyer = asdict(order.buyer) if not self.masked else {"name": "***", "phone": "***"}
        return {
            "id": f"A{order.number}", "placed": order.placed_at.isoformat(), "changed": order.updated_at(now).isoformat(),
            "state": WORDS[order.state(now)], "province": order.buyer.province, "buyer": buyer, "lines": [{
                "no": i, "sku": line.good.sku, "name": line.good.name, "quantity": str(line.quantity),
                "amount": line.list_amount, "discount": line.seller_discount, "fee": 0 if i else fee,
                "refund": sum(r.refund for r in back if r.line == i),
                "returned": str(sum(r.quantity for r in back if r.line == i)),
            } for i, line in enumerate(order.lines)]}


def reply(body: Any, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
