"""Counted once: sales of a till that a marketplace's own account reports as well.

A till that takes orders over from Shopee or Tiki shows them among its own sales, with the marketplace as their source. Where
an account reads that marketplace directly, the till's copy is left out of all totals: surely when its code names an order
that the account has, with doubt when only the source says so. Doubtful ones are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from ocop_market.model.text import fold
from ocop_market.sales.beginning import first_days
from ocop_market.store.ledger import complete_to
from ocop_market.store.mirrors import Mirror, SourceSale, keep_mirrors, load_mirrors, orders_by_code, sales_from, sources

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
    return bool(sources(connection) or load_mirrors(connection))


def find_mirrors(connection: Connection, direct: Iterable[Direct], now: datetime | None = None) -> set[str]:
    """Compares all sales with a marketplace as their source anew; the accounts whose totals have to be made again.

    What a person decided stays. With `now`, what this changes of reported days can be listed afterwards.
    """
    accounts = list(direct)
    decided = {(mirror.account, mirror.order_id) for mirror in load_mirrors(connection) if mirror.decided_at is not None}
    found: list[Mirror] = []
    for till, source in sources(connection):
        words = set(fold(source).split())
        sellers = [one for one in accounts if one.account != till and words & one.names]
        if not sellers:
            continue
        sales = [sale for sale in sales_from(connection, till, source) if (till, sale.order_id) not in decided]
        codes = {code for sale in sales for code in _codes(sale)}
        known = orders_by_code(connection, [one.account for one in sellers], codes)
        for sale in sales:
            found += _mirrors(till, sale, known, sellers)
    return keep_mirrors(connection, found, now)


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


__all__ = ["Direct", "MirrorState", "direct_accounts", "find_mirrors"]
