"""What an account should show today: the catalog, sifted by law and data, mapped to the channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.channels.api import Attribute, Connector, HasCategories
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.mapping.categories import CategoryMap
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Product
from ocop_market.publishing.plan import Wanted, Withheld
from ocop_market.settings import AccountSettings, PublishingSettings

NO_CATEGORY = N_("No category of {channel} fits {name}. Enter one in the file {path}.")


def want(products: Iterable[Product], connector: Connector, account: AccountSettings, policy: PublishingSettings,
         categories: CategoryMap, day: date) -> Wanted:
    """Drafts for all products that may be listed on `day`, and the others with their reasons.

    Reads the platform's category tree and attributes (only reads); new suggestions go to the category file.
    """
    withheld: list[Withheld] = []
    ready: list[Product] = []
    for product in products:
        reasons = withheld_because(product, connector.profile, policy, day, practice=account.practice)
        if reasons:
            withheld.append(Withheld(product.sku, product.name, tuple(reasons)))
        else:
            ready.append(product)
    platform = connector if isinstance(connector, HasCategories) else None
    if platform is not None:
        categories.complete(ready, platform)
    asked: dict[str, list[Attribute]] = {}
    drafts: dict[str, ListingDraft] = {}
    for product in ready:
        category = categories.category(product.sku) if platform is not None else ""
        if platform is not None and category and category not in asked:
            asked[category] = platform.attributes(category)
        draft, problems = draft_listing(product, category=category, attributes=asked.get(category, []),
                                        profile=connector.profile, day=day, stock_share=account.stock_share)
        if platform is not None and not category:
            problems.append(Problem("no-category", NO_CATEGORY, "category", {
                "channel": connector.profile.title, "name": product.name, "path": str(categories.path)}))
        problems += connector.problems(draft)
        if problems:
            withheld.append(Withheld(product.sku, product.name, tuple(problems)))
        else:
            drafts[product.sku] = draft
    return Wanted(drafts, withheld)
