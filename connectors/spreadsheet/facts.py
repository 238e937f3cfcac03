"""What is known of spreadsheets as a channel: the profile, and where each form of sales file was learnt. Constants only.

There is no official sheet of any marketplace here. Column lists of Postmart, Voso, san24h or provincial sites were looked for
in public and not found (2026-11), so the listing sheet is our own. It names pictures by link or file and sets no rule for them.
"""

from __future__ import annotations

from decimal import Decimal

from ocop_market.channels.profile import ChannelProfile, DocPage

KEY = "spreadsheet"

# Microsoft Support, "Excel specifications and limits", 2026-11
CELL_CHARACTERS = 32_767

# our own sheet: two columns for each option, a cell for the wholesale prices
OPTIONS = 2
WHOLESALE_STEPS = 10

# identities of KiotViet's invoice export hold to a hundredth of a đồng (importers that reconcile real exports, 2026-08)
EXACT = Decimal("0.01")
# a line's quantity × price is rounded to whole đồng by tills (the same)
LINE_ROUNDING = Decimal(1)
# share of rows that must fit a reading of numbers before it is taken (our own rule)
FITTING_SHARE = Decimal("0.99")

# an account's own books begin after this; earlier dates are slips (our own rule)
FIRST_YEAR = 2000

PROFILE = ChannelProfile(
    key=KEY,
    title="Excel / CSV",
    docs=(
        DocPage("KiotViet, exports Danh sách chi tiết hóa đơn and … trả hàng, as read by public importers", "2026-08-31"),
        DocPage("Sapo, help page on importing orders from a file", "2026-03-31"),
        DocPage("Loyverse Back Office, export Receipts by item, as read by public importers", "2026-07-31"),
        DocPage("Microsoft Support, Excel specifications and limits", "2026-11-20"),
    ),
    point_of_sale=False,
    description_limit=CELL_CHARACTERS,
    option_limit=OPTIONS,
    wholesale_steps=WHOLESALE_STEPS,
    unverified=(
        "Sapo: names of the columns for order discount and total in its exports",
        "Loyverse: headings in other languages than English",
        "KiotViet: whether a return slip's invoice may belong to another branch",
    ),
)
