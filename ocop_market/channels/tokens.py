"""Access tokens: kept sealed by the store, refreshed once at a time, stored before first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ocop_market.errors import NeedsLogin, Where
from ocop_market.model.clock import Clock


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens and their ends (aware; None: not told). `extra` holds further values of the platform, as text.

    `repr` shows no secret.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    access_until: datetime | None = None
    refresh_until: datetime | None = None
    extra: dict[str, str] = field(default_factory=dict, repr=False)


NOTICE_DAYS = (30, 7, 1)
"""So many days before a consent ends its shop is told of, each time more urgently."""


def consent_notice(ends: datetime | None, now: datetime) -> int | None:
    """Which of the notices is due for a consent that ends then, 0 when it has ended; None while there is time, or no end is known."""
    if ends is None:
        return None
    if ends <= now:
        return 0
    return min((days for days in NOTICE_DAYS if ends - now <= timedelta(days=days)), default=None)


class TokenKeeper:
    """Gives the access token of one account and renews it when it is old or was refused.

    `load` and `save` reach the store; `refresh` is the connector's own call, made with the old pair and returning the
    new one; `lock` keeps other processes from refreshing at the same time. The new pair is saved before it is given
    out, because many platforms accept a refresh token only once. `replace` (by default `save`) is given the old pair too, and
    keeps the new one only in its place: a process that slept under the lock may come back when another has renewed.
    """

    def __init__(self, account: str, channel: str, *, load: Callable[[], Tokens | None], save: Callable[[Tokens], None],
                 clock: Clock, replace: Callable[[Tokens | None, Tokens], None] | None = None,
                 lock: Callable[[], AbstractContextManager[object]] = nullcontext,
                 margin: timedelta = timedelta(minutes=5)) -> None:
        self._where = Where(channel=channel, account=account)
        self._load, self._save, self._clock, self._margin = load, save, clock, margin
        self._replace = replace or (lambda _old, new: save(new))
        self._process_lock = lock
        self._thread_lock = threading.Lock()
        self._tokens: Tokens | None = None

    def current(self, refresh: Callable[[Tokens | None], Tokens]) -> Tokens:
        """The pair to use now, renewed first when its end is near.

        `refresh` gets the old pair, or None when there is none; a connector that needs a person's consent raises
        NeedsLogin then.
        """
        tokens = self._tokens or self._load()
        if tokens is None or self._is_old(tokens):
            return self.renew(tokens.access if tokens else "", refresh)
        self._tokens = tokens
        return tokens

    def renew(self, rejected: str, refresh: Callable[[Tokens | None], Tokens]) -> Tokens:
        """A pair whose access token is not `rejected`: one already renewed by another runner, or a fresh one."""
        with self._thread_lock, self._process_lock():
            kept = self._load()
            if kept is not None and kept.access != rejected and not self._is_old(kept):
                self._tokens = kept
                return kept
            if kept is not None and kept.refresh_until is not None and kept.refresh_until <= self._clock():
                raise NeedsLogin(where=self._where)
            fresh = refresh(kept)
            self._replace(kept, fresh)
            self._tokens = self._load() or fresh
            return self._tokens

    def put(self, tokens: Tokens) -> None:
        """Keeps a pair that came from a consent."""
        with self._thread_lock, self._process_lock():
            self._save(tokens)
            self._tokens = tokens

    def _is_old(self, tokens: Tokens) -> bool:
        return tokens.access_until is not None and tokens.access_until - self._margin <= self._clock()
