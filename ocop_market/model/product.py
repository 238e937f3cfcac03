"""Products of the programme as the catalog keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ProducerKind(StrEnum):
    """Kinds of subject (chủ thể) of Decision 26/2026/QĐ-TTg, Art. 2."""

    COOPERATIVE = "cooperative"
    COOPERATIVE_GROUP = "cooperative-group"
    COMPANY = "company"
    HOUSEHOLD = "household"
    UNKNOWN = "unknown"


class Group(StrEnum):
    """The six product groups of Decision 26/2026/QĐ-TTg, Annex I; tea, coffee and cocoa are food."""

    FOOD = "food"
    DRINKS = "drinks"
    MEDICINAL = "medicinal"
    HANDICRAFT = "handicraft"
    ORNAMENTAL = "ornamental"
    TOURISM = "tourism"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Place:
    """A unit as published at the time, not resolved; empty text where the list does not say."""

    province: str
    district: str = ""
    commune: str = ""


@dataclass(frozen=True)
class Certificate:
    """One recognition: stars 3 to 5 (None: the source gives none), decision number, dates.

    A decision number repeats between bodies and years; it is a key only together with the date. `expires_on` is the
    first day after the 36 months on which the certificate no longer holds.
    """

    stars: int | None
    decision: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of a product: a link that the public can open, a file on this machine, or both.

    `digest` is the SHA-256 of the content in hex where it is known, so that the same picture is uploaded once.
    """

    url: str = ""
    path: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Product:
    """A product with what listings need: price in đồng, stock in sales units, net weight in grams.

    `practice` names the fields whose values were made up for practice (`price`, `stock`, …); such values are marked
    wherever they are shown and are refused on real platforms.
    """

    sku: str
    name: str
    producer: str = ""
    producer_kind: ProducerKind = ProducerKind.UNKNOWN
    group: Group = Group.UNKNOWN
    place: Place = Place("")
    certificates: tuple[Certificate, ...] = ()
    price: int | None = None
    stock: int | None = None
    weight_g: int | None = None
    shelf_life_days: int | None = None
    gtin: str = ""
    description: str = ""
    pictures: tuple[Picture, ...] = ()
    practice: frozenset[str] = frozenset()
