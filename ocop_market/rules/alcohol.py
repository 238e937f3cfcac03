"""What the sale of alcohol at a distance must heed, by day and strength."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from ocop_market.rules.dated import Dated, holding, rules


class AlcoholDuty(StrEnum):
    """A duty of who sells alcohol online."""

    AGE_CHECK = "age-check"
    """The visitor's age is asked for before the goods are shown."""
    NO_CASH = "no-cash"
    """No payment in cash, so none at the door."""
    NO_ADVERTISING = "no-advertising"


class AlcoholRule(Dated):
    """A duty for alcohol of `from_percent` by volume or more."""

    duty: AlcoholDuty
    from_percent: Decimal = Decimal(0)


def alcohol_duties(percent: Decimal | None, day: date) -> frozenset[AlcoholDuty]:
    """The duties for alcohol of that strength on the day; of unknown strength (None) it counts as strong."""
    return frozenset(rule.duty for rule in holding(rules("alcohol.duty", AlcoholRule), day)
                     if percent is None or percent >= rule.from_percent)
