"""Decisions of the programme, who grants which stars, and the product groups."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from ocop_market.language import N_
from ocop_market.model.product import Group
from ocop_market.rules.dated import Dated, holding, rules, the_one


class DecisionRole(StrEnum):
    """What a decision is for."""

    PROGRAMME = "programme"
    CRITERIA = "criteria"
    """Criteria and procedure of rating; one at a time."""
    AMENDMENT = "amendment"
    """Changes the criteria in force."""


class Decision(Dated):
    """A decision of the Prime Minister or a resolution of the National Assembly.

    `valid_to` is the last day for new dossiers; those filed until then are finished under it until `filed_dossiers_to`.
    """

    number: str
    role: DecisionRole
    title: str
    issued_on: date | None = None
    filed_dossiers_to: date | None = None


class RatingBody(StrEnum):
    """Who grants stars."""

    DISTRICT = "district"
    PROVINCE = "province"
    MINISTRY = "ministry"


class Rating(Dated):
    """Who grants these stars."""

    stars: Literal[3, 4, 5]
    body: RatingBody


class GroupFrame(Dated):
    """A product group by its number and Vietnamese name; `sets` is how many scoring sets it has, None where not known."""

    group: Group
    numeral: str
    name: str
    sets: int | None = None


def decisions() -> tuple[Decision, ...]:
    """All decisions of the programme, the oldest first within each role."""
    return rules("programme.decision", Decision)


def criteria(day: date) -> Decision:
    """The decision by which a dossier filed on the day is rated; NoRule before the first national criteria (21/8/2019)."""
    return the_one((d for d in decisions() if d.role is DecisionRole.CRITERIA), day, N_("criteria"))


def rating_body(stars: int, day: date) -> RatingBody | None:
    """Who grants these stars on the day; None for stars without a certificate (1, 2) and before the first rule."""
    found = holding((rule for rule in rules("programme.rating", Rating) if rule.stars == stars), day)
    return found[0].body if found else None


def groups(day: date) -> tuple[GroupFrame, ...]:
    """The product groups of the criteria in force on the day, in their order; empty before the first known frame."""
    return holding(rules("programme.group", GroupFrame), day)
