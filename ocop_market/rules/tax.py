"""Tax that a platform withholds from its sellers, and the yearly revenue below which a household owes none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from ocop_market.model.product import ProducerKind
from ocop_market.rules.dated import Dated, holding, rules


class Supply(StrEnum):
    """What was sold."""

    GOODS = "goods"
    SERVICES = "services"
    TRANSPORT = "transport"
    """Transport, and services that come with goods."""


class Withholding(Dated):
    """Rates in per cent of what the seller receives, by value added tax and by tax on income; both 0: nothing is withheld."""

    sellers: tuple[ProducerKind, ...] = Field(min_length=1)
    supplies: tuple[Supply, ...] = Field(min_length=1)
    value_added: Decimal = Field(ge=0, le=100)
    income: Decimal = Field(ge=0, le=100)

    @property
    def total(self) -> Decimal:
        """Both rates together, in per cent."""
        return self.value_added + self.income


class Threshold(Dated):
    """Revenue of a household in đồng a year up to which no tax is owed; what was withheld can be reclaimed."""

    revenue: int = Field(gt=0)


def withholding(seller: ProducerKind, supply: Supply | None, day: date) -> Withholding | None:
    """What platforms withhold from such a seller on the day.

    Where it is not told whether goods or services were sold (`supply` None), the highest rates are taken, as platforms have to.
    None before platforms withheld at all (1/7/2025), and for a seller whose kind is not known.
    """
    found = [row for row in holding(rules("tax.withholding", Withholding), day)
             if seller in row.sellers and (supply is None or supply in row.supplies)]
    return max(found, key=lambda row: row.total, default=None)


def household_threshold(day: date) -> Threshold | None:
    """The threshold in force on the day; None where none is known."""
    return next(iter(holding(rules("tax.household_threshold", Threshold), day)), None)
