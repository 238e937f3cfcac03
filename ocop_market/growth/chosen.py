"""What of the ledger a figure counts: accounts, points of sale, or sold codes with their days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from ocop_market.catalog.lookup import Find, finder, sold_finder
from ocop_market.growth.address import Address, Measure, Sellers, Slice
from ocop_market.growth.before_after import before_after, times
from ocop_market.growth.compare import BY_DAY, By, Period, certificate_spans, namer, outlet, sold_codes
from ocop_market.growth.coverage import known_since
from ocop_market.growth.effects import Effect, article, article_changes, articles_of, effects
from ocop_market.growth.movement import PART_OF, by_product, product_key
from ocop_market.growth.panel import first_days, panel
from ocop_market.growth.sold import Change, Sold, read_sold
from ocop_market.model.product import Product
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.code_spans import CodeSpan
from ocop_market.store.tables.totals import sales_day

IN = "in"
_Sold = tuple[Sequence[Sold], Sequence[Sold]]


@dataclass(frozen=True)
class Chosen:
    """What of the ledger counts in one period; None does not narrow. Codes may count on some days only."""

    period: Period
    accounts: tuple[str, ...] | None = None
    outlets: tuple[tuple[str, str], ...] | None = None
    spans: tuple[CodeSpan, ...] | None = None


@dataclass(frozen=True)
class Working:
    """An article or a product of the arithmetic of a figure: what it sold now and before; `day` parts the two, of events."""

    key: str
    change: Change
    day: date | None = None


@dataclass(frozen=True)
class Choice:
    """What a figure counts in its period and in the one compared with.

    `reckoned` is the value of figures that are no sum of their lines, with the `workings` from which it is reckoned.
    """

    now: tuple[Chosen, ...]
    before: tuple[Chosen, ...]
    reckoned: int | float | None = None
    workings: tuple[Working, ...] = ()


class Ledger:
    """One state of the ledger and the catalog, from which figures choose; `shown` are the products as they may be shown."""

    def __init__(self, connection: Connection, products: Mapping[str, Product], shown: Mapping[str, Product]) -> None:
        self.connection, self.products, self.shown = connection, products, shown
        self.former = load_former_codes(connection)
        self.find: Find = finder(products, self.former)

    def choose(self, address: Address) -> Choice:
        """What a figure counts. SettingsError for districts of today."""
        periods = address.period, address.before
        match address.slice:
            case Slice.EVENT:
                return self._of_event(address)
            case Slice.EFFECT:
                return self._of_effect(address)
            case Slice.ACCOUNTS:
                now, before = (Chosen(one, accounts=tuple(address.key.split(","))) for one in periods)
            case Slice.BY:
                now, before = (self._row(address, one) for one in periods)
            case Slice.CODE:
                now, before = (Chosen(one, spans=_whole([address.key], one)) for one in periods)
            case Slice.SELLERS:
                outlets = self._of_panel(address)
                now, before = (Chosen(one, outlets=outlets) for one in periods)
            case Slice.PART | Slice.REASON:
                codes = self.of_movement(address)
                now, before = (Chosen(one, spans=_whole(codes, one)) for one in periods)
            case _:
                now, before = (Chosen(one) for one in periods)
        if address.account:
            now, before = (replace(one, accounts=(address.account,)) for one in (now, before))
        return Choice((now,), (before,))

    def of_movement(self, address: Address) -> list[str]:
        """The codes of products that went one way (any, where the figure is of all)."""
        sold = self._sold(address)
        reasons = {key: reason for key, (reason, _) in by_product(*sold, self.find, address.period, address.before).items()}
        wanted = {reason for reason, part in PART_OF.items()
                  if address.key in ("", (part if address.slice is Slice.PART else reason).value)}
        return sorted({row.sku for rows in sold for row in rows if reasons[product_key(row.sku, self.find)] in wanted})

    def goods_at(self, skus: Collection[str], outlets: Collection[str], period: Period) -> Chosen:
        """Products at points of sale in a period, by the keys of both."""
        return Chosen(period, outlets=self._places(outlets), spans=_whole(self._codes_of(skus), period))

    def _row(self, address: Address, period: Period) -> Chosen:
        """What the row of a comparison counts."""
        by, key = address.by, address.key
        if by is None or by is By.CHANNEL:
            return Chosen(period, accounts=(key,))
        if by is By.LOCATION:
            return Chosen(period, outlets=self._places({key}))
        codes = sold_codes(self.connection, period)
        if by in BY_DAY:
            return Chosen(period, spans=tuple(one._replace(key=IN) for one in certificate_spans(self.find, by, codes, period)
                                              if one.key == key))
        name, _ = namer(self.connection, self.products, by, address.geography, self.shown)
        return Chosen(period, spans=_whole((code for code in codes if name(code) == key), period))

    def _of_panel(self, address: Address) -> tuple[tuple[str, str], ...]:
        found = panel(*self._sold(address), address.before, first_days(self.connection))
        wanted = {Sellers.SAME: found.outlets, Sellers.ADDED: found.added_outlets, Sellers.GONE: found.gone_outlets}[Sellers(address.key)]
        return self._places(wanted)

    def _of_effect(self, address: Address) -> Choice:
        effect, find = Effect(address.key), sold_finder(self.products, self.former)
        sold = self._sold(address)
        counted = articles_of(article_changes(*sold, find), effect)
        codes = sorted({row.sku for rows in sold for row in rows if article(row.sku, find) in counted})
        now, before = (Chosen(one, spans=_whole(codes, one)) for one in (address.period, address.before))
        value = getattr(effects(*sold, find), effect.value)
        return Choice((now,), (before,), value, tuple(Working(key, counted[key]) for key in sorted(counted)))

    def _of_event(self, address: Address) -> Choice:
        """Each product has days of its own; those with like points of sale are chosen together."""
        event, months = address.event
        found = before_after(self.connection, self.products, event, address.period.end, months=months, basis=address.basis)
        first = first_days(self.connection)
        codes = self._codes_by_sku({one.sku for one in found.told})
        groups: dict[frozenset[str], tuple[list[CodeSpan], list[CodeSpan]]] = {}
        for one in found.told:
            before, after = times(one.day, months)
            known = frozenset(place for place, day in first.items() if day <= known_since(before))
            for spans, period in zip(groups.setdefault(known, ([], [])), (after, before), strict=True):
                spans += _whole(codes.get(one.sku, ()), period)
        sides = [tuple(Chosen(_hull(spans[side]), outlets=self._places(known), spans=tuple(spans[side]))
                       for known, spans in groups.items()) for side in (0, 1)]
        value = found.median if address.measure is Measure.MEDIAN else len(found.told)
        return Choice(sides[0], sides[1], value, tuple(Working(one.sku, one.change, one.day) for one in found.told))

    def _places(self, keys: Collection[str]) -> tuple[tuple[str, str], ...]:
        c = sales_day.c
        known = self.connection.execute(select(c.account, c.location).distinct())
        return tuple(sorted((account, place) for account, place in known if outlet(account, place) in keys))

    def _codes_of(self, skus: Collection[str]) -> list[str]:
        return sorted(code for codes in self._codes_by_sku(skus).values() for code in codes)

    def _codes_by_sku(self, skus: Collection[str]) -> dict[str, list[str]]:
        """The codes under which products were ever sold."""
        codes: dict[str, list[str]] = {}
        for code in self.connection.execute(select(sales_day.c.sku).distinct()).scalars():
            if (product := self.find(code)) is not None and product.sku in skus:
                codes.setdefault(product.sku, []).append(code)
        return codes

    def _sold(self, address: Address) -> _Sold:
        return (read_sold(self.connection, address.period, address.basis), read_sold(self.connection, address.before, address.basis))


def _whole(codes: Iterable[str], period: Period) -> tuple[CodeSpan, ...]:
    return tuple(CodeSpan(code, period.start, period.end, IN) for code in codes)


def _hull(spans: Sequence[CodeSpan]) -> Period:
    return Period(min(span.first for span in spans), max(span.last for span in spans))
