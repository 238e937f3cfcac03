"""What a plan may not do by itself: each brake has a name, and is released by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.standing import star_claim
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup, JsonObject
from ocop_market.model.money import vnd
from ocop_market.model.product import Product
from ocop_market.settings import BrakeSettings

NAMES = ("price-change", "off-sale", "star-gained", "star-lost", "empty-catalog", "shop-empty", "found-in-shop", "many-creates")
"""What brakes are approved by."""
ALWAYS_OFF_SALE = 2
"""So many listings may always go off sale at once."""

PRICE = N_("{sku}: the price goes from {before} to {after}, by more than {limit} %.")
STAR_LOST = N_("{sku}: the title loses its star, and no certificate in the catalog has ended. Title now: {title}")
STAR_GAINED = N_("{sku}: the title gains a star. New title: {title}")
OFF_SALE = N_("{count} of {all} listings on sale would be withdrawn or have no stock, more than {limit} % at once.")
EMPTY = N_("The catalog has no product for this account, but {count} listings are on sale. All of them would be withdrawn.")
VANISHED = N_("The platform shows none of the {count} listings that should be there.")
CREATES = N_("{count} listings would be created, more than {limit} at once.")
FOUND = N_("{sku}: the shop has a listing with this SKU that was not made here; it would be brought to what the catalog says.")


@dataclass(frozen=True)
class Brake:
    """A reason to stop: its name in `problem.code`, the listing where there is one."""

    problem: Problem
    sku: str = ""

    @property
    def name(self) -> str:
        """What it is approved by: `price-change` for all of its kind, or `price-change:SKU` for one."""
        return self.problem.code

    def released(self, approved: Collection[str]) -> bool:
        """Whether it was approved by name."""
        return self.name in approved or f"{self.name}:{self.sku}" in approved


@dataclass(frozen=True)
class Planned:
    """One planned change as brakes look at it: values before and after by group, and whether we made the listing."""

    change: Change
    before: Mapping[str, JsonObject]
    found: bool = False


def brakes(planned: Sequence[Planned], products: Mapping[str, Product], settings: BrakeSettings, day: date, *, on_sale: int,
           vanished: bool) -> list[Brake]:
    """Everything in a plan that has to be approved by name; `on_sale` counts the account's listings on sale now."""
    found = [Brake(problem) for problem in _of_the_whole(planned, products, settings, on_sale=on_sale, vanished=vanished)]
    for one in planned:
        if one.found:
            found.append(Brake(_problem("found-in-shop", FOUND, sku=one.change.sku), one.change.sku))
        if one.change.kind is ChangeKind.UPDATE:
            found += [Brake(problem, one.change.sku) for problem in _of_one(one, products.get(one.change.sku), settings, day)]
    return found


def _of_the_whole(planned: Sequence[Planned], products: Mapping[str, Product], settings: BrakeSettings, *, on_sale: int,
                  vanished: bool) -> Iterator[Problem]:
    creates = sum(one.change.kind is ChangeKind.CREATE for one in planned)
    ending = sum(map(_goes_off_sale, planned))
    if on_sale and not products:
        yield _problem("empty-catalog", EMPTY, count=on_sale)
    elif ending > ALWAYS_OFF_SALE and ending * 100 > on_sale * settings.off_sale:
        yield _problem("off-sale", OFF_SALE, count=ending, all=on_sale, limit=settings.off_sale)
    if vanished:
        yield _problem("shop-empty", VANISHED, count=on_sale)
    if creates > settings.most_creates:
        yield _problem("many-creates", CREATES, count=creates, limit=settings.most_creates)


def _goes_off_sale(one: Planned) -> bool:
    if one.change.kind is ChangeKind.WITHDRAW:
        return True
    draft, before = one.change.draft, one.before.get(FieldGroup.STOCK.value, {}).get("stock")
    return one.change.kind is ChangeKind.UPDATE and draft is not None and draft.stock == 0 and bool(before)


def _of_one(one: Planned, product: Product | None, settings: BrakeSettings, day: date) -> Iterator[Problem]:
    draft, sku = one.change.draft, one.change.sku
    if draft is None:
        return
    content, price = one.before.get(FieldGroup.CONTENT.value, {}), one.before.get(FieldGroup.PRICE.value, {})
    if "title" in content:
        before, after = stars_named(str(content["title"] or "")), stars_named(draft.title)
        if after - before:
            yield _problem("star-gained", STAR_GAINED, "title", sku=sku, title=draft.title)
        elif before - after and not _explained(product, before, day):
            yield _problem("star-lost", STAR_LOST, "title", sku=sku, title=draft.title)
    now = {"": draft.price, **{variant.sku: variant.price for variant in draft.variants}}
    for of, before_price in _prices(price):
        after_price = now.get(of)
        if before_price and after_price is not None and abs(after_price - before_price) * 100 > before_price * settings.price_change:
            yield _problem("price-change", PRICE, "price", sku=of or sku, before=vnd(before_price), after=vnd(after_price),
                           limit=settings.price_change)


def _explained(product: Product | None, shown: Iterable[int], day: date) -> bool:
    """Whether a certificate of the catalog gave the stars shown, and its time is over: then the law takes them off."""
    if product is None:
        return False
    gave = {certificate.stars for certificate in product.certificates if certificate.issued_on is not None and certificate.issued_on <= day}
    return all(stars in gave for stars in shown if stars) and star_claim(product, day).stars not in set(shown)


def _prices(price: JsonObject) -> Iterator[tuple[str, Any]]:
    by_variant = price.get("variant_prices") or {}
    yield from by_variant.items()
    if not by_variant and "price" in price:
        yield "", price["price"]


def _problem(code: str, message: str, field: str = "", **values: object) -> Problem:
    return Problem(code, message, field, values)
