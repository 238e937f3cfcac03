"""Articles of a point of sale → counts of our products. Nothing is guessed: what is in doubt is told and not counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ocop_market.channels.api import Location, RemoteGood
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.stock import Count
from ocop_market.model.text import fold

MEASURED = frozenset(map(fold, ("kg", "ký", "kí", "kilogam", "g", "gam", "gram", "lạng", "yến", "tạ", "tấn", "lít", "lit", "l", "ml")))
"""Units of articles that are weighed or poured, folded."""

NO_BRANCH = N_("Account '{account}' has no branch “{name}”. Its branches: {known}. Put branches right, under "
               "[accounts.{account}.stock] in market.toml.")
NOTHING_LISTED = N_("Account '{account}' listed no article at all. Its counts stay as they were; look whether it shows goods in its own "
                    "program.")
NEEDS_UNIT = N_("{name} ({code}) is kept in {unit} at '{account}'. Say how many sales units one {unit} is, under "
                "[accounts.{account}.stock.units] in market.toml; until then the count before, or the product list's figure, holds.")
TWO_ARTICLES = N_("Articles {codes} at '{account}' are all the product {sku}, and not one has its code. They may be the same goods in "
                  "other packing, so the count before, or the product list's figure, holds. Give one of them the code {sku}, or unlink "
                  "the others: ocop-market goods")


@dataclass(frozen=True)
class Reading:
    """What a point of sale says of our products, and what is in doubt there: it gets no new count."""

    counts: Sequence[Count]
    problems: Sequence[Problem]


def counting_branches(account: str, locations: Sequence[Location], names: Sequence[str]) -> frozenset[str] | None:
    """Numbers of the branches that count, named by name or number; None: all. SettingsError for one that is not there."""
    if not names:
        return None
    by_name = {fold(place.name): place.id for place in locations} | {place.id: place.id for place in locations}
    for name in names:
        if name not in by_name and fold(name) not in by_name:
            known = ", ".join(place.name for place in locations) or "–"
            raise SettingsError(NO_BRANCH, code="branch-unknown", account=account, name=name, known=known)
    return frozenset(by_name.get(name) or by_name[fold(name)] for name in names)


def read_counts(account: str, goods: Iterable[RemoteGood], *, skus: frozenset[str], links: Mapping[tuple[str, str, str], str],
                units: Mapping[str, Decimal], branches: frozenset[str] | None, agreed: Mapping[str, datetime],
                now: datetime) -> Reading:
    """Counts of the products `skus` as they stood at `now`, the moment before the reading began.

    `agreed` tells since when earlier counts of the account agree with the shelf, by SKU; a product that is no longer listed
    there has none. SettingsError when the account lists nothing though it did before.
    """
    articles: dict[str, list[RemoteGood]] = {}
    listed = 0
    for listed, good in enumerate(goods, start=1):  # noqa: B007  (their number is used below)
        number = "" if good.sku else good.remote_id
        sku = links.get((account, good.sku, number)) or good.sku
        if sku in skus:
            articles.setdefault(sku, []).append(good)
    if not listed and agreed:
        raise SettingsError(NOTHING_LISTED, code="source-empty", account=account)
    counts: list[Count] = []
    problems: list[Problem] = []
    for sku in sorted(articles.keys() | agreed.keys()):
        active = [good for good in articles.get(sku, ()) if good.active]
        same = [good for good in active if good.sku == sku] or active
        if doubt := _doubt(account, sku, same, units):
            problems.append(doubt)
            continue
        places = _places(same[0], branches, units.get(same[0].sku, Decimal(1))) if same else {"": Decimal(0)}
        counts += [Count(sku, quantity, now, agreed.get(sku, now), account, place) for place, quantity in sorted(places.items())]
    return Reading(counts, problems)


def _doubt(account: str, sku: str, articles: Sequence[RemoteGood], units: Mapping[str, Decimal]) -> Problem | None:
    """Why these articles do not tell how many units of the product there are, if they do not."""
    if len(articles) > 1:
        return Problem("two-articles", TWO_ARTICLES, "stock", {
            "account": account, "sku": sku, "codes": ", ".join(good.sku or good.remote_id for good in articles)})
    for good in articles:
        if fold(good.unit) in MEASURED and good.sku not in units:
            return Problem("unit-unknown", NEEDS_UNIT, "stock", {
                "account": account, "name": good.name, "code": good.sku or good.remote_id, "unit": good.unit})
    return None


def _places(good: RemoteGood, branches: frozenset[str] | None, unit: Decimal) -> dict[str, Decimal]:
    places = {place: quantity * unit for place, quantity in good.stock.items() if branches is None or place in branches}
    return places or {"": Decimal(0)}


__all__ = ["Reading", "counting_branches", "read_counts"]
