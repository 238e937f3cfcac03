"""`goods`: what was sold under a code that the catalog does not know, and which product it is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from ocop_market.catalog.lookup import sold_finder
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import WORTH
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.money import vnd
from ocop_market.model.product import Product, Variant
from ocop_market.sales.unknown import Suggestion, UnknownGood
from ocop_market.store.goods import NOT_OURS, SoldGood, sold_goods
from ocop_market.store.shares import load_accounts

ALL_KNOWN = N_("Every article that was sold belongs to a product of the catalog, or was said to be none of yours.")
ASK = N_("{count} articles worth {amount} are sold under a code that the catalog does not know; they count as not attributed. Say "
         "which product each is: ocop-market goods ACCOUNT ARTICLE --is SKU (or --not-ours)")
LINKED = N_("{article} of {account} is {name}. All its sales count for that product now.")
NOT_OURS_SAID = N_("{article} of {account} is none of your products; it stays not attributed and is not asked about again.")
FORGOTTEN = N_("Nothing is kept about {article} of {account} any more.")
NEVER_SOLD = N_("Account '{account}' never sold an article '{article}'. See which are unknown: ocop-market goods")
NO_PRODUCT = N_("The catalog has no product or packing with the SKU {sku}. Import it first, or give the SKU of another.")
NEEDS_BOTH = N_("Give the account and the article that you speak of.")
REASONS = {"barcode": N_("same barcode"), "name": N_("similar name")}
MOST_SHOWN = 50


@click.command("goods", cls=SpeakingCommand, help=N_(
    "Shows articles that were sold under a code that the catalog does not know, with suggestions. With --is, says which product "
    "ARTICLE (its code, or the platform's number) of ACCOUNT is; its whole history is attributed anew."))
@argument("account", required=False)
@argument("article", required=False)
@option("--is", "product_sku", metavar="SKU", help=N_("The article is this product, or this packing of one."))
@option("--not-ours", is_flag=True, help=N_("The article is none of the catalog's products."))
@option("--forget", is_flag=True, help=N_("Take back what was said of the article."))
@shared_options
@speaks_plainly
def goods(account: str | None, article: str | None, product_sku: str | None, not_ours: bool, forget: bool, market_folder: Path,
          as_json: bool) -> Exit:
    """Shows unknown goods, or keeps what a person says of one."""
    with open_market(market_folder) as market:
        if account is not None and account not in _shared(market):
            market.settings.account(account)
        if product_sku or not_ours or forget:
            if account is None or article is None or bool(product_sku) + not_ours + forget > 1:
                raise click.UsageError(translate(NEEDS_BOTH))
            said = _say(market, account, article, None if forget else NOT_OURS if not_ours else product_sku)
            if not as_json:
                tell(said)
        unknown = market.unknown_goods(account)
    if as_json:
        emit([_as_json(one) for one in unknown])
    elif not (product_sku or not_ours or forget):
        _show(unknown)
    return Exit.PARTLY if unknown else Exit.DONE


def _shared(market: Market) -> Collection[str]:
    """Accounts of producers that share their figures with this market: they are in no settings."""
    with market.store.reading() as connection:
        return load_accounts(connection)


def _say(market: Market, account: str, article: str, product_sku: str | None) -> str:
    good = _sold(market, account, article)
    sold = sold_finder(market.products())(product_sku) if product_sku else None
    if product_sku and sold is None:
        raise SettingsError(NO_PRODUCT, code="product-unknown", sku=product_sku)
    market.link_good(good, sold.sku if sold else product_sku)
    if sold is not None:
        return say(LINKED, article=article, account=account, name=_named(sold.product, sold.packing))
    return say(FORGOTTEN if product_sku is None else NOT_OURS_SAID, article=article, account=account)


def _sold(market: Market, account: str, article: str) -> SoldGood:
    with market.store.reading() as connection:
        sold = sold_goods(connection, account)
    found = next((good for good in sold if article in (good.sku, good.remote_id)), None)
    if found is None:
        raise SettingsError(NEVER_SOLD, code="article-unknown", account=account, article=article)
    return found


def _show(unknown: list[UnknownGood]) -> None:
    if not unknown:
        tell(translate(ALL_KNOWN))
        return
    table(translate(N_("Goods without a product")), [translate(heading) for heading in (
        N_("Account"), N_("Article"), N_("Name"), N_("Orders"), N_("Worth"), N_("May be"))], [
        (one.good.account, one.good.sku or one.good.remote_id, one.good.name, number(one.good.orders), vnd(one.good.amount),
         "\n".join(map(_suggested, one.suggestions)) or "–") for one in unknown[:MOST_SHOWN]], right=[3, 4])
    tell(translate(WORTH))
    tell(say(ASK, count=number(len(unknown)), amount=vnd(sum(one.good.amount for one in unknown))))


def _suggested(suggestion: Suggestion) -> str:
    name = _named(suggestion.product, suggestion.packing)
    return f"{suggestion.sku}: {name} ({translate(REASONS[suggestion.because])})"


def _named(product: Product, packing: Variant | None) -> str:
    return f"{product.name} – {', '.join(packing.values)}" if packing else product.name


def _as_json(one: UnknownGood) -> dict[str, Any]:
    good = one.good
    suggestions = [{"sku": s.sku, "product": s.product.sku, "name": _named(s.product, s.packing), "because": s.because,
                    "likeness": s.likeness} for s in one.suggestions]
    return {"account": good.account, "article": good.sku or good.remote_id, "name": good.name, "orders": good.orders,
            "quantity": str(good.quantity), "amount": good.amount, "last_sold": good.last_sold.isoformat(), "suggestions": suggestions}
