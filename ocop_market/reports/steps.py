"""Words for what comes off between list price and the seller's hand."""

from __future__ import annotations

from ocop_market.growth.breakdown import DISCOUNT, LIST, REFUND, SHIPPING, TAX, Step
from ocop_market.language import N_, say, translate
from ocop_market.model.sales import FeeKind

TITLE = N_("From list price to what the seller receives")
SCOPE = N_("Orders accepted or delivered; returns count on the day of sale.")
LEFT = N_("What the seller receives")
OTHER = N_("Other fee ({word})")
WORDS = {
    LIST: N_("At list price"), DISCOUNT: N_("The seller's discounts"), REFUND: N_("Goods returned"),
    SHIPPING: N_("Carriage that the seller bears"), TAX: N_("Tax withheld, as the platforms state it"),
    f"fee:{FeeKind.COMMISSION}": N_("Commission"), f"fee:{FeeKind.SERVICE}": N_("Service fees"),
    f"fee:{FeeKind.PAYMENT}": N_("Payment fees"), f"fee:{FeeKind.SHIPPING}": N_("Fees around shipping"),
    f"fee:{FeeKind.PROCESSING}": N_("Order processing"), f"fee:{FeeKind.FULFILMENT}": N_("Storage and packing"),
    f"fee:{FeeKind.AFFILIATE}": N_("Affiliates"), f"fee:{FeeKind.ADVERTISING}": N_("Advertising and campaigns"),
    f"fee:{FeeKind.ADJUSTMENT}": N_("Adjustments after the payout"), f"fee:{FeeKind.OTHER}": N_("Other fees"),
    f"fee:{FeeKind.UNEXPLAINED}": N_("Not explained by the platform"),
}


def step_label(step: Step) -> str:
    """A step in words; fees that we have no kind for under the platform's name."""
    return say(OTHER, word=step.word) if step.word else translate(WORDS[step.key])
