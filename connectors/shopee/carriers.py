"""Which of the shop's carriers take a parcel; pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.shopee import facts
from connectors.shopee.wire_items import ChannelDimension, LogisticsChannel
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.listing import JsonObject, ListingDraft

NO_CARRIER = N_("No carrier of the shop takes a parcel of {sku} ({weight_g} g, {parcel} cm). Check weight and parcel size, and "
                "the carriers in Shopee Seller Centre.")


def to_logistic_info(draft: ListingDraft, carriers: Sequence[LogisticsChannel]) -> list[JsonObject]:
    """Every carrier that takes the parcel and asks for nothing more; only where there is none, those that ask for a size.

    No page tells what a size holds, so the cheapest is taken. Carriers that ask for a fee of ours are left out.
    """
    fitting = [carrier for carrier in carriers if carrier.fee_type != facts.FEE_CUSTOM_PRICE and _fits(draft, carrier)]
    plain = [carrier for carrier in fitting if carrier.fee_type != facts.FEE_SIZE_SELECTION]
    if plain:
        return [{"logistic_id": carrier.logistics_channel_id, "enabled": True} for carrier in plain]
    return [{"logistic_id": carrier.logistics_channel_id, "enabled": True,
             "size_id": min(carrier.size_list, key=lambda size: size.default_price).size_id}
            for carrier in fitting if carrier.size_list]


def no_carrier(draft: ListingDraft) -> Problem:
    """The problem of a parcel that nobody carries."""
    parcel = " × ".join(str(side) for side in draft.parcel_cm)
    return Problem("no-carrier", NO_CARRIER, "weight_g", {"sku": draft.sku, "weight_g": draft.weight_g, "parcel": parcel})


def _fits(draft: ListingDraft, carrier: LogisticsChannel) -> bool:
    weights = [Decimal(grams) / 1000 for grams in (draft.weight_g, *(variant.weight_g for variant in draft.variants))]
    bounds = carrier.weight_limit
    if bounds and (min(weights) < bounds.item_min_weight or 0 < bounds.item_max_weight < max(weights)):
        return False
    length, width, height = draft.parcel_cm
    volume = carrier.volume_limit
    if volume and not volume.item_min_volume <= length * width * height <= (volume.item_max_volume or length * width * height):
        return False
    return carrier.item_max_dimension is None or _parcel_fits(draft.parcel_cm, carrier.item_max_dimension)


def _parcel_fits(parcel_cm: tuple[int, int, int], largest: ChannelDimension) -> bool:
    sides = sorted((largest.length, largest.width, largest.height))
    if any(0 < bound < side for side, bound in zip(sorted(parcel_cm), sides, strict=True)):
        return False
    return not 0 < largest.dimension_sum < sum(parcel_cm)
