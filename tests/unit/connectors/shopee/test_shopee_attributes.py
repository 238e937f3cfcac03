"""Plain texts as attribute values."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.shopee.attributes import to_attribute_list, to_attributes
from connectors.shopee.wire_items import AttributeNode


def node(number: int = 1, *, kind: int = 3, values: list[dict[str, Any]] | None = None, mandatory: bool = False,
         **info: Any) -> AttributeNode:
    return AttributeNode.model_validate({
        "attribute_id": number, "name": f"Attribute {number}", "mandatory": mandatory, "attribute_value_list": values,
        "attribute_info": {"input_type": kind, **info}})


ORIGIN = [{"value_id": 11, "name": "Việt Nam"}, {"value_id": 12, "name": "Khác"}]
WEIGHT = {"kind": 3, "format_type": 2, "attribute_unit_list": ["g", "kg"], "input_validation_type": 3}


def values(tree: list[AttributeNode], **texts: str) -> Any:
    rows, problems = to_attribute_list(tree, {name.strip("_"): text for name, text in texts.items()}, "OCOP-1")
    assert problems == []
    return [row["attribute_value_list"] for row in rows]


def problem_codes(tree: list[AttributeNode], **texts: str) -> list[str]:
    _, problems = to_attribute_list(tree, {name.strip("_"): text for name, text in texts.items()}, "OCOP-1")
    assert all("OCOP-1" in problem.sentence("en") for problem in problems)
    return [problem.code for problem in problems]


def test_a_listed_value_goes_by_its_id_whatever_its_marks() -> None:
    assert values([node(kind=1, values=ORIGIN)], _1="viet nam") == [[{"value_id": 11}]]


def test_own_text_goes_with_id_zero() -> None:
    assert values([node(kind=2, values=ORIGIN)], _1="Lào Cai") == [[{"value_id": 0, "original_value_name": "Lào Cai"}]]


def test_a_pure_choice_takes_no_own_text() -> None:
    assert problem_codes([node(kind=1, values=ORIGIN)], _1="Lào Cai") == ["attribute-value-not-listed"]


@pytest.mark.parametrize(("text", "number", "unit"), [
    ("500 g", "500", "g"), ("500g", "500", "g"), ("0,5 KG", "0.5", "kg"), ("1.25 kg", "1.25", "kg"),
])
def test_a_quantity_is_taken_apart(text: str, number: str, unit: str) -> None:
    assert values([node(**WEIGHT)], _1=text) == [[{"value_id": 0, "original_value_name": number, "value_unit": unit}]]


def test_a_listed_quantity_goes_by_its_id() -> None:
    listed = [{"value_id": 21, "name": "500", "value_unit": "g"}]

    assert values([node(values=listed, **WEIGHT)], _1="500 g") == [[{"value_id": 21}]]


@pytest.mark.parametrize(("text", "code"), [
    ("500", "attribute-without-unit"), ("500 lít", "attribute-without-unit"), ("nhiều", "attribute-not-a-number"),
    ("1.000 g", "attribute-not-a-number"),
])
def test_a_doubtful_quantity_is_refused(text: str, code: str) -> None:
    assert problem_codes([node(**WEIGHT)], _1=text) == [code]


@pytest.mark.parametrize(("kind", "text", "code"), [
    (1, "12,5", "attribute-not-a-number"), (3, "1,2,3", "attribute-not-a-number"), (3, "mười", "attribute-not-a-number"),
])
def test_a_number_must_be_one(kind: int, text: str, code: str) -> None:
    assert problem_codes([node(kind=3, input_validation_type=kind)], _1=text) == [code]


def test_a_number_loses_its_comma_and_its_zeros() -> None:
    assert values([node(kind=3, input_validation_type=3)], _1="12,50") == [[{"value_id": 0, "original_value_name": "12.5"}]]


def test_the_only_unit_need_not_be_named() -> None:
    tree = [node(kind=3, format_type=2, attribute_unit_list=["ml"], input_validation_type=1)]

    assert values(tree, _1="330") == [[{"value_id": 0, "original_value_name": "330", "value_unit": "ml"}]]


@pytest.mark.parametrize(("form", "text", "unix"), [
    (0, "31/12/2026", "1798693200"), (0, "2026-12-31", "1798693200"), (1, "12/2026", "1796101200"),
])
def test_dates_are_unix_seconds_of_noon_in_viet_nam(form: int, text: str, unix: str) -> None:
    tree = [node(kind=3, input_validation_type=4, date_format_type=form)]

    assert values(tree, _1=text) == [[{"value_id": 0, "original_value_name": unix}]]


def test_a_wrong_date_is_refused() -> None:
    assert problem_codes([node(kind=3, input_validation_type=4)], _1="31/02/2026") == ["attribute-not-a-date"]


def test_several_values_are_separated_by_semicolons_and_counted() -> None:
    tree = [node(kind=5, values=ORIGIN, max_value_count=2)]

    assert values(tree, _1="Việt Nam; Lào") == [[{"value_id": 11}, {"value_id": 0, "original_value_name": "Lào"}]]
    assert problem_codes(tree, _1="a;b;c") == ["attribute-values-too-many"]


def test_a_missing_mandatory_attribute_is_named() -> None:
    assert problem_codes([node(7, mandatory=True), node(8)]) == ["attribute-missing"]


def test_an_attribute_that_the_category_lacks_is_named() -> None:
    assert problem_codes([node(7)], _99="x") == ["attribute-not-asked"]


def test_what_hangs_under_a_value_is_asked_only_with_that_value() -> None:
    child = node(2, mandatory=True).model_dump()
    yes = {"value_id": 11, "name": "Có", "child_attribute_list": [child]}
    tree = [node(1, kind=1, values=[yes, {"value_id": 12, "name": "Không"}])]

    assert problem_codes(tree, _1="Không") == []
    assert problem_codes(tree, _1="Có") == ["attribute-missing"]
    assert len(values(tree, _1="Có", _2="số 5")) == 2
    assert problem_codes(tree, _1="Không", _2="số 5") == ["attribute-not-asked"]


def test_attributes_are_told_with_choices_and_units() -> None:
    choice, weight = to_attributes([node(1, kind=1, values=ORIGIN, mandatory=True), node(2, **WEIGHT)])

    assert (choice.id, choice.required, choice.free_text) == ("1", True, False)
    assert dict(choice.choices) == {"11": "Việt Nam", "12": "Khác"}
    assert (weight.free_text, weight.units) == (True, ("g", "kg"))
