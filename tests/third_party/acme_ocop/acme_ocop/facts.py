"""What Acme's documents say in figures and words, each with its page. Constants only."""

from datetime import timedelta

from ocop_market.channels.profile import ChannelProfile, DocPage

KEY = "acme"
API_URL = "https://api.acme.example"
TITLE_LIMIT = 100  # page "Products", 2026-10
PRICE_MINIMUM = 1_000  # page "Products", 2026-10

PROFILE = ChannelProfile(
    key=KEY, title="Acme", docs=(DocPage("Acme API, Products and Orders (invented for this example)", "2026-10-01"),),
    title_limit=TITLE_LIMIT, price_minimum=PRICE_MINIMUM, picture_by="link", picture_limit=1,
    sales_overlap=timedelta(minutes=15), page_size=40, calls_per_second=5.0,
    unverified=("whether a product can be deleted: withdrawing hides it",))
