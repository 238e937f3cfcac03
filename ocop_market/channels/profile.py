"""How much a channel takes: limits, windows, batches. What it can do at all is told by its roles, in `api`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from ocop_market.model.goods import GoodsKind


@dataclass(frozen=True)
class DocPage:
    """A page on which a fact was read: its title or address, and the day it was read (ISO)."""

    page: str
    seen: str


@dataclass(frozen=True)
class PictureRules:
    """What a channel takes as a picture; empty, 0 or None where no page names a rule. How many: `picture_limit` of the profile.

    `formats` are words like `JPEG` and `PNG`. `least_side` and `most_side` are pixels of the shorter and the longer side.
    `shape` is width to height; where it is not `shape_demanded`, the channel brings pictures into that shape by itself.
    """

    formats: tuple[str, ...] = ()
    most_bytes: int = 0
    least_side: int = 0
    most_side: int = 0
    shape: tuple[int, int] | None = None
    shape_demanded: bool = False


@dataclass(frozen=True)
class ChannelProfile:
    """Facts about a channel, each with its page in the connector's `facts.py`.

    `title_limit` and `description_limit` count `text_unit`s (`characters` or `bytes`); 0 means no known limit.
    `picture_by` is `upload` (the connector sends bytes), `link` (the platform fetches a public URL) or `none`.
    `sales_window` is the longest period that one list call may ask for, `sales_overlap` what is read again at each
    pull. `calls_per_second` and `calls_per_hour` bound our own calls per account (None: no bound). `picture_limit`
    is the most pictures a listing takes, `pictures` what each must be. `unverified` names facts that no page confirms.
    """

    key: str
    title: str
    docs: tuple[DocPage, ...]
    point_of_sale: bool = False
    title_limit: int = 0
    title_minimum: int = 0
    description_limit: int = 0
    text_unit: str = "characters"
    picture_by: str = "none"
    picture_limit: int = 0
    pictures: PictureRules = PictureRules()
    price_minimum: int = 0
    price_maximum: int = 0
    gates_age: bool = False
    """True when the platform can check a buyer's age before showing alcohol."""
    cash_on_delivery: bool = True
    """True where a buyer may pay in cash at the door: alcohol may not be sold so (Law 44/2019, Art. 16)."""
    takes_living: bool = False
    """True where living animals may be sold. Plants pass with their quarantine paper everywhere."""
    refuses: frozenset[GoodsKind] = frozenset()
    """Kinds of goods that the platform's own policy refuses, each with its page in `facts.py`."""
    offer_batch: int = 1
    """Listings that one call takes, of which price, stock and visibility change or which go off sale (roles `ChangesOffersTogether` and
    `WithdrawsTogether`)."""
    option_limit: int = 0
    """Options that a listing's variants may differ in; 0 where the channel knows no variants."""
    variant_limit: int = 0
    """Variants of one listing at most."""
    wholesale_steps: int = 0
    """Wholesale prices of one listing at most; 0 where the channel has none."""
    sales_window: timedelta | None = None
    sales_overlap: timedelta = timedelta(minutes=10)
    page_size: int = 50
    answers_later: bool = False
    ticket_life: timedelta | None = None
    calls_per_second: float | None = None
    calls_per_hour: int | None = None
    app_calls_per_second: float | None = None
    """Calls of all shops of one app together, where the platform bounds them; `[app_calls_per_second]` in market.toml goes before it."""
    parallel_reads: int = 4
    unverified: tuple[str, ...] = field(default_factory=tuple)
