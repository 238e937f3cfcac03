"""A product as the law sees it on one day, whatever the channel: judged once, and asked for every channel."""

from __future__ import annotations

from datetime import date

from ocop_market.catalog.claims import own_texts
from ocop_market.catalog.findings import Finding
from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.paper_checks import paper_findings
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import star_problems, text_findings
from ocop_market.errors import Problem
from ocop_market.model.product import Product
from ocop_market.settings import FoodPapers


class OnDay:
    """A product on a day: its kind of goods, the stars that it may show, what its texts and papers lack."""

    __slots__ = ("_papers", "_star_problems", "_texts", "claim", "day", "kind", "product")

    def __init__(self, product: Product, day: date) -> None:
        self.product, self.day = product, day
        self.kind, self.claim = goods_kind(product), star_claim(product, day)
        self._papers: tuple[FoodPapers, tuple[Finding, ...]] | None = None
        self._texts: tuple[Finding, ...] | None = None
        self._star_problems: tuple[Problem, ...] | None = None

    @property
    def texts(self) -> tuple[Finding, ...]:
        """What its own texts may not say on the day."""
        if self._texts is None:
            self._texts = tuple(text_findings(self.product, self.kind, self.claim, self.day))
        return self._texts

    @property
    def star_problems(self) -> tuple[Problem, ...]:
        """Its own texts that claim another star than the certificate in force gives, each by itself."""
        if self._star_problems is None:
            self._star_problems = tuple(star_problems(self.product, self.claim, *own_texts(self.product)))
        return self._star_problems

    def papers(self, food: FoodPapers) -> tuple[Finding, ...]:
        """Everything about its papers, with those of food weighing as `food` says."""
        if self._papers is None or self._papers[0] is not food:
            self._papers = food, tuple(paper_findings(self.product, self.kind, food, self.day))
        return self._papers[1]
