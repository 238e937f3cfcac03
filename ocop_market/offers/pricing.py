"""The price of a product on one account: the catalog's, plus per cent, plus an amount, rounded, within floor and ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ocop_market.language import N_
from ocop_market.model.money import vnd, whole_dong
from ocop_market.model.stock import Reason
from ocop_market.offer_settings import AccountPrice, Rounding

OF_THE_CATALOG = N_("{price} in the catalog")
PERCENT = N_("{percent} % on it: {price}")
ADDED = N_("{amount} on it: {price}")
ROUNDED = N_("rounded to {price}")
FLOOR = N_("not below the floor: {price}")
CEILING = N_("not above the ceiling: {price}")


def priced(catalog_price: int, rule: AccountPrice) -> int:
    """The price in whole đồng, at least 1.

    Per cent come first, then the amount; the result is rounded once. A price that rounding takes out of floor and ceiling
    goes to the next step inside; where no step lies inside, it is the ceiling itself. A floor above the ceiling wins.
    """
    if not rule.model_fields_set:
        return max(1, catalog_price)
    floor = _floor(catalog_price, rule)
    price = _rounded(_exact(catalog_price, rule), rule, rule.round)
    if price < floor:
        price = _rounded(Decimal(floor), rule, Rounding.UP)
    if rule.ceiling is not None and price > rule.ceiling:
        lower = _rounded(Decimal(rule.ceiling), rule, Rounding.DOWN)
        price = lower if lower >= floor else max(floor, rule.ceiling)
    return price


def price_steps(catalog_price: int, rule: AccountPrice) -> Iterator[Reason]:
    """How the price came about."""
    yield Reason(OF_THE_CATALOG, {"price": vnd(catalog_price)})
    exact = catalog_price * (1 + rule.percent / 100)
    if rule.percent:
        percent = f"{rule.percent.normalize():+f}".replace(".", ",")
        yield Reason(PERCENT, {"percent": percent, "price": vnd(whole_dong(exact))})
    if rule.add:
        amount = ("+" if rule.add > 0 else "−") + vnd(abs(rule.add))
        yield Reason(ADDED, {"amount": amount, "price": vnd(whole_dong(exact + rule.add))})
    rounded, price = _rounded(_exact(catalog_price, rule), rule, rule.round), priced(catalog_price, rule)
    if rounded == price != exact + rule.add:
        yield Reason(ROUNDED, {"price": vnd(price)})
    if rounded < _floor(catalog_price, rule):
        yield Reason(FLOOR, {"price": vnd(price)})
    elif rounded != price:
        yield Reason(CEILING, {"price": vnd(price)})


def _exact(catalog_price: int, rule: AccountPrice) -> Decimal:
    return catalog_price * (1 + rule.percent / 100) + rule.add


def _floor(catalog_price: int, rule: AccountPrice) -> int:
    return max(1, catalog_price if rule.floor == "catalog" else rule.floor or 1)


def _rounded(exact: Decimal, rule: AccountPrice, way: Rounding) -> int:
    """The step with the rule's ending that lies that way."""
    step = Decimal(rule.round_to)
    steps = (exact - rule.ending) / step
    whole = steps.to_integral_value("ROUND_FLOOR")
    if way is Rounding.UP or (way is Rounding.NEAREST and steps - whole >= Decimal("0.5")):
        whole = whole if whole == steps else whole + 1
    return int(whole * step) + rule.ending


__all__ = ["price_steps", "priced"]
