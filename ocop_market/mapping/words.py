"""What a listing says of a product on a day before any channel shortens it: worked out once, and read for every channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.notices import required_lines
from ocop_market.catalog.on_day import OnDay
from ocop_market.catalog.standing import StarClaim
from ocop_market.mapping.facts import facts_of, lines_of
from ocop_market.mapping.templates import filled, rows_of
from ocop_market.model.product import Product
from ocop_market.model.text import KEPT, tidy

PRACTICE = "(Số liệu luyện tập, không phải giá bán thật.)"


class Line(NamedTuple):
    """A line of a description; one that is `kept` stays when others are cut."""

    text: str
    kept: bool


class Words:
    """A product on a day with its facts, its whole title and its whole description, each made when first asked for."""

    __slots__ = ("_description", "_facts", "_required", "_title", "product", "today")

    def __init__(self, product: Product, day: date) -> None:
        self.product, self.today = product, OnDay(product, day)
        self._facts: dict[str, str] | None = None
        self._required: tuple[str, ...] | None = None
        self._title = self._description = ("", "")  # the template that was asked for last, and what came of it

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts that are known, by name; without the parcel, of which accounts say more."""
        if self._facts is None:
            self._facts = {name: text for name, text in facts_of(self.product).items() if text}
        return self._facts

    @property
    def required(self) -> Sequence[str]:
        """The lines that have to stand in every description: what the law asks for, the mark of practice values."""
        if self._required is None:
            practice = [PRACTICE] if self.product.practice else []
            self._required = (*map(tidy, required_lines(self.product, self.today.day)), *practice)
        return self._required

    def title(self, template: str) -> str:
        """The whole title."""
        if self._title[0] != template:
            self._title = template, tidy(filled(template, self.title_values()))
        return self._title[1]

    def title_values(self) -> dict[str, str]:
        """What fills a title; stars that the name tells already are not told again."""
        values = {**self.facts, **said_of(self.today.claim)}
        if self.today.claim.stars in stars_named(values.get("name", "")):
            values["stars"] = ""
        return values

    def description(self, template: str) -> str:
        """The whole description."""
        if self._description[0] != template:
            self._description = template, "\n".join(line.text for line in self.lines(template))
        return self._description[1]

    def lines(self, template: str) -> list[Line]:
        """The lines with something in them; the required ones stand behind the first where the template leaves them out.

        Kept are those, and lines with the stars.
        """
        required = self.required
        values = {**self.facts, **said_of(self.today.claim), "legal": "\n".join(required),
                  "description": lines_of(self.product.description)}
        lines = [Line(plain, (row.starred and "stars" in values) or plain in required) for row in rows_of(template)
                 if (text := row.filled(values)) for line in text.splitlines() if (plain := tidy(line))]
        if not required:
            return lines
        there = {line.text for line in lines}
        return [*lines[:1], *(Line(text, kept=True) for text in required if text not in there), *lines[1:]]


def said_of(claim: StarClaim) -> dict[str, str]:
    """What texts may say of the certificate in force."""
    if not claim.stars:
        return {}
    return {"stars": f"OCOP {claim.stars} sao", **({"certificate": tidy(claim.certificate.decision)} if claim.certificate else {})}


_known: dict[str, Words] = {}


def words_of(product: Product, day: date) -> Words:
    """The words of a product, the same object for the next channel as long as product and day are the same."""
    known = _known.get(product.sku)
    if known is None or known.today.day != day or (known.product is not product and known.product != product):
        if len(_known) >= KEPT:
            _known.clear()
        known = _known[product.sku] = Words(product, day)
    return known
