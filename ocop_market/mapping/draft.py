"""Product + what a channel's category asks for → the listing as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocop_market.catalog.claims import own_texts, stars_named
from ocop_market.catalog.notices import required_lines
from ocop_market.catalog.ocop_checks import pictures_for
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import star_problems
from ocop_market.channels.api import Attribute
from ocop_market.channels.profile import ChannelProfile
from ocop_market.codes.gtin import Gtin
from ocop_market.errors import Problem
from ocop_market.mapping.attributes import fill_attributes
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Product
from ocop_market.model.text import cut, tidy

PACKING_G = 150
"""Added to the net weight for box and padding, in grams; our estimate, on the heavy side."""


def draft_listing(product: Product, *, category: str, attributes: Sequence[Attribute], profile: ChannelProfile, day: date,
                  stock_share: int = 100) -> tuple[ListingDraft, list[Problem]]:
    """The draft, and what is still missing for it (mandatory attributes, by name).

    Stars are named in title and description only while a certificate is in force on `day`. `stock_share` is the per
    cent of the stock that this account may offer, rounded down.
    """
    claim = star_claim(product, day)
    values, problems = fill_attributes(product, attributes)
    draft = ListingDraft(
        sku=product.sku, title=_title(product, claim.stars, profile), description=_description(product, claim.stars, profile, day),
        category=category, attributes=values, price=product.price or 0, stock=(product.stock or 0) * stock_share // 100,
        weight_g=(product.weight_g or 0) + PACKING_G, gtin=Gtin(product.gtin).native if product.gtin else "",
        pictures=pictures_for(product, profile) if profile.picture_by != "none" else product.pictures)
    # words that were harmless apart may claim a star where they meet, or where a text is cut
    problems += star_problems(product, claim, *own_texts(product)) or star_problems(
        product, claim, ("title", draft.title), ("description", draft.description))
    return draft, problems


def _title(product: Product, stars: int | None, profile: ChannelProfile) -> str:
    name = tidy(product.name)
    claim = f" OCOP {stars} sao" if stars and stars not in stars_named(name) else ""
    limit = profile.title_limit or 255
    if len(name) + len(claim) < profile.title_minimum and product.producer:
        name = f"{name} - {tidy(product.producer)}"
    if len(name) + len(claim) < profile.title_minimum:
        name = f"{name} - {tidy(product.place.province)}"
    return cut(name, limit - len(claim)) + claim


def _description(product: Product, stars: int | None, profile: ChannelProfile, day: date) -> str:
    lines = [tidy(product.name)]
    if stars:
        lines.append(f"Sản phẩm OCOP {stars} sao.")
    lines += required_lines(product, day)
    if product.description:
        lines.append(tidy(product.description))
    if product.producer:
        lines.append(f"Chủ thể: {tidy(product.producer)}.")
    place = ", ".join(part for part in (product.place.commune, product.place.district, product.place.province) if part)
    if place:
        lines.append(f"Nơi sản xuất: {place}.")
    if product.weight_g:
        lines.append(f"Khối lượng tịnh: {product.weight_g} g.")
    if product.practice:
        lines.append("(Số liệu luyện tập, không phải giá bán thật.)")
    text = "\n".join(lines)
    return text if not profile.description_limit else text[:profile.description_limit]
