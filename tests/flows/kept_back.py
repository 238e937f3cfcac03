"""What platforms kept back, by kind: as a client brought it in, and as it was charged."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ocop_market.model.sales import SalesOrder
from ocop_market.sandbox.buyers import History

OURS = {"per_order": "processing", "vat": "tax", "income_tax": "tax"}


def kept_back(orders: Iterable[SalesOrder]) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in (line for order in orders for line in order.lines):
        found.update({"tax": line.tax_withheld, "shipping": line.seller_shipping})
        for fee in line.charged:
            found[fee.kind.value] += fee.amount
    return +found


def charged(history: History, now: datetime) -> Counter[str]:
    found: Counter[str] = Counter()
    for kind, amount in history.charged_by_kind(now).items():
        found[OURS.get(kind, kind)] += amount
    return found


def unreconciled(orders: Iterable[SalesOrder]) -> list[str]:
    """Orders whose lines do not leave the seller what the platform says."""
    return [order.order_id for order in orders if order.platform_total not in (None, order.in_hand)]
