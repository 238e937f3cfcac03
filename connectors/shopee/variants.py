"""Variants of a draft as Shopee's tiers and models, and what makes those of an item into them; pure.

A model stands at a place in every tier, by position. GUIDE Variant management, REF, 2026-08.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from connectors.shopee import facts
from connectors.shopee.wire_listing import Model, ModelsResponse, NewModel
from ocop_market.model.listing import JsonObject, ListingDraft, VariantDraft
from ocop_market.model.product import Picture

Place = tuple[int, ...]


@dataclass(frozen=True)
class WantedTier:
    """An option of a draft with its values in the order in which variants bring them up."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class VariantSteps:
    """What brings an item's models to those of a draft, in this order.

    `kept` are the models that stay, by the SKU that they shall carry, each at its place. `anew`: all models are made afresh,
    the old ones go. `reordered`: tiers and places are sent, and models that are not kept go with it. `deleted` is the one model
    that goes while the tiers stay. `changed` are rows of update_model.
    """

    anew: bool = False
    reordered: bool = False
    deleted: int = 0
    kept: Mapping[str, tuple[int, Place]] = field(default_factory=dict)
    added: tuple[VariantDraft, ...] = ()
    changed: tuple[JsonObject, ...] = ()


def tiers_of(draft: ListingDraft) -> list[WantedTier]:
    """The draft's options as tiers."""
    return [WantedTier(name, tuple(dict.fromkeys(variant.values[position] for variant in draft.variants)))
            for position, name in enumerate(draft.options)]


def places_of(draft: ListingDraft) -> dict[str, Place]:
    """Where each variant stands in the tiers, by SKU."""
    tiers = tiers_of(draft)
    return {variant.sku: tuple(tier.values.index(value) for tier, value in zip(tiers, variant.values, strict=True))
            for variant in draft.variants}


def option_pictures(draft: ListingDraft) -> dict[str, Picture]:
    """The picture of each value of the first option; none where variants have none."""
    return {variant.values[0]: variant.picture for variant in draft.variants if variant.picture}


def to_tiers(draft: ListingDraft, image_ids: Mapping[str, str]) -> list[JsonObject]:
    """The `standardise_tier_variation`; `image_ids` are those of the first option's values."""
    return [{"variation_id": 0, "variation_group_id": 0, "variation_name": tier.name, "variation_option_list": [
        {"variation_option_id": 0, "variation_option_name": value,
         **({"image_id": image_ids[value]} if position == 0 and value in image_ids else {})} for value in tier.values]}
        for position, tier in enumerate(tiers_of(draft))]


def to_models(draft: ListingDraft, variants: Sequence[VariantDraft]) -> list[JsonObject]:
    """New models with all that they are sold with."""
    places = places_of(draft)
    return [{"tier_index": list(places[v.sku]), "original_price": v.price, "seller_stock": [{"stock": v.stock}], "model_sku": v.sku,
             "weight": v.weight_g / 1000, **({"gtin_code": v.gtin} if v.gtin else {})} for v in variants]


def to_places(kept: Mapping[str, tuple[int, Place]]) -> list[JsonObject]:
    """The `model_list` of update_tier_variation."""
    return [{"model_id": model_id, "tier_index": list(place)} for model_id, place in kept.values()]


def made_models(draft: ListingDraft, made: Sequence[NewModel]) -> dict[str, int]:
    """Ids of new models by our SKU, told by their places: the answer need not repeat the SKU."""
    by_place = {model.tier_index: model.model_id for model in made}
    return {sku: by_place[place] for sku, place in places_of(draft).items() if place in by_place}


def steps_between(draft: ListingDraft, live: ModelsResponse, image_ids: Mapping[str, str]) -> VariantSteps:
    """The least that brings the models of an item to those of a draft with variants."""
    if len(live.standardise_tier_variation) != len(draft.options) or not live.model:
        return VariantSteps(anew=True)
    places, matched = places_of(draft), _matched(draft, live)
    kept = {sku: (model.model_id, places[sku]) for sku, model in matched.items()}
    going = {model.model_id for model in live.model} - {model_id for model_id, _ in kept.values()}
    moved = _tiers_differ(draft, live, image_ids) or any(model.tier_index != places[sku] for sku, model in matched.items())
    reordered = moved or len(going) > 1
    return VariantSteps(
        reordered=reordered, deleted=0 if reordered else next(iter(going), 0), kept=kept,
        added=tuple(variant for variant in draft.variants if variant.sku not in kept),
        changed=tuple(row for variant in draft.variants if variant.sku in kept and (row := _changed(variant, matched[variant.sku]))))


def grams(weight_kg: str) -> int | None:
    """A weight in kg, text in what is read; None where there is none."""
    try:
        return round(Decimal(weight_kg) * 1000)
    except InvalidOperation:
        return None


def barcode(code: str) -> str:
    """A barcode without Shopee's word for none."""
    return "" if code == facts.NO_GTIN else code


def values_at(live: ModelsResponse, place: Place) -> tuple[str, ...]:
    """The values of a model; empty where its place is outside the tiers."""
    tiers = live.standardise_tier_variation
    if len(place) != len(tiers) or any(not 0 <= at < len(t.variation_option_list) for at, t in zip(place, tiers, strict=True)):
        return ()
    return tuple(tier.variation_option_list[at].variation_option_name for at, tier in zip(place, tiers, strict=True))


def _matched(draft: ListingDraft, live: ModelsResponse) -> dict[str, Model]:
    """The model that each variant is on: the one with its SKU, else the one with its values and a SKU that nobody wants."""
    by_sku = {model.model_sku: model for model in live.model if model.model_sku}
    wanted = {variant.sku for variant in draft.variants}
    by_values = {values_at(live, model.tier_index): model for model in live.model if model.model_sku not in wanted}
    matched = {variant.sku: by_sku.get(variant.sku) or by_values.get(variant.values) for variant in draft.variants}
    return {sku: model for sku, model in matched.items() if model is not None}


def _tiers_differ(draft: ListingDraft, live: ModelsResponse, image_ids: Mapping[str, str]) -> bool:
    there = [(tier.variation_name, tuple(option.variation_option_name for option in tier.variation_option_list))
             for tier in live.standardise_tier_variation]
    first = live.standardise_tier_variation[0].variation_option_list
    pictures = {option.variation_option_name: option.image_id for option in first if option.image_id}
    return there != [(tier.name, tier.values) for tier in tiers_of(draft)] or pictures != dict(image_ids)


def _changed(variant: VariantDraft, model: Model) -> JsonObject:
    row: JsonObject = {}
    if model.model_sku != variant.sku:
        row["model_sku"] = variant.sku
    if grams(model.weight) != variant.weight_g:
        row["weight"] = variant.weight_g / 1000
    if barcode(model.gtin_code) != variant.gtin:
        row["gtin_code"] = variant.gtin or facts.NO_GTIN
    return {"model_id": model.model_id, "model_sku": variant.sku, **row} if row else {}
