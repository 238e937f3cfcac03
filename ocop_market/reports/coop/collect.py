"""Makes the figures of a co-operative's page in one state of the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, select

from ocop_market.catalog.due import Due, due
from ocop_market.catalog.lookup import FindSold, sold_finder
from ocop_market.growth.basis import Basis, revenue_in
from ocop_market.growth.compare import By, Period, Row, compare
from ocop_market.growth.coverage import coverage
from ocop_market.growth.takings import Takings, rates_of, takings
from ocop_market.language import N_, translate
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Product
from ocop_market.model.sales import OrderState
from ocop_market.reports.coop.figures import ChannelLine, CoopFigures, NotTold, PriceLine, ProductLine
from ocop_market.reports.coop.this_week import Losing, Waiting, Week, tasks
from ocop_market.reports.figures import doubts
from ocop_market.reports.numbers import dong
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.costs import load_costs
from ocop_market.store.period_totals import summed
from ocop_market.store.publications import Publication, load_publications
from ocop_market.store.tables.ledger import sales_order

NO_SALES = N_("Nothing was sold in this period.")
NO_TAKINGS = Takings(Decimal(0), 0, 0, 0, 0, 0, 0, 0)
WAIT_AT_MOST = timedelta(days=30)
"""An order that is open for longer is no work of this week; its platform has closed it long ago."""


@dataclass(frozen=True)
class Known:
    """What the page is made from beside the ledger: products as they are, titles of the accounts by name, what waits on them.

    `waiting` are filled in with what the ledger and the listings tell; `practice` marks made-up figures.
    """

    market: str
    products: Mapping[str, Product]
    titles: Mapping[str, str]
    practice: bool
    waiting: Sequence[Waiting] = ()
    open_questions: int = 0
    accounts: Collection[str] = field(default_factory=tuple)


def collect(connection: Connection, known: Known, period: Period, today: date, now: datetime) -> CoopFigures:
    """All figures of a period; prices against rates of that period, or of the twelve months to its end where little was sold in it."""
    before = period.a_year_before()
    find = sold_finder(known.products, load_former_codes(connection))
    compared = compare(connection, known.products, period, by=By.CHANNEL, before=before)
    products = _products(connection, period, before, find)
    listings = {account: load_publications(connection, account) for account in known.titles}
    prices, not_told = _prices(connection, known, period, listings)
    sums = takings(connection, period)
    channels = tuple(ChannelLine(row.key, known.titles.get(row.key, row.key), sums.get(row.key, NO_TAKINGS), row)
                     for row in compared.rows if row.now or row.key in sums)
    losing = [line for line in prices if line.loses]
    week = Week(today, [_waiting(connection, one, listings.get(one.account, {}), known, today) for one in known.waiting],
                _due(known, today), _worst(losing), known.open_questions, len(not_told.no_cost))
    notes = [*doubts(coverage(connection, period, known.accounts), compared.unknown), *([] if channels else [translate(NO_SALES)])]
    return CoopFigures(known.market, now, today, period, before, known.practice, compared.total, channels, products, len(products), prices,
                       not_told, tasks(week), tuple(notes))


def _products(connection: Connection, period: Period, before: Period, find: FindSold) -> tuple[ProductLine, ...]:
    now_sums, then_sums = _by_code(connection, period), _by_code(connection, before)
    lines: dict[str, ProductLine] = {}
    sold_on: dict[str, dict[str, int]] = {}
    for sums, is_now in ((now_sums, True), (then_sums, False)):
        for (account, code), amount in sums.items():
            sold = find(code)
            sku = sold.product.sku if sold else code
            line = lines.get(sku) or ProductLine(sku, sold.product.name if sold else code, Row(sku, 0, 0), (), sold is not None)
            row = line.revenue
            lines[sku] = replace(line, revenue=Row(sku, row.now + (amount if is_now else 0), row.before + (0 if is_now else amount)))
            if is_now:
                of_sku = sold_on.setdefault(sku, {})
                of_sku[account] = of_sku.get(account, 0) + amount
    found = [replace(line, sold_on=tuple(sorted(sold_on[sku].items(), key=lambda one: (-one[1], one[0]))))
             for sku, line in lines.items() if sku in sold_on]
    return tuple(sorted(found, key=lambda line: (-line.revenue.now, line.sku)))


def _by_code(connection: Connection, period: Period) -> dict[tuple[str, str], int]:
    query = summed(period.start, period.end, ("account", "sku"), revenue_in(Basis.NET))
    return {(account, sku): int(amount) for account, sku, amount in connection.execute(query)}


def _prices(connection: Connection, known: Known, period: Period, listings: Mapping[str, Mapping[str, Publication]],
            ) -> tuple[tuple[PriceLine, ...], NotTold]:
    costs, find = load_costs(connection, period.end), sold_finder(known.products)
    year = Period.twelve_months_to(period.end)
    of_period, of_year = takings(connection, period), takings(connection, year)
    lines: list[PriceLine] = []
    no_cost: set[str] = set()
    no_sales: list[str] = []
    for account, title in known.titles.items():
        offered = {sku: price for listing in listings[account].values() if listing.on_sale for sku, price in _offered(listing).items()}
        own = rates_of(of_period.get(account, NO_TAKINGS))
        rates = own or rates_of(of_year.get(account, NO_TAKINGS))
        if offered and rates is None:
            no_sales.append(account)
        for sku, price in offered.items():
            sold = find(sku)
            cost = costs.get(sku, costs.get(sold.product.sku) if sold else None)
            if cost is None:
                no_cost.add(sku)
            elif rates is not None:
                name = sold.product.name if sold else sku
                if sold and sold.packing:
                    name = f"{name} – {', '.join(sold.packing.values)}"
                lines.append(PriceLine(account, title, sku, name, price, cost, rates, rates.break_even(cost),
                                       period if own else year))
    return tuple(sorted(lines, key=lambda line: (line.left, line.account, line.sku))), NotTold(tuple(sorted(no_cost)), tuple(no_sales))


def price_line(connection: Connection, known: Known, period: Period, account: str, sku: str) -> PriceLine | None:
    """One listing's lowest price against the rates of a period; None where none can be told."""
    listings = {name: load_publications(connection, name) if name == account else {} for name in known.titles}
    lines, _ = _prices(connection, known, period, listings)
    return next((line for line in lines if (line.account, line.sku) == (account, sku)), None)


def _offered(listing: Publication) -> dict[str, int]:
    """The prices that buyers see, by SKU: those of its packings, or its own."""
    price, live = (fields.get(FieldGroup.PRICE.value, {}) for fields in (listing.applied, listing.seen))
    prices = {**price, **live}
    found = prices.get("variant_prices") or {listing.sku: prices.get("price")}
    return {sku: amount for sku, amount in found.items() if isinstance(amount, int) and amount > 0}


def _worst(losing: Sequence[PriceLine]) -> Losing | None:
    if not losing:
        return None
    worst = losing[0]
    lowest = "–" if worst.break_even is None else dong(worst.break_even)
    return Losing(len(losing), worst.account, worst.name, dong(worst.price), lowest)


def _due(known: Known, today: date) -> list[Due]:
    return due(known.products.values(), today, within=60)


def _waiting(connection: Connection, one: Waiting, listings: Mapping[str, Publication], known: Known, today: date) -> Waiting:
    """What waits on an account, with open orders, listings without stock and edits in the shop."""
    o = sales_order.c
    orders, oldest = connection.execute(select(func.count(), func.min(o.day)).where(
        o.account == one.account, o.state == OrderState.ACCEPTED.value, o.returns.is_(None), o.day > today - WAIT_AT_MOST)).one()
    on_sale = [listing for listing in listings.values() if listing.on_sale]
    empty = [listing for listing in on_sale if _stock(listing) == 0]
    names = tuple(known.products[listing.sku].name if listing.sku in known.products else listing.sku for listing in empty)
    return replace(one, orders=int(orders), oldest_order=oldest, without_stock=names, drifted=sum(map(_was_edited, on_sale)))


def _stock(listing: Publication) -> int | None:
    """What the shop was last seen to show, else what it was told."""
    group = FieldGroup.STOCK.value
    shown = listing.seen.get(group, {}).get("stock", listing.applied.get(group, {}).get("stock"))
    return shown if isinstance(shown, int) else None


def _was_edited(listing: Publication) -> bool:
    """Whether price or title were seen to be others than those that were applied."""
    for group, fields in ((FieldGroup.CONTENT, ("title",)), (FieldGroup.PRICE, ("price",))):
        ours, live = listing.applied.get(group.value, {}), listing.seen.get(group.value, {})
        if any(name in ours and name in live and ours[name] != live[name] for name in fields):
            return True
    return False
