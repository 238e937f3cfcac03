"""Places where OCOP goods are shown and sold: `điểm giới thiệu và bán sản phẩm OCOP`, as an office keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ocop_market.model.product import Place


class PointKind(StrEnum):
    """What kind of place it is in: those of Decision 950/QĐ-BCT of 18/4/2023 (read of 11/2026, unverified in its own wording)."""

    STATION = "station"
    """Of buses, trains or ships."""
    AIRPORT = "airport"
    REST_STOP = "rest-stop"
    MALL = "mall"
    SUPERMARKET = "supermarket"
    MARKET = "market"
    TOURIST_SITE = "tourist-site"
    RESTAURANT = "restaurant"
    HOTEL = "hotel"
    CRAFT_VILLAGE = "craft-village"
    CENTRE = "centre"
    """Of a commune or a district."""
    FAIR = "fair"
    POST_OFFICE = "post-office"
    SHOP = "shop"
    """A shop of its own; the decision does not name it, lists do."""
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """Whose point it is; districts had theirs until 30/6/2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    UNKNOWN = "unknown"


class PointState(StrEnum):
    """What is known of a point on a day."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_YET = "not-yet"
    UNDATED = "undated"
    """Neither its opening nor the day of a list that names it tells whether it was open."""


@dataclass(frozen=True)
class PointOfSale:
    """One point of sale; `place` and `address` are as published, in the units of `listed_on` where that is known.

    `opened_on` is its first day, `closed_on` the first day on which it is not open any more. `listed_on` is the day of a list
    that names it: it was open then. `decision` is the paper that recognised it. `account` and `location` are the till, and the
    branch there, under which its sales stand in the ledger; no `account` where none is known.
    """

    code: str
    name: str
    place: Place
    address: str = ""
    kind: PointKind = PointKind.UNKNOWN
    tier: Tier = Tier.UNKNOWN
    operator: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    decision: str = ""
    listed_on: date | None = None
    source: str = ""
    account: str = ""
    location: str = ""

    @property
    def till(self) -> tuple[str, str] | None:
        """Account and branch of its sales; None where it is linked to none."""
        return (self.account, self.location) if self.account else None

    def state_on(self, day: date) -> PointState:
        """Whether it is open on a day, as far as that can be told."""
        if self.closed_on is not None and day >= self.closed_on:
            return PointState.CLOSED
        if self.opened_on is not None:
            return PointState.OPEN if day >= self.opened_on else PointState.NOT_YET
        return PointState.OPEN if self.listed_on is not None and day >= self.listed_on else PointState.UNDATED
