"""Rows that hold for a time: read from this package, checked when read, looked up by day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ocop_market.errors import MarketError
from ocop_market.language import N_


class Confidence(StrEnum):
    """How the source of a rule was read."""

    READ = "read"
    """The text of the decision, decree or law itself."""
    SECONDARY = "secondary"
    """A page of the press or of an authority about it, or a copy of it."""
    UNVERIFIED = "unverified"
    """Not confirmed; the safe reading was taken."""


class Dated(BaseModel):
    """A rule from `valid_from` to `valid_to`, both days inside; without `valid_to` it holds until further notice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=1)
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _ends_after_its_begin(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"the rule ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


Rule = TypeVar("Rule", bound=Dated)


class NoRule(MarketError):
    """No rule is known for that day."""

    code = "no-rule"
    message = N_("No rule about {what!t} is known for {day}: the first one known begins on {first}. Check the date.")


def rules(table: str, row: type[Rule]) -> tuple[Rule, ...]:
    """All rows of a table `file.table` of this package, each checked; read once, when first asked for."""
    file, _, name = table.partition(".")
    return _checked(file, name, row)


@cache
def _checked(file: str, name: str, row: type[Rule]) -> tuple[Rule, ...]:
    return tuple(row.model_validate(values) for values in _content(file)[name])


@cache
def _content(file: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / f"{file}.toml").read_text(encoding="utf-8"))


def holding(rows: Iterable[Rule], day: date) -> tuple[Rule, ...]:
    """The rules that hold on the day."""
    return tuple(rule for rule in rows if rule.holds_on(day))


def the_one(rows: Iterable[Rule], day: date, what: str) -> Rule:
    """The rule that holds on the day; NoRule before the first one. `what` is marked with `N_`."""
    candidates = tuple(rows)
    found = holding(candidates, day)
    if not found:
        first = min(rule.valid_from for rule in candidates)
        raise NoRule(what=what, day=f"{day:%d/%m/%Y}", first=f"{first:%d/%m/%Y}")
    return found[0]
