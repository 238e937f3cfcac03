"""Settings of stock and price: where goods are counted, how much of them an account may offer, and at which price."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ocop_market.language import N_

OFFER_FAULTS = {
    "figure_missing": N_("the rule {rule} needs the figure {figure}"),
    "figure_unused": N_("the figure {figure} does not belong to the rule {rule}"),
    "ending_without_step": N_("ending needs round_to, and must be below it"),
    "ceiling_below_floor": N_("the ceiling is below the floor"),
    "greater_than": N_("more than {gt} is needed"),
}
"""Kinds of fault that only these settings have: what to say."""


class StockRule(StrEnum):
    """How much of what there is an account may offer."""

    ALL = "all"
    """What the accounts with a figure leave; several such accounts divide it evenly."""
    PERCENT = "percent"
    """A part of it, rounded down."""
    FIXED = "fixed"
    """At most so many."""
    RESERVE = "reserve"
    """As `all`, but the last so many stay where they are."""
    THRESHOLD = "threshold"
    """As `all`, but nothing once there are fewer than so many."""


_OWN_FIGURE = (StockRule.PERCENT, StockRule.FIXED)
"""Rules whose figure has no meaning under another rule; a reserve and a threshold may go with each."""


class AccountStock(BaseModel):
    """`[accounts.NAME.stock]`."""

    model_config = ConfigDict(extra="forbid")

    rule: StockRule = StockRule.ALL
    percent: int | None = Field(default=None, ge=0, le=100)
    """For the rule `percent`."""
    fixed: int | None = Field(default=None, ge=0)
    """For the rule `fixed`, in sales units."""
    reserve: int = Field(default=0, ge=0)
    """Units that this account never offers, kept for the shop floor; goes with each rule."""
    threshold: int = Field(default=0, ge=0)
    """With fewer units than this, the account offers none; goes with each rule."""
    exclusive: bool | None = None
    """Whether units offered here are offered nowhere else at the same time; unset: yes, but for channels that write files."""
    units: dict[str, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    """By an article's code on this account: how many sales units of the product one unit of the article is."""
    branches: list[str] = Field(default_factory=list)
    """Of a point of sale that counts the goods: names or numbers of the branches that count; empty: all."""

    @model_validator(mode="after")
    def _figures_fit_the_rule(self) -> Self:
        name = self.rule.value
        if self.rule is not StockRule.ALL and not (self.percent is not None if self.rule is StockRule.PERCENT else
                                                   self.fixed is not None if self.rule is StockRule.FIXED else getattr(self, name)):
            raise PydanticCustomError("figure_missing", "a figure is missing", {"rule": name, "figure": name})
        for other in _OWN_FIGURE:
            if other is not self.rule and getattr(self, other.value) is not None:
                raise PydanticCustomError("figure_unused", "a figure without use", {"rule": name, "figure": other.value})
        return self


class Rounding(StrEnum):
    """To which step a price goes."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


class AccountPrice(BaseModel):
    """`[accounts.NAME.price]`; without a figure, the price is the catalog's. Amounts are whole đồng."""

    model_config = ConfigDict(extra="forbid")

    percent: Decimal = Field(default=Decimal(0), gt=-100, le=1000)
    """Added to the catalog's price first, in per cent of it; below zero it comes off."""
    add: int = 0
    """Added then, in đồng; below zero it comes off."""
    round_to: int = Field(default=1, ge=1)
    """The step to which the price is rounded, in đồng."""
    round: Rounding = Rounding.NEAREST
    """Half a step goes up."""
    ending: int = Field(default=0, ge=0)
    """What stays over after whole steps: 9000 with a step of 10000 gives 129.000 or 139.000."""
    floor: Literal["catalog"] | Annotated[int, Field(ge=1)] | None = None
    """The price is never below this; `catalog`: never below the catalog's own."""
    ceiling: Annotated[int, Field(ge=1)] | None = None
    """The price is never above this."""

    @model_validator(mode="after")
    def _figures_fit_together(self) -> Self:
        if self.ending and self.ending >= self.round_to:
            raise PydanticCustomError("ending_without_step", "an ending without a step")
        if isinstance(self.floor, int) and self.ceiling is not None and self.ceiling < self.floor:
            raise PydanticCustomError("ceiling_below_floor", "a ceiling below the floor")
        return self


class StockSources(BaseModel):
    """`[stock]`: who counts the goods; without it, the figures of the product list count."""

    model_config = ConfigDict(extra="forbid")

    sources: list[str] = Field(default_factory=list)
    """Accounts of points of sale that keep stock; products without an article there are counted by the list."""


__all__ = ["OFFER_FAULTS", "AccountPrice", "AccountStock", "Rounding", "StockRule", "StockSources"]
