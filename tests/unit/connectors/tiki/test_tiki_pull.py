"""Pulling sales: windows, pages, cursors, and lists that move while they are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.model.clock import VIETNAM

ORDERS = "GET /integration/v2/orders"
START = datetime(2026, 9, 1, tzinfo=UTC)
UNTIL = datetime(2026, 9, 20, 5, tzinfo=UTC)


def row(number: int, updated_at: datetime, **changes: Any) -> dict[str, Any]:
    return {"code": str(number), "status": "shipping", "created_at": "2026-09-02 08:00:00",
            "updated_at": updated_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S"),
            "items": [{"id": number * 10, "qty": 1, "price": 50_000, "product": {"id": 5, "seller_product_code": "A"},
                       "invoice": {"subtotal": 50_000}}], **changes}


class Orders:
    """The order list, oldest first, three to a page; `before` is called before each answer."""

    def __init__(self, count: int, updated_at: datetime = START + timedelta(hours=1)) -> None:
        self.rows = [row(number, updated_at) for number in range(1, count + 1)]
        self.before: Any = lambda page: None
        self.hidden: set[str] = set()

    def __call__(self, call: Any) -> dict[str, Any]:
        page = int(call.query["page"])
        self.before(page)
        fitting = [row for row in self.rows
                   if call.query["updated_from_date"] <= row["updated_at"] <= call.query["updated_to_date"]]
        shown = [row for row in fitting[(page - 1) * 3:page * 3] if row["code"] not in self.hidden]
        return {"data": shown, "paging": {"total": len(fitting), "current_page": page, "from": 0, "to": 20, "per_page": 3,
                                          "last_page": -(-len(fitting) // 3)}}


@pytest.fixture
def orders(platform: Any) -> Orders:
    found = Orders(8)
    platform.answers[ORDERS] = found
    return found


def codes(pages: list[SalesPage]) -> set[str]:
    return {order.order_id for page in pages for order in page.orders}


def pull(shop: Any, cursor: Any = None) -> list[SalesPage]:
    return list(shop.connector.pull_sales(cursor, start=START, until=UNTIL))


ALL = {str(number) for number in range(1, 9)}


def test_list_is_asked_for_with_fees_by_last_change_in_viet_nam_time(shop: Any, platform: Any, orders: Orders) -> None:
    pull(shop)
    assert platform.sent(ORDERS)[0].query == {
        "page": "1", "limit": "50", "include": "item.fees", "order_by": "created_at|asc",
        "updated_from_date": "2026-09-01 07:00:00", "updated_to_date": "2026-09-20 12:00:00"}


def test_all_pages_are_read_whatever_their_length(shop: Any, orders: Orders) -> None:
    orders.hidden = {"4", "5", "6"}
    assert codes(pull(shop)) == ALL - orders.hidden


def test_order_that_leaves_the_window_while_it_is_read_hides_no_other(shop: Any, orders: Orders) -> None:
    def leave(page: int) -> None:
        if page == 2:
            orders.rows[0]["updated_at"] = "2026-09-20 13:00:00"
    orders.before = leave
    assert codes(pull(shop)) == ALL - {"1"}


def test_order_that_enters_the_window_while_it_is_read_hides_no_other(shop: Any, orders: Orders) -> None:
    late = row(9, UNTIL)
    def enter(page: int) -> None:
        if page == 2 and late not in orders.rows:
            orders.rows.insert(0, late)
    orders.before = enter
    assert codes(pull(shop)) == ALL | {"9"}


def test_pull_goes_on_behind_any_page(shop: Any, orders: Orders) -> None:
    pages = pull(shop)
    for count in range(1, len(pages)):
        assert codes(pages[:count]) | codes(pull(shop, pages[count - 1].cursor)) == ALL
        assert len(pull(shop, pages[count - 1].cursor)) < len(pages)


def test_last_cursor_leads_to_the_next_pull_with_an_overlap(shop: Any, platform: Any, orders: Orders) -> None:
    cursor = pull(shop)[-1].cursor
    assert cursor == {"updated_to": UNTIL.isoformat()}
    platform.calls.clear()
    list(shop.connector.pull_sales(cursor, start=START, until=UNTIL + timedelta(hours=2)))
    assert platform.sent(ORDERS)[0].query["updated_from_date"] == "2026-09-20 11:30:00"


def test_cursor_holds_no_word_of_an_order(shop: Any, orders: Orders) -> None:
    assert {key for page in pull(shop) for key in page.cursor} <= {"updated_from", "updated_to", "page"}


def test_long_period_is_cut_into_windows_that_touch(shop: Any, platform: Any, orders: Orders) -> None:
    orders.rows.clear()
    pages = list(shop.connector.pull_sales(None, start=UNTIL - timedelta(days=75), until=UNTIL))
    bounds = [(call.query["updated_from_date"], call.query["updated_to_date"]) for call in platform.sent(ORDERS)]
    assert len(bounds) == 3
    assert [end for _, end in bounds[:-1]] == [start for start, _ in bounds[1:]]
    assert [(page.done, page.expected) for page in pages] == [(1, 3), (2, 3), (3, 3)]


def test_empty_shop_still_moves_the_cursor(shop: Any, platform: Any) -> None:
    platform.answers[ORDERS] = {"data": [], "paging": {"total": 0, "current_page": 1, "last_page": 0}}
    assert [(page.orders, page.cursor) for page in pull(shop)] == [([], {"updated_to": UNTIL.isoformat()})]


def test_order_on_a_page_twice_counts_once_as_it_was_last(shop: Any, orders: Orders) -> None:
    orders.rows = [row(1, START + timedelta(hours=2), status="complete"), row(1, START + timedelta(hours=1))]
    assert [(order.order_id, order.remote_state) for page in pull(shop) for order in page.orders] == [("1", "complete")]


def test_carts_and_replacements_are_left_out(shop: Any, orders: Orders) -> None:
    orders.rows[0]["is_parent"] = True
    orders.rows[1]["is_rma"] = True
    assert codes(pull(shop)) == ALL - {"1", "2"}


def test_unreadable_order_is_set_aside_and_the_others_go_on(shop: Any, orders: Orders) -> None:
    orders.rows[2]["status"] = None
    pages = pull(shop)
    assert codes(pages) == ALL - {"3"}
    refused = [refusal for page in pages for refusal in page.refused]
    assert [(refusal.order_id, refusal.problem.values["fields"]) for refusal in refused] == [("3", "status")]
    assert "Seller Center" in refused[0].problem.sentence("en")


def test_unreadable_order_without_a_code_is_still_reported(shop: Any, orders: Orders) -> None:
    orders.rows[2]["code"] = None
    assert [refusal.order_id for page in pull(shop) for refusal in page.refused] == ["?"]


def test_busy_list_is_asked_again_after_the_wait_it_names(shop: Any, platform: Any, orders: Orders) -> None:
    busy = [(429, {"errors": ["Too many requests"]})]
    platform.answers[ORDERS] = lambda call: busy.pop() if busy else orders(call)
    assert codes(pull(shop)) == ALL


def test_order_named_by_an_event_is_read_alone(shop: Any, platform: Any) -> None:
    platform.answers["GET /integration/v2/orders/7"] = row(7, START)
    platform.answers["GET /integration/v2/orders/8"] = row(8, START, is_rma=True)
    assert [order.order_id for order in shop.connector.read_orders(["7", "8"]).orders] == ["7"]
