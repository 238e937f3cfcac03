"""What Shopee would refuse of a draft, found without it: texts, figures, pictures, variants, wholesale, days to ship.

By the category's limits where they are known; picture files are looked at, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from connectors.shopee import facts
from connectors.shopee.variants import tiers_of
from connectors.shopee.wire_items import ItemLimits, Range
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture

TITLE_LONG = N_("The title of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
TITLE_SHORT = N_("The title of {sku} has {length} characters; Shopee wants at least {limit}. Lengthen it.")
DESCRIPTION_LONG = N_("The description of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
DESCRIPTION_SHORT = N_("The description of {sku} has {length} characters; Shopee wants at least {limit}. Lengthen it.")
HASHTAGS = N_("The description of {sku} has {count} hashtags; Shopee takes {limit}. Remove some.")
PRICE_LOW = N_("The price of {sku} is {price} đồng; Shopee takes at least {limit}. Raise it.")
PRICE_HIGH = N_("The price of {sku} is {price} đồng; Shopee takes at most {limit}. Lower it.")
STOCK_HIGH = N_("The stock of {sku} is {stock}; Shopee takes at most {limit}. Lower it.")
NO_CATEGORY = N_("{sku} has no Shopee category. Choose one in the category map.")
NO_WEIGHT = N_("{sku} has no weight. Shopee needs the weight of the parcel in grams.")
NO_PARCEL = N_("The parcel of {sku} needs length, width and height in whole centimetres.")
SKU_LONG = N_("The SKU {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
GTIN = N_("The barcode of {sku} is not a GTIN: it has 8 to 14 digits, the last of which checks the others. Correct it or leave "
          "it out.")
GTIN_MISSING = N_("Shopee wants a barcode for {sku} in this category. Add the GTIN.")
NO_PICTURE = N_("{sku} has no picture. Shopee needs at least {limit}.")
PICTURES_MANY = N_("{sku} has {count} pictures; Shopee takes {limit}. Remove some.")
PICTURE_LINK = N_("A picture of {sku} is only a link; Shopee takes files. Save the picture on this computer and name its path.")
PICTURE_GONE = N_("The picture {path} of {sku} is not there. Correct its path.")
PICTURE_KIND = N_("The picture {path} of {sku} is not JPG or PNG. Convert it.")
PICTURE_BIG = N_("The picture {path} of {sku} is larger than {limit} MB. Make it smaller.")
DAYS = N_("{sku} is to be shipped in {days} days; in this category Shopee takes {usual}, or {least} to {most} for goods made to order. "
          "Change its days to ship.")
DAYS_USUAL = N_("{sku} is to be shipped in {days} days; Shopee takes no goods made to order in this category, only {usual} days. "
                "Leave its days to ship out.")
OPTIONS_MANY = N_("{sku} has {count} options; Shopee takes {limit}. Put two options together into one.")
VARIANTS_MANY = N_("{sku} has {count} variants; Shopee takes {limit}. Make two products of it.")
VALUES_MANY = N_("Option {option} of {sku} has {count} values; Shopee takes {limit}. Make two products of it.")
OPTION_LONG = N_("The option {option} of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
VALUE_LONG = N_("The value {value} of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
OPTIONS_SAME = N_("Two options of {sku} have the same name, or two variants the same values. Make them differ.")
SPREAD = N_("The dearest variant of {sku} costs {dearest} đồng, the cheapest {cheapest}; Shopee takes at most {limit} times as much. "
            "Make two products of it.")
PICTURES_PARTLY = N_("Some values of {option} have a picture and some have none for {sku}; Shopee takes pictures for all or none.")
PICTURES_DIFFER = N_("Variants of {sku} with the same value {value} have different pictures; Shopee has one picture a value.")
WHOLESALE_MANY = N_("{sku} has {count} wholesale prices; Shopee takes {limit}. Remove some.")
WHOLESALE_FIRST = N_("A wholesale price of {sku} begins at {count} pieces; on Shopee it begins at {limit} or more. Change it.")
WHOLESALE_HIGH = N_("The wholesale price {price} of {sku} is not below its price of {limit} đồng. Lower it, or leave it out.")
WHOLESALE_LOW = N_("The wholesale price {price} of {sku} is below {percent} % of its price; Shopee takes no less. Raise it.")
WHOLESALE_VARIANTS = N_("{sku} has wholesale prices, but its variants cost different amounts, which Shopee does not take together. "
                        "Leave the wholesale prices out, or give all variants one price.")

_GROUPS = {"pictures": FieldGroup.MEDIA, "price": FieldGroup.PRICE, "wholesale": FieldGroup.PRICE, "stock": FieldGroup.STOCK,
           "variants": FieldGroup.VARIANTS}

SAMPLE_LIMITS = ItemLimits(
    stock_limit=Range(max_limit=Decimal(facts.STOCK_MAXIMUM)),
    item_name_length_limit=Range(min_limit=Decimal(facts.TITLE_MINIMUM), max_limit=Decimal(facts.TITLE_LIMIT)),
    item_image_count_limit=Range(min_limit=Decimal(1), max_limit=Decimal(facts.PICTURE_LIMIT)),
    item_description_length_limit=Range(
        min_limit=Decimal(facts.DESCRIPTION_MINIMUM), max_limit=Decimal(facts.DESCRIPTION_LIMIT)),
    wholesale_price_threshold_percentage=Range(min_limit=Decimal(facts.WHOLESALE_PERCENT)),
    tier_variation_name_length_limit=Range(max_limit=Decimal(facts.TIER_NAME_LENGTH)),
    tier_variation_option_length_limit=Range(max_limit=Decimal(facts.OPTION_LENGTH)),
)
"""The published sample's limits, for when a category's own are not known yet (unverified for Viet Nam)."""


def find_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    """What Shopee would refuse of a draft, as far as limits and files tell."""
    return [*_text_problems(draft, limits), *_figure_problems(draft, limits), *_days_problems(draft, limits),
            *_wholesale_problems(draft, limits), *_picture_problems(draft, limits), *_variant_problems(draft, limits)]


def group_of(problem: Problem) -> FieldGroup:
    """The field group that a problem's field goes with."""
    return _GROUPS.get(problem.field, FieldGroup.CONTENT)


def only_of(groups: frozenset[FieldGroup], problems: Sequence[Problem]) -> list[Problem]:
    """The problems of fields that these groups send; a picture file gone since does not stop a change of price."""
    return [problem for problem in problems if group_of(problem) in groups]


def _text_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    found = [
        *_length_problems(draft.sku, "title", draft.title, limits.item_name_length_limit, TITLE_SHORT, TITLE_LONG),
        *_length_problems(draft.sku, "description", draft.description, limits.item_description_length_limit,
                          DESCRIPTION_SHORT, DESCRIPTION_LONG),
    ]
    if (count := draft.description.count("#")) > facts.HASHTAG_LIMIT:
        found.append(_problem(draft, "too-many-hashtags", HASHTAGS, "description", count=count, limit=facts.HASHTAG_LIMIT))
    if len(draft.sku) > facts.MODEL_SKU_LIMIT:
        found.append(_problem(draft, "sku-too-long", SKU_LONG, "sku", length=len(draft.sku), limit=facts.MODEL_SKU_LIMIT))
    if not draft.category.isdigit():
        found.append(_problem(draft, "category-missing", NO_CATEGORY, "category"))
    return found


def _length_problems(sku: str, field: str, text: str, bounds: Range, short: str, long: str) -> list[Problem]:
    values = {"sku": sku, "length": len(text)}
    if bounds.min_limit is not None and len(text) < bounds.min_limit:
        return [Problem(f"{field}-too-short", short, field, {**values, "limit": bounds.min_limit})]
    if bounds.max_limit and len(text) > bounds.max_limit:
        return [Problem(f"{field}-too-long", long, field, {**values, "limit": bounds.max_limit})]
    return []


def _figure_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    found = []
    price, stock = limits.price_limit, limits.stock_limit
    for sku, amount, pieces in _sold(draft):
        if amount < (price.min_limit or 1):
            found.append(_problem(draft, "price-too-low", PRICE_LOW, "price", sku=sku, price=amount, limit=price.min_limit or 1))
        if price.max_limit and amount > price.max_limit:
            found.append(_problem(draft, "price-too-high", PRICE_HIGH, "price", sku=sku, price=amount, limit=price.max_limit))
        if stock.max_limit and pieces > stock.max_limit:
            found.append(_problem(draft, "stock-too-high", STOCK_HIGH, "stock", sku=sku, stock=pieces, limit=stock.max_limit))
    if draft.weight_g <= 0:
        found.append(_problem(draft, "weight-missing", NO_WEIGHT, "weight_g"))
    found += [_problem(draft, "weight-missing", NO_WEIGHT, "variants", sku=v.sku) for v in draft.variants if v.weight_g <= 0]
    if min(draft.parcel_cm) <= 0:
        found.append(_problem(draft, "parcel-missing", NO_PARCEL, "parcel_cm"))
    if draft.gtin and not _is_gtin(draft.gtin):
        found.append(_problem(draft, "gtin-malformed", GTIN, "gtin"))
    found += [_problem(draft, "gtin-malformed", GTIN, "variants", sku=v.sku) for v in draft.variants if v.gtin and not _is_gtin(v.gtin)]
    bare = not draft.gtin and not (draft.variants and all(v.gtin for v in draft.variants))
    if bare and limits.gtin_limit.gtin_validation_rule == facts.GTIN_MANDATORY:
        found.append(_problem(draft, "gtin-missing", GTIN_MISSING, "gtin"))
    return found


def _sold(draft: ListingDraft) -> list[tuple[str, int, int]]:
    """SKU, price and stock of each variant, or of the listing itself."""
    return [(v.sku, v.price, v.stock) for v in draft.variants] or [(draft.sku, draft.price, draft.stock)]


def _days_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    allowed = limits.dts_limit
    days, usual = draft.days_to_ship, allowed.non_pre_order_days_to_ship
    if not days or not usual or days <= usual:
        return []
    least, most = allowed.days_to_ship_limit.min_limit or 0, allowed.days_to_ship_limit.max_limit or 0
    if most <= 0:  # GUIDE get_item_limit, 2026-08: -1 where the category takes no goods made to order
        return [_problem(draft, "days-to-ship", DAYS_USUAL, "days_to_ship", days=days, usual=usual)]
    if not least <= days <= most:
        return [_problem(draft, "days-to-ship", DAYS, "days_to_ship", days=days, usual=usual, least=least, most=most)]
    return []


def _wholesale_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    steps, found = draft.wholesale, []
    if len(steps) > facts.WHOLESALE_STEPS:
        found.append(_problem(draft, "wholesale-too-many", WHOLESALE_MANY, "wholesale", count=len(steps), limit=facts.WHOLESALE_STEPS))
    if steps and len({v.price for v in draft.variants}) > 1:
        found.append(_problem(draft, "wholesale-with-variants", WHOLESALE_VARIANTS, "wholesale"))
    percent = limits.wholesale_price_threshold_percentage.min_limit or 0
    for step in steps:
        if step.from_quantity < facts.WHOLESALE_FIRST:
            found.append(_problem(draft, "wholesale-first", WHOLESALE_FIRST, "wholesale", count=step.from_quantity,
                                  limit=facts.WHOLESALE_FIRST))
        if step.price >= draft.price:
            found.append(_problem(draft, "wholesale-too-high", WHOLESALE_HIGH, "wholesale", price=step.price, limit=draft.price))
        elif step.price * 100 < draft.price * percent:
            found.append(_problem(draft, "wholesale-too-low", WHOLESALE_LOW, "wholesale", price=step.price, percent=percent))
    return found


def _variant_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    if not draft.variants:
        return []
    found = []
    if len(draft.options) > facts.TIERS:
        found.append(_problem(draft, "too-many-options", OPTIONS_MANY, "variants", count=len(draft.options), limit=facts.TIERS))
    if len(draft.variants) > facts.MODELS:
        found.append(_problem(draft, "too-many-variants", VARIANTS_MANY, "variants", count=len(draft.variants), limit=facts.MODELS))
    if len(set(draft.options)) < len(draft.options) or len({v.values for v in draft.variants}) < len(draft.variants):
        found.append(_problem(draft, "variants-alike", OPTIONS_SAME, "variants"))
    prices = [v.price for v in draft.variants]
    if max(prices) > facts.PRICE_SPREAD * min(prices) > 0:
        found.append(_problem(draft, "price-spread", SPREAD, "price", dearest=max(prices), cheapest=min(prices),
                              limit=facts.PRICE_SPREAD))
    found += [_problem(draft, "sku-too-long", SKU_LONG, "variants", sku=v.sku, length=len(v.sku), limit=facts.MODEL_SKU_LIMIT)
              for v in draft.variants if len(v.sku) > facts.MODEL_SKU_LIMIT]
    return [*found, *_tier_problems(draft, limits), *_option_picture_problems(draft)]


def _tier_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    found = []
    name_limit = limits.tier_variation_name_length_limit.max_limit or facts.TIER_NAME_LENGTH
    value_limit = limits.tier_variation_option_length_limit.max_limit or facts.OPTION_LENGTH
    for tier in tiers_of(draft):
        if len(tier.name) > name_limit:
            found.append(_problem(draft, "option-too-long", OPTION_LONG, "variants", option=tier.name, length=len(tier.name),
                                  limit=name_limit))
        if len(tier.values) > facts.TIER_OPTIONS:
            found.append(_problem(draft, "too-many-values", VALUES_MANY, "variants", option=tier.name, count=len(tier.values),
                                  limit=facts.TIER_OPTIONS))
        found += [_problem(draft, "value-too-long", VALUE_LONG, "variants", value=value, length=len(value), limit=value_limit)
                  for value in tier.values if len(value) > value_limit]
    return found


def _option_picture_problems(draft: ListingDraft) -> list[Problem]:
    """REF init_tier_variation, 2026-08: pictures stand at the values of the first option, at all of them or at none."""
    found = [problem for v in draft.variants if v.picture for problem in _file_problems(draft, v.picture)]
    shown: dict[str, set[Picture | None]] = {}
    for variant in draft.variants:
        shown.setdefault(variant.values[0], set()).add(variant.picture)
    found += [_problem(draft, "variant-pictures-differ", PICTURES_DIFFER, "variants", value=value)
              for value, pictures in shown.items() if len(pictures) > 1]
    if 0 < sum(pictures != {None} for pictures in shown.values()) < len(shown):
        found.append(_problem(draft, "variant-pictures-partly", PICTURES_PARTLY, "variants", option=draft.options[0]))
    return found


def _is_gtin(text: str) -> bool:
    """REF add_item, 2026-08: 8 to 14 digits with GS1's check digit, counted from the right with weights 3 and 1."""
    if not (text.isdecimal() and text.isascii() and facts.GTIN_DIGITS[0] <= len(text) <= facts.GTIN_DIGITS[1]):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighted % 10 == 0


def _picture_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    bounds = limits.item_image_count_limit
    found = [problem for picture in draft.pictures for problem in _file_problems(draft, picture)]
    if len(draft.pictures) < max(1, bounds.min_limit or 1):
        found.append(_problem(draft, "picture-missing", NO_PICTURE, "pictures", limit=max(1, bounds.min_limit or 1)))
    if bounds.max_limit and len(draft.pictures) > bounds.max_limit:
        found.append(_problem(draft, "too-many-pictures", PICTURES_MANY, "pictures", count=len(draft.pictures),
                              limit=bounds.max_limit))
    return found


def _file_problems(draft: ListingDraft, picture: Picture) -> list[Problem]:
    if not picture.path:
        return [_problem(draft, "picture-only-link", PICTURE_LINK, "pictures")]
    path = Path(picture.path)
    if not path.is_file():
        return [_problem(draft, "picture-not-found", PICTURE_GONE, "pictures", path=path.name)]
    if path.suffix.lower() not in facts.IMAGE_SUFFIXES:
        return [_problem(draft, "picture-kind", PICTURE_KIND, "pictures", path=path.name)]
    if path.stat().st_size > facts.IMAGE_BYTES:
        return [_problem(draft, "picture-too-large", PICTURE_BIG, "pictures", path=path.name,
                         limit=facts.IMAGE_BYTES // 1024 // 1024)]
    return []


def _problem(draft: ListingDraft, code: str, message: str, field: str, **values: object) -> Problem:
    return Problem(code, message, field, {"sku": draft.sku, **values})
