"""What there is of each product: the last count less what was sold since. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ocop_market.language import N_
from ocop_market.model.clock import business_day
from ocop_market.model.stock import Count, Reason, Sold

LIST = ""
COUNTED_IN_LIST = N_("{count} in the product list of {day}")
COUNTED_AT = N_("{count} at {source} on {day}")
SOLD_SINCE = N_("{sold} sold since by {accounts}: {there} are there")
NOT_COUNTED = N_("nobody has counted it, so none is offered")


@dataclass(frozen=True, slots=True)
class OnHand:
    """Sales units of a product that are there to be sold, never below none, and what that follows from.

    `sources` counted it on `day` (none: nobody did); `sold` is what was sold since, by account; `open` what of it is not
    delivered yet.
    """

    there: int
    counted: Decimal = Decimal(0)
    sources: tuple[str, ...] = ()
    day: date | None = None
    sold: Mapping[str, Decimal] = field(default_factory=dict)
    open: Mapping[str, Decimal] = field(default_factory=dict)

    def reasons(self) -> Iterator[Reason]:
        """The steps from the count to what is there."""
        if self.day is None:
            yield Reason(NOT_COUNTED)
            return
        counted = {"count": _shown(self.counted), "day": f"{self.day:%d/%m/%Y}"}
        if self.sources == (LIST,):
            yield Reason(COUNTED_IN_LIST, counted)
        else:
            yield Reason(COUNTED_AT, {**counted, "source": ", ".join(self.sources)})
        if accounts := [account for account, quantity in self.sold.items() if quantity]:
            sold = _shown(sum(self.sold.values(), Decimal(0)))
            yield Reason(SOLD_SINCE, {"sold": sold, "accounts": ", ".join(accounts), "there": self.there})


def on_hand(counts: Mapping[tuple[str, str], Sequence[Count]], sold: Iterable[Sold], sources: Sequence[str],
            passed_over: Collection[str] = ()) -> dict[str, OnHand]:
    """By SKU what there is, for everything that was counted.

    Counts of `sources` are added up; where none of them counted a product, the product list's figure counts. A branch whose
    books are below zero has none. Sales of the accounts in `passed_over` (practice) take nothing away.
    """
    sales: dict[str, list[Sold]] = {}
    for one in sold:
        if one.account not in passed_over:
            sales.setdefault(one.sku, []).append(one)
    found = {}
    for sku in {sku for sku, _ in counts}:
        counting = tuple(source for source in sources if (sku, source) in counts) or (LIST,)
        places = [count for source in counting for count in counts.get((sku, source), ())]
        if places:
            found[sku] = _there(places, counting, sales.get(sku, ()))
    return found


def _there(places: Sequence[Count], counting: tuple[str, ...], sales: Iterable[Sold]) -> OnHand:
    """Sales of an account that counts are those since its own count; of the others, those since any, less what is recorded."""
    counted = sum((place.quantity for place in places if place.quantity > 0), Decimal(0))
    by_account: dict[str, list[Sold]] = {}
    for one in sales:
        if one.source in counting and (one.source == one.account or one.account not in counting):
            by_account.setdefault(one.account, []).append(one)
    sold = {account: max(Decimal(0), max(one.quantity for one in some) - sum(one.recorded for one in some))
            for account, some in by_account.items()}
    left = counted - sum(sold.values(), Decimal(0))
    return OnHand(max(0, math.floor(left)), counted, counting, business_day(min(place.counted_at for place in places)), sold,
                  {account: max(one.open for one in some) for account, some in by_account.items()})


def _shown(quantity: Decimal) -> str:
    """The Vietnamese way: a comma before decimals."""
    return f"{quantity.normalize():f}".replace(".", ",")


__all__ = ["LIST", "OnHand", "on_hand"]
