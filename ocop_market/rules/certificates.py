"""How long certificates hold, when a re-rating is applied for, how long an old one lasts meanwhile, and why one is withdrawn."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ocop_market.language import N_
from ocop_market.model.product import WithdrawalCause
from ocop_market.rules.dated import Dated, holding, rules, the_one


class Validity(Dated):
    """Months that a certificate issued in this time holds."""

    months: int = Field(gt=0)


class RenewalWindow(Dated):
    """Days before the expiry between which a re-rating is to be applied for, both inside."""

    opens_days_before: int = Field(gt=0)
    closes_days_before: int = Field(ge=0)


class Extension(Dated):
    """Days that an old certificate lasts at most beyond its expiry while an application for re-rating is pending."""

    days: int = Field(gt=0)


class Withdrawal(Dated):
    """A legal cause for withdrawing a certificate."""

    cause: WithdrawalCause
    title: str


def validity_months(issued_on: date) -> int:
    """Months that a certificate issued on that day holds; NoRule before the programme began (7/5/2018)."""
    return the_one(rules("certificates.validity", Validity), issued_on, N_("how long certificates hold")).months


def expiry_of(issued_on: date) -> date:
    """The first day on which a certificate issued on that day no longer holds (29 February: 1 March); NoRule as above."""
    return months_after(issued_on, validity_months(issued_on))


def months_after(day: date, months: int) -> date:
    """The same day of a later month; where that month has no such day, the first day of the next one."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + years, month + 1, day.day)
    except ValueError:
        return months_after(date(day.year, day.month, 1), months + 1)


def renewal_window(day: date) -> RenewalWindow | None:
    """The window in force on the day; None where none is known."""
    return next(iter(holding(rules("certificates.renewal_window", RenewalWindow), day)), None)


def extension_days(expires_on: date) -> int:
    """Days that a certificate which expires on that day lasts at most while an application is pending; 0 without such a rule."""
    return sum(rule.days for rule in holding(rules("certificates.extension", Extension), expires_on))


def withdrawal_causes(day: date) -> tuple[Withdrawal, ...]:
    """The causes for which a certificate may be withdrawn on the day; empty where none are known."""
    return holding(rules("certificates.withdrawal", Withdrawal), day)
