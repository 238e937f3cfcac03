"""`stock`: what there is of each product, what each account offers of it, at which price, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.money import share_out, vnd
from ocop_market.model.stock import Offer
from ocop_market.offers.counting import NO_PRODUCT
from ocop_market.offers.offers import UNKNOWN, Offers

NOTHING = N_("The catalog is empty. Read a list of products first: ocop-market import FILE")
NOBODY_OFFERS = N_("No account takes listings, so nothing is offered. Add one: ocop-market accounts add")
COUNTED = N_("{count} products are counted as of now; what was sold before is in these figures.")
COUNTED_ALL = N_("All figures are right as of now; what was sold before is in them.")
READ = N_("The stock of {accounts} is read.")
NO_SOURCE = N_("No point of sale is set to count the goods. Name its account in market.toml: sources, under [stock].")
NOT_A_COUNT = N_("“{text}” is no count. Write the product's SKU and a whole number, for example TRA-01=120.")
BEYOND = N_("{count} products are offered more often than they are there, by accounts that are not exclusive; the most is {units} units of "
            "{sku}. They may be sold twice until the next offers arrive.")
MORE = N_("{count} more products: name those that you want to see, or use --json.")
PRACTICE = N_("Practice accounts")
MOST_SHOWN = 40
WIDTH, NARROW = 20, 12
"""Letters of a bar, for a single product and in the table."""
SHADES = "█▓▒░"
NOT_OFFERED = "·"


@click.command("stock", cls=SpeakingCommand, help=N_(
    "Shows what there is of each product, what each account offers of it, and at which price. With PRODUCT (its SKU), tells every step "
    "that led to the figures."))
@argument("product", nargs=-1)
@option("--read", "read", is_flag=True, help=N_("First read the stock of the points of sale that count the goods."))
@option("--count", "counted", multiple=True, metavar="SKU=NUMBER", help=N_("So many of a product are there now; may be repeated."))
@option("--recounted", is_flag=True, help=N_("All figures as they stand were counted anew, just now."))
@shared_options
@speaks_plainly
def stock(product: Sequence[str], read: bool, counted: Sequence[str], recounted: bool, market_folder: Path, as_json: bool) -> Exit:
    """Shows stock and offers, after counts were read or said."""
    numbers = dict(map(_count, counted))
    with open_market(market_folder) as market:
        problems = _bring_in(market, read, numbers, recounted, as_json)
        worlds = sorted({account.practice for account in market.settings.accounts.values()}) or [False]
        offers = {practice: market.offers(practice=practice) for practice in worlds}
    for sku in product:
        if sku not in offers[worlds[0]].products:
            raise SettingsError(NO_PRODUCT, code="product-unknown", sku=sku)
    if as_json:
        emit({"problems": [{"code": p.code, "message": p.sentence()} for p in problems],
              "products": [_as_json(one, sku) for one in offers.values() for sku in product or sorted(one.products)]})
    else:
        for problem in problems:
            tell(problem.sentence())
        for practice, one in offers.items():
            _show(one, product, PRACTICE if practice and len(worlds) > 1 else N_("Stock and offers"))
    return Exit.PARTLY if problems else Exit.DONE


def _count(text: str) -> tuple[str, int]:
    sku, _, figure = text.rpartition("=")
    if not sku or not figure.isascii() or not figure.isdigit():
        raise click.UsageError(say(NOT_A_COUNT, text=text))
    return sku, int(figure)


def _bring_in(market: Market, read: bool, numbers: Mapping[str, int], recounted: bool, as_json: bool) -> list[Problem]:
    said = []
    problems: list[Problem] = []
    if read:
        if not market.settings.stock.sources:
            raise SettingsError(NO_SOURCE, code="no-stock-source")
        problems = market.read_stock()
        said.append(say(READ, accounts=", ".join(market.settings.stock.sources)))
    if numbers:
        market.count_stock(numbers)
        said.append(say(COUNTED, count=number(len(numbers))))
    if recounted:
        market.count_stock()
        said.append(translate(COUNTED_ALL))
    if not as_json:
        for sentence in said:
            tell(sentence)
    return problems


def _show(offers: Offers, skus: Sequence[str], title: str) -> None:
    if not offers.products or not offers.sellers:
        tell(translate(NOBODY_OFFERS if offers.products else NOTHING))
        return
    if skus:
        for sku in skus:
            _explain(offers, sku)
        return
    listed = sorted(offers.products)
    shades = {seller.account: SHADES[i % len(SHADES)] for i, seller in enumerate(one for one in offers.sellers if not one.file)}
    rows = []
    for sku in listed[:MOST_SHOWN]:
        made, there = _offers_of(offers, sku), offers.there.get(sku, UNKNOWN).there
        lines = [f"{shades.get(account, ' ')} {account}: {number(offer.stock)} · {_price(offer)}" for account, offer in made.items()]
        parts = [(shade, made[account].stock) for account, shade in shades.items() if account in made]
        rows.append((f"{offers.products[sku].name}\n{sku}", number(there), _bar(there, parts), "\n".join(lines)))
    table(translate(title), [translate(heading) for heading in (N_("Product"), N_("In stock"), N_("Offered by"), N_("Offers"))], rows,
          right=[1])
    if len(listed) > MOST_SHOWN:
        tell(say(MORE, count=number(len(listed) - MOST_SHOWN)))
    beyond = {sku: units for sku in listed if (units := offers.most_beyond(sku))}
    if beyond:
        worst = max(beyond, key=lambda sku: beyond[sku])
        tell(say(BEYOND, count=number(len(beyond)), units=number(beyond[worst]), sku=worst))


def _explain(offers: Offers, sku: str) -> None:
    """One product: a bar for what is there and for each account, with the steps below."""
    there, made = offers.there.get(sku, UNKNOWN), _offers_of(offers, sku)
    longest = max(1, there.there, *(offer.stock for offer in made.values()))
    label = max(map(len, (translate(N_("in stock")), *made)))
    tell(f"{offers.products[sku].name} ({sku})")
    tell(f"  {translate(N_('in stock')):{label}}  {number(there.there):>8}  {SHADES[0] * (there.there * WIDTH // longest)}")
    for account, offer in made.items():
        tell(f"  {account:{label}}  {number(offer.stock):>8}  {SHADES[1] * (offer.stock * WIDTH // longest)}  {_price(offer)}")
        for reason in offers.reasons(sku, account):
            tell(f"  {'':{label}}            {reason.sentence()}")


def _offers_of(offers: Offers, sku: str) -> dict[str, Offer]:
    return {seller.account: offers.offer(sku, seller.account) for seller in offers.sellers if seller.sells(offers.products[sku])}


def _price(offer: Offer) -> str:
    return "–" if offer.price is None else vnd(offer.price)


def _bar(there: int, parts: Sequence[tuple[str, int]]) -> str:
    """What is there as one bar: a shade for each account's part, points for what nobody offers."""
    offered = sum(units for _, units in parts)
    if not there and not offered:
        return ""
    all_parts = [*parts, (NOT_OFFERED, max(0, there - offered))]
    lengths = share_out(NARROW, [units for _, units in all_parts])
    return "".join(shade * length for (shade, _), length in zip(all_parts, lengths, strict=True))


def _as_json(offers: Offers, sku: str) -> dict[str, Any]:
    there = offers.there.get(sku, UNKNOWN)
    return {"sku": sku, "name": offers.products[sku].name, "there": there.there, "counted": str(there.counted),
            "sold": {account: str(quantity) for account, quantity in there.sold.items()}, "beyond": offers.most_beyond(sku),
            "offers": [{"account": account, "price": offer.price, "stock": offer.stock, "short": offer.short,
                        "reasons": [reason.sentence() for reason in offers.reasons(sku, account)]}
                       for account, offer in _offers_of(offers, sku).items()]}
