"""What an account should show today: the catalog, sifted by law and data, mapped to the channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from ocop_market.catalog.ocop_checks import reasons_to_withhold
from ocop_market.channels.api import Attribute, Connector, HasCategories
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.mapping.badges import Badges
from ocop_market.mapping.channel_map import ChannelMap
from ocop_market.mapping.draft import draft_listing
from ocop_market.mapping.suggestions import open_leaves
from ocop_market.mapping.words import words_of
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Product
from ocop_market.model.stock import Offer
from ocop_market.pictures.album import Album
from ocop_market.pictures.listing import with_copies
from ocop_market.publishing.plan import Wanted, Withheld
from ocop_market.settings import AccountSettings, PublishingSettings

SHARED = N_("{name} and {other} are sold under one SKU, {sku}. Each good and each packing needs one of its own: change one of them in the "
            "list.")


def want(products: Iterable[Product], connector: Connector, account: AccountSettings, policy: PublishingSettings,
         maps: ChannelMap, day: date, album: Album | None = None, badges: Badges | None = None,
         offer: Callable[[str], Offer] | None = None) -> Wanted:
    """Drafts for all products that may be listed on `day`, and the others with their reasons.

    Reads the platform's category tree and attributes (only reads); new suggestions go to the account's map. Pictures that the channel
    does not take as they are get copies in the `album` (None: they stay as they are). `badges` are shown while certificates hold.
    `offer` tells price and stock of a SKU on this account (None: the catalog's).
    """
    withheld: list[Withheld] = []
    ready: list[Product] = []
    catalog = list(products)
    shared = _shared_skus(catalog)
    for product in catalog:
        reasons = reasons_to_withhold(words_of(product, day).today, connector.profile, policy, practice=account.practice)
        if shared:
            reasons += [Problem("sku-shared", SHARED, "sku", {"name": product.name, "sku": sku, "other": other.name})
                        for sku in sorted({product.sku, *product.sold_skus}) for other in shared.get(sku, ()) if other.sku != product.sku]
        if reasons:
            withheld.append(Withheld(product.sku, product.name, tuple(reasons)))
        else:
            ready.append(product)
    platform = connector if isinstance(connector, HasCategories) else None
    leaves = open_leaves(platform.categories()) if platform is not None and ready else {}
    if platform is not None:
        maps.complete(ready, platform, leaves)
    asked: dict[str, list[Attribute] | tuple[Problem, ...]] = {}
    drafts: dict[str, ListingDraft] = {}
    for product in ready:
        unplaced = maps.problem(product, leaves, connector.profile.title) if platform is not None else None
        choice = maps.choice(product) if platform is not None and unplaced is None else None
        category = choice.category if choice is not None else ""
        if platform is not None and category and category not in asked:
            asked[category] = _asked_for(platform, category)
        wishes = asked.get(category, [])
        attributes, refused = ([], wishes) if isinstance(wishes, tuple) else (wishes, ())
        draft, problems = draft_listing(product, category=category, attributes=attributes, profile=connector.profile, day=day,
                                        offer=offer, mapped=maps.mapped(product), badges=badges)
        if album is not None:
            draft, unfit = with_copies(draft, connector.profile, album)
            problems += unfit
        problems += refused
        if unplaced is not None:
            problems.append(unplaced)
        if not refused:
            problems += [p for p in connector.problems(draft) if unplaced is None or p.field != "category"]
        if problems:
            withheld.append(Withheld(product.sku, product.name, tuple(problems)))
        else:
            drafts[product.sku] = draft
    return Wanted(drafts, withheld)


def _shared_skus(products: Iterable[Product]) -> dict[str, list[Product]]:
    """The products that carry one SKU, as their own or as that of a packing, where there are several."""
    carried = [(sku, product) for product in products
               for sku in ({product.sku, *product.sold_skus} if product.variants else (product.sku,))]
    if len({sku for sku, _ in carried}) == len(carried):
        return {}
    found: dict[str, list[Product]] = defaultdict(list)
    for sku, product in carried:
        found[sku].append(product)
    return {sku: several for sku, several in found.items() if len(several) > 1}


def _asked_for(platform: HasCategories, category: str) -> list[Attribute] | tuple[Problem, ...]:
    """What a category asks for, or why the platform refuses it (a number that a person entered wrongly)."""
    try:
        return platform.attributes(category)
    except Refused as error:
        return error.problems
