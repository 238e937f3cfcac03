"""The event queue: acknowledged by the next pull, read at least once, dropped when known."""

from __future__ import annotations

from typing import Any

import pytest

from ocop_market.channels.webhooks import EventPage

QUEUES = "/integration/v1/queues"
PULL = f"POST {QUEUES}/q-1/events/pull"


class QueueOnTiki:
    """Keeps events until they are acknowledged, gives two at a time."""

    def __init__(self, platform: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.subscribed: list[str] = []
        self.queues: list[dict[str, str]] = []
        self.given: dict[str, int] = {}
        platform.answers |= {
            f"GET {QUEUES}": lambda call: self.queues, f"POST {QUEUES}": self.make,
            f"GET {QUEUES}/q-1/subscriptions": lambda call: [{"event_type": name, "active": True} for name in self.subscribed],
            f"POST {QUEUES}/q-1/subscriptions": self.subscribe, PULL: self.pull,
        }

    def make(self, call: Any) -> dict[str, str]:
        self.queues.append({"code": "q-1", "name": call.body["name"], "status": "ACTIVE"})
        return self.queues[-1]

    def subscribe(self, call: Any) -> dict[str, Any]:
        self.subscribed.append(call.body["event_type"])
        return {"event_type": call.body["event_type"], "active": True}

    def pull(self, call: Any) -> dict[str, Any]:
        if call.body["ack_id"]:
            self.events = self.events[self.given.pop(call.body["ack_id"], 0):]
        batch = self.events[:2]
        ack_id = f"ack-{len(self.given)}-{len(self.events)}"
        self.given[ack_id] = len(batch)
        return {"events": batch, "ack_id": ack_id}

    def add(self, number: int, kind: str = "ORDER_STATUS_UPDATED", key: str = "order_code") -> None:
        self.events.append({"id": f"e-{number}", "sid": "F00", "created_at": 1_789_000_000_000, "type": kind, "version": "v1",
                            "payload": {key: str(number)}})


def codes(page: EventPage) -> tuple[str, ...]:
    return tuple(hint.subject for hint in page.hints)


@pytest.fixture
def queue(platform: Any) -> QueueOnTiki:
    return QueueOnTiki(platform)


def test_first_pull_makes_one_queue_and_subscribes_to_orders(shop: Any, platform: Any, queue: QueueOnTiki) -> None:
    shop.connector.pull_events(None)
    shop.connector.pull_events(None)
    assert [entry["name"] for entry in queue.queues] == ["ocop-market-tiki-1"]
    assert queue.subscribed == ["ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED"]
    assert platform.sent(PULL)[0].body == {"ack_id": None}


def test_events_are_acknowledged_by_the_pull_after_them(shop: Any, queue: QueueOnTiki) -> None:
    for number in (1, 2, 3):
        queue.add(number)
    first = shop.connector.pull_events(None)
    assert (codes(first), first.more) == (("1", "2"), True)
    assert len(queue.events) == 3
    second = shop.connector.pull_events(first.cursor)
    assert codes(second) == ("3",)
    assert len(queue.events) == 1
    assert shop.connector.pull_events(second.cursor).more is False


def test_events_come_again_while_the_cursor_is_not_saved(shop: Any, queue: QueueOnTiki) -> None:
    queue.add(1)
    assert codes(shop.connector.pull_events(None)) == codes(shop.connector.pull_events(None)) == ("1",)


def test_event_delivered_twice_is_told_once(shop: Any, queue: QueueOnTiki) -> None:
    queue.add(1)
    first = shop.connector.pull_events(None)
    queue.given.clear()
    again = shop.connector.pull_events(first.cursor)
    assert (codes(again), again.more) == ((), False)


def test_both_spellings_of_the_code_are_read_and_other_events_are_passed_over(shop: Any, queue: QueueOnTiki) -> None:
    queue.add(1, key="orderCode")
    queue.add(2, kind="PRODUCT_PRICE_UPDATED")
    assert codes(shop.connector.pull_events(None)) == ("1",)


def test_cursor_keeps_the_queue_and_its_place(shop: Any, platform: Any, queue: QueueOnTiki) -> None:
    cursor = shop.connector.pull_events(None).cursor
    platform.calls.clear()
    shop.connector.pull_events(cursor)
    assert [f"{call.method} {call.path}" for call in platform.calls] == [PULL]
    assert platform.calls[0].body == {"ack_id": cursor["ack_id"]}
