"""What a check finds about a product: one problem each, and how heavy it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ocop_market.errors import Problem


class Severity(StrEnum):
    """What becomes of a product for a finding."""

    FORBIDDEN = "forbidden"
    """It may not be sold there, or not with that text."""
    MISSING = "missing"
    """Something has to be entered first."""
    WARNING = "warning"
    """It may be listed; somebody should look at it."""


@dataclass(frozen=True)
class Finding:
    """A problem and its weight."""

    severity: Severity
    problem: Problem

    @property
    def withholds(self) -> bool:
        """Whether the product stays back for it."""
        return self.severity is not Severity.WARNING


def forbidden(code: str, message: str, field: str, /, **values: object) -> Finding:
    """Forbids the product, or its text."""
    return Finding(Severity.FORBIDDEN, Problem(code, message, field, values))


def missing(code: str, message: str, field: str, /, **values: object) -> Finding:
    """Keeps the product back until something is entered."""
    return Finding(Severity.MISSING, Problem(code, message, field, values))


def warning(code: str, message: str, field: str, /, **values: object) -> Finding:
    """Lets the product pass, with a remark."""
    return Finding(Severity.WARNING, Problem(code, message, field, values))
