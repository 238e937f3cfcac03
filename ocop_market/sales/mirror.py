"""Counted once: sales of a till that a marketplace's own account reports as well.

A till that takes orders over from Shopee or Tiki shows them among its own sales, with the marketplace as their source. Where
an account reads that marketplace directly, the till's copy is left out of all totals: surely when its code names an order
that the account has, with doubt when only the source says so. Doubtful ones are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from ocop_market.model.text import fold
from ocop_market.sales.beginning import first_days
from ocop_market.store.ledger import complete_to
from ocop_market.store.mirrors import (
    Mirror,
    New,
    SourceSale,
    any_mirrors,
    counted_up_to,
    keep_counted,
    keep_mirrors,
    load_mirrors,
    names_others,
    orders_by_code,
    orders_on,
    sales_from,
    sources,
)

_CODE = re.compile(r"[0-9A-Za-z]{6,}")


class MirrorState(StrEnum):
    """What a till's sale from a marketplace is."""

    SAME = "same"
    """The order that a marketplace's account has: counted there."""
    DOUBTFUL = "doubtful"
    """Its source is a marketplace that is read directly, but no order of it is named: counted nowhere until somebody decides."""
    OWN = "own"
    """Decided by a person: a sale of the till itself."""


@dataclass(frozen=True)
class Direct:
    """An account that reads a marketplace directly: its name, the marketplace's names, and the days that its ledger covers."""

    account: str
    names: frozenset[str]
    first: date
    complete: datetime

    def covers(self, sale: SourceSale) -> bool:
        """Whether the account must have the order, if it came from there."""
        return self.first <= sale.own_day and sale.placed_at <= self.complete


def direct_accounts(connection: Connection, channels: Mapping[str, Sequence[str]]) -> list[Direct]:
    """The accounts whose sales were pulled to the end; `channels` gives by account the names of its channel."""
    reached, first = complete_to(connection), first_days(connection)
    return [Direct(account, frozenset(map(fold, names)), first[account], reached[account]) for account, names in channels.items()
            if account in reached and account in first]


def may_be_mirrored(connection: Connection) -> bool:
    """Whether any sale names a marketplace as its source, or did; in most markets none ever does."""
    return bool(sources(connection)) or any_mirrors(connection)


def find_mirrors(connection: Connection, direct: Iterable[Direct], now: datetime | None = None) -> set[str]:
    """Compares all sales with a marketplace as their source anew; the accounts whose totals have to be made again.

    What a person decided stays. With `now`, what this changes of reported days can be listed afterwards.
    """
    accounts = list(direct)
    decided = {(mirror.account, mirror.order_id) for mirror in load_mirrors(connection) if mirror.decided_at is not None}
    found: list[Mirror] = []
    for till, source in sources(connection):
        if sellers := _sellers(accounts, till, source):
            sales = [sale for sale in sales_from(connection, till, source) if (till, sale.order_id) not in decided]
            found += _compared(connection, till, sales, sellers)
    return keep_mirrors(connection, found, now)


def find_new_mirrors(connection: Connection, direct: Iterable[Direct], account: str, days: Collection[date], now: datetime) -> set[str]:
    """The same after an account was pulled, for what that may have changed: `days` are those of its orders that are new or changed.

    Everything is compared the first time, and where `keep_counted` asked for it.
    """
    accounts, reached = list(direct), counted_up_to(connection)
    if account not in reached or names_others(connection, {one.account for one in accounts}):
        touched = find_mirrors(connection, accounts, now)
    else:
        touched = _find_among_new(connection, accounts, account, days, reached, now)
    keep_counted(connection, account, complete_to(connection, account).get(account), now)
    return touched


def _find_among_new(connection: Connection, accounts: Sequence[Direct], account: str, days: Collection[date],
                    reached: Mapping[str, datetime], now: datetime) -> set[str]:
    """A till's sales are new, or a marketplace's orders are; a till's sales that no marketplace covered yet may be covered by now."""
    found: list[Mirror] = []
    looked_at = orders_on(connection, account, days)
    for till, source in sources(connection):
        sellers = _sellers(accounts, till, source)
        if till == account:
            ends = [reached.get(one.account) for one in sellers]
            known = [end for end in ends if end is not None]
            new = New(days, min(known) if known and len(known) == len(ends) else None)
        elif any(one.account == account for one in sellers):
            new = New(since=reached[account], doubtful=MirrorState.DOUBTFUL)
        else:
            continue
        sales = sales_from(connection, till, source, new=new) if sellers else []
        looked_at |= {(till, document) for sale in sales for document in (sale.order_id, *sale.slips)}
        found += _compared(connection, till, sales, sellers)
    return keep_mirrors(connection, found, now, looked_at=looked_at)


def _sellers(accounts: Iterable[Direct], till: str, source: str) -> list[Direct]:
    words = set(fold(source).split())
    return [one for one in accounts if one.account != till and words & one.names]


def _compared(connection: Connection, till: str, sales: Sequence[SourceSale], sellers: Sequence[Direct]) -> Iterator[Mirror]:
    codes = {code for sale in sales for code in _codes(sale)}
    known = orders_by_code(connection, [one.account for one in sellers], codes)
    for sale in sales:
        yield from _mirrors(till, sale, known, sellers)


def _mirrors(till: str, sale: SourceSale, known: Mapping[str, tuple[str, str]], sellers: Sequence[Direct]) -> list[Mirror]:
    """The sale and its return slips as copies of a marketplace's order; none where the marketplace cannot have it."""
    named = next((known[code] for code in _codes(sale) if code in known), None)
    if named is not None:
        state, (account, order_id) = MirrorState.SAME, named
    elif covering := [one for one in sellers if one.covers(sale)]:
        state, account, order_id = MirrorState.DOUBTFUL, covering[0].account, ""
    else:
        return []
    return [Mirror(till, document, state, account, order_id) for document in (sale.order_id, *sale.slips)]


def _codes(sale: SourceSale) -> list[str]:
    """Codes under which a marketplace may know the sale, whole ones before parts such as the number behind a prefix."""
    texts = [text for text in (sale.source_code, sale.document) if text]
    return list(dict.fromkeys([*texts, *(part for text in texts for part in _CODE.findall(text))]))


__all__ = ["Direct", "MirrorState", "direct_accounts", "find_mirrors", "find_new_mirrors"]
