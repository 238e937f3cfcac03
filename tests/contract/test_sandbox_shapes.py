"""Every practice server against the samples: its answers have the documented shapes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from struct import pack
from typing import Any

import pytest

from ocop_market.channels.registry import load_sandbox
from ocop_market.sandbox.buyers import Fees, Good, History
from ocop_market.testing.samples import Sample, differences_in_shape, load_samples

from . import bare_clients
from .bare_clients import Call

NOW = datetime(2026, 9, 25, 3, tzinfo=UTC)
GOODS = (Good("CHE-SHAN-200", "Trà shan tuyết cổ thụ Suối Giàng hộp 200 g", 185_000, 250),
         Good("GAO-SENG-CU", "Gạo séng cù Mường Vi", 32_000, 1000, loose=True))
FEES = Fees(commission=70, payment=50, service=30, affiliate=20, per_order=3_000, shipping=1_000, vat=10, income_tax=5)


class Shop:
    """One practice shop a month old, its clock, and a bare client to it."""

    def __init__(self, channel: str, **history: Any) -> None:
        self.channel, self.now = channel, NOW
        self.app = load_sandbox(channel)(
            clock=lambda: self.now, history=History(GOODS, seed="shapes", first_day=date(2026, 8, 20), fees=FEES, **history))
        self.samples = {sample.name: sample for sample in load_samples(channel)}
        self.call: Call
        self.log_in()

    def log_in(self) -> None:
        """Takes a token; needed again when the clock has moved past its life."""
        self.call = getattr(bare_clients, self.channel)(self.app, self.now)

    def wait(self, **span: float) -> None:
        """Lets time pass at the platform."""
        self.now += timedelta(**span)
        self.log_in()

    def asked(self, name: str) -> dict[str, Any]:
        """A copy of the request body of a sample, to be filled with what this shop knows."""
        copy: dict[str, Any] = json.loads(json.dumps(self.samples[name].request["body"]))
        return copy

    def check(self, name: str, answer: object) -> None:
        """Compares with a sample; several answers are taken as one, since fields come and go with the state."""
        sample: Sample = self.samples[name]
        body = [sample.body] if isinstance(answer, list) and not isinstance(sample.body, list) else sample.body
        assert answer
        assert differences_in_shape(body, answer) == []
        if sample.refused and isinstance(answer, dict) and "error" in answer:
            assert answer["error"].rpartition(".")[2] == sample.refused.rpartition(".")[2]


@pytest.fixture(scope="module")
def kiotviet() -> Iterator[Shop]:
    shop = Shop("kiotviet", till=True, branches=2)
    yield shop
    shop.app.close()


@pytest.fixture(scope="module")
def tiki() -> Iterator[Shop]:
    shop = Shop("tiki", partial_returns=False)
    yield shop
    shop.app.close()


@pytest.fixture(scope="module")
def shopee() -> Iterator[Shop]:
    shop = Shop("shopee")
    yield shop
    shop.app.close()


def test_kiotviet_invoices(kiotviet: Shop) -> None:
    page = kiotviet.call("GET", "/invoices", lastModifiedFrom="2026-08-20T00:00:00", pageSize=100, currentItem=0,
                    includePayment="true", includeInvoiceDelivery="true", SaleChannel="true")
    kiotviet.check("invoices", page)
    kiotviet.check("invoice_by_id", [kiotviet.call("GET", f"/invoices/{row['id']}") for row in page["data"]])
    kiotviet.check("invoice_by_code", [kiotviet.call("GET", f"/invoices/code/{row['code']}") for row in page["data"]])


def test_kiotviet_returns(kiotviet: Shop) -> None:
    page = kiotviet.call("GET", "/returns", lastModifiedFrom="2026-08-20T00:00:00", pageSize=100, currentItem=0,
                         includePayment="true")
    kiotviet.check("returns", page)
    kiotviet.check("return_by_id", [kiotviet.call("GET", f"/returns/{row['id']}") for row in page["data"]])


def test_kiotviet_products(kiotviet: Shop) -> None:
    jar = new_kiotviet_product(kiotviet.call, "MUOI-TOM-200", barCode="8938500200320", unit="Hũ")
    kiotviet.check("add_product", jar)
    new_kiotviet_product(kiotviet.call, "MUOI-TOM-200-T12", unit="Thùng 12", masterUnitId=jar["id"], conversionValue=12)
    kiotviet.check("update_product", kiotviet.call("PUT", f"/products/{jar['id']}", {"basePrice": 47_000}))
    gone = new_kiotviet_product(kiotviet.call, "MUOI-TOM-100", unit="Hũ")
    kiotviet.call("DELETE", f"/products/{gone['id']}")
    kiotviet.check("products", kiotviet.call("GET", "/products", includeInventory="true", includePricebook="true",
                                             includeRemoveIds="true", lastModifiedFrom="2020-01-01T00:00:00"))
    kiotviet.check("product_by_id", kiotviet.call("GET", f"/products/{jar['id']}"))
    kiotviet.check("product_by_code", kiotviet.call("GET", "/products/code/MUOI-TOM-200"))
    kiotviet.check("product_on_hands", kiotviet.call("GET", "/productOnHands"))


@pytest.mark.parametrize(("path", "name"), [("/branches", "branches"), ("/salechannel", "sale_channels"),
                                            ("/settings", "settings"), ("/orders", "orders")])
def test_kiotviet_others(kiotviet: Shop, path: str, name: str) -> None:
    kiotviet.check(name, kiotviet.call("GET", path, includeRemoveIds="true", lastModifiedFrom="2020-01-01T00:00:00"))


def new_kiotviet_product(call: Call, code: str, **more: object) -> dict[str, Any]:
    branch, other = call("GET", "/branches")["data"][0], call("GET", "/products")["data"][0]
    made: dict[str, Any] = call("POST", "/products", {
        "name": "Muối tôm Tây Ninh", "code": code, "categoryId": other["categoryId"], "allowsSale": True, "hasVariants": False,
        "basePrice": 45_000, "weight": 250, "attributes": [{"attributeName": "QUY CÁCH", "attributeValue": "200 g"}],
        "inventories": [{"branchId": branch["id"], "branchName": branch["branchName"], "onHand": 0, "cost": 0}],
        "images": ["https://anh.example/muoi-tom-200.jpg"], **more})
    return made


INCLUDE = "status_histories,item.fees,item.confirmation_histories"


def test_tiki_orders(tiki: Shop) -> None:
    orders = "/integration/v2/orders"
    page = tiki.call("GET", orders, page=1, limit=50, include=INCLUDE, order_by="created_at|asc")
    tiki.check("orders", page)
    rows = page["data"]
    tiki.check("order", [tiki.call("GET", f"{orders}/{row['code']}", include=INCLUDE) for row in rows[:20]])
    tiki.check("order_without_include", [tiki.call("GET", f"{orders}/{row['code']}") for row in rows[:20]])
    tiki.check("order_cancelled", [row for row in rows if row["status"] == "canceled"])
    tiki.check("orders_empty", tiki.call("GET", orders, created_from_date="2030-01-01 00:00:00"))
    tiki.check("order_not_found", tiki.call("GET", f"{orders}/1"))


def test_tiki_gives_fees_only_when_they_are_asked_for(tiki: Shop) -> None:
    [row] = tiki.call("GET", "/integration/v2/orders", limit=1)["data"]
    assert [item for item in row["items"] if "fees" in item["invoice"]] == []


def test_tiki_seller(tiki: Shop) -> None:
    tiki.check("seller", tiki.call("GET", "/integration/v2/sellers/me"))
    tiki.check("warehouses", tiki.call("GET", "/integration/v2/sellers/me/warehouses", status=1, type=1))
    tiki.check("seller_inventories", tiki.call("GET", "/integration/v2/seller-inventories", tiki_warehouse_codes="sgn"))


def test_tiki_categories(tiki: Shop) -> None:
    tiki.check("categories", tiki.call("GET", "/integration/v2/categories"))
    category = f"/integration/v2/categories/{tiki_leaf(tiki.call)}"
    tiki.check("category", tiki.call("GET", category))
    tiki.check("category_not_found", tiki.call("GET", "/integration/v2/categories/1"))
    tiki.check("attributes", tiki.call("GET", f"{category}/attributes"))
    tiki.check("option_labels", tiki.call("GET", f"{category}/optionLabels"))
    tiki.check("documents", tiki.call("GET", f"{category}/documents"))
    tiki.check("attribute_values", tiki.call("GET", "/integration/v2/attributes/603/values", q="OEM"))


def test_tiki_products_from_request_to_event(tiki: Shop) -> None:
    queue = "/integration/v1/queues"
    tiki.check("queue_made", tiki.call("POST", queue, {"name": "ocop"}))
    tiki.check("queues", tiki.call("GET", queue))
    queue = f"{queue}/{tiki.call('GET', queue)[0]['code']}"
    for event in ("ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED", "PRODUCT_INVENTORY_UPDATED", "PRODUCT_PRICE_UPDATED"):
        tiki.check("subscription_made", tiki.call("POST", f"{queue}/subscriptions", {"event_type": event}))
    tiki.check("subscriptions", tiki.call("GET", f"{queue}/subscriptions"))

    wanted, tracking = tiki_request(tiki), "/integration/v2/tracking"
    first = tiki.call("POST", "/integration/v2.1/requests", wanted)
    tiki.check("product_request", first)
    tiki.check("tracking_processing", tiki.call("GET", f"{tracking}/{first['track_id']}"))
    tiki.check("product_request_several_faults",
               tiki.call("POST", "/integration/v2.1/requests", tiki.asked("product_request_several_faults")))
    tiki.wait(hours=12)
    second = tiki.call("POST", "/integration/v2.1/requests", wanted)
    tiki.wait(hours=12)
    approved, rejected = (tiki.call("GET", f"{tracking}/{made['track_id']}") for made in (first, second))
    tiki.check("tracking_approved", approved)
    tiki.check("tracking_rejected_duplicate_sku", rejected)
    reason = json.loads(tiki.samples["tracking_rejected_duplicate_sku"].body["reason"])
    assert differences_in_shape(reason, json.loads(rejected["reason"])) == []
    tiki.check("tracking_list", tiki.call("GET", tracking, limit=50))
    tiki.check("tracking_replay", tiki.call("POST", f"{tracking}/{second['track_id']}/replay"))
    tiki.check("requests", tiki.call("GET", "/integration/v2/requests", include="products"))
    tiki.check("request", tiki.call("GET", f"/integration/v2/requests/{approved['request_id']}"))

    products, full = "/integration/v2.1/products", "inventory,categories,attributes,images"
    tiki.check("products", tiki.call("GET", products, page=1, limit=50, include=full))
    found = tiki.call("GET", f"{products}/findBy", original_sku=wanted["variants"][0]["sku"], include=full)
    tiki.check("products_by_original_sku", found)
    number = found["data"][0]["id"]
    tiki.check("product", tiki.call("GET", f"{products}/{number}", includes=f"seller,{full}"))
    stock = [{"warehouse_id": int(wanted["variants"][0]["seller_warehouse"]), "qty_available": 5}]
    change = {"product_id": number, "price": 199_000, "active": 1, "warehouse_quantities": stock}
    tiki.check("update_sku", tiki.call("PUT", f"{products}/updateSku", change))
    tiki.check("update_skus", tiki.call("PUT", f"{products}/updateSkus", {"data": [{"product_id": number, "status": 2}]}))
    rows = [{"product_id": number, "price": 200_000}, {"product_id": 1, "price": 2_000}]
    tiki.check("update_skus_failed_in_part", tiki.call("PUT", f"{products}/updateSkus", {"data": rows}))
    stray = {"product_id": number, "warehouse_quantities": [{"warehouse_id": 15936811, "qty_available": 1}]}
    tiki.check("update_sku_unknown_warehouse", tiki.call("PUT", f"{products}/updateSku", stray))
    renamed = {"product_id": number, "original_sku": "TRA-DOI-MA"}
    tiki.check("update_original_sku", tiki.call("POST", "/integration/v2/products/updateOriginalSku", renamed))
    text = {**tiki.asked("update_product_info"), "product_id": number, "attributes": {}}
    tiki.check("update_product_info", tiki.call("POST", "/integration/v2/requests/updateProductInfo", text))
    tiki.wait(minutes=5)
    tiki.check("events", tiki.call("POST", f"{queue}/events/pull", {"ack_id": None}))


def test_tiki_variants(tiki: Shop) -> None:
    wanted = tiki_request(tiki) | {name: value for name, value in tiki.asked("product_request_with_variants").items()
                                   if name in ("option_attributes", "variants")}
    warehouse = wanted["variants"][0]["warehouse_stocks"][0]
    warehouse_id = tiki.call("GET", "/integration/v2/sellers/me/warehouses")["data"][0]["id"]
    for variant in wanted["variants"]:
        variant |= {"seller_warehouse": str(warehouse_id), "warehouse_stocks": [{**warehouse, "warehouseId": warehouse_id}]}
    made = tiki.call("POST", "/integration/v2.1/requests", wanted)
    tiki.check("product_request_with_variants", made)
    tiki.wait(hours=12)
    tracking = tiki.call("GET", f"/integration/v2/tracking/{made['track_id']}")
    request = tiki.call("GET", f"/integration/v2/requests/{tracking['request_id']}")
    tiki.check("request_with_variants", request)
    assert [row["original_sku"] for row in request["products"]] == ["CHE-SHAN-V200", "CHE-SHAN-V400"]


def tiki_leaf(call: Call) -> int:
    open_to_all = ("is_primary", "is_product_listing_enabled", "no_license_seller_enabled")
    rows = call("GET", "/integration/v2/categories")["data"]
    return next(int(row["id"]) for row in rows if all(row[flag] for flag in open_to_all))


def tiki_request(tiki: Shop) -> dict[str, Any]:
    """The sample's product request, for a category and a warehouse of this shop and with all that it must have."""
    category = tiki_leaf(tiki.call)
    warehouse = tiki.call("GET", "/integration/v2/sellers/me/warehouses")["data"][0]["id"]
    document = tiki.call("GET", f"/integration/v2/categories/{category}/documents")["data"][0]["id"]
    attributes = {row["code"]: tiki_value(tiki.call, row)
                  for row in tiki.call("GET", f"/integration/v2/categories/{category}/attributes")["data"] if row["is_required"]}
    wanted = tiki.asked("product_request") | {"category_id": category, "attributes": attributes}
    wanted["variants"][0] |= {"sku": "TRA-MOI", "seller_warehouse": str(warehouse),
                              "warehouse_stocks": [{"warehouseId": warehouse, "qtyAvailable": 24}]}
    wanted["certificate_files"][0]["document_id"] = document
    return wanted


def tiki_value(call: Call, attribute: dict[str, Any]) -> object:
    if attribute["input_type"] not in ("select", "multiselect"):
        return 1
    return call("GET", f"/integration/v2/attributes/{attribute['id']}/values")["data"][0]["value"]


MONTH_END = int(NOW.timestamp())
FORTNIGHT = {"time_from": MONTH_END - 15 * 86_400, "time_to": MONTH_END}


def test_shopee_orders(shopee: Shop) -> None:
    pages = [shopee.call("GET", "order/get_order_list", time_range_field=name, page_size=50, cursor="",
                         response_optional_fields="order_status", **FORTNIGHT) for name in ("create_time", "update_time")]
    for page in pages:
        shopee.check("get_order_list", page)
    numbers = ",".join(row["order_sn"] for row in pages[1]["response"]["order_list"])
    optional = shopee.samples["get_order_detail"].request["query"]["response_optional_fields"]
    detail = shopee.call("GET", "order/get_order_detail", order_sn_list=numbers, response_optional_fields=optional)
    shopee.check("get_order_detail", detail)
    shopee.check("get_order_detail_cancelled", detail)
    shopee.check("get_order_detail_not_found", shopee.call("GET", "order/get_order_detail", order_sn_list="KHONGCO"))
    wide = {**FORTNIGHT, "time_from": FORTNIGHT["time_from"] - 1}
    shopee.check("get_order_list_wide_window",
                 shopee.call("GET", "order/get_order_list", time_range_field="update_time", page_size=50, **wide))


def test_shopee_gives_lines_and_buyer_only_when_they_are_asked_for(shopee: Shop) -> None:
    page = shopee.call("GET", "order/get_order_list", time_range_field="create_time", page_size=1, **FORTNIGHT)
    [row] = page["response"]["order_list"]
    [bare] = shopee.call("GET", "order/get_order_detail", order_sn_list=row["order_sn"])["response"]["order_list"]
    assert {"order_sn", "region", "currency", "cod", "order_status", "create_time", "update_time"} <= bare.keys()
    assert bare.keys() & {"item_list", "recipient_address", "buyer_username", "total_amount"} == set()


def test_shopee_money(shopee: Shop) -> None:
    released = {"release_time_from": FORTNIGHT["time_from"], "release_time_to": FORTNIGHT["time_to"]}
    page = shopee.call("GET", "payment/get_escrow_list", page_size=100, page_no=1, **released)
    shopee.check("get_escrow_list", page)
    numbers = [row["order_sn"] for row in page["response"]["escrow_list"]]
    escrows = [shopee.call("GET", "payment/get_escrow_detail", order_sn=number) for number in numbers]
    shopee.check("get_escrow_detail", escrows)
    shopee.check("get_escrow_detail_refund_and_adjustment", escrows)
    shopee.check("get_escrow_detail_batch",
                 shopee.call("GET", "payment/get_escrow_detail_batch", order_sn_list=",".join(numbers[:20])))
    shopee.check("get_escrow_detail_not_found", shopee.call("GET", "payment/get_escrow_detail", order_sn="KHONGCO"))


def test_shopee_returns(shopee: Shop) -> None:
    span = {"update_time_from": FORTNIGHT["time_from"], "update_time_to": FORTNIGHT["time_to"]}
    page = shopee.call("GET", "returns/get_return_list", page_no=0, page_size=100, **span)
    shopee.check("get_return_list", page)
    shopee.check("get_return_detail", [shopee.call("GET", "returns/get_return_detail", return_sn=row["return_sn"])
                                       for row in page["response"]["return"]])


def test_shopee_catalogue(shopee: Shop) -> None:
    call, category = shopee.call, shopee_leaf(shopee.call)
    shopee.check("get_shop_info", call("GET", "shop/get_shop_info"))
    shopee.check("get_category", call("GET", "product/get_category", language="vi"))
    shopee.check("category_recommend", call("GET", "product/category_recommend", item_name="Trà shan tuyết"))
    shopee.check("get_attribute_tree", call("GET", "product/get_attribute_tree", category_id_list=category, language="vn"))
    shopee.check("get_attribute_tree_language",
                 call("GET", "product/get_attribute_tree", category_id_list=category, language="fr"))
    shopee.check("get_brand_list", call("GET", "product/get_brand_list", offset=0, page_size=100, category_id=category, status=1))
    shopee.check("get_item_limit", call("GET", "product/get_item_limit", category_id=category))
    shopee.check("get_channel_list", call("GET", "logistics/get_channel_list"))


def test_shopee_items(shopee: Shop) -> None:
    call, wanted = shopee.call, shopee_item(shopee)
    shopee.check("add_item_missing_attribute", call("POST", "product/add_item", {**wanted, "attribute_list": []}))
    made = call("POST", "product/add_item", wanted)
    shopee.check("add_item", made)
    item = made["response"]["item_id"]
    shopee.check("get_item_base_info", call("GET", "product/get_item_base_info", item_id_list=item))
    shopee.check("search_item", call("GET", "product/search_item", item_sku=wanted["item_sku"], page_size=50, offset=""))
    shopee.check("get_item_list", call("GET", "product/get_item_list", offset=0, page_size=50, item_status="NORMAL"))
    renamed = {"item_id": item, "item_name": "Trà shan tuyết cổ thụ 4 sao"}
    shopee.check("update_item", call("POST", "product/update_item", renamed))
    price = {"item_id": item, "price_list": [{"model_id": 0, "original_price": 189_000}]}
    shopee.check("update_price", call("POST", "product/update_price", price))
    stock = {"item_id": item, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 5}]}]}
    shopee.check("update_stock", call("POST", "product/update_stock", stock))
    shopee.check("unlist_item", call("POST", "product/unlist_item", {"item_list": [{"item_id": item, "unlist": True}]}))
    shopee.check("get_item_violation_info", call("GET", "product/get_item_violation_info", item_id_list=f"{item},999"))


def test_shopee_variations(shopee: Shop) -> None:
    wanted = shopee_item(shopee) | {"item_sku": "TRA-HAI", "item_name": "Trà shan tuyết hai cỡ hộp"}
    item = shopee.call("POST", "product/add_item", wanted)["response"]["item_id"]
    shopee.wait(minutes=1)
    body = shopee.asked("init_tier_variation") | {"item_id": item}
    shopee.check("init_tier_variation", shopee.call("POST", "product/init_tier_variation", body))
    shopee.check("get_model_list", shopee.call("GET", "product/get_model_list", item_id=item))
    shopee.check("get_item_base_info_with_models", shopee.call("GET", "product/get_item_base_info", item_id_list=item))


def shopee_leaf(call: Call) -> int:
    rows = call("GET", "product/get_category", language="vi")["response"]["category_list"]
    return next(int(row["category_id"]) for row in rows if not row["has_children"])


def shopee_item(shopee: Shop) -> dict[str, Any]:
    """The sample's item, with a picture of its own and for a category and a way of delivery of this shop."""
    category = shopee_leaf(shopee.call)
    picture = bare_clients.shopee_picture(shopee.app, shopee.now, square_png(600))
    shopee.check("upload_image", picture)
    ways = shopee.call("GET", "logistics/get_channel_list")["response"]["logistics_channel_list"]
    tree = shopee.call("GET", "product/get_attribute_tree", category_id_list=category, language="vn")["response"]["list"][0]
    return shopee.asked("add_item") | {
        "category_id": category, "gtin_code": "00", "image": {"image_id_list": [picture["response"]["image_info"]["image_id"]]},
        "attribute_list": [shopee_value(node) for node in tree["attribute_tree"] if node["mandatory"]],
        "logistic_info": [{"logistic_id": way["logistics_channel_id"], "enabled": True,
                           **({"size_id": int(way["size_list"][0]["size_id"])} if way["size_list"] else {})}
                          for way in ways if way["enabled"] and way["mask_channel_id"] == 0]}


def shopee_value(node: dict[str, Any]) -> dict[str, Any]:
    units = node["attribute_info"]["attribute_unit_list"]
    own = {"value_id": 0, "original_value_name": "200"} | ({"value_unit": units[0]} if units else {})
    listed = [{"value_id": value["value_id"]} for value in node["attribute_value_list"][:1]]
    return {"attribute_id": node["attribute_id"], "attribute_value_list": listed or [own]}


def square_png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x2e\x7d\x32" * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
