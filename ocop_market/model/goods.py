"""Kinds of goods as far as the law asks different things of them; a scoring set belongs to one of them."""

from __future__ import annotations

from enum import StrEnum


class GoodsKind(StrEnum):
    """What the papers, the texts and the channels of a product depend on."""

    FRESH_FOOD = "fresh-food"
    RAW_FOOD = "raw-food"
    """Rice, cereals, honey and other farm foods that are cleaned and packed only."""
    PROCESSED_FOOD = "processed-food"
    """Also tea, coffee, cocoa, seasonings, bottled water and soft drinks."""
    ALCOHOL = "alcohol"
    HEALTH_FOOD = "health-food"
    MEDICINE = "medicine"
    COSMETIC = "cosmetic"
    HERBAL = "herbal"
    """Essential oils and other medicinal plants: food, cosmetic or chemical, by the use that the label gives."""
    CRAFT = "craft"
    PLANT = "plant"
    ANIMAL = "animal"
    TOURISM = "tourism"
    UNKNOWN = "unknown"
