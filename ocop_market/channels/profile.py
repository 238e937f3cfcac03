"""How much a channel takes: limits, windows, batches. What it can do at all is told by its roles, in `api`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class DocPage:
    """A page on which a fact was read: its title or address, and the day it was read (ISO)."""

    page: str
    seen: str


@dataclass(frozen=True)
class ChannelProfile:
    """Facts about a channel, each with its page in the connector's `facts.py`.

    `title_limit` and `description_limit` count `text_unit`s (`characters` or `bytes`); 0 means no known limit.
    `picture_by` is `upload` (the connector sends bytes), `link` (the platform fetches a public URL) or `none`.
    `sales_window` is the longest period that one list call may ask for, `sales_overlap` what is read again at each
    pull. `calls_per_second` and `calls_per_hour` bound our own calls per account (None: no bound). `picture_limit`
    is the most pictures a listing takes. `unverified` names facts that no page confirms.
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
    price_minimum: int = 0
    price_maximum: int = 0
    gates_age: bool = False
    """True when the platform can check a buyer's age before showing alcohol."""
    sales_window: timedelta | None = None
    sales_overlap: timedelta = timedelta(minutes=10)
    page_size: int = 50
    answers_later: bool = False
    ticket_life: timedelta | None = None
    calls_per_second: float | None = None
    calls_per_hour: int | None = None
    parallel_reads: int = 4
    unverified: tuple[str, ...] = field(default_factory=tuple)
