"""Categories, attributes, documents, warehouses, and answers in an unknown form."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.tiki import facts
from connectors.tiki.connector import TikiConnector
from ocop_market.channels.api import AnswersLater, AsksConsent, HasCategories, HasLocations, PublishesListings, PullsSales
from ocop_market.channels.registry import load_connector
from ocop_market.errors import UnexpectedAnswer

CATEGORIES = "GET /integration/v2/categories"


def category(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "name": f"Nhóm {number}", "parent_id": 1, "is_primary": True, "is_product_listing_enabled": True,
            "no_license_seller_enabled": True, **changes}


def test_connector_is_found_by_its_key_with_all_its_roles() -> None:
    assert load_connector("tiki") is TikiConnector
    roles = (PublishesListings, AnswersLater, PullsSales, HasCategories, HasLocations, AsksConsent)
    assert all(issubclass(TikiConnector, role) for role in roles)


def test_profile_agrees_with_the_roles() -> None:
    assert facts.PROFILE.answers_later
    assert facts.PROFILE.ticket_life is not None
    assert facts.PROFILE.picture_by == "link"


def test_only_open_primary_categories_take_products(shop: Any, platform: Any) -> None:
    platform.answers[CATEGORIES] = {"data": [
        category(1, parent_id=0, is_primary=False), category(2), category(3, is_product_listing_enabled=False),
        category(4, no_license_seller_enabled=False),
        category(5, is_product_listing_enabled=None, no_license_seller_enabled=None)]}
    tree = shop.connector.categories()
    assert [(node.id, node.parent, node.leaf, node.open_to_us) for node in tree] == [
        ("1", "", False, False), ("2", "1", True, True), ("3", "1", True, False), ("4", "1", True, False), ("5", "1", True, True)]


def test_licensed_seller_may_list_where_a_licence_is_needed(shop: Any, platform: Any) -> None:
    shop.settings.licensed_seller = True
    platform.answers[CATEGORIES] = {"data": [category(4, no_license_seller_enabled=False)]}
    assert shop.connector.categories()[0].open_to_us


def test_tree_is_read_once_a_day(shop: Any, platform: Any) -> None:
    platform.answers[CATEGORIES] = {"data": [category(2)]}
    told = [shop.connector.categories(), shop.connector.categories()]
    shop.later(days=1)
    told.append(shop.connector.categories())
    assert [len(tree) for tree in told] == [1, 1, 1]
    assert len(platform.sent(CATEGORIES)) == 2


def test_older_form_of_the_tree_is_read_too(shop: Any, platform: Any) -> None:
    platform.answers[CATEGORIES] = [{"id": 9, "name": "Trà", "parent": 8, "primary": 1}]
    assert [(node.id, node.parent, node.leaf) for node in shop.connector.categories()] == [("9", "8", True)]


def test_attributes_come_with_all_pages_of_their_values(shop: Any, platform: Any) -> None:
    platform.answers["GET /integration/v2/categories/2/attributes"] = {"data": [
        {"id": 603, "code": "brand", "input_type": "select", "is_required": True},
        {"id": 70, "code": "product_weight_kg", "input_type": "text", "is_required": True},
        {"id": 10, "code": "origin", "display_name": "Xuất xứ", "input_type": "select", "is_required": True},
        {"id": 11, "code": "expiry_time", "display_name": None, "input_type": "text", "is_required": None},
        {"id": 12, "code": "bulky", "input_type": "boolean", "is_required": True, "default_value": "0"}]}
    platform.answers["GET /integration/v2/attributes/10/values"] = lambda call: {
        "data": [{"id": int(call.query.get("page", 1)), "value": f"nước {call.query.get('page', 1)}"}],
        "paging": {"last_page": 2}}
    origin, expiry, bulky = shop.connector.attributes("2")
    assert (origin.id, origin.name, origin.required, origin.free_text) == ("origin", "Xuất xứ", True, False)
    assert origin.choices == {"1": "nước 1", "2": "nước 2"}
    assert (expiry.id, expiry.name, expiry.required, expiry.free_text) == ("expiry_time", "expiry_time", False, True)
    assert bulky.required is False
    assert {call.query["limit"] for call in platform.calls if "values" in call.path} == {"100"}


def test_required_documents_are_listed(shop: Any, platform: Any) -> None:
    platform.answers["GET /integration/v2/categories/2/documents"] = {"data": [
        {"id": 1, "name": "ATTP", "type": "category", "is_required": True}, {"id": 2, "name": "Khác", "is_required": False}]}
    assert [document.name for document in shop.connector.required_documents("2")] == ["ATTP"]


def test_warehouses_are_the_locations(shop: Any) -> None:
    assert [(place.id, place.name) for place in shop.connector.locations()] == [("501", "Kho cũ"), ("502", "Kho chính")]


def test_answer_in_an_unknown_form_names_its_fields_and_no_value(shop: Any, platform: Any) -> None:
    platform.answers[CATEGORIES] = {"data": [{"name": "CANARY"}]}
    with pytest.raises(UnexpectedAnswer) as caught:
        shop.connector.categories()
    assert caught.value.fields == ("data.0.id",)
    assert "CANARY" not in str(caught.value)


def test_body_that_is_no_json_is_an_unexpected_answer(shop: Any, platform: Any) -> None:
    platform.answers[CATEGORIES] = (200, b"<html>CANARY</html>")
    with pytest.raises(UnexpectedAnswer) as caught:
        shop.connector.categories()
    assert "CANARY" not in str(caught.value)
