"""KiotViet, a till: sales, branches and articles of one shop with all its branches. What is written there is in `writing`.

Orders (đặt hàng) are not read: they are no sales, and become invoices when they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from msgspec import structs
from pydantic import BaseModel

from connectors.kiotviet import facts, mapper
from connectors.kiotviet.api import KiotVietApi, Query
from connectors.kiotviet.auth import Settings, retailer_of
from connectors.kiotviet.documents import Changed, InvoiceIn, Recognise, ReturnIn, Sheet, Text, moment
from connectors.kiotviet.mapper import Sale
from connectors.kiotviet.notices import read_notice
from connectors.kiotviet.paging import Malformed, Walk
from connectors.kiotviet.standing import Run, Standing
from ocop_market.channels.api import (
    Connector,
    Cursor,
    HasGoods,
    HasLocations,
    ListedOrder,
    ListsOrders,
    Location,
    Notice,
    ReceivesWebhooks,
    RecognisesOrders,
    RemoteGood,
    SalesPage,
    SalesRefusal,
    WebhookCall,
)
from ocop_market.channels.http import Http
from ocop_market.channels.known import Known
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.errors import Problem, Refused, SettingsError, UnexpectedAnswer, Where
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM, Clock

OTHER_SHOP = N_("The key of account {account} belongs to the KiotViet shop '{found}', not to '{retailer}'. Put retailer or the "
                "key right.")
UNREADABLE = N_("A document of KiotViet cannot be read (field {fields}). The others were taken over; look at it in KiotViet.")

Document = InvoiceIn | ReturnIn
Row = Changed | Malformed
NO_DIGESTS: Mapping[Text, str] = {}


class KiotVietConnector(Connector, RecognisesOrders, ListsOrders, HasLocations, HasGoods, ReceivesWebhooks):
    """One KiotViet shop. Its branches are the locations of its sales and of its stock."""

    profile = facts.PROFILE
    Settings = Settings

    def __new__(cls, account: str, settings: BaseModel, **parts: Any) -> KiotVietConnector:
        """Where the setting `writes` is on, a connector that publishes as well: roles tell what an account can do."""
        from connectors.kiotviet.writing import WritingKiotViet  # it builds on this class

        wanted = cls is KiotVietConnector and getattr(settings, "writes", False) is True
        return super().__new__(WritingKiotViet if wanted else cls)

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._shop = Settings.model_validate(settings, from_attributes=True)
        self._api = KiotVietApi(account, self._shop, http=http, tokens=tokens, clock=clock)
        self.refused_status = 401 if self._shop.webhook_refusals == "refuse" else 200

    def check(self) -> str:
        """Reads the branches once; the shop's name. Raises SettingsError when the key was made in another shop."""
        found = retailer_of(self._api.access_token())
        if found and found.casefold() != self._shop.retailer.casefold():
            raise SettingsError(OTHER_SHOP, code="other-shop", where=Where(facts.KEY, self.account), account=self.account,
                                found=found, retailer=self._shop.retailer)
        next(self._api.branches(), None)
        return self._shop.retailer

    def read_webhook(self, call: WebhookCall) -> Notice:
        """What changed in the shop. KiotViet gives no time of sending, so that nothing is too old."""
        secret = self._shop.webhook_secret
        return read_notice(call, secret.get_secret_value() if secret else None, self.account)

    def locations(self) -> list[Location]:
        """All branches of the shop."""
        return [mapper.to_location(branch) for branch in self._api.branches()]

    def goods(self) -> Iterator[RemoteGood]:
        """All articles in the order in which they were made; a unit (a box of six) is an article of its own."""
        return map(mapper.to_good, self._api.products())

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime, known: Known | None = None,
                   ) -> Iterator[SalesPage]:
        """Invoices, then return slips, that changed after `cursor`; an interrupted pass is finished before a new one.

        Slips are never taken for known: the list leaves out a part of them.
        """
        end = min(until, self.clock()).replace(microsecond=0)
        standing = Standing.from_cursor(cursor)
        if standing.run is None:
            standing = standing.begin(start, end)
        recognise = Recognise(known, partial(mapper.order_id, "invoices"), mapper.MAPPING) if known is not None else None
        while (run := standing.run) is not None:
            for page, reached in self._read_on(standing, run, recognise):
                standing = reached
                yield page
            if standing.run is None and run.until < end:
                standing = standing.begin(start, end)

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        """Invoices by time of sale and slips by time of return, with their amounts."""
        sold = {"fromPurchaseDate": _filter_time(since), "toPurchaseDate": _filter_time(until)}
        # slips can be asked for by time of change only, which is never before their own day but for a clerk's slip
        for stream, query in (("invoices", sold), ("returns", {"lastModifiedFrom": _filter_time(since)})):
            walk = Walk()
            while not walk.over:
                sheet = self._sheet(stream, query, walk)
                page = self._page(stream, [row for row in walk.take(sheet) if _may_lie_within(row, since, until)], walk, {})
                amounts: dict[str, int | None] = {refusal.order_id: None for refusal in page.refused}
                amounts |= {order.order_id: order.amount for order in page.orders}
                yield from (ListedOrder(order_id, amount) for order_id, amount in amounts.items())

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        """These invoices and slips as they are now, asked for singly; ids are ours, such as `invoice:17`."""
        read = list(self.http.map(self._document, order_ids))
        sales = [row for row in read if isinstance(row, Sale)]
        refused = [row for row in read if isinstance(row, SalesRefusal)]
        refused += [SalesRefusal(sale.order.order_id, sale.problem) for sale in sales if sale.problem is not None]
        return SalesPage([sale.order for sale in sales], {}, refused)

    def _document(self, order_id: str) -> Sale | SalesRefusal | None:
        stream, number = mapper.stream_and_number(order_id)
        try:
            row = self._invoice_as_listed(number) if stream == "invoices" else self._api.return_slip(number)
        except Refused:  # KiotViet has no word of its own for a document that is not there
            return None
        except UnexpectedAnswer as error:
            return SalesRefusal(order_id, Problem("unreadable", UNREADABLE, values={"fields": ", ".join(error.fields)}))
        sale = self._taken_over([row])[0]
        return SalesRefusal(order_id, sale) if isinstance(sale, Problem) else sale

    def _invoice_as_listed(self, number: str) -> InvoiceIn:
        """An invoice as lists show it: there alone stands the sale channel, and with it whether a marketplace sold it."""
        alone = self._api.invoice(number)
        if (sold_at := moment(alone.purchase_date)) is None:
            return alone
        second = {"fromPurchaseDate": _filter_time(sold_at), "toPurchaseDate": _filter_time(sold_at + timedelta(seconds=1))}
        rows = self._api.invoices(second, 0).rows
        return next((row for row in rows if isinstance(row, InvoiceIn) and str(row.id) == number), alone)

    def _read_on(self, standing: Standing, run: Run, recognise: Recognise | None) -> Iterator[tuple[SalesPage, Standing]]:
        """The rest of one stream page by page, each with the standing behind it."""
        walk = Walk(run.offset, run.total)
        query = {"lastModifiedFrom": _filter_time(run.since[run.stream])}
        if run.stream == "invoices":
            query["toDate"] = _filter_time(run.until)
        while not walk.over:
            sheet = self._sheet(run.stream, query, walk, recognise)
            rows = walk.take(sheet)
            changes = [_changed_at(row) for row in rows]
            newest = max(filter(None, changes), default=None)
            if newest is not None and newest > run.until:
                # slips have no upper bound to ask for: what changed behind the end comes with the next pass
                rows = [row for row, changed in zip(rows, changes, strict=True) if changed is None or changed <= run.until]
                newest = max((changed for changed in changes if changed is not None and changed <= run.until), default=None)
            run = run.moved(walk.offset, walk.total, newest)
            standing = standing.next_stream(run) if walk.over else replace(standing, run=run)
            yield self._page(run.stream, rows, walk, standing.as_cursor(), sheet.digests), standing

    def _sheet(self, stream: str, query: Query, walk: Walk, recognise: Recognise | None = None) -> Sheet:
        if stream == "invoices":
            return self._api.invoices(query, walk.offset, recognise)
        return self._api.returns(query, walk.offset)

    def _page(self, stream: str, rows: Sequence[Row], walk: Walk, cursor: Cursor, digests: Mapping[Text, str] = NO_DIGESTS) -> SalesPage:
        fresh = [row for row in rows if isinstance(row, Document | Malformed)]
        read: list[Sale] = []
        refused: list[SalesRefusal] = []
        for row, sale in zip(fresh, self._taken_over(fresh, digests), strict=True):
            if isinstance(sale, Problem):
                refused.append(SalesRefusal(mapper.order_id(stream, row.id), sale))
                continue
            read.append(sale)
            if sale.problem is not None:
                refused.append(SalesRefusal(sale.order.order_id, sale.problem))
        return SalesPage([sale.order for sale in read], cursor, refused, done=walk.offset,
                         expected=max(walk.offset, walk.total or 0), unchanged=len(rows) - len(fresh))

    def _taken_over(self, rows: Sequence[Document | Malformed], digests: Mapping[Text, str] = NO_DIGESTS) -> list[Sale | Problem]:
        """Every row as the list shows it; those that the list shows in part only are asked for singly, side by side."""
        sales = [_as_listed(row, digests) for row in rows]
        in_part = [i for i, row in enumerate(rows) if _shown_in_part(row, sales[i])]
        for i, whole in zip(in_part, self.http.map(lambda i: self._whole(rows[i], sales[i]), in_part), strict=True):
            sales[i] = whole
        return sales

    def _whole(self, row: Document | Malformed, listed: Sale | Problem) -> Sale | Problem:
        try:
            if isinstance(row, InvoiceIn):
                whole = self._api.invoice(str(row.id))
                return mapper.to_sale(structs.replace(whole, sale_channel=row.sale_channel))
            return mapper.to_return(self._api.return_slip(str(row.id)))
        except (Refused, UnexpectedAnswer, ArithmeticError, ValueError):
            return listed


def _as_listed(row: Document | Malformed, digests: Mapping[Text, str]) -> Sale | Problem:
    try:
        if isinstance(row, InvoiceIn):
            return mapper.to_sale(row, digests.get(row.id, ""))
        if isinstance(row, ReturnIn):
            return mapper.to_return(row)
        return Problem("unreadable", UNREADABLE, values={"fields": ", ".join(row.fields)})
    except Refused as refusal:
        return refusal.problems[0]
    except (ArithmeticError, ValueError):  # a text that says NaN, or more digits than any sum has
        return Problem("unreadable", UNREADABLE, values={"fields": "amounts"})


def _shown_in_part(row: Document | Malformed, listed: Sale | Problem) -> bool:
    """The list leaves out an invoice's own discount and a slip's discount and fee; the single document has them.

    DOC "Hóa đơn" and "Trả hàng", 2026-03.
    """
    if isinstance(row, InvoiceIn):
        return isinstance(listed, Sale) and listed.problem is not None and row.discount is None
    return isinstance(row, ReturnIn) and row.return_discount is None


def _may_lie_within(row: Row, since: datetime, until: datetime) -> bool:
    """Whether a document's own day lies in a window; one whose day cannot be read may."""
    if not isinstance(row, Document):
        return True
    placed_at = mapper.placed_at(row)
    return placed_at is None or since <= placed_at < until


def _changed_at(row: Row) -> datetime | None:
    return mapper.last_change(row) if isinstance(row, Changed) else None


def _filter_time(moment: datetime) -> str:
    """The form that filters take: Viet Nam time without an offset."""
    return moment.astimezone(VIETNAM).strftime(facts.FILTER_TIME)
