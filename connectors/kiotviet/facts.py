"""What KiotViet's documents say in figures and words: hosts, paths, pages, codes. Constants only.

Each fact names its page. DOC is the documentation of the retail Public API as read in March 2026. `unverified` marks what no
page of the vendor confirms.
"""

from __future__ import annotations

from datetime import timedelta

from ocop_market.channels.profile import ChannelProfile, DocPage

KEY = "kiotviet"

# --- hosts: DOC "Thông tin chung", 2026-03. The food-and-drink edition has another host (publicfnb.kiotapi.com) and other
# documents.
API_URL = "https://public.kiotapi.com"
ID_URL = "https://id.kiotviet.vn"

# --- token: DOC "Lấy thông tin Access Token", 2026-03. The key is `scopes`, plural, unlike OAuth 2.0 itself.
TOKEN = "/connect/token"
SCOPES = "PublicApi.Access"
GRANT_TYPE = "client_credentials"
TOKEN_LIFE_UNTOLD = timedelta(hours=1)  # read-me files of clients say an hour; taken when expires_in is missing (unverified)
CODE_SCOPE = "invalid_scope"  # OAuth 2.0, RFC 6749 section 5.2
CLAIM_RETAILER = "client_RetailerCode"  # claims inside the token: several integrations, 2026-03 (unverified)
RETAILER_HEADER = "Retailer"

# --- paths: DOC, 2026-03
BRANCHES = "/branches"
PRODUCTS = "/products"
INVOICES = "/invoices"
RETURNS = "/returns"

# --- lists: DOC "Danh sách", 2026-03. `currentItem` is a record offset from 0, not a page number.
PAGE_SIZE = 100
BY_ID = {"orderBy": "id", "orderDirection": "Asc"}  # ids grow with creation, so rows that come in meanwhile stand last

# --- reading again: DOC "Hóa đơn", "Trả hàng", 2026-03; the length is our own
OVERLAP = timedelta(minutes=10)

# --- times are naive Viet Nam time with up to seven fraction digits; filters take seconds (recorded answers, 2026-03)
FILTER_TIME = "%Y-%m-%dT%H:%M:%S"

# --- invoice status: DOC "Webhook", 2026-03. Other numbers in public clients are wrong.
INVOICE_COMPLETED = 1
INVOICE_CANCELLED = 2
INVOICE_PROCESSING = 3
INVOICE_UNDELIVERABLE = 5

# --- errors: DOC "Mã lỗi", 2026-03; 429 and its headers in recorded answers only (unverified)
STATUS_BUSINESS_RULE = 420
READS_PER_HOUR = 5000

PROFILE = ChannelProfile(
    key=KEY,
    title="KiotViet",
    docs=(
        DocPage("KiotViet Public API (bán lẻ)", "2026-03-31"),
        DocPage("KiotViet's WordPress plugin", "2026-03-31"),
    ),
    point_of_sale=True,
    option_limit=2,  # where it is written to: each packing is an article of its own there
    sales_overlap=OVERLAP,
    page_size=PAGE_SIZE,
    calls_per_second=2.0,  # for writes the documents give no figure; reads are bound by the hour
    calls_per_hour=READS_PER_HOUR,
    parallel_reads=2,
    unverified=(
        "toDate as the upper bound of the modification time is documented for invoices only; for returns our side cuts",
        "whether returnTotal is before or after returnDiscount and returnFee: compared with the lines of each slip",
        "status numbers of return slips: their words decide, an unknown word counts as valid",
        "rate limit answers (429, Retry-After) are known from recorded answers only",
        "sorting by id: the documents name createdDate and name as examples",
        "what a product's pictures must be: the documents take links and name no format, size or number",
        "description of an article: the documents do not list it among what an update takes; what it became is read back",
        "tax that a pricing mode adds on top of prices is left out of sales and refunds alike",
    ),
)
