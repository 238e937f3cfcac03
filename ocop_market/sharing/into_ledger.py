"""From the bundles that count to orders in the office's ledger: growth, reports and restatements read nothing else.

A sum of a day becomes an order of its own. What no longer counts stays as a cancelled order, so that a report can tell what was
restated since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from ocop_market.catalog.identity import derived_sku, identity_of, is_derived
from ocop_market.catalog.lookup import sold_finder
from ocop_market.model.clock import VIETNAM, Clock
from ocop_market.model.product import Product
from ocop_market.model.sales import Fee, OrderState, SalesLine, SalesOrder
from ocop_market.model.text import fold
from ocop_market.sales.pull import STREAM, roll_up
from ocop_market.sharing.bundle import Bundle, SharedProduct, SoldLine
from ocop_market.sharing.counted import Days
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.engine import Store
from ocop_market.store.goods import SoldGood, load_links, save_link
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_cursor, save_orders
from ocop_market.store.shares import orders_kept

_LONGEST, _LONGEST_SKU = 64, 100
_NOON = time(12)


def account_name(label: str, there: str) -> str:
    """How a producer's account is called in the office's ledger."""
    return _short(f"{label}.{there}", _LONGEST)


def sku_name(label: str, sku: str) -> str:
    """How a producer's code is called in the office's ledger: codes of two producers may be alike."""
    return _short(f"{label}:{sku}", _LONGEST_SKU)


def count(store: Store, account: str, label: str, bundles: Sequence[tuple[Bundle, Days]], products: Mapping[str, Product],
          clock: Clock) -> None:
    """Makes an account's orders those of the days that count, and makes its totals anew where that changes anything."""
    wanted: dict[str, SalesOrder] = {}
    names: dict[str, SharedProduct] = {}
    for bundle, days in bundles:
        names |= {product.sku: product for product in reversed(bundle.products) if product.sku not in names}
        mine = [line for line in bundle.lines if account_name(label, line.account) == account and line.day in days.counted]
        wanted |= _orders(mine, names, label, clock())
    with holding(store, f"account:{account}", clock) as turn:
        with store.writing() as connection:
            kept, now = orders_kept(connection, account), clock()
            changed = [order for key, order in wanted.items() if kept.get(key) != order.document]
            gone = [_gone(key, now) for key in sorted(kept.keys() - wanted.keys())]
            save_orders(connection, account, [*changed, *gone], now=now)
            if last := max((max(days.counted) for _, days in bundles if days.counted), default=None):
                complete = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
                save_cursor(connection, account, STREAM, {}, now, complete_to=complete)
            links, former = load_links(connection), load_former_codes(connection)
            for sku, product_sku in _attributed(names.values(), products, former):
                code = sku_name(label, sku)
                if (account, code, "") not in links:
                    save_link(connection, SoldGood(account, code, "", "", 0, Decimal(0), 0, now.date()), product_sku, now)
        roll_up(store, account, turn)


def _orders(lines: Iterable[SoldLine], names: Mapping[str, SharedProduct], label: str, now: datetime) -> dict[str, SalesOrder]:
    rows: dict[str, list[SoldLine]] = {}
    for line in lines:
        rows.setdefault(line.order or _sum_of(line), []).append(line)
    return {key: _order(key, some, names, label, now) for key, some in rows.items()}


def _order(key: str, rows: Sequence[SoldLine], names: Mapping[str, SharedProduct], label: str, now: datetime) -> SalesOrder:
    first = rows[0]
    content = "\n".join(row.model_dump_json() for row in rows)
    placed = datetime.combine(first.day, _NOON, VIETNAM).astimezone(UTC)
    lines = tuple(SalesLine(
        line=str(number), sku=sku_name(label, row.sku), name=names[row.sku].name if row.sku in names else "", quantity=row.quantity,
        list_amount=row.list_amount, seller_discount=row.seller_discount, platform_discount=row.platform_discount,
        charged=tuple(Fee(kind, amount, "") for kind, amount in row.fees), tax_withheld=row.tax_withheld, refund=row.refund,
        returned_quantity=row.returned_quantity, seller_shipping=row.seller_shipping) for number, row in enumerate(rows, 1))
    return SalesOrder(key, placed, now, first.state, first.state.value, lines, location=first.location,
                      document=hashlib.sha256(content.encode()).hexdigest()[:16])


def _gone(key: str, now: datetime) -> SalesOrder:
    return SalesOrder(key, now, now, OrderState.CANCELLED, OrderState.CANCELLED.value, ())


def _sum_of(line: SoldLine) -> str:
    """What a day's sums of one branch and state are called."""
    return _short(f"{line.day:%Y%m%d} {line.state.value} {line.location}".strip(), _LONGEST)


def _attributed(told: Iterable[SharedProduct], products: Mapping[str, Product], former: Mapping[str, str],
                ) -> Iterable[tuple[str, str]]:
    """Which of the office's products a producer's code is: by what makes the product the same one in any list, never by a code alone."""
    find = sold_finder(products, former)
    by_identity = {derived_sku(identity_of(one.name, one.producer, one.place)): one for one in products.values()}
    for one in told:
        here, sold = by_identity.get(one.identity), find(one.sku) or (find(one.product) if is_derived(one.product) else None)
        if here is None and sold is not None and (is_derived(one.product) or fold(sold.product.name) == fold(one.name)):
            here = sold.product
        if here is not None:
            yield one.sku, sold.sku if sold is not None and sold.product.sku == here.sku else here.sku


def _short(text: str, limit: int) -> str:
    """The text, or its beginning with a digest of the whole where it is too long."""
    return text if len(text) <= limit else f"{text[:limit - 17]}~{hashlib.sha256(text.encode()).hexdigest()[:16]}"


