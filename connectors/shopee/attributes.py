"""A draft's attributes, which are plain texts, as the values that Shopee's attribute tree asks for; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from connectors.shopee import facts
from connectors.shopee.wire_items import AttributeInfo, AttributeNode, AttributeValue
from connectors.shopee.wire_listing import ItemAttribute
from ocop_market.channels.api import Attribute
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.model.listing import JsonObject
from ocop_market.model.text import fold, tidy

MISSING = N_("{sku} has no value for {attribute}, which Shopee asks for in this category. Add it to the category map.")
NOT_ASKED = N_("{sku} gives attribute {attribute}, which Shopee does not have in this category. Take it out of the category map.")
NOT_LISTED = N_("Shopee does not know the value {value} of {attribute} for {sku}. Use one of: {choices}.")
NO_UNIT = N_("The value {value} of {attribute} for {sku} needs a unit. Use one of: {choices}.")
NOT_A_NUMBER = N_("The value {value} of {attribute} for {sku} must be a plain number, without a dot between "
                  "thousands. Correct the category map.")
NOT_A_DATE = N_("The value {value} of {attribute} for {sku} must be a date like {example}. Correct the category map.")
TOO_MANY = N_("{sku} gives {count} values for {attribute}; Shopee takes {limit}. Remove some.")

_QUANTITY = re.compile(r"([0-9][0-9.,]*)\s*(\D*)")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_CHOICES_SHOWN = 8
NOON = 12
"""Hour of the dates sent: the same day in Viet Nam, in Singapore and in UTC, whichever Shopee reads them in (unverified)."""


class Faulty(Exception):  # noqa: N818  (carries a problem, goes no further than this module)
    """A value that cannot be sent."""

    def __init__(self, message: str, code: str, **values: object) -> None:
        self.message, self.code, self.values = message, code, values
        super().__init__(code)


def to_attributes(tree: Sequence[AttributeNode]) -> list[Attribute]:
    """What a category asks for at its top level; what hangs under a chosen value follows from that value."""
    return [
        Attribute(
            id=str(node.attribute_id), name=node.name, required=node.mandatory,
            choices={str(value.value_id): _shown(value) for value in node.attribute_value_list},
            free_text=node.attribute_info.input_type in facts.INPUTS_WITH_OWN_TEXT,
            units=node.attribute_info.attribute_unit_list,
        )
        for node in tree
    ]


def to_attribute_list(tree: Sequence[AttributeNode], texts: Mapping[str, str], sku: str,
                      ) -> tuple[list[JsonObject], list[Problem]]:
    """The `attribute_list` for texts by attribute id, and what is wrong with them.

    Several values are separated by semicolons; dates are `31/12/2026`, `12/2026` or ISO. REF add_item, 2026-08: a listed
    value goes by its id, own text with id 0, a date as Unix seconds in text.
    """
    rows: list[JsonObject] = []
    problems: list[Problem] = []
    asked = set()
    for node in _reached(tree, texts):
        asked.add(str(node.attribute_id))
        text = tidy(texts.get(str(node.attribute_id), ""))
        if not text:
            if node.mandatory:
                problems.append(_problem("attribute-missing", MISSING, node, sku))
            continue
        try:
            rows.append({"attribute_id": node.attribute_id, "attribute_value_list": _values(node, text)})
        except Faulty as fault:
            problems.append(_problem(fault.code, fault.message, node, sku, **fault.values))
    problems.extend(Problem("attribute-not-asked", NOT_ASKED, "attributes", {"sku": sku, "attribute": stray})
                    for stray in sorted(set(texts) - asked) if tidy(texts[stray]))
    return rows, problems


def to_texts(tree: Sequence[AttributeNode], given: Sequence[ItemAttribute]) -> dict[str, str]:
    """An item's attributes as the texts of a draft: listed values in the tree's words, numbers with their unit, dates as 31/12/2026.

    Several values are joined by semicolons in their order. REF get_item_base_info, 2026-08: dates read back formatted.
    """
    names = {(node.attribute_id, value.value_id): _shown(value) for node in _all_nodes(tree) for value in node.attribute_value_list}
    return {str(row.attribute_id): "; ".join(
        names.get((row.attribute_id, value.value_id)) or f"{value.original_value_name} {value.value_unit}".strip()
        for value in row.attribute_value_list) for row in given if row.attribute_value_list}


def _all_nodes(tree: Sequence[AttributeNode]) -> Iterator[AttributeNode]:
    for node in tree:
        yield node
        for value in node.attribute_value_list:
            yield from _all_nodes(value.child_attribute_list)


def _reached(tree: Sequence[AttributeNode], texts: Mapping[str, str]) -> Iterator[AttributeNode]:
    """All attributes that may be given: those at the top, and those under the values that the texts choose."""
    for node in tree:
        yield node
        for part in _parts(node.attribute_info, tidy(texts.get(str(node.attribute_id), ""))):
            if (value := _listed(node, part)) is not None:
                yield from _reached(value.child_attribute_list, texts)


def _parts(info: AttributeInfo, text: str) -> list[str]:
    if info.input_type in facts.INPUTS_WITH_MANY_VALUES:
        return [part.strip() for part in text.split(";") if part.strip()]
    return [text] if text else []


def _values(node: AttributeNode, text: str) -> list[JsonObject]:
    info = node.attribute_info
    parts = _parts(info, text)
    if info.max_value_count and len(parts) > info.max_value_count:
        raise Faulty(TOO_MANY, "attribute-values-too-many", count=len(parts), limit=info.max_value_count)
    return [_value(node, part) for part in parts]


def _value(node: AttributeNode, text: str) -> JsonObject:
    info = node.attribute_info
    if (listed := _listed(node, text)) is not None:
        return {"value_id": listed.value_id}
    if info.input_type not in facts.INPUTS_WITH_OWN_TEXT:
        choices = "; ".join(_shown(value) for value in node.attribute_value_list[:_CHOICES_SHOWN])
        raise Faulty(NOT_LISTED, "attribute-value-not-listed", value=text, choices=choices)
    if info.format_type == facts.FORMAT_WITH_UNIT:
        number, unit = _quantity(info, text)
        return {"value_id": 0, "original_value_name": number, "value_unit": unit}
    if info.input_validation_type == facts.VALIDATE_DATE:
        return {"value_id": 0, "original_value_name": str(_unix_date(info, text))}
    if info.input_validation_type in (facts.VALIDATE_INT, facts.VALIDATE_FLOAT):
        return {"value_id": 0, "original_value_name": _number(info, text)}
    return {"value_id": 0, "original_value_name": text}


def _listed(node: AttributeNode, text: str) -> AttributeValue | None:
    wanted = fold(text)
    return next((value for value in node.attribute_value_list if wanted in (fold(value.name), fold(_shown(value)))), None)


def _shown(value: AttributeValue) -> str:
    return f"{value.name} {value.value_unit}".strip()


def _quantity(info: AttributeInfo, text: str) -> tuple[str, str]:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise Faulty(NOT_A_NUMBER, "attribute-not-a-number", value=text)
    unit = match[2].strip()
    known = {fold(name): name for name in info.attribute_unit_list}
    if not unit and len(known) == 1:
        unit = info.attribute_unit_list[0]
    if fold(unit) not in known:
        raise Faulty(NO_UNIT, "attribute-without-unit", value=text, choices="; ".join(info.attribute_unit_list))
    return _number(info, match[1]), known[fold(unit)]


def _number(info: AttributeInfo, text: str) -> str:
    if _THOUSANDS.fullmatch(text):  # `1.000` is a thousand in Viet Nam and one elsewhere
        raise Faulty(NOT_A_NUMBER, "attribute-not-a-number", value=text)
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Faulty(NOT_A_NUMBER, "attribute-not-a-number", value=text) from None
    if info.input_validation_type == facts.VALIDATE_INT and number != number.to_integral_value():
        raise Faulty(NOT_A_NUMBER, "attribute-not-a-number", value=text)
    return f"{number.normalize():f}"


def _unix_date(info: AttributeInfo, text: str) -> int:
    by_month = info.date_format_type == facts.DATE_MONTH
    for form in ("%m/%Y", "%Y-%m", "%d/%m/%Y", "%Y-%m-%d") if by_month else ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return int(datetime.strptime(text, form).replace(hour=NOON, tzinfo=VIETNAM).timestamp())
        except ValueError:
            continue
    raise Faulty(NOT_A_DATE, "attribute-not-a-date", value=text, example="12/2026" if by_month else "31/12/2026")


def _problem(code: str, message: str, node: AttributeNode, sku: str, **values: object) -> Problem:
    return Problem(code, message, "attributes", {"sku": sku, "attribute": node.name, **values})
