"""Which papers goods of a kind need, by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import PaperKind
from ocop_market.rules.dated import Dated, holding, rules


class NeededPaper(Dated):
    """A paper that goods of these kinds need; `must` is whether they may not be offered without it.

    `from_percent` is the alcohol by volume from which it is needed; goods whose strength is not known need it.
    """

    kinds: tuple[GoodsKind, ...] = Field(min_length=1)
    paper: PaperKind
    must: bool
    from_percent: Decimal | None = None


def needed_papers(kind: GoodsKind, day: date) -> tuple[NeededPaper, ...]:
    """The papers that goods of that kind need on the day; none for kinds without a rule."""
    return tuple(row for row in holding(rules("papers.needed", NeededPaper), day) if kind in row.kinds)
