"""Orders page by page: windows of their last change, each read from its last page to its first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors.tiki import facts
from connectors.tiki.api import TikiApi
from connectors.tiki.mapper import is_sale, to_sale
from connectors.tiki.wire_orders import OrderPage, Unread
from ocop_market.channels.api import Cursor, ListedOrder, SalesPage, SalesRefusal
from ocop_market.channels.windows import Window, windows
from ocop_market.errors import Problem, Refused, UnexpectedAnswer
from ocop_market.language import N_
from ocop_market.model.sales import SalesOrder

ORDER_UNREADABLE = N_("Order {order} on Tiki has an unknown form ({fields}) and was not taken over. Look at it in Seller Center "
                      "and update the program.")
NAMELESS = "?"


def pull(api: TikiApi, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
    """Orders changed after the cursor, up to `until`.

    The cursor holds `updated_to`, and while a window is not yet read to its first page also `updated_from` and `page`,
    the page to read next.
    """
    todo: list[tuple[Window, int | None]] = []
    if cursor and "page" in cursor:
        half = Window(datetime.fromisoformat(cursor["updated_from"]), datetime.fromisoformat(cursor["updated_to"]))
        todo, start = [(half, int(cursor["page"]))], half.end
    elif cursor:
        start = datetime.fromisoformat(cursor["updated_to"]) - facts.SALES_OVERLAP
    todo += [(window, None) for window in windows(start, until, facts.SALES_WINDOW)]
    for done, (window, page) in enumerate(todo):
        for answer, next_page in _backwards(api, window, page):
            yield _page(answer, _cursor(window, next_page), done + (next_page == 0), len(todo))


def placed(api: TikiApi, since: datetime, until: datetime) -> Iterator[ListedOrder]:
    """Orders by time of placing with their amounts; one that cannot be read is listed without."""
    for window in windows(since, until, facts.SALES_WINDOW):
        page, last = 1, 1
        while page <= last:
            answer = api.orders({"page": page, "created_from_date": _local(window.start), "created_to_date": _local(window.end)})
            last = answer.paging.last_page
            for row in answer.rows():
                if isinstance(row, Unread):
                    yield ListedOrder(row.code or NAMELESS)
                elif is_sale(row):
                    sale = to_sale(row)
                    if window.start <= sale.placed_at < window.end:
                        yield ListedOrder(sale.order_id, sale.amount)
            page += 1


def read_one(api: TikiApi, code: str) -> SalesOrder | SalesRefusal | None:
    """An order as it is now; None when Tiki does not know it or when it is no sale."""
    try:
        order = api.order(code)
    except Refused as error:
        if error.code != "not-found":
            raise
        return None
    except UnexpectedAnswer as error:
        return refusal_of(Unread(code=code, fields=tuple(error.fields)))
    return to_sale(order) if is_sale(order) else None


def _backwards(api: TikiApi, window: Window, page: int | None) -> Iterator[tuple[OrderPage, int]]:
    """The window's pages from `page` (None: its last) to its first, each with the number of the page to read next.

    An order that changes while its window is read leaves it, and every order behind it moves up by one place: reading
    forwards would miss the one that moves onto a page already read, reading backwards meets it again. Should orders
    come in instead (Tiki's clock behind ours), the total grows and the window is read again from its last page.
    """
    total = 0
    if page is None:
        answer = _read(api, window, 1)
        page, total = answer.paging.last_page, answer.paging.total
        if page <= 1:
            yield answer, 0
            return
    while page > 0:
        answer = _read(api, window, page)
        grown, total = 0 < total < answer.paging.total, max(total, answer.paging.total)
        if grown:
            page = answer.paging.last_page
            continue
        page -= 1
        yield answer, page


def _read(api: TikiApi, window: Window, page: int) -> OrderPage:
    return api.orders({"page": page, "updated_from_date": _local(window.start), "updated_to_date": _local(window.end)})


def _page(answer: OrderPage, cursor: Cursor, done: int, expected: int) -> SalesPage:
    orders: dict[str, SalesOrder] = {}
    refused = []
    for row in answer.rows():
        if isinstance(row, Unread):
            refused.append(refusal_of(row))
        elif is_sale(row):
            sale = to_sale(row)
            known = orders.get(sale.order_id)
            if known is None or known.updated_at <= sale.updated_at:
                orders[sale.order_id] = sale
    return SalesPage(list(orders.values()), cursor, refused, done, expected)


def refusal_of(row: Unread) -> SalesRefusal:
    """An unreadable order for review: its code and the fields at fault, never a value."""
    code = row.code or NAMELESS
    values = {"order": code, "fields": ", ".join(row.fields[:5])}
    return SalesRefusal(code, Problem("order-unreadable", ORDER_UNREADABLE, values=values))


def _cursor(window: Window, next_page: int) -> Cursor:
    if next_page == 0:
        return {"updated_to": window.end.isoformat()}
    return {"updated_from": window.start.isoformat(), "updated_to": window.end.isoformat(), "page": next_page}


def _local(moment: datetime) -> str:
    """A bound as the order list takes it."""
    return moment.astimezone(facts.LOCAL_ZONE).strftime(facts.LOCAL_FORMAT)
