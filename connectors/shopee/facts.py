"""What Shopee's documents say in figures and words: hosts, paths, limits, windows, codes. Constants only.

Each fact names its page. REF is the API reference (open.shopee.com documents, v2), GUIDE its developer guides; both as
read in August and September 2026.
"""

from __future__ import annotations

from datetime import timedelta, timezone

from ocop_market.channels.profile import ChannelProfile, DocPage, PictureRules

KEY = "shopee"
REGION = "VN"
CURRENCY = "VND"

# --- hosts: GUIDE API-calls, GUIDE Sandbox-Testing-V2, 2026-09. There is no host of its own for Viet Nam.
PRODUCTION_URL = "https://partner.shopeemobile.com"
CONSENT_URL = "https://open.shopee.com/auth"

# --- paths: REF, 2026-08
CONSENT_SIGNED = "/api/v2/shop/auth_partner"
TOKEN_GET = "/api/v2/auth/token/get"
TOKEN_REFRESH = "/api/v2/auth/access_token/get"
SHOP_INFO = "/api/v2/shop/get_shop_info"
UPLOAD_IMAGE = "/api/v2/media_space/upload_image"
GET_CATEGORY = "/api/v2/product/get_category"
CATEGORY_RECOMMEND = "/api/v2/product/category_recommend"
GET_ATTRIBUTE_TREE = "/api/v2/product/get_attribute_tree"
GET_BRAND_LIST = "/api/v2/product/get_brand_list"
GET_ITEM_LIMIT = "/api/v2/product/get_item_limit"
ADD_ITEM = "/api/v2/product/add_item"
UPDATE_ITEM = "/api/v2/product/update_item"
UPDATE_PRICE = "/api/v2/product/update_price"
UPDATE_STOCK = "/api/v2/product/update_stock"
INIT_TIER_VARIATION = "/api/v2/product/init_tier_variation"
UPDATE_TIER_VARIATION = "/api/v2/product/update_tier_variation"
ADD_MODEL = "/api/v2/product/add_model"
UPDATE_MODEL = "/api/v2/product/update_model"
DELETE_MODEL = "/api/v2/product/delete_model"
UNLIST_ITEM = "/api/v2/product/unlist_item"
SEARCH_ITEM = "/api/v2/product/search_item"
GET_ITEM_LIST = "/api/v2/product/get_item_list"
GET_MODEL_LIST = "/api/v2/product/get_model_list"
GET_ITEM_BASE_INFO = "/api/v2/product/get_item_base_info"
GET_ITEM_VIOLATION_INFO = "/api/v2/product/get_item_violation_info"
GET_CHANNEL_LIST = "/api/v2/logistics/get_channel_list"
GET_ORDER_LIST = "/api/v2/order/get_order_list"
GET_ORDER_DETAIL = "/api/v2/order/get_order_detail"
GET_ESCROW_DETAIL = "/api/v2/payment/get_escrow_detail"
GET_ESCROW_DETAIL_BATCH = "/api/v2/payment/get_escrow_detail_batch"
GET_ESCROW_LIST = "/api/v2/payment/get_escrow_list"
GET_WALLET = "/api/v2/payment/get_wallet_transaction_list"
GET_RETURN_LIST = "/api/v2/returns/get_return_list"
GET_RETURN_DETAIL = "/api/v2/returns/get_return_detail"

# --- pushes: GUIDE Push-Mechanism, 2026-08
PUSH_DEADLINE = 3.0  # seconds; later answers count as failures

# --- signing and tokens: GUIDE Authorization-and-Authentication, 2026-09
REFRESH_TOKEN_LIFE = timedelta(days=30)
ABSOLUTE_EXPIRY_ABOVE = 1_000_000_000  # REF refresh sample prints expire_in as an epoch; seconds elsewhere (unverified)

# --- quota days end at 00:00 UTC+8: REF error_limit, 2026-08
QUOTA_ZONE = timezone(timedelta(hours=8))

# --- windows, pages, batches: REF, 2026-08
ORDER_WINDOW = timedelta(days=15)  # returns the same; get_escrow_list names no longest period, so it gets the same (unverified)
PAGE_SIZE = 100
ORDER_DETAIL_BATCH = 50
ESCROW_BATCH = 50
ITEM_BATCH = 50
UNLIST_BATCH = 50
VIOLATION_BATCH = 49  # REF get_item_violation_info: its parameter says 50, its error "less than 50"
SEARCH_PAGE_SIZE = 50
RETURN_FIRST_PAGE = 0  # REF get_return_list mixes page and entry; 0 with repeats dropped is safe either way (unverified)
ESCROW_FIRST_PAGE = 1
WALLET_FIRST_PAGE = 0
WALLET_PAYOUTS = frozenset({"ESCROW_VERIFIED_ADD", "101"})  # names in answers, numbers in the guide: GUIDE Data-Definition, 2026-09

ORDER_OPTIONAL_FIELDS = ("item_list",)
"""REF get_order_detail, 2026-08; only what is read is asked for, and nothing of the buyer."""

# --- pictures: REF upload_image, GUIDE, 2026-08. A picture of the scene `normal` is made square by Shopee; no page names a
# least or most number of pixels.
IMAGE_BYTES = 10 * 1024 * 1024
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
IMAGE_FORMATS = ("JPEG", "PNG")
IMAGE_SHAPE = (1, 1)

# --- items: REF add_item, get_item_limit, 2026-08. Lengths are the reference's sample, not certified for Viet Nam; its prices
# (5.5 to 10 million) look like another currency's and are left out.
TITLE_MINIMUM = 5
TITLE_LIMIT = 100
DESCRIPTION_MINIMUM = 10
DESCRIPTION_LIMIT = 2000
PICTURE_LIMIT = 9
STOCK_MAXIMUM = 10_000_000
HASHTAG_LIMIT = 18
MODEL_SKU_LIMIT = 100
GTIN_DIGITS = (8, 14)
NO_BRAND_ID = 0
NO_BRAND_NAME = "No Brand"
NO_GTIN = "00"
GTIN_MANDATORY = "Mandatory"

# --- variations: GUIDE Creating-product, Variant-management, REF init_tier_variation, get_item_limit, 2026-08
TIERS = 2
MODELS = 50
TIER_OPTIONS = 20
TIER_NAME_LENGTH = 14  # the reference's samples; each category's own are read
OPTION_LENGTH = 20
PRICE_SPREAD = 5  # dearest over cheapest model, in Viet Nam
PAUSE_AFTER_ADD = 5  # seconds between add_item and init_tier_variation

# --- wholesale: REF add_item, update_price, 2026-08; how many steps an item takes is told by no page (unverified)
WHOLESALE_STEPS = 5
WHOLESALE_FIRST = 2
WHOLESALE_OPEN_END = 1_000_000  # `max_count` of the last step must be given (its highest value is unverified)
WHOLESALE_PERCENT = 30

SHOP_NORMAL = "NORMAL"
REVIEW_PATIENCE = timedelta(days=30)  # our own; an item can be read for as long as it exists
ITEM_NORMAL = "NORMAL"
ITEM_REVIEWING = "REVIEWING"
ITEM_UNLISTED = "UNLIST"
ITEM_BANNED = "BANNED"
ITEM_GONE = frozenset({"SELLER_DELETE", "SHOPEE_DELETE", "DELETED"})
ITEM_KEPT = (ITEM_NORMAL, ITEM_UNLISTED, ITEM_REVIEWING, ITEM_BANNED)

# get_attribute_tree attribute_info: REF, 2026-08
INPUT_SINGLE_DROP_DOWN, INPUT_SINGLE_COMBO, INPUT_FREE_TEXT, INPUT_MULTI_DROP_DOWN, INPUT_MULTI_COMBO = 1, 2, 3, 4, 5
INPUTS_WITH_OWN_TEXT = frozenset({INPUT_SINGLE_COMBO, INPUT_FREE_TEXT, INPUT_MULTI_COMBO})
INPUTS_WITH_MANY_VALUES = frozenset({INPUT_MULTI_DROP_DOWN, INPUT_MULTI_COMBO})
VALIDATE_NONE, VALIDATE_INT, VALIDATE_STRING, VALIDATE_FLOAT, VALIDATE_DATE = 0, 1, 2, 3, 4
FORMAT_PLAIN, FORMAT_WITH_UNIT = 1, 2
DATE_DAY, DATE_MONTH = 0, 1

# get_channel_list fee_type: REF, 2026-08
FEE_SIZE_SELECTION = "SIZE_SELECTION"
FEE_CUSTOM_PRICE = "CUSTOM_PRICE"

# --- orders: GUIDE Order-Management, V2.0-Data-Definition, 2026-09
ORDER_UNPAID = "UNPAID"
ORDER_PENDING = "PENDING"
ORDER_COMPLETED = "COMPLETED"
ORDER_CANCELLED = "CANCELLED"
STATES_WITHOUT_ESCROW = frozenset({ORDER_UNPAID, ORDER_PENDING, ORDER_CANCELLED})

# --- money: REF get_escrow_detail, 2026-08. Fees that a settlement shows and that are no terms of escrow_amount.
FEES_OUTSIDE_THE_NET = frozenset({
    "buyer_transaction_fee", "credit_card_transaction_fee", "estimated_shipping_fee", "final_shipping_fee", "net_commission_fee",
    "net_service_fee",
})

# --- returns: GUIDE Return-Refund-Management, 2026-09
RETURNS_THAT_HOLD = frozenset({"ACCEPTED", "PROCESSING", "CLOSED"})  # counted only when the escrow shows a refund (unverified)
REFUND_ONLY = 1  # return_solution; 0 is return and refund

# --- error codes, last dotted segment: REF, 2026-08. The misspellings are what goes over the wire.
CODE_TOKEN = frozenset({"invalid_acceess_token", "invalid_access_token"})
CODE_AUTH = "error_auth"
CODES_CONSENT_GONE = frozenset({
    "partner_shop_no_link", "shop_no_linked", "shop_access_expired", "refresh_token_expired",
    "error_shop_refresh_token",
})
CODES_SHOP = frozenset({"shop_banned", "error_kyc_auth"})
CODES_APP = frozenset({
    "error_sign", "invalid_partner_id", "error_partner_key_expired", "source_ip_undeclared", "error_api_permission",
    "error_ashop_api_permission", "error_api_call_restricted", "api_suspended",
})
CODES_NOT_FOUND = frozenset({"error_not_found", "order_not_found"})
CODE_PARAM = "error_param"
CODE_DAILY_LIMIT = "error_limit"
CODE_RATE_LIMIT = "error_rate_limit"
CODES_ADD_FAILED = frozenset({"error_busi_add_item_failed", "error_unknown", "error_marshal"})
CODES_BUSY = frozenset({"error_server", "error_inner", "error_network", "error_system_busy", "error_unknown"})

PROFILE = ChannelProfile(
    key=KEY,
    title="Shopee",
    docs=(
        DocPage("Shopee Open Platform, API reference v2", "2026-08-31"),
        DocPage("Shopee Open Platform, developer guides", "2026-09-15"),
    ),
    title_limit=TITLE_LIMIT,
    title_minimum=TITLE_MINIMUM,
    description_limit=DESCRIPTION_LIMIT,
    picture_by="upload",
    picture_limit=PICTURE_LIMIT,
    pictures=PictureRules(formats=IMAGE_FORMATS, most_bytes=IMAGE_BYTES, shape=IMAGE_SHAPE),
    option_limit=TIERS,
    variant_limit=MODELS,
    wholesale_steps=WHOLESALE_STEPS,
    offer_batch=UNLIST_BATCH,
    sales_window=ORDER_WINDOW,
    sales_overlap=timedelta(minutes=30),
    page_size=PAGE_SIZE,
    answers_later=True,
    ticket_life=REVIEW_PATIENCE,
    calls_per_second=8.0,
    cash_on_delivery=True,  # REF get_order_detail, 2026-08: `cod`, payment_method "Cash on Delivery"
    unverified=(
        "fresh and living goods: no page says which are taken; fresh food passes with a remark, living animals do not",
        "title, description, picture and stock limits are the reference's samples, not Viet Nam's; each category's own are read",
        "least and most pixels of a picture: none are published",
        "no public rate limit; one integrator saw throttling far above ours",
        "absolute expire_in in one sample; values above 10^9 are read as moments",
        "page numbering of get_return_list; longest period of get_escrow_list",
        "get_escrow_detail_batch may leave out seller_return_refund; orders with returns are then read one by one",
        "search_item may want a name beside item_sku; item_sku alone is sent",
        "get_escrow_detail_batch may leave out adjustments; an order paid out with another amount is then read by itself",
        "corrections after the payout are noticed through the wallet's list; an app that may not read it notices them at the next change",
        "unlisting an unlisted item: taken as done",
        "how many wholesale steps an item takes, and the highest max_count of the last",
        "what the sizes of a carrier hold: the cheapest is taken, and only where no other carrier fits",
        "search_item may know the SKUs of variations: what it finds is compared before it counts",
        "whether an item with variations can lose them all: it is refused with a sentence",
        "media_space/upload_image signed at the public level; a setting switches to the shop level",
    ),
)
