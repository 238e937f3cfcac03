"""How the certificates of a product stand on a day, and the stars that they let it show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ocop_market.model.product import Certificate, Product


class Standing(StrEnum):
    """How a product's certificates stand on a day."""

    IN_FORCE = "in-force"
    LAPSED = "lapsed"
    UNDATED = "undated"
    NONE = "none"


@dataclass(frozen=True)
class StarClaim:
    """The stars that a listing may show on a day (None: none), and why."""

    standing: Standing
    stars: int | None = None
    certificate: Certificate | None = None


def star_claim(product: Product, day: date) -> StarClaim:
    """The certificate in force on `day`: of several the one issued last. A star without dates proves nothing."""
    dated = [c for c in product.certificates if c.stars is not None and c.issued_on and c.expires_on]
    holding = [c for c in dated if c.issued_on and c.expires_on and c.issued_on <= day < c.expires_on]
    if holding:
        best = max(holding, key=lambda c: (c.issued_on or date.min, c.stars or 0))
        return StarClaim(Standing.IN_FORCE, best.stars, best)
    undated = [c for c in product.certificates if c.stars is not None and not (c.issued_on and c.expires_on)]
    if dated and not undated:
        return StarClaim(Standing.LAPSED, None, max(dated, key=lambda c: c.expires_on or date.min))
    if undated:
        return StarClaim(Standing.UNDATED, None, undated[-1])
    return StarClaim(Standing.NONE)
