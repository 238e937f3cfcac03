"""What Tiki cannot carry of a draft, told before anything is sent, and what it has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from connectors.tiki import facts
from connectors.tiki.mapper import given_attributes, market_price, sold
from connectors.tiki.refusals import DOCUMENT_MISSING
from connectors.tiki.wire import AttributeRow, DocumentRow
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.money import vnd
from ocop_market.model.product import Picture
from ocop_market.model.text import fold, tidy

TITLE_MISSING = N_("{sku} has no title. Give it one.")
TITLE_TOO_LONG = N_("The title of {sku} has {length} characters; Tiki takes {limit}. Shorten it.")
DESCRIPTION_MISSING = N_("{sku} has no description. Tiki asks for one.")
CATEGORY_MISSING = N_("{sku} has no Tiki category (a number). Choose one that takes products.")
PRICE_TOO_LOW = N_("The price of {sku} is {price}; Tiki takes {limit} and more.")
PRICE_FAR_BELOW = N_("The price of {sku} ({price}) is less than {share} % of its market price ({market}). Lower market_price.")
WEIGHT_MISSING = N_("{sku} has no parcel weight. Give it in grams.")
PARCEL_TOO_HEAVY = N_("The parcel of {sku} counts as {weight} kg (its size counts too); Tiki carries {limit} kg.")
ATTRIBUTE_MISSING = N_("Tiki asks for '{name}' of {sku} in this category. Give it under attributes, as {code}.")
PICTURE_MISSING = N_("{sku} has no picture. Tiki wants at least one of {side} × {side} pixels.")
PICTURE_WITHOUT_LINK = N_("Picture {position} of {sku} is only a file. Tiki fetches pictures itself: put it on a public address "
                          "and give the link.")
VARIANT_PICTURE_WITHOUT_LINK = N_("The picture of the variant {sku} is only a file. Tiki fetches pictures itself: put it on a "
                                  "public address and give the link.")
EXTRA_NOT_A_GROUP = N_("'{name}' of {sku} must hold names and values. Correct it under channel_extra.")
CERTIFICATE_WRONG = N_("File {position} under certificate_files of {sku} is not complete: it needs url (a public link), type "
                       "(category or brand) and document_id (a number).")
TOO_MANY_OPTIONS = N_("The variants of {sku} differ in {count} things; Tiki takes {limit}. Put the others into the values.")
TOO_MANY_VARIANTS = N_("{sku} has {count} variants; {limit} are sent to Tiki at most. Split it into several products.")
OPTION_UNKNOWN = N_("Tiki has no name '{name}' for what variants of {sku} differ in. In this category it takes: {known}.")
OPTION_EMPTY = N_("The variant {sku} must name one value for each of {names}. Give them in the list of products.")
OPTIONS_ALIKE = N_("Two variants of {sku} have the same values ({values}). Tiki wants each to differ.")
SKU_TWICE = N_("Two variants of {product} carry the SKU {sku}. Give one of them another.")
NO_WHOLESALE = N_("Tiki has no wholesale prices; those of {sku} are not sent. The single price is.")
NO_DAYS_TO_SHIP = N_("Tiki has no days to ship of a single product; the {days} days of {sku} are not sent.")
ONLY_AT_FIRST = N_("Tiki takes {names} with a new product only; what changed of it for {sku} is not sent. Change it in Seller Center.")
OPTIONS_STAY = N_("Tiki keeps the options of {sku} and their values as they were first sent; weights and pictures of variants were "
                  "sent. Change the others in Seller Center.")


def problems(draft: ListingDraft) -> list[Problem]:
    """What Tiki cannot carry of a draft. A GTIN has no place there and stays in the catalog; that stops nothing."""
    return [*_text_problems(draft), *_price_problems(draft), *_parcel_problems(draft), *_picture_problems(draft),
            *_variant_problems(draft), *_certificate_problems(draft)]


def missing_attributes(draft: ListingDraft, asked: Sequence[AttributeRow]) -> list[Problem]:
    """Required attributes that neither the draft nor the platform's defaults fill."""
    given = given_attributes(draft)
    return [Problem("attribute-missing", ATTRIBUTE_MISSING, "attributes",
                    {"sku": draft.sku, "name": row.display_name or row.code, "code": row.code})
            for row in asked if row.is_required and not row.default_value and given.get(row.code) in (None, "")]


def missing_documents(draft: ListingDraft, wanted: Sequence[DocumentRow]) -> list[Problem]:
    """Required legal documents of the category that no file under `certificate_files` stands for."""
    files = draft.channel_extra.get(facts.CERTIFICATE_FILES) or []
    sent = {str(file.get("document_id")) for file in files if isinstance(file, Mapping)}
    return [Problem("document-missing", DOCUMENT_MISSING, "certificate", {"document": row.name or row.id, "number": row.id})
            for row in wanted if row.is_required and row.type == facts.DOCUMENT_CATEGORY and row.id not in sent]


def option_labels(draft: ListingDraft, known: Sequence[str]) -> dict[str, str]:
    """Tiki's own spelling of the draft's options; empty where it tells no labels."""
    spelled = {fold(label): label for label in known if label}
    return {name: spelled[fold(name)] for name in draft.options if fold(name) in spelled}


def unknown_options(draft: ListingDraft, known: Sequence[str]) -> list[Problem]:
    """Options for which Tiki has no name in this category."""
    labels = option_labels(draft, known)
    return [Problem("option-unknown", OPTION_UNKNOWN, "options", {"sku": draft.sku, "name": name, "known": ", ".join(known)})
            for name in draft.options if any(known) and name not in labels]


def left_out(draft: ListingDraft, groups: frozenset[FieldGroup]) -> tuple[Problem, ...]:
    """What of these groups Tiki has no place for; the listing goes without it."""
    found = []
    if FieldGroup.PRICE in groups and draft.wholesale:
        found.append(Problem("no-wholesale", NO_WHOLESALE, "wholesale", {"sku": draft.sku}))
    if FieldGroup.CONTENT in groups and draft.days_to_ship is not None:
        found.append(Problem("no-days-to-ship", NO_DAYS_TO_SHIP, "days_to_ship", {"sku": draft.sku, "days": draft.days_to_ship}))
    return tuple(found)


def left_as_it_is(draft: ListingDraft, groups: frozenset[FieldGroup]) -> tuple[Problem, ...]:
    """What of these groups Tiki takes with a new product only."""
    found = []
    names = sorted(draft.channel_extra.keys() - {"attributes", "market_price"})
    if FieldGroup.CONTENT in groups and names:
        found.append(Problem("only-at-first", ONLY_AT_FIRST, "channel_extra", {"sku": draft.sku, "names": ", ".join(names)}))
    if FieldGroup.VARIANTS in groups and draft.variants:
        found.append(Problem("options-stay", OPTIONS_STAY, "options", {"sku": draft.sku}))
    return tuple(found)


def _text_problems(draft: ListingDraft) -> Iterator[Problem]:
    title = tidy(draft.title)
    if not title:
        yield Problem("title-missing", TITLE_MISSING, "title", {"sku": draft.sku})
    if len(title) > facts.TITLE_LIMIT:
        yield Problem("title-too-long", TITLE_TOO_LONG, "title",
                      {"sku": draft.sku, "length": len(title), "limit": facts.TITLE_LIMIT})
    if not tidy(draft.description):
        yield Problem("description-missing", DESCRIPTION_MISSING, "description", {"sku": draft.sku})
    if not draft.category.isdecimal():
        yield Problem("category-missing", CATEGORY_MISSING, "category", {"sku": draft.sku})
    if not isinstance(draft.channel_extra.get("attributes") or {}, dict):
        yield Problem("extra-wrong", EXTRA_NOT_A_GROUP, "channel_extra", {"sku": draft.sku, "name": "attributes"})


def _price_problems(draft: ListingDraft) -> Iterator[Problem]:
    for one in sold(draft):
        market = market_price(draft, one)
        if one.price < facts.PRICE_MINIMUM:
            yield Problem("price-too-low", PRICE_TOO_LOW, "price",
                          {"sku": one.sku, "price": vnd(one.price), "limit": vnd(facts.PRICE_MINIMUM)})
        elif one.price * 100 < market * facts.LOWEST_PRICE_SHARE:
            yield Problem("price-far-below-market-price", PRICE_FAR_BELOW, "price", {
                "sku": one.sku, "price": vnd(one.price), "share": facts.LOWEST_PRICE_SHARE, "market": vnd(market)})


def _parcel_problems(draft: ListingDraft) -> Iterator[Problem]:
    length, width, height = draft.parcel_cm
    for one in sold(draft):
        weight = max(Decimal(one.weight_g) / 1000, Decimal(length * width * height) / facts.PARCEL_DIVISOR)
        if one.weight_g <= 0:
            yield Problem("weight-missing", WEIGHT_MISSING, "weight_g", {"sku": one.sku})
        elif weight > facts.CHARGEABLE_KG_MAXIMUM:
            yield Problem("parcel-too-heavy", PARCEL_TOO_HEAVY, "weight_g",
                          {"sku": one.sku, "weight": f"{weight:.1f}", "limit": facts.CHARGEABLE_KG_MAXIMUM})


def _picture_problems(draft: ListingDraft) -> Iterator[Problem]:
    if not draft.pictures:
        yield Problem("picture-missing", PICTURE_MISSING, "pictures", {"sku": draft.sku, "side": facts.PICTURE_SIDE_MINIMUM})
    for position, picture in enumerate(draft.pictures, 1):
        if not _has_link(picture):
            yield Problem("picture-without-link", PICTURE_WITHOUT_LINK, "pictures", {"sku": draft.sku, "position": position})
    for one in draft.variants:
        if one.picture is not None and not _has_link(one.picture):
            yield Problem("picture-without-link", VARIANT_PICTURE_WITHOUT_LINK, "pictures", {"sku": one.sku})


def _variant_problems(draft: ListingDraft) -> Iterator[Problem]:
    if len(draft.options) > facts.OPTION_LIMIT:
        yield Problem("too-many-options", TOO_MANY_OPTIONS, "options",
                      {"sku": draft.sku, "count": len(draft.options), "limit": facts.OPTION_LIMIT})
    if len(draft.variants) > facts.VARIANT_LIMIT:
        yield Problem("too-many-variants", TOO_MANY_VARIANTS, "variants",
                      {"sku": draft.sku, "count": len(draft.variants), "limit": facts.VARIANT_LIMIT})
    skus: set[str] = set()
    chosen: set[tuple[str, ...]] = set()
    for one in draft.variants:
        values = tuple(tidy(value) for value in one.values)
        if len(values) != len(draft.options) or not all(values) or not draft.options:
            yield Problem("option-empty", OPTION_EMPTY, "options", {"sku": one.sku, "names": ", ".join(draft.options) or "?"})
        elif values in chosen:
            yield Problem("options-alike", OPTIONS_ALIKE, "options", {"sku": draft.sku, "values": ", ".join(values)})
        if one.sku in skus:
            yield Problem("sku-twice", SKU_TWICE, "sku", {"product": draft.sku, "sku": one.sku})
        skus.add(one.sku)
        chosen.add(values)


def _certificate_problems(draft: ListingDraft) -> Iterator[Problem]:
    files = draft.channel_extra.get(facts.CERTIFICATE_FILES)
    if files is None:
        return
    for position, file in enumerate(files if isinstance(files, list | tuple) else [files], 1):
        if not (isinstance(file, Mapping) and str(file.get("url") or "").startswith(("https://", "http://"))
                and file.get("type") in facts.DOCUMENT_TYPES and str(file.get("document_id") or "").isdecimal()):
            yield Problem("certificate-file-wrong", CERTIFICATE_WRONG, "certificate", {"sku": draft.sku, "position": position})


def _has_link(picture: Picture) -> bool:
    return picture.url.startswith(("https://", "http://"))
