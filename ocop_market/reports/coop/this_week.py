"""What a co-operative has to do this week, the most urgent first, each with the command that helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from ocop_market.catalog.due import Due, DueKind
from ocop_market.errors import Problem
from ocop_market.language import N_, say

MOST = 7
NAMED = 2
SOON = timedelta(days=30)
"""Papers and certificates that end within this time are this week's business."""
STALE = timedelta(days=3)

UNTRUE = N_("{count} listings on {account} show a star that no certificate gives today. Take it out now.")
LOGIN = N_("The consent of {account} has ended or ends on {day}: no sales and no stock until it is given again.")
ORDERS = N_("{count} orders on {account} are not delivered yet, the oldest since {day}. Look in the shop what still has to be sent.")
AND_MORE = N_(" and {count} more")
LOSES = N_("{count} listings lose money at their present price, {name} on {account} first: {price} is below {lowest}.")
REFUSED = N_("{count} listings were refused by {account}. Read the reasons and put them right.")
NO_STOCK = N_("{count} listings on {account} show no stock, among them {name}. Count the goods.")
STALE_SALES = N_("Sales of {account} are known to {day} only. Bring them in.")
OPEN_CHANGES = N_("{count} changes wait to be made on {account}.")
UNKNOWN_GOODS = N_("{count} articles sold on {account} belong to no product yet. Say which they are.")
MIRRORED = N_("{count} sales of {account} may be a marketplace's orders, and are not counted until you say.")
UNREAD = N_("{count} orders of {account} could not be read without doubt.")
QUESTIONS = N_("{count} questions about your lists are open.")
DRIFTED = N_("{count} listings on {account} were edited in the shop since. Look whether that was meant.")
NO_COSTS = N_("{count} products on sale have no cost, so their lowest price cannot be told. Enter it.")
REVIEW_ENDS = N_("{count} listings on {account} are in review; the first has to be answered by {day}.")


class Urgency(IntEnum):
    """What comes first: what the law forbids, what stops sales, what has a day, what costs money, what makes figures wrong."""

    UNLAWFUL = 1
    STOPPED = 2
    BUYERS_WAIT = 3
    HAS_A_DAY = 4
    COSTS_MONEY = 5
    NOT_SOLD = 6
    FIGURES = 7
    TIDY = 8


@dataclass(frozen=True)
class Task:
    """One thing to do: a sentence, and the command to type (empty where it is done in the shop)."""

    urgency: Urgency
    told: Problem
    command: str = ""


@dataclass(frozen=True)
class Waiting:
    """What waits on one account."""

    account: str
    untrue_stars: int = 0
    consent_ends: date | None = None
    """Set where the consent has ended or ends soon."""
    orders: int = 0
    oldest_order: date | None = None
    refused: int = 0
    without_stock: Sequence[str] = ()
    """Names of goods on sale that show no stock."""
    sales_known_to: date | None = None
    open_changes: int = 0
    unknown_goods: int = 0
    mirrored: int = 0
    unread: int = 0
    drifted: int = 0
    in_review: int = 0
    review_until: date | None = None


@dataclass(frozen=True)
class Losing:
    """The listings that lose money: how many, and the one that loses most; prices as written."""

    count: int
    account: str
    name: str
    price: str
    lowest: str


@dataclass(frozen=True)
class Week:
    """All that may ask for something this week. `due` are certificates and papers, whatever their day."""

    today: date
    accounts: Sequence[Waiting]
    due: Sequence[Due] = ()
    losing: Losing | None = None
    open_questions: int = 0
    without_cost: int = 0


def tasks(week: Week) -> tuple[Task, ...]:
    """All of them, the most urgent first; a page shows the first `MOST`."""
    found = [*_of_accounts(week), *_due(week.due, week.today)]
    if week.losing is not None:
        one = week.losing
        found.append(_task(Urgency.COSTS_MONEY, "loses-money", LOSES, f"ocop-market plan {one.account}", count=one.count, name=one.name,
                           account=one.account, price=one.price, lowest=one.lowest))
    if week.open_questions:
        found.append(_task(Urgency.FIGURES, "open-questions", QUESTIONS, "ocop-market review", count=week.open_questions))
    if week.without_cost:
        found.append(_task(Urgency.TIDY, "no-cost", NO_COSTS, "ocop-market costs --form gia-von.xlsx", count=week.without_cost))
    return tuple(sorted(found, key=lambda task: task.urgency))


def _of_accounts(week: Week) -> Iterator[Task]:
    for one in week.accounts:
        name = one.account
        if one.untrue_stars:
            yield _task(Urgency.UNLAWFUL, "untrue-stars", UNTRUE, f"ocop-market plan {name}", count=one.untrue_stars, account=name)
        if one.consent_ends is not None:
            yield _task(Urgency.STOPPED, "consent-ends", LOGIN, f"ocop-market accounts login {name}", account=name,
                        day=_day(one.consent_ends))
        if one.orders and one.oldest_order is not None:
            yield _task(Urgency.BUYERS_WAIT, "orders-wait", ORDERS, "", count=one.orders, account=name, day=_day(one.oldest_order))
        if one.refused:
            yield _task(Urgency.NOT_SOLD, "refused", REFUSED, f"ocop-market plan {name} --all", count=one.refused, account=name)
        if one.without_stock:
            yield _task(Urgency.NOT_SOLD, "no-stock", NO_STOCK, "ocop-market stock", count=len(one.without_stock), account=name,
                        name=one.without_stock[0])
        if one.in_review and one.review_until is not None and one.review_until <= week.today + timedelta(days=7):
            yield _task(Urgency.HAS_A_DAY, "review-ends", REVIEW_ENDS, f"ocop-market apply {name}", count=one.in_review, account=name,
                        day=_day(one.review_until))
        if one.sales_known_to is not None and one.sales_known_to < week.today - STALE:
            yield _task(Urgency.FIGURES, "stale-sales", STALE_SALES, f"ocop-market pull {name}", account=name, day=_day(one.sales_known_to))
        for count, code, text, command in (
                (one.open_changes, "open-changes", OPEN_CHANGES, "apply"), (one.unknown_goods, "unknown-goods", UNKNOWN_GOODS, "goods"),
                (one.mirrored, "mirrored", MIRRORED, "mirrors"), (one.unread, "unread-orders", UNREAD, "doubts")):
            if count:
                yield _task(Urgency.FIGURES, code, text, f"ocop-market {command} {name}", count=count, account=name)
        if one.drifted:
            yield _task(Urgency.TIDY, "drifted", DRIFTED, f"ocop-market plan {name}", count=one.drifted, account=name)


def _due(entries: Iterable[Due], today: date) -> Iterator[Task]:
    """What ends within a month, the nearest first, goods with the same day together; what lapsed long ago is no news.

    Untrue stars are told by account.
    """
    near = [one for one in entries if one.kind is not DueKind.UNTRUE_STARS and today - SOON <= one.day <= today + SOON]
    together: dict[tuple[object, ...], list[Due]] = {}
    for one in sorted(near, key=lambda entry: (entry.day, entry.kind, entry.product.name, entry.product.sku)):
        others = tuple(sorted((place, str(value)) for place, value in one.told.values.items() if place != "name"))
        together.setdefault((one.told.message, others), []).append(one)
    for group in together.values():
        names = ", ".join(one.product.name for one in group[:NAMED])
        told = names + (say(AND_MORE, count=len(group) - NAMED) if len(group) > NAMED else "")
        yield Task(Urgency.HAS_A_DAY, replace(group[0].told, values={**group[0].told.values, "name": told}), "ocop-market due")


def _task(urgency: Urgency, code: str, message: str, command: str, **values: object) -> Task:
    return Task(urgency, Problem(code, message, "", values), command)


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"
