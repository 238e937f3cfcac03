"""What a category asks for, filled from the account's map and from what is known of the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from unicodedata import normalize

from rapidfuzz import fuzz, process

from ocop_market.channels.api import Attribute
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.mapping.channel_map import Given, Mapped
from ocop_market.mapping.quantities import in_units, same_quantity
from ocop_market.model.product import Product
from ocop_market.model.text import fold

MISSING = N_("{name}: the category asks for '{attribute}', which is not known. Enter it under [{place}.attributes] in the file {path}, or "
             "choose another category.")
MISSING_CHOICE = N_("{name}: the category asks for '{attribute}', which is not known. Enter one of these under [{place}.attributes] in the "
                    "file {path}: {choices}.")
NOT_ASKED = N_("The category of {name} has no attribute '{attribute}', which stands under [{place}] in the file {path}. The platform may "
               "have renamed it; it has: {choices}. Put the name right, or take the line out.")
NOT_A_CHOICE = N_("{name}: '{attribute}' cannot be '{value}', as [{place}] in the file {path} says. Allowed: {choices}.")
NO_UNIT = N_("{name}: '{attribute}' is '{value}' under [{place}] in the file {path}, which has no unit that the platform takes. Units: "
             "{choices}.")
SHOWN = 8
"""Choices that a sentence names."""

FILLERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("product weight kg", "weight kg"), "weight_kg"),
    (("khoi luong", "trong luong", "net weight"), "weight"),
    (("dung tich", "the tich", "dinh luong", "net content", "volume"), "net_content"),
    (("require expiry date", "co han su dung"), "has_expiry"),
    (("han su dung", "thoi han su dung", "thoi han bao quan", "shelf life", "expiry", "expiry time"), "shelf_life"),
    (("bulky", "hang cong kenh", "warranty applied", "bao hanh"), "no"),
    (("xuat xu", "origin", "brand country", "nuoc san xuat", "made in"), "origin"),
    (("top features", "dac diem noi bat"), "features"),
    (("product height", "chieu cao"), "parcel_height"),
    (("product width", "chieu rong"), "parcel_width"),
    (("product length", "chieu dai"), "parcel_length"),
    (("dia chi",), "address"),
    (("nha san xuat", "manufacturer", "don vi san xuat", "to chuc chiu trach nhiem", "producer"), "producer"),
    (("tinh thanh", "tinh", "province", "vung mien"), "province"),
    (("thanh phan dinh duong", "gia tri dinh duong", "nutrition"), "nutrition"),
    (("thanh phan", "nguyen lieu", "ingredients", "ingredient"), "ingredients"),
    (("huong dan su dung", "cach su dung", "cach dung", "usage"), "use"),
    (("bao quan", "storage"), "storage"),
    (("canh bao", "warning"), "warning"),
    (("chat lieu", "vat lieu", "material"), "material"),
    (("nong do con", "do con", "alcohol"), "alcohol"),
)
"""Words of an attribute's id or name (folded) and the fact that fills it; the first that matches counts."""

BRAND_WORDS = ("thuong hieu", "brand")
"""Brand is a field of its own in a draft, so a brand attribute is left to the connector."""


def fill_attributes(product: Product, facts: Mapping[str, str], attributes: Sequence[Attribute], mapped: Mapped,
                    ) -> tuple[dict[str, str], list[Problem]]:
    """Values by attribute id for all that can be filled, and what keeps the others from being so, each with what to do.

    What the map gives goes before the facts that are known of the product. A number that no attribute has for its id is passed on: some
    platforms ask for more under a chosen value, which only their connector knows.
    """
    values: dict[str, str] = {}
    problems: list[Problem] = []
    given, strays = _by_attribute(attributes, mapped)
    facts = {**facts, "has_expiry": "1" if product.shelf_life_days else "0", "no": "0"}
    for attribute in attributes:
        told = given.get(attribute.id)
        if told is not None:
            value = fitting(told.value, attribute)
            if value:
                values[attribute.id] = value
            else:
                problems.append(_unfit(product, attribute, told, mapped))
        elif fold(attribute.name) in BRAND_WORDS or fold(attribute.id) in BRAND_WORDS:
            continue
        elif value := fitting(facts.get(_fact_for(attribute.id, attribute.name), ""), attribute):
            values[attribute.id] = value
        elif attribute.required:
            problems.append(_missing(product, attribute, mapped))
    for stray in strays:
        if stray.key.isdecimal():
            values[stray.key] = normalize("NFC", stray.value)
        elif stray.meant:
            problems.append(_unknown(product, attributes, stray, mapped))
    return values, problems


def fitting(text: str, attribute: Attribute) -> str:
    """A value as the attribute takes it: the platform's spelling of a choice, a unit that it knows; empty when it does not fit."""
    value = normalize("NFC", text).strip()
    if not value or value in attribute.choices.values():
        return value
    choices = {_plain(choice): choice for choice in attribute.choices.values()}
    parts = [value] if _plain(value) in choices else [part.strip() for part in value.split(";") if part.strip()]
    chosen = [choices.get(_plain(part)) or attribute.choices.get(part) or _choice_by_quantity(part, choices) for part in parts]
    if attribute.choices and all(chosen):
        return "; ".join(filter(None, chosen))
    if attribute.choices and not attribute.free_text:
        return ""
    return in_units(value, attribute.units) if attribute.units else value


def _choice_by_quantity(part: str, choices: dict[str, str]) -> str | None:
    """`0,5 kg` is the choice `500g`."""
    return next((choice for choice in choices.values() if same_quantity(part, choice)), None)


def _plain(text: str) -> str:
    """For comparing choices: `200g` is `200 g`."""
    return fold(text).replace(" ", "") or text


@lru_cache(maxsize=4096)
def _fact_for(attribute_id: str, name: str) -> str:
    words = f" {fold(attribute_id)} {fold(name)} "
    return next((fact for keys, fact in FILLERS if any(f" {key} " in words for key in keys)), "")


def _by_attribute(attributes: Sequence[Attribute], mapped: Mapped) -> tuple[dict[str, Given], list[Given]]:
    """What the map gives, by attribute id, the nearest last; and what belongs to no attribute of the category."""
    ids = {fold(attribute.name): attribute.id for attribute in attributes} | {fold(attribute.id): attribute.id for attribute in attributes}
    found: dict[str, Given] = {}
    strays = []
    for given in mapped.attributes:
        if (known := ids.get(fold(given.key))) is not None:
            found[known] = given
        elif attributes:
            strays.append(given)
    return found, strays


def _missing(product: Product, attribute: Attribute, mapped: Mapped) -> Problem:
    message = MISSING_CHOICE if attribute.choices else MISSING
    return Problem("attribute-missing", message, f"attribute:{attribute.id}", {
        "name": product.name, "attribute": attribute.name, "place": mapped.place, "path": mapped.path, "choices": _choices(attribute)})


def _unfit(product: Product, attribute: Attribute, given: Given, mapped: Mapped) -> Problem:
    closed = attribute.choices and not attribute.free_text
    code, message = ("attribute-not-a-choice", NOT_A_CHOICE) if closed else ("attribute-without-unit", NO_UNIT)
    return Problem(code, message, f"attribute:{attribute.id}", {
        "name": product.name, "attribute": attribute.name, "value": given.value, "place": _under(given), "path": mapped.path,
        "choices": _choices(attribute) if closed else ", ".join(attribute.units)})


def _unknown(product: Product, attributes: Sequence[Attribute], given: Given, mapped: Mapped) -> Problem:
    """Names the attributes of the category, those that are written most alike first."""
    names = [attribute.name for attribute in attributes]
    alike = process.extract(fold(given.key), [fold(name) for name in names], scorer=fuzz.WRatio, limit=SHOWN)
    return Problem("attribute-not-asked", NOT_ASKED, "attributes", {
        "name": product.name, "attribute": given.key, "place": _under(given), "path": mapped.path,
        "choices": "; ".join(names[index] for _, _, index in alike)})


def _under(given: Given) -> str:
    return f"{given.place}.attributes".lstrip(".")


def _choices(attribute: Attribute) -> str:
    named = list(attribute.choices.values())
    return "; ".join(named[:SHOWN]) + ("; …" if len(named) > SHOWN else "")
