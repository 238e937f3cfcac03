"""What Tiki's documents say in figures and words: hosts, paths, limits, words. Constants only.

Each fact names its page. API is the reference on open.tiki.vn (product, seller, order v2, event queue), GUIDE its guides
(OAuth, product requests, event queues), MIRROR the repository tikivn/open-api-docs; all as read in September 2026.
Paths carry `{name}` places.
"""

from __future__ import annotations

from datetime import timedelta, timezone

from ocop_market.channels.profile import ChannelProfile, DocPage, PictureRules

KEY = "tiki"
NAME = "Tiki"

# --- hosts: GUIDE Getting started, 2026-09. OAuth lives on the same host as the resources.
PRODUCTION_URL = "https://api.tiki.vn"
SANDBOX_URL = "https://api-sandbox.tiki.vn"
"""Tiki's own; it approves products by itself."""

# --- OAuth: GUIDE OAuth 2.0, 2026-09
CONSENT = "/sc/oauth2/auth"
TOKEN = "/sc/oauth2/token"
GRANT_CLIENT, GRANT_CODE, GRANT_REFRESH = "client_credentials", "authorization_code", "refresh_token"
AUTH_POST = "post"
SCOPES = ("offline", "product", "order", "inventory")
STATE_MINIMUM = 8

# --- paths: API reference, 2026-09. There is no common version: each endpoint has its own.
SELLER = "/integration/v2/sellers/me"
SELLER_WAREHOUSES = "/integration/v2/sellers/me/warehouses"
CATEGORIES = "/integration/v2/categories"
CATEGORY_ATTRIBUTES = "/integration/v2/categories/{id}/attributes"
CATEGORY_DOCUMENTS = "/integration/v2/categories/{id}/documents"  # its path is on no page (unverified)
OPTION_LABELS = "/integration/v2/categories/{id}/optionLabels"
ATTRIBUTE_VALUES = "/integration/v2/attributes/{id}/values"
REQUEST_CREATE = "/integration/v2.1/requests"
REQUESTS = "/integration/v2/requests"
REQUEST_ONE = "/integration/v2/requests/{request_id}"
REQUEST_FIND = "/integration/v2/requests/findBy"
REQUEST_UPDATE_INFO = "/integration/v2/requests/updateProductInfo"
TRACKING = "/integration/v2/tracking/{track_id}"
PRODUCTS = "/integration/v2.1/products"
PRODUCT_ONE = "/integration/v2.1/products/{product_id}"
PRODUCT_FIND = "/integration/v2.1/products/findBy"
PRODUCT_UPDATE_SKU = "/integration/v2.1/products/updateSku"
PRODUCT_UPDATE_SKUS = "/integration/v2.1/products/updateSkus"
ORDERS = "/integration/v2/orders"
ORDER_ONE = "/integration/v2/orders/{code}"
QUEUES = "/integration/v1/queues"
QUEUE_SUBSCRIPTIONS = "/integration/v1/queues/{code}/subscriptions"
QUEUE_PULL = "/integration/v1/queues/{code}/events/pull"

# --- limits: API, 2026-09
SALES_WINDOW = timedelta(days=30)  # no longest period is published (unverified)
SALES_OVERLAP = timedelta(minutes=30)  # our choice; the order page advises to overlap
ORDER_PAGE_SIZE = 50  # 20 by default; 50 is proven, no maximum is published (unverified)
VALUES_PAGE_SIZE = 100
WAREHOUSE_PAGE_SIZE = 50
REQUEST_PAGE_SIZE = 20
PRODUCT_PAGE_SIZE = 100  # API product list, 2026-09: the documented maximum
PRODUCT_PARTS = "inventory,categories,attributes,images"  # `include` for the list, `includes` for one product
OFFER_BATCH = 50  # products that one updateSkus call takes; no maximum is published (unverified)
OFFER_BATCH_MAXIMUM = 200
TICKET_LIFE = timedelta(days=30)  # GUIDE Manage product request, 2026-09: a track_id is valid for 30 days

# --- time: API, 2026-09: `YYYY-MM-DD HH:mm:ss` of Viet Nam without an offset; queue events in milliseconds
LOCAL_ZONE = timezone(timedelta(hours=7))
LOCAL_FORMAT = "%Y-%m-%d %H:%M:%S"

# --- categories, brand, warehouses: API, 2026-09
BRAND_ATTRIBUTE_ID = "603"
BRAND_ATTRIBUTE = "brand"
UNBRANDED = "OEM"  # MIRROR issues: "No brand" is refused, it is not in the list
INPUT_SELECT, INPUT_MULTISELECT = "select", "multiselect"
WAREHOUSE_ACTIVE = 1  # MIRROR, 2026-09 (unverified)
WAREHOUSE_PICK_UP = 1  # MIRROR, 2026-09 (unverified)
DOCUMENT_CATEGORY = "category"

# --- products: GUIDE Create new product request, 2026-09
TITLE_LIMIT = 255  # no limit is published (unverified)
PICTURE_SIDE_MINIMUM = 500  # a picture of 324 × 500 pixels is refused as if there were none
PICTURE_FORMATS = ("JPEG", "PNG")  # none are published; every browser shows these (unverified)
OPTION_LIMIT = 2
VARIANT_LIMIT = 50  # none is published (unverified)
CERTIFICATE_FILES = "certificate_files"
DOCUMENT_TYPES = ("category", "brand")
STATUS_ON, STATUS_OFF = 1, 2  # of updateSkus; 0 is refused. updateSku says active 1 or 0. API, 2026-09
DESCRIPTION_ATTRIBUTE = "description"
INVENTORY_TYPE = "dropship"
LOWEST_PRICE_SHARE = 10  # per cent of the market price
PRICE_MINIMUM = 1_000  # reported by integrators only (unverified)
PARCEL_DIVISOR = 6_000  # cm³ for a kilogram of chargeable weight, reported by integrators (unverified)
CHARGEABLE_KG_MAXIMUM = 100  # reported by integrators (unverified)
MEASURES = ("product_length", "product_width", "product_height")
WEIGHT_ATTRIBUTE = "product_weight_kg"
SWITCHES = frozenset({"bulky", "require_expiry_date", "is_warranty_applied"})
"""Attributes that are 0 or 1."""

# --- states of a product request: GUIDE Manage product request, 2026-09. Those on the way (processing, drafted,
# md_awaiting_approve, bot_awaiting_approve, awaiting_approve) are spelled in two ways, so all but the ends are pending.
REQUEST_QUEUING = "queuing"
REQUESTS_OPEN = ("drafted", "md_awaiting_approve", "md_waiting_approve", "bot_awaiting_approve", "bot_waiting_approve",
                 "awaiting_approve")
"""States of a request that has its number and is not decided."""
REQUEST_APPROVED, REQUEST_REJECTED, REQUEST_DELETED = "approved", "rejected", "deleted"
REQUEST_LOCKED = "locked"  # two or three rejections lock a request (event product:request:locked); as a state unverified
OFFERS_TAKEN = frozenset({"", REQUEST_APPROVED})
"""State of an offer that counts; a row without a state is one as well."""
UPDATE_APPROVED = "update_product_approved"
KIND_CREATE = "create_product"
ENTITY_SELLER_SIMPLE = "seller_simple"

# --- orders: API order v2, 2026-09
INCLUDE_FEES = "item.fees"
ORDER_BY_OLDEST = "created_at|asc"
ORDERS_NOT_ACCEPTED = ("waiting_payment", "processing", "payment_review", "holded")
ORDERS_UNDER_WAY = ("queueing", "paid", "picking", "packaging", "finished_packing", "ready_to_ship", "handover_to_partner",
                    "shipping")
ORDERS_DELIVERED = ("successful_delivery", "delivered", "complete", "closed")
ORDERS_SETTLED = ("complete", "closed")
ORDER_RETURNED, ORDER_CANCELLED = "returned", "canceled"
TAX_WORDS = frozenset({"tax", "vat", "pit", "withhold", "withholding", "withheld"})
"""Words of a `fee_type_key` that name a tax instead of a fee; no list of keys is published (unverified)."""

# --- event queue: GUIDE Event queues, 2026-09
EVENT_ORDER_CREATED, EVENT_ORDER_STATUS = "ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED"

PROFILE = ChannelProfile(
    key=KEY,
    title=NAME,
    docs=(
        DocPage("Tiki Open Platform, API reference (product, seller, order v2, event queue)", "2026-09-15"),
        DocPage("Tiki Open Platform, guides (OAuth 2.0, product requests, event queues)", "2026-09-15"),
        DocPage("tikivn/open-api-docs", "2026-09-15"),
    ),
    title_limit=TITLE_LIMIT,
    title_minimum=1,
    picture_by="link",
    pictures=PictureRules(formats=PICTURE_FORMATS, least_side=PICTURE_SIDE_MINIMUM),
    price_minimum=PRICE_MINIMUM,
    offer_batch=OFFER_BATCH,
    option_limit=OPTION_LIMIT,
    variant_limit=VARIANT_LIMIT,
    sales_window=SALES_WINDOW,
    sales_overlap=SALES_OVERLAP,
    page_size=ORDER_PAGE_SIZE,
    answers_later=True,
    ticket_life=TICKET_LIFE,
    calls_per_second=20.0,  # MIRROR Errors, 2026-09: 429 above 200 a second and seller; we stay well below
    cash_on_delivery=True,  # API order v2, 2026-09: payment method `cod`
    unverified=(
        "fresh and living goods: no page says which are taken; fresh food passes with a remark, living animals do not",
        "longest period of an order list: none is published, 30 days are asked for at a time",
        "order page size: 50 is proven, no maximum is published",
        "title limit of 255; lowest price of 1,000 đ; chargeable weight up to 100 kg, at 6,000 cm³ to the kilogram",
        "formats, bytes, shape and number of pictures: none are published; JPEG and PNG are taken for granted",
        "path of the list of required documents",
        "keys of fees that are taxes: recognised by their words",
        "warehouse filters status=1 and type=1",
        "order of the list of product requests: its few pages are all walked, of many only those of the open states",
        "products in one updateSkus call (50, a setting) and how it tells of single failures: read in several forms",
        "most variants of one product: 50",
        "form of the list of option labels; where it cannot be read, the names of options are sent as they are",
        "whether the product list holds products that are off sale: their own list is read where it shows none",
        "whether a product tells its description: compared where it stands among the attributes",
        "whether that list names the SKUs of a request before its approval: taken so, and a second request is then not sent",
        "title and description of a content update: sent among its attributes, the body has no other place for them",
        "no statement is published: amounts are final when an order is complete, payouts cannot be compared",
    ),
)
