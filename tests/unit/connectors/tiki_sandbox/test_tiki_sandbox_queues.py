"""Event queues and webhooks of the Tiki practice server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.tiki.sandbox_access import PUBLIC
from ocop_market.sandbox.buyers import History, Step
from tests.unit.connectors.tiki_sandbox.conftest import Caller, SetClock

CREATED, STATUS = "ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED"


def queue_of(shop: Caller, *kinds: str) -> str:
    code: str = shop.post("/v1/queues", {"name": "orders"}).get_json()["code"]
    for kind in kinds:
        assert shop.post(f"/v1/queues/{code}/subscriptions", {"event_type": kind}).status_code == 200
    return code


def pull(shop: Caller, queue: str, ack_id: str | None = None) -> dict[str, Any]:
    shop.enter()
    answer: dict[str, Any] = shop.post(f"/v1/queues/{queue}/events/pull", {"ack_id": ack_id}).get_json()
    return answer


@pytest.fixture
def selling(opened: Callable[..., Caller], history: History) -> Caller:
    return opened(history=history, review_minutes=0)


def test_queues_and_subscriptions_are_bare_arrays(selling: Caller) -> None:
    code = queue_of(selling, CREATED)
    assert selling.get("/v1/queues").get_json() == [{"code": code, "name": "orders", "status": "ACTIVE"}]
    listed = selling.get(f"/v1/queues/{code}/subscriptions").get_json()
    assert [(one["event_type"], one["active"]) for one in listed] == [(CREATED, True)]
    assert set(listed[0]) == {"code", "active", "event_type", "sid"}


def test_subscribing_twice_is_one_subscription(selling: Caller) -> None:
    code = queue_of(selling, CREATED, CREATED)
    assert len(selling.get(f"/v1/queues/{code}/subscriptions").get_json()) == 1


@pytest.mark.parametrize(("path", "body", "status"), [
    ("/v1/queues", {}, 422), ("/v1/queues/none/subscriptions", {"event_type": CREATED}, 404),
    ("/v1/queues/none/events/pull", {"ack_id": None}, 404)])
def test_nameless_and_unknown_queues_are_refused(selling: Caller, path: str, body: dict[str, Any], status: int) -> None:
    assert selling.post(path, body).status_code == status


def test_an_unknown_event_type_and_too_many_queues_are_refused(selling: Caller) -> None:
    code = queue_of(selling)
    assert selling.post(f"/v1/queues/{code}/subscriptions", {"event_type": "WEATHER"}).status_code == 422
    assert [selling.post("/v1/queues", {"name": "more"}).status_code for _ in range(10)] == [200] * 9 + [422]


def test_an_order_is_announced_when_tiki_accepts_it_and_not_at_checkout(
        selling: Caller, history: History, clock: SetClock) -> None:
    queue, start = queue_of(selling, CREATED), clock.now + timedelta(seconds=5)
    clock.forward(days=3)
    accepted = {str(order.number) for order in history.orders(clock.now)
                if (at := order.reached(Step.READY, clock.now)) is not None and at > start}
    events = pull(selling, queue)["events"]
    assert {event["payload"]["order_code"] for event in events} == accepted
    assert all(set(event) == {"id", "sid", "created_at", "payload", "type", "version"} for event in events)
    assert all(event["created_at"] > start.timestamp() * 1000 for event in events)


def test_every_change_of_status_is_announced_in_order(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, STATUS)
    clock.forward(days=4)
    events = pull(selling, queue)["events"]
    assert [event["created_at"] for event in events] == sorted(event["created_at"] for event in events)
    assert {event["payload"]["status"] for event in events} >= {"shipping", "successful_delivery", "complete"}
    assert all(event["payload"]["order_code"] == event["payload"]["orderCode"] for event in events)


def test_what_happened_before_the_subscription_is_not_routed(selling: Caller) -> None:
    assert pull(selling, queue_of(selling, CREATED, STATUS))["events"] == []


def test_a_null_acknowledgement_gives_the_same_events_again(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, CREATED)
    clock.forward(days=2)
    first, second = pull(selling, queue), pull(selling, queue)
    assert first["events"]
    assert second == first


def test_an_acknowledgement_goes_on_and_cannot_go_back(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, CREATED)
    clock.forward(days=2)
    first = pull(selling, queue)
    assert pull(selling, queue, first["ack_id"])["events"] == []
    clock.forward(days=2)
    second = pull(selling, queue, first["ack_id"])
    assert second["events"]
    assert not {event["id"] for event in second["events"]} & {event["id"] for event in first["events"]}
    assert pull(selling, queue, first["ack_id"]) == second
    assert pull(selling, queue) == second


def test_an_empty_batch_still_has_an_acknowledgement(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, CREATED)
    empty = pull(selling, queue)
    assert empty["events"] == []
    clock.forward(days=1)
    assert pull(selling, queue, empty["ack_id"])["events"]


def test_long_queues_come_in_batches_that_lose_nothing(opened: Callable[..., Caller], clock: SetClock, history: History) -> None:
    busy = History(history.goods, seed="busy", first_day=date(2026, 8, 1), per_day=40)
    shop = opened(history=busy)
    queue, ack = queue_of(shop, STATUS), None
    seen: list[str] = []
    sizes: list[int] = []
    clock.forward(days=3)
    while not sizes or sizes[-1]:
        batch = pull(shop, queue, ack)
        ack, sizes = batch["ack_id"], [*sizes, len(batch["events"])]
        seen += [event["id"] for event in batch["events"]]
    assert sizes[0] == 100
    assert len(set(seen)) == len(seen) == sum(sizes) > 100


def test_events_are_kept_for_seven_days(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, CREATED, STATUS)
    clock.forward(days=10)
    events = pull(selling, queue)["events"]
    oldest = (clock.now - timedelta(days=7)).timestamp() * 1000
    assert events
    assert min(event["created_at"] for event in events) > oldest


def test_a_made_up_acknowledgement_is_refused(selling: Caller) -> None:
    queue = queue_of(selling)
    assert selling.post(f"/v1/queues/{queue}/events/pull", {"ack_id": "made-up"}).status_code == 400


def test_price_and_stock_changes_are_announced(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, "PRODUCT_PRICE_UPDATED", "PRODUCT_INVENTORY_UPDATED")
    selling.publish()
    clock.forward(minutes=1)
    selling.put("/v2.1/products/updateSku", {"original_sku": "CHE-200", "price": 189_000,
                                             "warehouse_quantities": [{"warehouse_id": 990001, "qty_available": 20}]})
    stock, price = pull(selling, queue)["events"]
    assert (price["payload"]["price_from"], price["payload"]["price_to"]) == ("185000", "189000")
    assert stock["version"] == "v2"
    assert (stock["payload"]["quantity_sellable_from"], stock["payload"]["quantity_sellable_to"]) == (24, 20)


def test_a_subscription_that_is_switched_off_routes_nothing(selling: Caller, clock: SetClock) -> None:
    queue = queue_of(selling, CREATED)
    code = selling.get(f"/v1/queues/{queue}/subscriptions").get_json()[0]["code"]
    assert selling.put(f"/v1/queues/{queue}/subscriptions/{code}", {"active": False}).get_json()["active"] is False
    clock.forward(days=2)
    assert pull(selling, queue)["events"] == []
    selling.put(f"/v1/queues/{queue}/subscriptions/{code}", {"active": True})
    clock.forward(days=2)
    assert pull(selling, queue)["events"]


def test_a_queue_of_another_app_is_403(selling: Caller) -> None:
    queue = queue_of(selling)
    own = selling.client.post("/sc/oauth2/token", data={
        "grant_type": "client_credentials", "client_id": PUBLIC.client_id, "client_secret": PUBLIC.client_secret}).get_json()
    selling.headers = {"Authorization": f"Bearer {own['access_token']}"}
    assert selling.post(f"/v1/queues/{queue}/events/pull", {"ack_id": None}).status_code == 403
    assert selling.get("/v1/queues").get_json() == []
    theirs = selling.post("/v1/queues", {"name": "theirs"}).get_json()["code"]
    assert selling.post(f"/v1/queues/{theirs}/subscriptions", {"event_type": CREATED}).status_code == 403


def test_acknowledgements_survive_a_restart(
        opened: Callable[..., Caller], history: History, clock: SetClock, tmp_path: Path) -> None:
    first = opened(history=history, path=tmp_path / "shop.db")
    queue = queue_of(first, CREATED)
    clock.forward(days=2)
    batch = pull(first, queue)
    pull(first, queue, batch["ack_id"])
    first.sandbox.close()
    again = opened(history=history, path=tmp_path / "shop.db")
    assert pull(again, queue)["events"] == []
    clock.forward(days=1)
    assert pull(again, queue, batch["ack_id"])["events"]


def test_one_webhook_an_event(selling: Caller) -> None:
    hook = {"uri": "https://ocop.example.vn/tiki", "event": "product:request:approved"}
    assert selling.post("/v1/webhooks", hook).get_json() == hook
    second = selling.post("/v1/webhooks", hook | {"uri": "https://ocop.example.vn/other"})
    assert second.status_code == 409
    assert set(second.get_json()["error"]) == {"id", "message"}
    assert selling.get("/v1/webhooks").get_json() == [hook]
    assert selling.post("/v1/webhooks", {"uri": "x", "event": "none"}).status_code == 400
