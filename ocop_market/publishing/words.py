"""What people call the fields, reasons and outcomes of publishing."""

from __future__ import annotations

import re
from typing import Any

from ocop_market.language import N_, translate

KINDS = {"create": N_("to create"), "update": N_("to change"), "withdraw": N_("to withdraw"), "unchanged": N_("unchanged"),
         "waiting": N_("waiting for review"), "withheld": N_("withheld"), "drifted": N_("edited in the shop"),
         "undone": N_("taken back before")}
REASONS = {
    "certificate-lapsed": N_("certificate lapsed"), "certificate-missing": N_("no star known"),
    "certificate-undated": N_("certificate without date"), "alcohol": N_("alcohol"), "tourism-service": N_("tourism service"),
    "papers-missing": N_("papers missing"), "living-goods": N_("living plants and animals"), "no-price": N_("no price"),
    "no-stock": N_("stock unknown"), "no-weight": N_("weight unknown"), "no-picture": N_("no picture"),
    "picture-unreadable": N_("no readable picture"), "picture-too-small": N_("too few pixels"), "picture-no-copy": N_("no copy possible"),
    "practice-values": N_("practice values"), "no-category": N_("no category"), "category-gone": N_("category gone"),
    "star-in-picture": N_("only pictures with the mark"), "variants-not-carried": N_("packings unknown there"),
    "attribute-not-asked": N_("attribute unknown there"), "attribute-not-a-choice": N_("attribute value not allowed"),
    "attribute-missing": N_("attribute missing"),
    "star-in-text": N_("star in the text without certificate"), "certificate-withdrawn": N_("certificate withdrawn"),
    "certificate-potential": N_("only proposed for five stars"), "paper-ended": N_("papers ended"), "medicine": N_("medicine"),
    "cure-claim": N_("promise of a cure in the text"), "shop-badge": N_("OCOP claimed for a whole shop"),
    "alcohol-paid-in-cash": N_("alcohol"), "alcohol-percent-missing": N_("alcohol"), "alcohol-advertised": N_("alcohol"),
    "paper-without-number": N_("papers missing"), "refused-by-channel": N_("refused by the channel's policy"),
    "document-missing": N_("legal document missing"), "listing-deleted": N_("deleted in the shop"),
    "variant-missing": N_("variant missing in the shop"), "variant-not-taken": N_("variant missing in the shop"),
    "edit-in-the-way": N_("edited in the shop"), "listing-banned": N_("taken down by the platform"),
    "changed-again": N_("changed again since"), "listing-gone": N_("not there any more"), "stock-stays": N_("only stock"),
    "before-unknown": N_("not known how it was"), "may-not-be-sold": N_("may not be sold"),
    "sku-shared": N_("one SKU for several goods"), "picture-not-found": N_("picture file missing"),
    "picture-missing": N_("no picture"), "picture-without-link": N_("picture without a link"), "weight-missing": N_("weight unknown"),
    "description-missing": N_("no description"), "title-missing": N_("no title"), "refused-by-platform": N_("refused by the platform"),
    "platform-refused": N_("refused by the platform"), "request-refused": N_("refused by the platform"),
    "review-expired": N_("review never answered"), "attribute-without-unit": N_("attribute value not allowed"),
    "attribute-refused": N_("attribute refused"), "category-refused": N_("category refused"),
    "category-missing": N_("no category"), "no-carrier": N_("no carrier"), "no-warehouse": N_("no warehouse"),
    "rejected": N_("refused before"), "title-too-long": N_("title too long"), "title-too-short": N_("title too short"),
}
_DIGEST = re.compile("[0-9a-f]{64}")
DIGITS = 8
"""So many of the digits by which a picture's content is known are shown."""
OTHER_REASON = N_("other reasons")
OUTCOMES = {"live": N_("on sale"), "pending": N_("in review"), "rejected": N_("refused"), "uncertain": N_("uncertain"),
            "later": N_("postponed"), "withdrawn": N_("withdrawn"), "superseded": N_("given up"), "waiting": N_("waiting"),
            "sending": N_("under way")}
FIELDS = {"title": N_("title"), "description": N_("description"), "category": N_("category"), "attributes": N_("attributes"),
          "brand": N_("brand"), "weight_g": N_("weight"), "parcel_cm": N_("parcel"), "pictures": N_("pictures"),
          "price": N_("price"), "stock": N_("stock"), "visible": N_("on sale"), "gtin": N_("barcode"),
          "channel_extra": N_("extra"), "days_to_ship": N_("days to ship"), "options": N_("options"), "variants": N_("variants"),
          "variant_prices": N_("price"), "variant_stock": N_("stock"), "wholesale": N_("wholesale prices")}


def field_name(name: str) -> str:
    """What people call a field; one of a variant or attribute with its key behind it."""
    field, _, key = name.partition(":")
    shown = translate(FIELDS.get(field, field))
    return f"{shown} {key}" if key else shown


def shown_value(value: Any) -> str:
    """A value of a field as people read it, whole; of a picture's content the first digits of its number."""
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"))
    if value is None or value == "":
        return "–"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {shown_value(one)}" for key, one in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(shown_value(one) for one in value) or "–"
    return str(value)[:DIGITS] if _DIGEST.fullmatch(str(value)) else str(value)
