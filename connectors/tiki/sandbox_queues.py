"""Event queues of the Tiki practice server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_access import TOKEN_PLACE
from connectors.tiki.sandbox_desk import SELLER_SID, Refusal, Route, answer, read_object
from connectors.tiki.sandbox_order_form import order_code, status_changes
from connectors.tiki.sandbox_orders import Orders
from ocop_market.sandbox.buyers import Step
from ocop_market.sandbox.shelf import Record

RETENTION = timedelta(days=7)
ROUTING_DELAY = timedelta(seconds=5)
MOST_QUEUES = 10  # unverified: "capped", the number is not published
BATCH = 100  # unverified: no page gives the size of a batch
CREATED, STATUS = "ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED"
EVENT_TYPES = (CREATED, STATUS, "PRODUCT_INVENTORY_UPDATED", "PRODUCT_PRICE_UPDATED", "PRODUCT_MARKET_PRICE_UPDATED",
               "PRODUCT_INFO_UPDATED", "PRODUCT_ATTRIBUTES_UPDATED")
_NAMES = uuid.UUID("9900c0de-0000-4000-8000-000000000000")


class Queues(Orders):
    """First-in-first-out queues that belong to an app; each pull confirms the batch before it."""

    def routes(self) -> Sequence[Route]:
        """Adds queues and subscriptions, all version 1."""
        return (
            *super().routes(),
            ("GET", "/integration/v1/queues", "list_queues"),
            ("POST", "/integration/v1/queues", "create_queue"),
            ("GET", "/integration/v1/queues/<queue>/subscriptions", "list_subscriptions"),
            ("POST", "/integration/v1/queues/<queue>/subscriptions", "subscribe"),
            ("PUT", "/integration/v1/queues/<queue>/subscriptions/<subscription>", "switch_subscription"),
            ("POST", "/integration/v1/queues/<queue>/events/pull", "pull_events"),
        )

    def open(self) -> None:
        """Adds the shelves of queues, subscriptions and acknowledgements."""
        super().open()
        self._queues = self.shelf("queues")
        self._subscriptions = self.shelf("subscriptions")
        self._acknowledgements = self.shelf("acknowledgements")

    # --- queues

    def list_queues(self, request: Request) -> Response:
        """The app's queues, a bare array."""
        app = request.environ[TOKEN_PLACE]["app"]
        return answer([_queue_form(queue) for queue in self._queues.values() if queue["app"] == app])

    def create_queue(self, request: Request) -> Response:
        """A new queue; it belongs to the app, so a seller's token of a public app cannot make one."""
        token, name = request.environ[TOKEN_PLACE], read_object(request).get("name")
        if not _acts_as_app(token):
            raise Refusal(403, "the queue belongs to the app: use its own client_credentials token")
        if not isinstance(name, str) or not name.strip():
            raise Refusal(422, "name is required")
        if sum(queue["app"] == token["app"] for queue in self._queues.values()) >= MOST_QUEUES:
            raise Refusal(422, f"number of queues must not exceed {MOST_QUEUES}")
        code = str(uuid.uuid4())
        self._queues[code] = {"code": code, "name": name, "status": "ACTIVE", "app": token["app"], "acknowledged": ""}
        return answer(_queue_form(self._queues[code]))

    def list_subscriptions(self, request: Request, queue: str) -> Response:
        """What is routed into a queue, a bare array."""
        self._owned(queue, request)
        return answer([_subscription_form(one) for one in self._subscriptions.values() if one["queue"] == queue])

    def subscribe(self, request: Request, queue: str) -> Response:
        """Routes a kind of event of the token's seller into a queue, some seconds from now on."""
        self._owned(queue, request)
        kind = read_object(request).get("event_type")
        if not request.environ[TOKEN_PLACE]["seller"]:
            raise Refusal(403, "subscribe with the token of a seller")
        if kind not in EVENT_TYPES:
            raise Refusal(422, f"event_type must be one of {', '.join(EVENT_TYPES)}")
        known = next((one for one in self._subscriptions.values() if one["queue"] == queue and one["event_type"] == kind), None)
        code = known["code"] if known else str(uuid.uuid4())
        if known is None:
            self._subscriptions[code] = {"code": code, "queue": queue, "event_type": kind, "active": True,
                                         "since": self.clock().timestamp()}
        return answer(_subscription_form(self._subscriptions[code]))

    def switch_subscription(self, request: Request, queue: str, subscription: str) -> Response:
        """Turns a subscription on or off with `{"active": …}`; path and body are unverified."""
        self._owned(queue, request)
        active, one = read_object(request).get("active"), self._subscriptions.get(subscription)
        if one is None or one["queue"] != queue:
            raise Refusal(404, f"Subscription not found: {subscription}")
        if not isinstance(active, bool):
            raise Refusal(422, "active must be true or false")
        since = self.clock().timestamp() if active and not one["active"] else one["since"]
        self._subscriptions[subscription] = {**one, "active": active, "since": since}
        return answer(_subscription_form(self._subscriptions[subscription]))

    def _owned(self, code: str, request: Request) -> Record:
        queue = self._queues.get(code)
        if queue is None:
            raise Refusal(404, f"Queue not found: {code}")
        if queue["app"] != request.environ[TOKEN_PLACE]["app"]:
            raise Refusal(403, "you are not the owner of this queue")
        return queue

    # --- pulling

    def pull_events(self, request: Request, queue: str) -> Response:
        """Confirms everything up to the given ack_id for good, then gives what is newer; with null, the same again."""
        kept, ack_id = self._owned(queue, request), read_object(request).get("ack_id")
        if not _acts_as_app(request.environ[TOKEN_PLACE]):
            raise Refusal(403, "the queue belongs to the app: use its own client_credentials token")
        if ack_id is not None:
            confirmed = self._acknowledgements.get(str(ack_id))
            if confirmed is None or confirmed["queue"] != queue:
                raise Refusal(400, "ack_id is not valid")
            if confirmed["place"] > kept["acknowledged"]:
                kept["acknowledged"] = confirmed["place"]
                self._queues[queue] = kept
        events = sorted((event for event in self._events(queue) if event["place"] > kept["acknowledged"]),
                        key=lambda event: str(event["place"]))[:BATCH]
        last = events[-1]["place"] if events else kept["acknowledged"]
        ack = str(uuid.uuid5(_NAMES, f"{queue}:{last}"))
        if ack not in self._acknowledgements:
            self._acknowledgements[ack] = {"queue": queue, "place": last}
        shown = [{name: value for name, value in event.items() if name != "place"} for event in events]
        return answer({"events": shown, "ack_id": ack})

    def _events(self, queue: str) -> Iterator[Record]:
        """All events of the retention time that are routed into a queue, each with its `place` in the stream."""
        now = self.clock()
        starts = {one["event_type"]: datetime.fromtimestamp(one["since"], UTC) + ROUTING_DELAY
                  for one in self._subscriptions.values() if one["queue"] == queue and one["active"]}
        oldest = now - RETENTION
        for at, kind, payload, version, name in (*self._order_events(oldest, now), *self._product_events()):
            if kind in starts and max(starts[kind], oldest) < at <= now:
                milliseconds = int(at.timestamp() * 1000)
                yield {"id": str(uuid.uuid5(_NAMES, f"{milliseconds}:{name}")), "sid": SELLER_SID, "created_at": milliseconds,
                       "payload": payload, "type": kind, "version": version, "place": f"{milliseconds:015d}:{name}"}

    def _order_events(self, oldest: datetime, now: datetime) -> Iterator[tuple[datetime, str, Record, str, str]]:
        for at, order in self.book.happened(oldest, now):
            code, (changed_at, status) = order_code(order), status_changes(order, at)[-1]
            if at != changed_at or at == order.placed_at:
                continue  # nothing is told at checkout: the first event comes when Tiki has accepted the order
            if at == order.reached(Step.READY, at):
                yield at, CREATED, {"order_code": code}, "v1", f"1:{code}"
            yield at, STATUS, {"order_code": code, "orderCode": code, "status": status}, "v1", f"2:{code}"

    def _product_events(self) -> Iterator[tuple[datetime, str, Record, str, str]]:
        for number, event in self._happenings.items():
            at = datetime.fromtimestamp(event["at"], UTC)
            yield at, event["type"], event["payload"], event["version"], f"3:{int(number):09d}"


def _acts_as_app(token: Record) -> bool:
    return bool(token["in_house"] or not token["seller"])


def _queue_form(queue: Record) -> Record:
    return {name: queue[name] for name in ("code", "name", "status")}


def _subscription_form(one: Record) -> Record:
    return {"code": one["code"], "active": one["active"], "event_type": one["event_type"], "sid": SELLER_SID}
