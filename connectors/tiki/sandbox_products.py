"""Products of the Tiki practice shop: lists, details, and changes that hold at once (price, stock, on sale or not)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import (
    SELLER_ID,
    SELLER_NAME,
    Desk,
    Refusal,
    Route,
    answer,
    page_out,
    read_flag,
    read_object,
    read_page,
    read_time,
    text_time,
    unknown_warehouses,
    warehouse_numbers,
    whole,
)
from connectors.tiki.sandbox_intake import price_too_low, stock_problems
from connectors.tiki.sandbox_taxonomy import ATTRIBUTES, CATEGORIES
from ocop_market.sandbox.shelf import Record

MOST_PRODUCTS = 100
FIRST_PRODUCT_ID = 99_000_000
FIRST_SKU = 9_900_000_000_000
BY_API, BY_SELLER_CENTER = "practice-open-api", "practice-seller-center"
APPROVED = {"state": "approved"}
OBJECT_ATTRIBUTES = ("brand", "brand_country")


class Products(Desk):
    """What the shop has on its shelves."""

    most_offers: int
    batch_whole: bool
    off_sale_apart: bool

    def routes(self) -> Sequence[Route]:
        """Adds the product endpoints; some current pages print updateSku under v2, so both are served."""
        return (
            *super().routes(),
            ("GET", "/integration/v2.1/products", "list_products"),
            ("GET", "/integration/v2.1/products/findBy", "find_products"),
            ("GET", "/integration/v2.1/products/<int:product_id>", "show_product"),
            ("PUT", "/integration/v2.1/products/updateSku", "update_sku"),
            ("PUT", "/integration/v2/products/updateSku", "update_sku"),
            ("PUT", "/integration/v2.1/products/updateSkus", "update_skus"),
            ("POST", "/integration/v2/products/updateOriginalSku", "update_original_sku"),
        )

    def open(self) -> None:
        """Adds the shelves of products and of the numbers that articles have for good."""
        super().open()
        self._products = self.shelf("products")
        self._articles = self.shelf("articles")
        self._by_seller_sku: dict[str, list[str]] = {}
        for number, product in self._products.items():
            self._by_seller_sku.setdefault(product["original_sku"], []).append(number)
        for good in self.history.goods if self.history else ():
            self.article(good.sku)

    # --- the shop's own side

    def article(self, seller_sku: str) -> Record:
        """The platform's numbers for a seller's SKU: the same in orders and, once it is approved, on the product."""
        if seller_sku not in self._articles:
            number = self.next_number("article")
            self._articles[seller_sku] = {
                "id": FIRST_PRODUCT_ID + 10 * number, "sku": str(FIRST_SKU + 10 * number),
                "master_id": FIRST_PRODUCT_ID + 10 * number + 1, "master_sku": str(FIRST_SKU + 10 * number + 1)}
        return self._articles[seller_sku]

    def sku_taken(self, seller_sku: str, but: Record | None = None) -> bool:
        """Whether a product (other than `but`) carries this original_sku."""
        return any(product is not but for product in self._products_with(seller_sku))

    def _products_with(self, seller_sku: str) -> list[Record]:
        return [self._products[number] for number in self._by_seller_sku.get(seller_sku, ())]

    def keep_product(self, product: Record) -> Record:
        """Puts a product on the shelf under numbers of its own and gives it back with them."""
        numbers = self.article(product["original_sku"] or f"without a code {self.next_number('nameless')}")
        if str(numbers["id"]) in self._products:  # its former product has another original_sku by now
            del self._articles[product["original_sku"]]
            numbers = self.article(product["original_sku"])
        now = text_time(self.clock())
        kept: Record = {"created_at": now, "updated_at": now, "created_by": BY_API, **numbers, "super_id": 0, "super_sku": "",
                        "version": 1, **product}
        self._products[str(kept["id"])] = kept
        self._by_seller_sku.setdefault(kept["original_sku"], []).append(str(kept["id"]))
        return kept

    # --- reading

    def list_products(self, request: Request) -> Response:
        """Products, newest first, as far as they fit the filters."""
        page, limit = read_page(request, most=MOST_PRODUCTS)
        asked, include = request.args, _included(request)
        found = list(reversed(list(self._products.values())))
        if "name" in asked:
            found = [product for product in found if asked["name"].casefold() in product["name"].casefold()]
        if "active" in asked:
            active = int(read_flag(asked["active"], "active"))
            found = [product for product in found if product["active"] == active]
        elif self.off_sale_apart:
            found = [product for product in found if product["active"] == 1]
        if "category_id" in asked:
            found = [product for product in found if str(product["category_id"]) == asked["category_id"]]
        for column in ("created", "updated"):
            for edge, end in (("from", False), ("to", True)):
                name = f"{column}_{edge}_date"
                if name in asked:
                    moment = text_time(read_time(asked[name], name, end=end))
                    found = [product for product in found
                             if (product[f"{column}_at"] <= moment if end else product[f"{column}_at"] >= moment)]
        return page_out(found, page, limit, lambda product: _product_form(product, include))

    def find_products(self, request: Request) -> Response:
        """Products with one original_sku, as a list page."""
        page, limit = read_page(request, most=MOST_PRODUCTS)
        sought = request.args.get("original_sku", "")
        if not sought:
            raise Refusal(400, "original_sku is required")
        return page_out(self._products_with(sought), page, limit, lambda product: _product_form(product, _included(request)))

    def show_product(self, request: Request, product_id: int) -> Response:
        """One product."""
        product = self._products.get(str(product_id))
        if product is None:
            raise Refusal(404, "Product not found")
        return answer(_product_form(product, _included(request)))

    # --- changes that hold at once

    def update_sku(self, request: Request) -> Response:
        """Price, stock or being on sale of one product: `active` is 1 or 0 here."""
        body = read_object(request)
        product = self._named(body)
        problems = _form_problems(body) or _fact_problems(body, product)
        if "active" in body and not (whole(body["active"]) and body["active"] in (0, 1)):
            problems.append("active must be 1 or 0")
        if problems:
            raise Refusal(422, *problems)
        self._change(product, body, body.get("active"))
        return answer(APPROVED)

    def update_skus(self, request: Request) -> Response:
        """The same for several; `status` is 1 (enabled) or 2 (disabled) here and never 0.

        A malformed row has the whole call refused. Which products failed otherwise stands inside a 200 answer, each reason a JSON
        document in a string; that form is on no page. With `batch_whole` one failure has the whole call refused instead.
        """
        rows = read_object(request).get("data")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise Refusal(422, "data must have at least one item")
        if len(rows) > self.most_offers:
            raise Refusal(422, f"data must not exceed {self.most_offers} items")
        if malformed := [problem for row in rows for problem in (*_form_problems(row), *_status_problems(row))]:
            raise Refusal(422, *malformed)
        outcomes = [self._outcome(row) for row in rows]
        failed = [text for _, texts in outcomes for text in texts]
        if failed and self.batch_whole:
            raise Refusal(422, *failed)
        for row, (product, texts) in zip(rows, outcomes, strict=True):
            if product is not None and not texts:
                self._change(product, row, {1: 1, 2: 0, None: None}[row.get("status")])
        return answer(APPROVED if not failed else {**APPROVED, "data": [
            _outcome_form(row, product, texts) for row, (product, texts) in zip(rows, outcomes, strict=True)]})

    def _outcome(self, row: Record) -> tuple[Record | None, list[str]]:
        """The product that a row names, and why its change is refused."""
        try:
            product = self._named(row)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            return None, [f"update error [product {row.get('product_id', row.get('original_sku'))} is not found]"]
        return product, _fact_problems(row, product)

    def update_original_sku(self, request: Request) -> Response:
        """Gives a product another seller's SKU."""
        body = read_object(request)
        seller_sku = body.get("original_sku")
        product = self._named({"product_id": body.get("product_id")})
        if not isinstance(seller_sku, str) or not seller_sku.strip():
            raise Refusal(422, "original_sku is required")
        if self.sku_taken(seller_sku, but=product):
            raise Refusal(422, f"Product code {seller_sku} is not unique")
        self._by_seller_sku[product["original_sku"]].remove(str(product["id"]))
        self._by_seller_sku.setdefault(seller_sku, []).append(str(product["id"]))
        self._put_back(product, original_sku=seller_sku)
        return answer(APPROVED)

    def _named(self, body: Mapping[str, Any]) -> Record:
        """The product that a body names by product_id or, without one, by original_sku."""
        number, seller_sku = body.get("product_id"), body.get("original_sku")
        if number is None:
            if not isinstance(seller_sku, str) or not seller_sku:
                raise Refusal(422, "product_id or original_sku is required")
            found = self._products_with(seller_sku)
            if not found:
                raise Refusal(404, "Product not found")
            return found[0]
        if not whole(number, 1):
            raise Refusal(422, "product_id must be an integer")
        if str(number) in self._products:
            return self._products[str(number)]
        if any(number in (product["master_id"], product["super_id"]) for product in self._products.values()):
            raise Refusal(422, f"update error [product_id {number} is not a seller_simple product]")
        raise Refusal(404, "Product not found")

    def _change(self, product: Record, row: Mapping[str, Any], active: int | None) -> None:
        before, stocks = product["price"], dict(product["stocks"])
        for stock in row.get("warehouse_quantities") or ():
            house, quantity = str(stock["warehouse_id"]), stock["qty_available"]
            self._announce_stock(product, int(house), stocks.get(house, 0), quantity)
            stocks[house] = quantity
        price = row.get("price", before)
        self._put_back(product, price=price, stocks=stocks, active=product["active"] if active is None else active,
                       seller_warehouse=row.get("seller_warehouse", product["seller_warehouse"]))
        if price != before:
            self.announce("PRODUCT_PRICE_UPDATED", {
                "product_id": product["id"], "price_from": str(before), "price_to": str(price)})

    def _announce_stock(self, product: Record, house: int, before: int, after: int) -> None:
        if before == after:
            return
        payload = {"original_sku": product["original_sku"], "product_id": product["id"], "warehouse_id": house,
                   "quantity_from": 0, "quantity_to": 0, "quantity_reserved_from": 0, "quantity_reserved_to": 0}
        for kind in ("available", "sellable"):
            payload |= {f"quantity_{kind}_from": before, f"quantity_{kind}_to": after}
        self.announce("PRODUCT_INVENTORY_UPDATED", payload, "v2")

    def _put_back(self, product: Record, **changes: Any) -> None:
        product.update(changes, updated_at=text_time(self.clock()), version=product["version"] + 1)
        self._products[str(product["id"])] = product


def _included(request: Request) -> frozenset[str]:
    """The pages spell the parameter `include` for lists and `includes` for one product."""
    both = f"{request.args.get('include', '')},{request.args.get('includes', '')}"
    return frozenset(part.strip() for part in both.split(","))


def _form_problems(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a change in itself."""
    problems = []
    if not {"price", "active", "status", "seller_warehouse", "warehouse_quantities"} & set(body):
        problems.append("there is nothing to update")
    if "price" in body and not whole(body["price"], 1):
        problems.append("price should be > 0")
    if body.get("seller_warehouse") is not None and not isinstance(body["seller_warehouse"], str):
        problems.append('seller_warehouse must be a string like "1034,1015"')
    return problems + [text for text in _stock_problems(body) if not text.startswith("Warehouse")]


def _status_problems(row: Mapping[str, Any]) -> list[str]:
    good = "status" not in row or (whole(row["status"]) and row["status"] in (1, 2))
    return [] if good else ["status must be 1 (enabled) or 2 (disabled)"]


def _fact_problems(body: Mapping[str, Any], product: Record) -> list[str]:
    """What the shop and the product say against a change that is well formed."""
    problems = []
    if "price" in body and price_too_low(body["price"], product["market_price"]):
        problems.append("Price is not valid because less than ten percent listing price")
    houses = body.get("seller_warehouse")
    if houses is not None and (unknown := unknown_warehouses(warehouse_numbers(houses))):
        problems.append(f"update error [Warehouse '{unknown}' are not found]")
    return problems + [f"update error [{text}]" for text in _stock_problems(body)]


def _stock_problems(body: Mapping[str, Any]) -> list[str]:
    return stock_problems(body.get("warehouse_quantities"), "warehouse_quantities", "warehouse_id", "qty_available")


def _outcome_form(row: Mapping[str, Any], product: Record | None, texts: Sequence[str]) -> Record:
    number = product["id"] if product is not None else row.get("product_id")
    faults = [{"code": 400, "description": text, "msg_eng": text} for text in texts]
    reason = json.dumps({"errors": faults, "message": texts[0], "trace_id": None}, ensure_ascii=False) if texts else ""
    return {"product_id": number, "state": "rejected" if texts else "approved", "reason": reason}


def _product_form(product: Record, include: frozenset[str]) -> Record:
    """A product as v2.1 prints it; the larger parts only when they are asked for."""
    images = [{"id": place + 1, "url": own_address(product["id"], url), "position": place}
              for place, url in enumerate(product["images"])]
    form = {name: product[name] for name in (
        "id", "sku", "name", "master_id", "master_sku", "super_id", "super_sku", "active", "original_sku", "price",
        "market_price", "version", "created_at", "updated_at", "created_by")}
    form |= {"type": "simple", "entity_type": "seller_simple", "thumbnail": images[0]["url"] if images else None}
    category = CATEGORIES[product["category_id"]]
    parts = {
        "seller": {"id": SELLER_ID, "name": SELLER_NAME}, "images": images, "inventory": _inventory(product),
        "categories": [{"id": category.id, "name": category.name, "url_key": f"c{category.id}", "is_primary": True}],
        "attributes": _attributes(product) | {"description": product["description"]},
    }
    return form | {name: part for name, part in parts.items() if name in include}


def own_address(number: int, url: str) -> str:
    """Where the platform keeps a picture that it has fetched: under an address of its own, another for another picture."""
    return f"https://salt.example/{number}/{hashlib.sha256(url.encode()).hexdigest()[:12]}.jpg"


def _attributes(product: Record) -> Record:
    """Values as they were sent, but brand and brand_country as objects."""
    form = dict(product["attributes"])
    for attribute in ATTRIBUTES.values():
        if attribute.code in OBJECT_ATTRIBUTES and attribute.code in form and form[attribute.code] in attribute.values:
            number = attribute.id * 1000 + attribute.values.index(form[attribute.code])
            form[attribute.code] = {"id": number, "value": form[attribute.code]}
    return form


def _inventory(product: Record) -> Record:
    """Stock by warehouse and in sum; `quantity` stays 0 for dropship, where Tiki holds none of the goods."""
    held, reserved = product["inventory_type"] != "dropship", product.get("reserved", {})
    stocks = []
    for house, available in product["stocks"].items():
        kept = min(available, reserved.get(house, 0))
        stocks.append({"warehouse_id": int(house), "quantity": available * held, "quantity_available": available,
                       "quantity_reserved": kept, "quantity_sellable": available - kept})
    names = ("quantity", "quantity_available", "quantity_reserved", "quantity_sellable")
    return {"inventory_type": product["inventory_type"], "fulfillment_type": "dropship",
            **{name: sum(stock[name] for stock in stocks) for name in names}, "warehouse_stocks": stocks}
