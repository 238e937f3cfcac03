"""Product + an account's map + what a channel's category asks for → the listing as it should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ocop_market.catalog.text_checks import star_problems
from ocop_market.channels.api import Attribute
from ocop_market.channels.profile import ChannelProfile
from ocop_market.codes.gtin import Gtin
from ocop_market.errors import Problem
from ocop_market.mapping.attributes import fill_attributes
from ocop_market.mapping.badges import NO_BADGES, Badges, allowed_under, pictures_on
from ocop_market.mapping.channel_map import Mapped
from ocop_market.mapping.facts import parcel_facts
from ocop_market.mapping.texts import description_of, title_of
from ocop_market.mapping.words import words_of
from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.model.product import Product, Variant
from ocop_market.model.stock import Offer

PACKING_G = 150
"""Added to the net weight for box and padding, in grams, where the map says nothing; our estimate, on the heavy side."""
PARCEL_CM = (20, 15, 10)
"""Length, width and height of a parcel where neither the catalog nor the map says any; our estimate."""


def draft_listing(product: Product, *, category: str, attributes: Sequence[Attribute], profile: ChannelProfile, day: date,
                  offer: Callable[[str], Offer] | None = None, mapped: Mapped | None = None, badges: Badges | None = None,
                  ) -> tuple[ListingDraft, list[Problem]]:
    """The draft, and what is still missing for it (mandatory attributes, by name).

    Stars are named, and badges shown, only while a certificate is in force on `day`. `offer` tells price and stock of what is
    sold under a SKU; without it, the catalog's. `mapped` is what the account's map says of the product. Wholesale prices beyond
    what the channel takes are left out; `packing_checks` names them.
    """
    words, mapped = words_of(product, day), mapped or Mapped()
    claim, parcel, packing = words.today.claim, parcel_of(product, mapped), _packing(mapped)
    values: dict[str, str] = {}
    problems: list[Problem] = []
    if attributes:
        values, problems = fill_attributes(product, {**words.facts, **parcel_facts(parcel)}, attributes, mapped)
    pictures, unfit = pictures_on(product, claim, profile, badges or NO_BADGES)
    description, no_room = description_of(words, mapped.templates.description, profile)
    title = title_of(words, mapped.templates.title, profile)
    variants: tuple[VariantDraft, ...] = ()
    if product.variants:
        variants = tuple(VariantDraft(
            variant.sku, variant.values, *_offered(variant, offer), (variant.weight_g or 0) + packing, _gtin(variant),
            variant.picture if variant.picture and allowed_under(variant.picture, claim) else None) for variant in product.variants)
        price, stock = min(variant.price for variant in variants), sum(variant.stock for variant in variants)
        weight = max(variant.weight_g for variant in variants)
    else:
        (price, stock), weight = _offered(product, offer), (product.weight_g or 0) + packing
    draft = ListingDraft(
        sku=product.sku, title=title, description=description, category=category, attributes=values, price=price, stock=stock,
        weight_g=weight, gtin=_gtin(product), pictures=pictures, parcel_cm=parcel, channel_extra=mapped.extra, options=product.options,
        variants=variants, days_to_ship=_days_to_ship(product, mapped), wholesale=product.wholesale[:profile.wholesale_steps])
    problems += (*unfit, *no_room)
    # words that were harmless apart may claim a star where they meet, or where a text is cut
    problems += words.today.star_problems or star_problems(product, claim, ("title", title), ("description", description))
    return draft, problems


def _offered(sold: Product | Variant, offer: Callable[[str], Offer] | None) -> tuple[int, int]:
    """Price in đồng and stock in sales units of what is sold under one SKU."""
    if offer is None:
        return sold.price or 0, sold.stock or 0
    made = offer(sold.sku)
    return made.price or 0, made.stock


def parcel_of(product: Product, mapped: Mapped) -> tuple[int, int, int]:
    """Length, width and height as the map says of this SKU, else as the catalog knows them, else as is usual on the account."""
    return mapped.own.size_cm or product.parcel_cm or mapped.usual.size_cm or PARCEL_CM


def _days_to_ship(product: Product, mapped: Mapped) -> int | None:
    said = (mapped.own.days_to_ship, product.days_to_ship, mapped.usual.days_to_ship)
    return next((days for days in said if days is not None), None)


def _packing(mapped: Mapped) -> int:
    return next((grams for grams in (mapped.own.packing_g, mapped.usual.packing_g) if grams is not None), PACKING_G)


def _gtin(sold: Product | Variant) -> str:
    return Gtin(sold.gtin).native if sold.gtin else ""
