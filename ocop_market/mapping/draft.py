"""Product + an account's map + what a channel's category asks for → the listing as it should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ocop_market.catalog.claims import own_texts
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import star_problems
from ocop_market.channels.api import Attribute
from ocop_market.channels.profile import ChannelProfile
from ocop_market.codes.gtin import Gtin
from ocop_market.errors import Problem
from ocop_market.mapping.attributes import fill_attributes
from ocop_market.mapping.badges import Badges, allowed_under, pictures_on
from ocop_market.mapping.channel_map import Mapped
from ocop_market.mapping.facts import facts_of
from ocop_market.mapping.texts import description_of, title_of
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
    mapped = mapped or Mapped()
    claim, facts = star_claim(product, day), facts_of(product, parcel_of(product, mapped))
    values, problems = fill_attributes(product, facts, attributes, mapped)
    pictures, unfit = pictures_on(product, claim, profile, badges or Badges())
    description, no_room = description_of(product, facts, mapped.templates.description, claim, profile, day)
    weights, packing = [variant.weight_g or 0 for variant in product.variants] or [product.weight_g or 0], _packing(mapped)
    variants = tuple(VariantDraft(
        variant.sku, variant.values, *_offered(variant, offer), (variant.weight_g or 0) + packing, _gtin(variant),
        variant.picture if variant.picture and allowed_under(variant.picture, claim) else None) for variant in product.variants)
    offers = [(variant.price, variant.stock) for variant in variants] or [_offered(product, offer)]
    draft = ListingDraft(
        sku=product.sku, title=title_of(facts, mapped.templates.title, claim, profile), description=description, category=category,
        attributes=values, price=min(price for price, _ in offers), stock=sum(stock for _, stock in offers),
        weight_g=max(weights) + packing, gtin=_gtin(product), pictures=pictures, parcel_cm=parcel_of(product, mapped),
        channel_extra=mapped.extra, options=product.options, variants=variants, days_to_ship=_days_to_ship(product, mapped),
        wholesale=product.wholesale[:profile.wholesale_steps])
    problems += [*unfit, *no_room]
    # words that were harmless apart may claim a star where they meet, or where a text is cut
    problems += star_problems(product, claim, *own_texts(product)) or star_problems(
        product, claim, ("title", draft.title), ("description", draft.description))
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
