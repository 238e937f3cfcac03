"""What is wrong, and what to do: pure functions of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ocop_market.errors import Problem
from ocop_market.health.facts import AccountFacts, MarketFacts
from ocop_market.language import N_, translate
from ocop_market.model.clock import VIETNAM

SILENT = timedelta(hours=3)
CONSENT_ENDS = timedelta(days=7)
CLOCK_OFF = timedelta(minutes=2)
"""Shopee refuses calls whose time is five minutes off; two leave time to put it right."""
DISK_LEAST = 1_000_000_000
DISK_SHARE = 3
"""The disk should hold the database this many times again: a backup, its check, and room to work."""
BACKUP_OLD = timedelta(days=7)
SCHEDULE_SILENT = timedelta(hours=1)
FORGED_MANY = 20
ZERO_AT_LEAST = 3
"""Fewer listings without stock are nothing unusual."""

HOURS = N_("{count} hours")
DAYS = N_("{count} days")
NO_RUN = N_("nothing has asked the shop since")

NEVER_PULLED = N_("Shop {account}: no sales have come in yet, because {reason}. Run: ocop-market pull {account}")
SILENT_SHOP = N_("Shop {account}: no sales for {time}, because {reason}. Run: ocop-market pull {account}")
NEEDS_LOGIN = N_("Shop {account}: the consent or key no longer holds, so nothing comes in. Run: ocop-market accounts login {account}")
CONSENT_END = N_("Shop {account}: its consent ends on {day}. Renew it before: ocop-market accounts login {account}")
WAITING = N_("Shop {account}: {count} orders have waited for more than a day to be accepted. Accept them in the seller centre, or the "
             "platform cancels them.")
NO_STOCK = N_("Shop {account}: all {count} listings on sale show a stock of 0. Count the goods, then: ocop-market stock")
UNKNOWN_GOODS = N_("Shop {account}: {count} articles were sold that the catalog does not know. Run: ocop-market goods {account}")
UNTRUE = N_("Shop {account}: {count} listings show a star whose certificate no longer holds. Run now: ocop-market apply {account}")
FORGED = N_("Shop {account}: {count} calls of the last week were not signed with its key. If the key was changed on the platform, enter "
            "it anew: ocop-market accounts keys {account}")
LOST_CALLS = N_("Shop {account}: {count} calls of the platform could not be taken in the last week. See: ocop-market webhooks show")
CLOCK = N_("This computer's clock is {time} {way} the platforms'. They refuse calls when it is five minutes off: let Windows set the "
           "time by itself (Settings, Time).")
AHEAD, BEHIND = N_("ahead of"), N_("behind")
MINUTES = N_("{count} minutes")
DISK = N_("The disk has {free} MB left; the market needs {needed}. Make room, or move the market to another disk.")
NO_BACKUP = N_("The market was never saved. Run: ocop-market backup")
OLD_BACKUP = N_("The last backup is {time} old. Run: ocop-market backup")
DAMAGED = N_("The market file is damaged ({reason!t}). Stop all programs that use it, then run: "
             "ocop-market restore")
NO_SCHEDULE = N_("The schedule has not run for {time}, so nothing happens by itself. Run: ocop-market schedule run")


class Severity(StrEnum):
    """How much it matters."""

    STOPS = "stops"
    """Something does not work."""
    WARNS = "warns"
    """Something will not, or a person should look."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong; `account` is empty where it is the market's."""

    problem: Problem
    severity: Severity
    account: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same trouble at the next look."""
        return self.account, self.problem.code


def find_troubles(facts: MarketFacts) -> list[Trouble]:
    """All that is wrong, what stops work first."""
    found = [*_of_market(facts)]
    for account in facts.accounts:
        found += _of_account(account, facts)
    return sorted(found, key=lambda trouble: trouble.severity is not Severity.STOPS)


def _of_market(facts: MarketFacts) -> Iterator[Trouble]:
    if facts.damage:
        yield _trouble(Severity.STOPS, "database-damaged", DAMAGED, reason=facts.damage[0])
    pulling = [one for one in facts.accounts if one.pulls]
    if pulling and facts.last_run is not None and (idle := facts.now - facts.last_run) > SCHEDULE_SILENT:
        yield _trouble(Severity.STOPS, "schedule-silent", NO_SCHEDULE, time=spoken(idle))
    offsets = sorted(one.clock_ahead for one in pulling if one.clock_ahead is not None)
    if offsets and abs(middle := offsets[len(offsets) // 2]) > CLOCK_OFF:
        yield _trouble(Severity.STOPS, "clock-wrong", CLOCK, time=spoken(abs(middle)),
                       way=translate(AHEAD if middle > timedelta() else BEHIND))
    if facts.disk_free is not None:
        needed = max(DISK_LEAST, DISK_SHARE * (facts.database_size or 0))
        if facts.disk_free < needed:
            yield _trouble(Severity.STOPS, "disk-full", DISK, free=facts.disk_free // 1_000_000, needed=needed // 1_000_000)
    if facts.has_file and (facts.products or any(one.complete_to for one in facts.accounts)):
        if facts.last_backup is None:
            yield _trouble(Severity.WARNS, "backup-missing", NO_BACKUP)
        elif facts.now - facts.last_backup > BACKUP_OLD:
            yield _trouble(Severity.WARNS, "backup-old", OLD_BACKUP, time=spoken(facts.now - facts.last_backup))


def _of_account(one: AccountFacts, facts: MarketFacts) -> Iterator[Trouble]:
    if one.pulls:
        yield from _of_pulls(one, facts)
    if one.consent_until is not None and facts.now < one.consent_until <= facts.now + CONSENT_ENDS:
        yield _about(one, Severity.WARNS, "consent-ends", CONSENT_END, day=f"{one.consent_until.astimezone(VIETNAM):%d/%m/%Y}")
    for count, severity, code, message in (
            (one.untrue_stars, Severity.STOPS, "untrue-stars", UNTRUE),
            (one.waiting_orders, Severity.WARNS, "orders-wait", WAITING),
            (one.unknown_goods, Severity.WARNS, "unknown-goods", UNKNOWN_GOODS),
            (one.refused_calls if one.refused_calls >= FORGED_MANY else 0, Severity.WARNS, "forged-calls", FORGED),
            (one.lost_calls, Severity.WARNS, "lost-calls", LOST_CALLS)):
        if count:
            yield _about(one, severity, code, message, count=count)
    if one.on_sale >= ZERO_AT_LEAST and one.without_stock == one.on_sale:
        yield _about(one, Severity.WARNS, "no-stock", NO_STOCK, count=one.on_sale)


def _of_pulls(one: AccountFacts, facts: MarketFacts) -> Iterator[Trouble]:
    if one.pull_outcome == "needs-login":
        yield _about(one, Severity.STOPS, "needs-login", NEEDS_LOGIN)
        return
    reason = one.pull_reason.rstrip(".") or translate(NO_RUN)
    if one.complete_to is None:
        if one.pull_started is not None and one.pull_outcome not in ("running", "done"):
            yield _about(one, Severity.STOPS, "never-pulled", NEVER_PULLED, reason=reason)
    elif (silent := facts.now - one.complete_to) > SILENT:
        yield _about(one, Severity.STOPS, "silent-shop", SILENT_SHOP, time=spoken(silent), reason=reason)


def spoken(time: timedelta) -> str:
    """A length of time in whole days, hours or minutes, as one says it."""
    for unit, words, least in ((timedelta(days=1), DAYS, 2), (timedelta(hours=1), HOURS, 1), (timedelta(minutes=1), MINUTES, 0)):
        if time // unit >= least:
            return translate(words).format(count=time // unit)
    raise ValueError("a length of time is not negative")


def _about(one: AccountFacts, severity: Severity, code: str, message: str, **values: object) -> Trouble:
    return Trouble(Problem(code, message, "", {"account": one.name, **values}), severity, one.name)


def _trouble(severity: Severity, code: str, message: str, **values: object) -> Trouble:
    return Trouble(Problem(code, message, "", values), severity)
