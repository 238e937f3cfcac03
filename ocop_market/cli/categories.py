"""`categories`: an account's map of categories and attributes, to look through, confirm and correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ocop_market.catalog.ocop_checks import OFF_SALE, withheld_because
from ocop_market.catalog.product_sets import product_set
from ocop_market.channels.api import Category, Connector, HasCategories
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import NotSupported, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.mapping.channel_map import ChannelMap, Choice
from ocop_market.mapping.map_file import set_heading, sku_heading
from ocop_market.mapping.review import PlaceState, Reviewed, category_paths, find_categories, review
from ocop_market.mapping.suggestions import open_leaves
from ocop_market.market import Market, open_market
from ocop_market.model.product import Product

NO_TREE = N_("The channel {channel} of account '{account}' has no categories. Texts and parcels may still stand in {path}.")
NO_GOODS = N_("The catalog has nothing that may be listed on '{account}'. See why: ocop-market ready --account {account}")
NOT_A_PAIR = N_("“{text}” is no place and category. Write a set or SKU, the sign = and the number, for example 11=100123.")
NO_SUCH_CATEGORY = N_("{channel} has no category {category} that takes goods. Find its number with: ocop-market categories {account} "
                      "--find WORDS")
NO_SUCH_PLACE = N_("'{place}' is neither a set (1 to 26) nor a SKU of the catalog.")
NOT_SUGGESTED = N_("Nothing is suggested for '{place}'. See what is: ocop-market categories {account}")
CHOSEN = N_("{place} goes to {category} ({path}).")
CONFIRMED = N_("{count} suggestions are confirmed in {path}.")
NOTHING_FOUND = N_("No category that takes goods is named like “{words}”. Try fewer or other words.")
SUMMARY = N_("{count} products: {confirmed} in a confirmed category, {suggested} in a suggested one, {none} without, {gone} in one that is "
             "gone.")
HOW = N_("Right as suggested: ocop-market categories {account} --confirm PLACE (or --confirm-all). Wrong: --set PLACE=CATEGORY. Attributes "
         "and texts stand in {path}.")
MORE = N_("{count} more; see them with --all or --json.")
STATES = {PlaceState.GONE: N_("gone"), PlaceState.NONE: N_("none found"), PlaceState.SUGGESTED: N_("suggested"),
          PlaceState.CONFIRMED: N_("confirmed")}
SHOWN = 30


@click.command("categories", cls=SpeakingCommand, help=N_(
    "Shows which category of its platform each scoring set goes to on ACCOUNT, with exceptions by SKU, and which attributes are "
    "missing. New products get suggestions from the platform."))
@argument("account")
@option("--confirm", "confirmed", multiple=True, metavar="PLACE",
        help=N_("This suggestion is right: the number of a set, or a SKU; may be given several times."))
@option("--confirm-all", is_flag=True, help=N_("Every suggestion is right."))
@option("--set", "chosen", multiple=True, metavar="PLACE=CATEGORY",
        help=N_("This set or SKU goes to this category; may be given several times."))
@option("--find", "words", metavar="WORDS", help=N_("Only look for categories by name."))
@option("--again", is_flag=True, help=N_("Ask the platform again about what is not confirmed."))
@option("--all", "show_all", is_flag=True, help=N_("Show every line."))
@shared_options
@speaks_plainly
def categories(account: str, confirmed: Sequence[str], confirm_all: bool, chosen: Sequence[str], words: str | None, again: bool,
               show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Shows the map, or keeps what a person says of it."""
    with open_market(market_folder) as market:
        connector = market.connector(account)
        maps = market.channel_map(account)
        if not isinstance(connector, HasCategories):
            raise NotSupported(NO_TREE, code="no-categories", channel=connector.profile.title, account=account, path=str(maps.path))
        tree = connector.categories()
        if words is not None:
            return _find(words, tree, as_json=as_json)
        catalog = market.products()
        said = [_choose(maps, connector, account, catalog, tree, one) for one in chosen]
        if again:
            maps.suggestions.forget()
        goods = _listable(market, account, connector)
        maps.complete(goods, connector, open_leaves(tree))
        if confirmed or confirm_all:
            said.append(_confirm(maps, account, catalog, confirmed, everything=confirm_all))
        found = review(goods, maps, connector, tree)
    if as_json:
        emit({"account": account, "path": str(maps.path), "places": [_as_json(one) for one in found]})
    else:
        for sentence in said:
            tell(sentence)
        _show(account, maps, found, limit=None if show_all else SHOWN)
    settled = all(one.state is PlaceState.CONFIRMED and not one.problems for one in found)
    return Exit.DONE if settled else Exit.PARTLY


def _listable(market: Market, account: str, connector: Connector) -> list[Product]:
    """What is or will be listed: products that lack data only count too."""
    settings, policy = market.settings.account(account), market.settings.publishing
    return [product for product in market.products().values() if settings.owner in ("", product.owner) and not any(
        problem.code in OFF_SALE
        for problem in withheld_because(product, connector.profile, policy, market.today, practice=settings.practice))]


def _find(words: str, tree: Sequence[Category], *, as_json: bool) -> Exit:
    found = find_categories(words, tree)
    if as_json:
        emit([{"category": category, "path": path} for category, path in found])
    elif found:
        table(translate(N_("Categories that take goods")), [translate(N_("Number")), translate(N_("Category"))], found)
    else:
        tell(say(NOTHING_FOUND, words=words))
    return Exit.DONE if found else Exit.PARTLY


def _choose(maps: ChannelMap, connector: Connector, account: str, catalog: dict[str, Product], tree: Sequence[Category], said: str) -> str:
    place, sign, category = (part.strip() for part in said.rpartition("="))
    if not (place and sign and category):
        raise SettingsError(NOT_A_PAIR, code="not-a-pair", text=said)
    leaf = open_leaves(tree).get(category)
    if leaf is None:
        raise SettingsError(NO_SUCH_CATEGORY, code="no-such-category", channel=connector.profile.title, category=category, account=account)
    maps.choose(_heading(place, catalog), leaf.id, leaf.name)
    return say(CHOSEN, place=place, category=leaf.id, path=category_paths(tree)[leaf.id])


def _confirm(maps: ChannelMap, account: str, catalog: dict[str, Product], places: Sequence[str], *, everything: bool) -> str:
    suggested = [choice for choice in maps.choices() if not choice.confirmed]
    taken: list[Choice] = list(suggested) if everything else []
    for place in places:
        named = (_heading(place, catalog), f"category.{_heading(place, catalog).partition('.')[2]}")
        found = [choice for choice in suggested if choice.place in named]
        if not found:
            raise SettingsError(NOT_SUGGESTED, code="not-suggested", place=place, account=account)
        taken += found
    maps.confirm(taken)
    return say(CONFIRMED, count=number(len(taken)), path=str(maps.path))


def _heading(place: str, catalog: dict[str, Product]) -> str:
    """A number from 1 to 26 is a set; everything else a SKU."""
    if place.isdecimal() and 1 <= int(place) <= 26:
        return set_heading(int(place))
    if place not in catalog:
        raise SettingsError(NO_SUCH_PLACE, code="no-such-place", place=place)
    return sku_heading(place)


def _show(account: str, maps: ChannelMap, found: Sequence[Reviewed], limit: int | None) -> None:
    if not found:
        tell(say(NO_GOODS, account=account))
        return
    counts = {state: sum(len(one.products) for one in found if one.state is state) for state in PlaceState}
    tell(say(SUMMARY, count=number(sum(counts.values())), **{state.value: number(count) for state, count in counts.items()}))
    table(translate(N_("Categories by set and SKU")), [translate(heading) for heading in (
        N_("Where"), N_("Products"), N_("Category"), N_("State"), N_("Attributes to enter"))], [
        (_named(one), number(len(one.products)), _category(one), translate(STATES[one.state]),
         "\n".join(f"{problem.values.get('attribute', problem.sentence())} ({number(count)})" for problem, count in one.problems.values()))
        for one in found[:limit]], right=[1])
    if limit is not None and len(found) > limit:
        tell(say(MORE, count=number(len(found) - limit)))
    for sentence in dict.fromkeys(problem.sentence() for one in found[:limit] for problem, _ in one.problems.values()):
        tell(f"• {sentence}")
    tell(say(HOW, account=account, path=str(maps.path)))


def _named(one: Reviewed) -> str:
    kind, _, key = one.place.partition(".")
    return f"{key} {product_set(int(key)).name}" if kind == "sets" else f"{one.products[0].sku} {one.products[0].name}"


def _category(one: Reviewed) -> str:
    return f"{one.choice.category} {one.category_path}" if one.choice else "–"


def _as_json(one: Reviewed) -> dict[str, Any]:
    return {"place": one.place, "state": one.state, "category": one.choice.category if one.choice else "", "path": one.category_path,
            "products": [product.sku for product in one.products], "problems": [
                {"code": problem.code, "attribute": problem.values.get("attribute", ""), "products": count, "message": problem.sentence()}
                for problem, count in one.problems.values()]}
