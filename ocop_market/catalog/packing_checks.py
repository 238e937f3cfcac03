"""What a channel cannot carry of a product's packings and wholesale prices."""

from __future__ import annotations

from collections.abc import Iterator

from ocop_market.catalog.findings import Finding, missing, warning
from ocop_market.channels.profile import ChannelProfile
from ocop_market.language import N_
from ocop_market.model.product import Product

NO_VARIANTS = N_("{channel} knows no packings of one product, and {name} has {count}. Enter each as a product of its own to sell it there.")
TOO_MANY_OPTIONS = N_("The packings of {name} differ in {options}; {channel} takes {limit} such options. Split the product.")
TOO_MANY_VARIANTS = N_("{name} has {count} packings; {channel} takes {limit} in one listing. Split the product.")
NO_WHOLESALE = N_("{channel} has no wholesale prices: those of {name} are not shown there.")
WHOLESALE_CUT = N_("{channel} takes {limit} wholesale prices: those of {name} from {quantity} pieces on are not shown there.")


def packing_findings(product: Product, profile: ChannelProfile) -> Iterator[Finding]:
    """Packings that keep the product back, and wholesale prices that are left out."""
    if not (product.variants or product.options or product.wholesale):
        return
    name = {"name": product.name, "channel": profile.title}
    if product.variants and not profile.option_limit:
        yield missing("variants-not-carried", NO_VARIANTS, "variants", **name, count=len(product.variants))
    elif len(product.options) > profile.option_limit:
        yield missing("options-too-many", TOO_MANY_OPTIONS, "variants", **name, options=", ".join(product.options),
                      limit=profile.option_limit)
    elif profile.variant_limit and len(product.variants) > profile.variant_limit:
        yield missing("variants-too-many", TOO_MANY_VARIANTS, "variants", **name, count=len(product.variants), limit=profile.variant_limit)
    left_out = product.wholesale[profile.wholesale_steps:]
    if left_out and not profile.wholesale_steps:
        yield warning("wholesale-not-carried", NO_WHOLESALE, "wholesale", **name)
    elif left_out:
        yield warning("wholesale-too-many", WHOLESALE_CUT, "wholesale", **name, limit=profile.wholesale_steps,
                      quantity=left_out[0].from_quantity)
