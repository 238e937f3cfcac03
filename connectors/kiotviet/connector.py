"""KiotViet, a till: sales, branches and articles of one shop with all its branches. Nothing is published here yet.

Orders (đặt hàng) are not read: they are no sales, and become invoices when they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import BaseModel

from connectors.kiotviet import facts, mapper
from connectors.kiotviet.api import KiotVietApi, Query
from connectors.kiotviet.auth import Settings, retailer_of
from connectors.kiotviet.mapper import Sale
from connectors.kiotviet.paging import Malformed, Walk
from connectors.kiotviet.standing import Run, Standing
from connectors.kiotviet.wire import InvoiceIn, ReturnIn
from ocop_market.channels.api import (
    Connector,
    Cursor,
    HasGoods,
    HasLocations,
    Location,
    PullsSales,
    RemoteGood,
    SalesPage,
    SalesRefusal,
)
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.errors import Problem, Refused, SettingsError, UnexpectedAnswer, Where
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM, Clock

OTHER_SHOP = N_("The key of account {account} belongs to the KiotViet shop '{found}', not to '{retailer}'. Put retailer or the "
                "key right.")
UNREADABLE = N_("A document of KiotViet cannot be read (field {fields}). The others were taken over; look at it in KiotViet.")

Document = InvoiceIn | ReturnIn


class KiotVietConnector(Connector, PullsSales, HasLocations, HasGoods):
    """One KiotViet shop. Its branches are the locations of its sales and of its stock."""

    profile = facts.PROFILE
    Settings = Settings

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._shop = Settings.model_validate(settings, from_attributes=True)
        self._api = KiotVietApi(account, self._shop, http=http, tokens=tokens, clock=clock)

    def check(self) -> str:
        """Reads the branches once; the shop's name. Raises SettingsError when the key was made in another shop."""
        found = retailer_of(self._api.access_token())
        if found and found.casefold() != self._shop.retailer.casefold():
            raise SettingsError(OTHER_SHOP, code="other-shop", where=Where(facts.KEY, self.account), account=self.account,
                                found=found, retailer=self._shop.retailer)
        next(self._api.branches(), None)
        return self._shop.retailer

    def locations(self) -> list[Location]:
        """All branches of the shop."""
        return [mapper.to_location(branch) for branch in self._api.branches()]

    def goods(self) -> Iterator[RemoteGood]:
        """All articles in the order in which they were made; a unit (a box of six) is an article of its own."""
        return map(mapper.to_good, self._api.products())

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Invoices, then return slips, that changed after `cursor`; an interrupted pass is finished before a new one."""
        end = min(until, self.clock()).replace(microsecond=0)
        standing = Standing.from_cursor(cursor)
        if standing.run is None:
            standing = standing.begin(start, end)
        while (run := standing.run) is not None:
            for page, reached in self._read_on(standing, run):
                standing = reached
                yield page
            if standing.run is None and run.until < end:
                standing = standing.begin(start, end)

    def reread_sales(self, days: int = facts.NIGHTLY_DAYS, *, until: datetime, cursor: Cursor | None = None,
                     ) -> Iterator[SalesPage]:
        """Invoices sold, and slips changed, in the last `days`, for clerks may back-date a sale.

        The pages carry `cursor` unchanged, so that saving it moves nothing.
        """
        start = _filter_time(until - timedelta(days=days))
        sold = {"fromPurchaseDate": start, "toPurchaseDate": _filter_time(until)}
        for stream, query in (("invoices", sold), ("returns", {"lastModifiedFrom": start})):
            walk = Walk()
            while not walk.over:
                rows = self._rows(stream, query, walk)
                yield self._page(stream, rows, walk, cursor or {})

    def _read_on(self, standing: Standing, run: Run) -> Iterator[tuple[SalesPage, Standing]]:
        """The rest of one stream page by page, each with the standing behind it."""
        walk = Walk(run.offset, run.total)
        query = {"lastModifiedFrom": _filter_time(run.since[run.stream])}
        if run.stream == "invoices":
            query["toDate"] = _filter_time(run.until)
        while not walk.over:
            # slips have no upper bound to ask for: what changed behind the end comes with the next pass
            rows = [row for row in self._rows(run.stream, query, walk) if _changed_by(row, run.until)]
            run = run.moved(walk.offset, walk.total, [mapper.last_change(r) for r in rows if not isinstance(r, Malformed)])
            standing = standing.next_stream(run) if walk.over else replace(standing, run=run)
            yield self._page(run.stream, rows, walk, standing.as_cursor()), standing

    def _rows(self, stream: str, query: Query, walk: Walk) -> list[Document | Malformed]:
        if stream == "invoices":
            return [*walk.take(self._api.invoices(query, walk.offset))]
        return [*walk.take(self._api.returns(query, walk.offset))]

    def _page(self, stream: str, rows: Sequence[Document | Malformed], walk: Walk, cursor: Cursor) -> SalesPage:
        read: list[Sale] = []
        refused: list[SalesRefusal] = []
        for row, sale in zip(rows, self._taken_over(rows), strict=True):
            if isinstance(sale, Problem):
                refused.append(SalesRefusal(mapper.order_id(stream, row.id), sale))
                continue
            read.append(sale)
            if sale.problem is not None:
                refused.append(SalesRefusal(sale.order.order_id, sale.problem))
        return SalesPage([sale.order for sale in read], cursor, refused, done=walk.offset,
                         expected=max(walk.offset, walk.total or 0))

    def _taken_over(self, rows: Sequence[Document | Malformed]) -> list[Sale | Problem]:
        """Every row as the list shows it; those that the list shows in part only are asked for singly, side by side."""
        sales = [_as_listed(row) for row in rows]
        in_part = [i for i, row in enumerate(rows) if _shown_in_part(row, sales[i])]
        for i, whole in zip(in_part, self.http.map(lambda i: self._whole(rows[i], sales[i]), in_part), strict=True):
            sales[i] = whole
        return sales

    def _whole(self, row: Document | Malformed, listed: Sale | Problem) -> Sale | Problem:
        try:
            if isinstance(row, InvoiceIn):
                whole = self._api.invoice(row.id)
                return mapper.to_sale(whole.model_copy(update={"sale_channel": row.sale_channel}))
            return mapper.to_return(self._api.return_slip(row.id))
        except (Refused, UnexpectedAnswer):
            return listed


def _as_listed(row: Document | Malformed) -> Sale | Problem:
    if isinstance(row, Malformed):
        return Problem("unreadable", UNREADABLE, values={"fields": ", ".join(row.fields)})
    try:
        return mapper.to_sale(row) if isinstance(row, InvoiceIn) else mapper.to_return(row)
    except Refused as refusal:
        return refusal.problems[0]


def _shown_in_part(row: Document | Malformed, listed: Sale | Problem) -> bool:
    """The list leaves out an invoice's own discount and a slip's discount and fee; the single document has them.

    DOC "Hóa đơn" and "Trả hàng", 2026-03.
    """
    if isinstance(row, Malformed):
        return False
    if isinstance(row, ReturnIn):
        return row.return_discount is None
    return isinstance(listed, Sale) and listed.problem is not None and row.discount is None


def _changed_by(row: Document | Malformed, until: datetime) -> bool:
    changed = None if isinstance(row, Malformed) else mapper.last_change(row)
    return changed is None or changed <= until


def _filter_time(moment: datetime) -> str:
    """The form that filters take: Viet Nam time without an offset."""
    return moment.astimezone(VIETNAM).strftime(facts.FILTER_TIME)
