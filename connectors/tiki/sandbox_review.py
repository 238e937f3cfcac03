"""Product requests of the Tiki practice server: taken in at once, judged as the clock moves, turned into products."""

from __future__ import annotations

import heapq
import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import (
    Refusal,
    Route,
    answer,
    page_out,
    read_number,
    read_object,
    read_page,
    read_time,
    text_time,
)
from connectors.tiki.sandbox_intake import picture_problems, price_too_low, request_problems
from connectors.tiki.sandbox_pictures import picture_is_good
from connectors.tiki.sandbox_products import BY_API, Products
from connectors.tiki.sandbox_taxonomy import CATEGORIES, attribute_problems
from ocop_market.model.clock import VIETNAM
from ocop_market.sandbox.shelf import Record

CREATE, UPDATE = "create_product", "update_product"
TRACK_LIFE = timedelta(days=30)
MOST_TRACKED, MOST_REQUESTS = 50, 100
LOCKING_REJECTIONS = 3  # unverified: "two or three rejections can lock it"
FIRST_REQUEST_ID = 1_799_000_000_000_000_000
CODE_DUPLICATE, CODE_OTHER = 420, 400

# Shares of the review's length at which a request comes into a state.
PROCESSING, DOCUMENTS, BOT, TEAM = 0.02, 0.06, 0.35, 0.55


class Review(Products):
    """The desk at which requests are handed in, looked after and decided."""

    review_minutes: float
    seller_active: bool
    licensed: bool

    def routes(self) -> Sequence[Route]:
        """Adds requests and their tracking."""
        return (
            *super().routes(),
            ("POST", "/integration/v2.1/requests", "create_request"),
            ("POST", "/integration/v2/requests/updateProductInfo", "update_product_info"),
            ("GET", "/integration/v2/tracking", "list_tracking"),
            ("GET", "/integration/v2/tracking/<track_id>", "show_tracking"),
            ("POST", "/integration/v2/tracking/<track_id>/replay", "replay_request"),
            ("GET", "/integration/v2/requests", "list_requests"),
            ("GET", "/integration/v2/requests/findBy", "find_requests"),
            ("GET", "/integration/v2/requests/<int:request_id>", "show_request"),
            ("DELETE", "/integration/v2/requests/findBy", "delete_tracked_request"),
            ("DELETE", "/integration/v2/requests/<int:request_id>", "delete_request"),
        )

    def open(self) -> None:
        """Adds the shelf of requests."""
        super().open()
        self._requests = self.shelf("requests")
        self._refused_by_hand = self.shelf("refused by hand")
        self._left_out = self.shelf("left out")
        self._line: list[tuple[datetime, str]] = []
        for kept in self._requests.values():
            if not kept["decided"]:
                self._put_in_line(kept, datetime.fromisoformat(kept["started"]))

    def guard(self, request: Request) -> Response | None:
        """Lets the reviewers work up to this moment before a call is answered."""
        refusal = super().guard(request)
        if refusal is None:
            self.review()
        return refusal

    # --- handing in

    def create_request(self, request: Request) -> Response:
        """Takes a new product in, or tells everything that is wrong with it."""
        body = read_object(request)
        if not self.seller_active:
            raise Refusal(403, "seller is inactive")
        if problems := request_problems(body, self.renamed, licensed=self.licensed):
            raise Refusal(422, *problems)
        return self._take_in(CREATE, body)

    def update_product_info(self, request: Request) -> Response:
        """Takes new attributes and pictures of a product in, for review."""
        body = read_object(request)
        product = self._named({"product_id": body.get("product_id")})
        if product["created_by"] != BY_API:
            raise Refusal(403, "you do not have permission to update this product")
        attributes = body.get("attributes", {})
        problems = picture_problems(body, required=False)
        if not isinstance(attributes, dict):
            problems.append("attributes must be an object")
        else:
            problems += attribute_problems(CATEGORIES[product["category_id"]], attributes, self.renamed, complete=False)
        if "market_price" in body and (not isinstance(body["market_price"], int) or body["market_price"] < 1):
            problems.append("market_price should be > 0")
        elif "market_price" in body and price_too_low(product["price"], body["market_price"]):
            problems.append("Price is not valid because less than ten percent listing price")
        if problems:
            raise Refusal(422, *problems)
        return self._take_in(UPDATE, body)

    def _take_in(self, kind: str, body: Record) -> Response:
        track_id, now = secrets.token_hex(16), self.clock().isoformat()
        self._requests[track_id] = {
            "track_id": track_id, "number": self.next_number("handed in"), "kind": kind, "body": body, "created": now,
            "started": now, "changed": now, "state": "queuing", "decided": False, "looked_at": False, "request_id": "",
            "reason": "", "reasons": [], "rejections": 0, "products": [], "approved": ""}
        self._put_in_line(self._requests[track_id], self.clock())
        return answer({"track_id": track_id, "state": "queuing"})

    def count_listings(self, sku: str) -> int | None:
        """Products with our SKU, and requests for one that are still looked at."""
        with self._lock:
            self.review()
            asked = [kept for kept in self._requests.values() if kept["kind"] == CREATE and not kept["decided"]]
            return len(self._products_with(sku)) + sum(sku in _seller_skus(kept) for kept in asked)

    # --- tracking

    def list_tracking(self, request: Request) -> Response:
        """The latest requests, newest first, as a bare array."""
        limit = read_number(request, "limit", MOST_TRACKED)
        found = [kept for kept in reversed(list(self._requests.values())) if self._trackable(kept)]
        for column, field in (("created", "created"), ("updated", "changed")):
            for edge, end in (("min", False), ("max", True)):
                if text := request.args.get(f"{column}_at_{edge}"):
                    moment = read_time(text, f"{column}_at_{edge}", end=end)
                    found = [kept for kept in found
                             if (_whole_second(kept[field]) <= moment if end else _whole_second(kept[field]) >= moment)]
        return answer([_tracking_form(kept) for kept in found[:min(limit, MOST_TRACKED)]])

    def show_tracking(self, request: Request, track_id: str) -> Response:
        """Where one request stands; thirty days after it was handed in the track_id is gone."""
        return answer(_tracking_form(self._tracked(track_id)))

    def replay_request(self, request: Request, track_id: str) -> Response:
        """Puts a rejected request back into the queue under the same track_id."""
        kept = self._tracked(track_id)
        if kept["state"] == "locked":
            raise Refusal(422, "product request is locked")
        if kept["state"] != "rejected":
            raise Refusal(422, "only a rejected request can be replayed")
        self._put(kept, self.clock(), state="queuing", started=self.clock().isoformat(), decided=False, looked_at=False,
                  reason="", reasons=[])
        self._put_in_line(kept, self.clock())
        return answer({"track_id": track_id, "state": "queuing"})

    def _tracked(self, track_id: str) -> Record:
        kept = self._requests.get(track_id)
        if kept is None or not self._trackable(kept):
            raise Refusal(404, f"Track id not found: {track_id}")
        return kept

    def _trackable(self, kept: Record) -> bool:
        return datetime.fromisoformat(kept["created"]) + TRACK_LIFE > self.clock() and not kept.get("forgotten")

    # --- requests

    def list_requests(self, request: Request) -> Response:
        """Requests that came as far as having an id, newest first."""
        page, limit = read_page(request, most=MOST_REQUESTS)
        state, include = request.args.get("state"), request.args.get("include", "").split(",")
        found = [kept for kept in reversed(list(self._requests.values()))
                 if kept["request_id"] and state in (None, "", kept["state"])]
        return page_out(found, page, limit, lambda kept: _request_form(kept, products="products" in include))

    def show_request(self, request: Request, request_id: int) -> Response:
        """One request with its products."""
        return answer(_request_form(self._numbered(request_id)))

    def find_requests(self, request: Request) -> Response:
        """The request behind a track_id, as a list page."""
        page, limit = read_page(request, most=MOST_REQUESTS)
        kept = self._tracked(request.args.get("track_id", ""))
        return page_out([_request_form(kept)] if kept["request_id"] else [], page, limit)

    def delete_request(self, request: Request, request_id: int) -> Response:
        """Takes a request back."""
        return self._delete(self._numbered(request_id))

    def delete_tracked_request(self, request: Request) -> Response:
        """Takes the request behind a track_id back."""
        return self._delete(self._tracked(request.args.get("track_id", "")))

    def _delete(self, kept: Record) -> Response:
        if kept["approved"]:
            raise Refusal(422, "an approved request can not be deleted")
        self._put(kept, self.clock(), state="deleted", decided=True)
        return answer({"request_id": kept["request_id"], "state": "deleted"})

    def _numbered(self, request_id: int) -> Record:
        found = [kept for kept in self._requests.values() if kept["request_id"] == str(request_id)]
        if not found:
            raise Refusal(404, f"Request not found id: {request_id}")
        return found[0]

    # --- the reviewers

    def review(self) -> None:
        """Brings every undecided request to where it stands now; what is wrong with one comes out here, not earlier."""
        now, due = self.clock(), []
        while self._line and self._line[0][0] <= now:
            due.append(self._requests[heapq.heappop(self._line)[1]])
        for kept in sorted(due, key=lambda one: (one["started"], one["number"])):
            if not kept["decided"]:
                self._look_at(kept)
            if not kept["decided"]:
                started, length = datetime.fromisoformat(kept["started"]), timedelta(minutes=self.review_minutes)
                stages = (started + length * share for share in (PROCESSING, DOCUMENTS, BOT, TEAM, 1))
                self._put_in_line(kept, next(at for at in stages if at > now))

    def _put_in_line(self, kept: Record, due: datetime) -> None:
        """Notes when a request is to be looked at next."""
        heapq.heappush(self._line, (due, kept["track_id"]))

    def _look_at(self, kept: Record) -> None:
        started, length = datetime.fromisoformat(kept["started"]), timedelta(minutes=self.review_minutes)
        passed = self.clock() - started
        if passed < length * DOCUMENTS:
            state = "queuing" if passed < length * PROCESSING else "processing"
            if state != kept["state"]:
                self._put(kept, started + length * PROCESSING, state=state)
            return
        if not kept["looked_at"]:
            at = started + length * DOCUMENTS
            if faults := self._early_faults(kept):
                self._reject(kept, at, faults)
                return
            number = kept["request_id"] or str(FIRST_REQUEST_ID + self.next_number("request"))
            self._put(kept, at, looked_at=True, request_id=number)
        if passed >= length * TEAM and (said := self._to_be_refused(kept)):
            self._reject(kept, started + length * TEAM, [_fault(text) for text in said])
        elif passed >= length * BOT and (missing := _missing_documents(kept)):
            self._reject(kept, started + length * BOT, missing)
        elif passed >= length:
            self._approve(kept, started + length)
        else:
            self._put_under_review(kept, started, passed, length)

    def _put_under_review(self, kept: Record, started: datetime, passed: timedelta, length: timedelta) -> None:
        share, state = max((share, state) for share, state in (
            (DOCUMENTS, "md_awaiting_approve"), (BOT, "bot_awaiting_approve"), (TEAM, "awaiting_approve"))
            if passed >= length * share)
        if kept["kind"] == UPDATE:
            state = "update_product_awaiting_approve"
        if state != kept["state"]:
            self._put(kept, started + length * share, state=state)

    def _to_be_refused(self, kept: Record) -> list[str]:
        """What a test has the content team say of one of the SKUs in a request."""
        said: list[str] = [text for sku in self._skus_of(kept) for text in self._refused_by_hand.get(sku, {}).get("texts", ())]
        return said

    def _skus_of(self, kept: Record) -> list[str]:
        if kept["kind"] == CREATE:
            return list(_seller_skus(kept))
        product = self._products.get(str(kept["body"]["product_id"]))
        return [product["original_sku"]] if product else []

    def _early_faults(self, kept: Record) -> list[Record]:
        faults = []
        if kept["kind"] == CREATE:
            under_review = (self._requests[track_id] for _, track_id in self._line)
            claimed = {sku for other in under_review if other is not kept and other["looked_at"] and not other["decided"]
                       for sku in _seller_skus(other)}
            own: set[str] = set()
            for sku in _seller_skus(kept):
                if sku in claimed or sku in own or self.sku_taken(sku):
                    faults.append({"code": CODE_DUPLICATE, "description": f"Product code {sku} is not unique",
                                   "msg_eng": "Seller product code is not unique", "msg_vi": "Mã sản phẩm bị trùng"})
                own.add(sku)
        bad = [url for url in _pictures(kept["body"]) if not picture_is_good(url)]
        return faults + [_fault(f"Product media is empty: {url}") for url in bad]

    def _approve(self, kept: Record, at: datetime) -> None:
        if kept["kind"] == UPDATE:
            self._apply_update(kept["body"])
            self._put(kept, at, state="update_product_approved", decided=True, approved=at.isoformat())
            return
        products = [self.keep_product(product) for product in _new_products(kept["body"], at)
                    if product["original_sku"] not in self._left_out]
        for product in products[1:]:
            self._put_back(product, master_id=products[0]["master_id"], master_sku=products[0]["master_sku"])
        self._put(kept, at, state="approved", decided=True, approved=at.isoformat(), products=[
            {"product_id": product["id"], "sku": product["sku"], "original_sku": product["original_sku"], "name": product["name"]}
            for product in products])

    def _apply_update(self, body: Record) -> None:
        product = self._products.get(str(body["product_id"]))
        if product is None:  # deleted by the platform meanwhile
            return
        attributes = {**product["attributes"], **body.get("attributes", {})}
        changes = {name: attributes.pop(name) for name in ("name", "description") if name in attributes}
        if "image" in body or "images" in body:
            changes["images"] = _pictures(body)
        if "market_price" in body:
            changes["market_price"] = body["market_price"]
        self._put_back(product, attributes=attributes, **changes)

    def _reject(self, kept: Record, at: datetime, faults: Sequence[Record]) -> None:
        texts = [fault["description"] for fault in faults]
        # A JSON document inside a string, as the platform prints it (Manage product request page, 2026-09).
        reason = json.dumps({"errors": faults, "message": texts[0], "trace_id": None}, ensure_ascii=False)
        rejections = kept["rejections"] + 1
        state = "locked" if rejections >= LOCKING_REJECTIONS else "rejected"
        self._put(kept, at, state=state, decided=True, reason=reason, reasons=texts, rejections=rejections)

    def _put(self, kept: Record, at: datetime, **changes: Any) -> None:
        kept.update(changes, changed=at.isoformat())
        self._requests[kept["track_id"]] = kept


def _fault(description: str) -> Record:
    return {"code": CODE_OTHER, "description": description, "msg_eng": description, "msg_vi": description}


def _seller_skus(kept: Record) -> Iterator[str]:
    return (variant["sku"] for variant in kept["body"].get("variants", ()))


def _pictures(body: Record) -> list[str]:
    """The avatar first, then the others, every link once; of variants too."""
    links = []
    for owner in (body, *body.get("variants", ())):
        links += [owner.get("image"), *owner.get("images", ())]
    return [link for link in dict.fromkeys(links) if link]


def _missing_documents(kept: Record) -> list[Record]:
    if kept["kind"] == UPDATE:
        return []
    sent = {str(file.get("document_id")) for file in kept["body"].get("certificate_files") or ()}
    return [_fault(f"Category legal document is missing document_id = {document.id} : {document.name}")
            for document in CATEGORIES[kept["body"]["category_id"]].documents
            if document.is_required and str(document.id) not in sent]


def _new_products(body: Record, at: datetime) -> Iterator[Record]:
    """One product a variant: its own texts and pictures replace the parent's, its attributes are merged over them."""
    for variant in body["variants"]:
        own = {"image": variant.get("image", body["image"]), "images": variant.get("images", body["images"])}
        stocks = {str(row["warehouseId"]): row["qtyAvailable"] for row in variant.get("warehouse_stocks") or ()}
        yield {
            "name": variant.get("name") or body["name"], "description": variant.get("description") or body["description"],
            "original_sku": variant["sku"], "price": variant["price"],
            "market_price": variant.get("market_price", body.get("market_price")), "category_id": body["category_id"],
            "attributes": {**body["attributes"], **variant.get("attributes", {})}, "images": _pictures(own),
            "inventory_type": variant["inventory_type"], "stocks": stocks,
            "seller_warehouse": variant.get("seller_warehouse") or ",".join(stocks),
            # Approved is not on sale: a product starts inactive unless the request said otherwise.
            "active": int((body.get("meta_data") or {}).get("is_auto_turn_on") is True),
            "created_at": text_time(at), "updated_at": text_time(at)}


def _whole_second(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(VIETNAM).replace(microsecond=0)


def _tracking_form(kept: Record) -> Record:
    form = {"track_id": kept["track_id"], "state": kept["state"], "reason": kept["reason"]}
    return form | ({"request_id": kept["request_id"]} if kept["request_id"] else {})


def _request_form(kept: Record, *, products: bool = True) -> Record:
    approved = datetime.fromisoformat(kept["approved"]) if kept["approved"] else None
    form = {"request_id": kept["request_id"], "state": kept["state"], "kind": kept["kind"],
            "created_at": text_time(datetime.fromisoformat(kept["created"])), "created_by": BY_API,
            "approved_at": approved and text_time(approved), "approved_by": approved and "tiki", "reasons": kept["reasons"]}
    return form | ({"products": kept["products"] or _asked_products(kept)} if products else {})


def _asked_products(kept: Record) -> list[Record]:
    """What an undecided request asks for, without numbers yet; that it is shown then is on no page (unverified)."""
    if kept["decided"]:
        return []
    return [{"original_sku": variant["sku"], "name": variant.get("name") or kept["body"]["name"]}
            for variant in kept["body"].get("variants", ())]
