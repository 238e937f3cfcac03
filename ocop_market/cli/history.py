"""`history`: what changed of a product, when, and through what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.store.catalog import ProductChange

UNKNOWN = N_("No product is called “{text}”, neither by SKU nor by name. Look up its name in your list.")
SEVERAL = N_("“{text}” fits several products: {found}. Give the SKU of one.")
OF = N_("{name} ({sku})")
CAME = N_("came into the catalog")
NOTHING = "–"
MOST_NAMED = 5
FIELDS = {
    "product": N_("product"), "sku": "SKU", "name": N_("name"), "producer": N_("producer"), "producer_kind": N_("kind of producer"),
    "group": N_("group"), "place": N_("place"), "certificates": N_("certificates"), "price": N_("price"), "stock": N_("stock"),
    "weight_g": N_("net weight (g)"), "shelf_life_days": N_("shelf life (days)"), "gtin": "GTIN", "description": N_("description"),
    "pictures": N_("pictures"), "practice": N_("practice values"), "owner": N_("owner"), "product_set": N_("scoring set"),
    "tax_number": N_("tax number"), "alcohol_percent": N_("alcohol by volume (%)"), "papers": N_("papers"), "label": N_("label"),
    "evidence": N_("evidence"), "options": N_("told apart by"), "variants": N_("packings"), "parcel_cm": N_("parcel (cm)"),
    "days_to_ship": N_("days to ship"), "wholesale": N_("wholesale prices"),
}
"""Fields of a product as people call them."""


@click.command("history", cls=SpeakingCommand, help=N_(
    "Shows what changed of PRODUCT (its SKU or a part of its name): when, through which file or command, before and after."))
@argument("product")
@shared_options
@speaks_plainly
def history(product: str, market_folder: Path, as_json: bool) -> Exit:
    """Shows the changes of one product."""
    with open_market(market_folder) as market:
        found = _find(product, market.products())
        changes = market.history(found.sku)
    if as_json:
        emit({"sku": found.sku, "name": found.name, "changes": [
            {"at": change.at.isoformat(), "origin": change.origin, "field": change.field, "before": change.before,
             "after": change.after} for change in changes]})
        return Exit.DONE
    tell(say(OF, name=found.name, sku=found.sku))
    table("", [translate(N_("When")), translate(N_("Through")), translate(N_("What")), translate(N_("Before")), translate(N_("After"))],
          [_row(change) for change in changes])
    return Exit.DONE


def _find(text: str, products: Mapping[str, Product]) -> Product:
    """The product with that SKU, or the only one whose name holds the text."""
    if text in products:
        return products[text]
    named = [product for product in products.values() if fold(text) == fold(product.name)] or [
        product for product in products.values() if fold(text) in fold(product.name)]
    if len(named) == 1:
        return named[0]
    if not named:
        raise SettingsError(UNKNOWN, code="product-unknown", text=text)
    shown = [f"{product.name} ({product.sku})" for product in named[:MOST_NAMED]]
    raise SettingsError(SEVERAL, code="product-ambiguous", text=text, found="; ".join(shown) + ("; …" if len(named) > MOST_NAMED else ""))


def _row(change: ProductChange) -> tuple[str, str, str, str, str]:
    came = change.field == "product"
    return (f"{change.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}", change.origin, translate(FIELDS[change.field]),
            NOTHING if came else _shown(change.before), translate(CAME) if came else _shown(change.after))


def _shown(value: Any) -> str:
    """A kept value in a cell of a table: lists by their lines, objects by what is filled in."""
    if isinstance(value, list):
        return "\n".join(map(_shown, value)) or NOTHING
    if isinstance(value, Mapping):
        told = [inner for inner in value.values() if inner not in (None, "", False, "unknown", [])]
        return " · ".join(", ".join(map(str, inner)) if isinstance(inner, list) else str(inner) for inner in told) or NOTHING
    return NOTHING if value in (None, "") else str(value)
