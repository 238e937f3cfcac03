"""Products of the programme as the catalog keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
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


class CertificateKind(StrEnum):
    """What a rating was, as on the forms of Decision 26/2026/QĐ-TTg: lần đầu, nâng hạng, đánh giá lại."""

    FIRST = "first"
    UPGRADE = "upgrade"
    RE_RATING = "re-rating"
    UNKNOWN = "unknown"


class WithdrawalCause(StrEnum):
    """The six causes of Decision 26/2026/QĐ-TTg, Art. 8."""

    UNTRUE_DOSSIER = "untrue-dossier"
    CRITERIA_NO_LONGER_MET = "criteria-no-longer-met"
    BREACH_OF_LAW = "breach-of-law"
    MARK_MISUSED = "mark-misused"
    NO_LONGER_MADE = "no-longer-made"
    OTHER_FINDING = "other-finding"


class Evidence(StrEnum):
    """How well a fact is proved; an import keeps the level that it is told and never raises it by itself."""

    SIGNED = "A"
    """A signed decision or its annex."""
    PUBLISHED = "B1"
    """A page of an authority or of the press says that it was recognised."""
    PROPOSED = "B2"
    """Proposed or scored only."""
    SHOP = "C"
    """A shop's page: good for price and packing only."""
    UNKNOWN = ""


@dataclass(frozen=True)
class Certificate:
    """One recognition: stars 3 to 5 (None: the source gives none), decision, dates, and how it ended.

    A decision's number repeats between bodies and years: number, issuing `body` and `issued_on` together are the key.
    `expires_on` is the first day on which the certificate no longer holds. `potential` is a score of 90 or more before the
    ministry has decided: never five stars. `reapplied_on` is the day on which a re-rating was applied for, None when none is
    pending.
    """

    stars: int | None
    decision: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    source: str = ""
    body: str = ""
    kind: CertificateKind = CertificateKind.UNKNOWN
    potential: bool = False
    reapplied_on: date | None = None
    withdrawn_on: date | None = None
    withdrawn_because: WithdrawalCause | None = None
    evidence: Evidence = Evidence.UNKNOWN


class PaperKind(StrEnum):
    """Papers beside the certificate that goods may need, most of them with an end of their own."""

    BUSINESS_REGISTRATION = "business-registration"
    FOOD_SAFETY = "food-safety"
    SELF_DECLARATION = "self-declaration"
    REGISTERED_DECLARATION = "registered-declaration"
    TEST_REPORT = "test-report"
    GMP = "gmp"
    ADVERTISING_CONFIRMATION = "advertising-confirmation"
    COSMETIC_NOTIFICATION = "cosmetic-notification"
    ALCOHOL_PRODUCTION = "alcohol-production"
    ALCOHOL_TRADE = "alcohol-trade"
    QUARANTINE = "quarantine"
    VIETGAP = "vietgap"
    ORGANIC = "organic"
    HACCP = "haccp"
    ISO_22000 = "iso-22000"
    TRADEMARK = "trademark"
    BARCODE_FEE = "barcode-fee"
    OTHER = "other"


@dataclass(frozen=True)
class Paper:
    """A paper: kind, number, issuer and dates, nothing else of it; `expires_on` is the first day without it (None: no end known)."""

    kind: PaperKind
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


class LabelField(StrEnum):
    """What a label may have to show, by Decree 37/2026/NĐ-CP; name, producer, net weight and shelf life are the product's own."""

    ADDRESS = "address"
    ORIGIN = "origin"
    INGREDIENTS = "ingredients"
    NUTRITION = "nutrition"
    MADE_ON = "made-on"
    EXPIRY = "expiry"
    LOT = "lot"
    USE = "use"
    STORAGE = "storage"
    WARNING = "warning"
    NET_CONTENT = "net-content"
    MATERIAL = "material"
    NOTICE = "notice"


@dataclass(frozen=True)
class Picture:
    """A picture of a product: a link that the public can open, a file on this machine, or both.

    `digest` is the SHA-256 of the content in hex where it is known, so that the same picture is uploaded once.
    """

    url: str = ""
    path: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Variant:
    """One packing of a product, sold under its own SKU: price in đồng, stock in sales units, net weight in grams.

    `values` are its values of the product's `options`, in their order (`("500 g",)`); no two variants have the same.
    """

    sku: str
    values: tuple[str, ...]
    price: int | None = None
    stock: int | None = None
    weight_g: int | None = None
    gtin: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class WholesalePrice:
    """What one piece costs, in đồng, for whoever buys at least `from_quantity` of them."""

    from_quantity: int
    price: int


@dataclass(frozen=True)
class Product:
    """A product with what listings need: price in đồng, stock in sales units, net weight in grams.

    `owner` is the producer or office whose part of the catalog the product is, empty where there is only one.
    `product_set` is the scoring set of Decision 26/2026/QĐ-TTg, 1 to 26. `tax_number` is the producer's, ten or thirteen
    digits, never a personal one. `alcohol_percent` is by volume. `label` holds what the label says where it is known.
    `evidence` tells by name of a field how well its value is proved. `practice` names the fields whose values were made up
    for practice (`price`, `stock`, …); such values are marked wherever they are shown and are refused on real platforms.
    A product in several packings names its `options` (one or two, such as `("Khối lượng",)`) and its `variants`; price, stock
    and weight are then theirs. `parcel_cm` is length, width and height of the parcel, `days_to_ship` the days until it is handed over
    (None for both: the account's or platform's usual ones); `wholesale` is ordered by quantity.
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
    owner: str = ""
    product_set: int | None = None
    tax_number: str = ""
    alcohol_percent: Decimal | None = None
    papers: tuple[Paper, ...] = ()
    label: Mapping[LabelField, str] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    parcel_cm: tuple[int, int, int] | None = None
    days_to_ship: int | None = None
    wholesale: tuple[WholesalePrice, ...] = ()

    @property
    def sold_skus(self) -> tuple[str, ...]:
        """The SKUs under which it is sold: its variants', or its own where it has none."""
        return tuple(variant.sku for variant in self.variants) or (self.sku,)
