"""The event queue: which orders to look at sooner. Events are hints; only the order list feeds the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.tiki import facts
from connectors.tiki.api import TikiApi
from ocop_market.channels.webhooks import EventPage, Hint, HintKind

WANTED = (facts.EVENT_ORDER_CREATED, facts.EVENT_ORDER_STATUS)


def pull(api: TikiApi, account: str, cursor: Mapping[str, Any] | None) -> EventPage:
    """The next batch of the account's queue, which is made and subscribed to when there is no cursor yet.

    Save the cursor after the orders were looked at: handing it to the next pull is the acknowledgement, and Tiki deletes
    what was acknowledged. Delivery is at least once, in order; events of the batch before are dropped by their ids. An event that was not
    fetched within seven days is gone, which the next pull of sales makes good.
    """
    queue = cursor["queue"] if cursor else _queue(api, account)
    batch = api.pull_events(queue, cursor["ack_id"] if cursor else None)
    known = set(cursor["seen"]) if cursor else set()
    fresh = [event for event in batch.events if event.id not in known]
    codes = dict.fromkeys(event.payload.order_code for event in fresh if event.type in WANTED and event.payload.order_code)
    seen = [event.id for event in batch.events] or sorted(known)
    ack_id = batch.ack_id or (cursor["ack_id"] if cursor else None)
    hints = tuple(Hint(HintKind.ORDERS, code) for code in codes)
    return EventPage(hints, {"queue": queue, "ack_id": ack_id, "seen": seen}, more=bool(fresh))


def _queue(api: TikiApi, account: str) -> str:
    """The code of our queue, by name: their number is capped, so an old one is taken up again."""
    name = f"ocop-market-{account}"
    code = next((queue.code for queue in api.queues() if queue.name == name), "") or api.create_queue(name).code
    subscribed = {subscription.event_type for subscription in api.subscriptions(code) if subscription.active}
    for event_type in WANTED:
        if event_type not in subscribed:
            api.subscribe(code, event_type)
    return code
