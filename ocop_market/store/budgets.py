"""Calls as all processes together may make them: budgets per shop and per app, and pauses that a platform asked for.

The generic cell rate algorithm over one row: the moment at which the budget is next whole again. It answers "when" and needs no
cleaning up. All shops of an app also have a row each under the app's name, so that none of them takes more than its share
while others call.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from ocop_market.model.clock import Clock
from ocop_market.store.engine import Store, upsert
from ocop_market.store.tables.work import call_budget

LATELY = timedelta(seconds=10)
"""A shop that called within this time has a share of its app's calls."""
USED_WITHIN = timedelta(seconds=2)
"""Calls that were booked together lapse after this time."""
LONGEST = timedelta(days=1)
"""No platform asks for more; what is further ahead was written before the clock was set back."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Row = tuple[datetime, datetime]
"""When a budget is whole again, and until when its platform asked for quiet."""
_b = call_budget.c
_ROW = select(_b.due, _b.quiet_until).where(_b.name == bindparam("of_name"), _b.account == bindparam("of_account"))
_CALLING = select(func.count()).where(
    _b.name == bindparam("of_name"), _b.account.not_in(["", bindparam("of_account")]), _b.due > bindparam("since"))


@dataclass(frozen=True)
class Allowance:
    """At most `per_second` calls on average with bursts of `burst`, counted under `name` over all processes."""

    name: str
    per_second: float
    burst: int = 10


class SharedBudget:
    """The budget of one account's calls: its shop's own, and its share of the app's, where the platform bounds apps.

    Calls are booked `together` at a time, so that most cost no transaction; what is booked and not used within a few seconds is lost.
    """

    def __init__(self, store: Store, clock: Clock, account: str, shop: Allowance, app: Allowance | None = None, *,
                 together: int | None = None) -> None:
        self._store, self._clock, self._account, self._shop, self._app = store, clock, account, shop, app
        slowest = min(shop.per_second, app.per_second if app else shop.per_second)
        self._together = together or max(1, min(shop.burst // 2, int(slowest)))
        self._left, self._from = 0, clock()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Books one call and returns the seconds to wait before making it"""
        now = self._clock()
        with self._lock:
            if not self._has_booked(now):
                with self._store.writing(guarded=False) as connection:
                    self._book(connection, now, _row(connection, self._shop.name, self._account))
            self._left -= 1
            return max(0.0, (self._from - now).total_seconds())

    def pause(self) -> float:
        """Seconds that are left of a pause that the platform asked for, of whichever process.

        Where there is none, the next calls are booked at once: one transaction for both questions.
        """
        now = self._clock()
        with self._lock:
            if self._has_booked(now):
                return 0.0
            with self._store.writing(guarded=False) as connection:
                shop = _row(connection, self._shop.name, self._account)
                left = (shop[1] - now).total_seconds()
                if 0 < left <= LONGEST.total_seconds():
                    return left
                self._book(connection, now, shop)
        return 0.0

    def rest(self, seconds: float) -> None:
        """No process calls this shop before so many seconds from now: its platform asked for that."""
        until = self._clock() + timedelta(seconds=seconds)
        with self._lock, self._store.writing(guarded=False) as connection:
            due, quiet = _row(connection, self._shop.name, self._account)
            _keep(connection, self._shop.name, self._account, due, max(quiet, until))
            self._left = 0

    def _has_booked(self, now: datetime) -> bool:
        """Whether calls are left of what was booked a moment ago, when the pause was looked at."""
        return self._left > 0 and now <= self._from + USED_WITHIN and self._from <= now + LONGEST

    def _book(self, connection: Connection, now: datetime, shop: Row) -> None:
        waits = [_booked(connection, self._shop.name, self._account, 1 / self._shop.per_second, self._shop.burst, self._together, now,
                         shop)]
        if self._app is not None:
            gap = 1 / self._app.per_second
            calling = _calling(connection, self._app.name, self._account, now)
            waits.append(_booked(connection, self._app.name, "", gap, self._app.burst, self._together, now,
                                 _row(connection, self._app.name, "")))
            waits.append(_booked(connection, self._app.name, self._account, gap * calling, self._app.burst / calling, self._together, now,
                                 _row(connection, self._app.name, self._account)))
        self._left, self._from = self._together, now + timedelta(seconds=max(waits))


def _booked(connection: Connection, name: str, account: str, gap: float, burst: float, calls: int, now: datetime, row: Row) -> float:
    """Books calls under a name; the seconds until all of them may be made. A row far ahead is one of a clock set back."""
    due, quiet = (moment if moment <= now + LONGEST else now for moment in row)
    due = max(due, now) + timedelta(seconds=gap * calls)
    _keep(connection, name, account, due, quiet)
    return max(0.0, (due - now).total_seconds() - gap * burst, (quiet - now).total_seconds())


def _calling(connection: Connection, app: str, account: str, now: datetime) -> int:
    """How many shops of the app call at this time, this one included."""
    return 1 + int(connection.execute(_CALLING, {"of_name": app, "of_account": account, "since": now - LATELY}).scalar_one())


def _row(connection: Connection, name: str, account: str) -> Row:
    found = connection.execute(_ROW, {"of_name": name, "of_account": account}).one_or_none()
    return (found.due, found.quiet_until) if found is not None else (_LONG_AGO, _LONG_AGO)


def _keep(connection: Connection, name: str, account: str, due: datetime, quiet: datetime) -> None:
    upsert(connection, call_budget, [{"name": name, "account": account, "due": due, "quiet_until": quiet}])
