"""Three platforms of an invented province, in memory: orders that come and change, tokens that end, hours in which nobody answers.

The connectors call through the real `Http` (retries, budgets, circuits); only the network is replaced. Time is the province's own.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import requests
from pydantic import BaseModel
from requests.adapters import BaseAdapter

from ocop_market.channels import registry
from ocop_market.channels.api import AsksConsent, Connector, Cursor, ListedOrder, ListsOrders, SalesPage
from ocop_market.channels.http import retry_after
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import MarketError, NeedsLogin, RetryLater, TokenRejected, UnexpectedAnswer
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder

OVERLAP = timedelta(minutes=10)
MARGIN = timedelta(minutes=5)
"""Tokens are renewed so long before their end."""
LIFE = {"bazaar": timedelta(hours=8), "market-hall": timedelta(hours=24), "counter": timedelta(hours=12)}
"""Of an access token, by platform."""
HISTORY = timedelta(hours=6)
"""So long before the beginning the first orders were placed."""


@dataclass(frozen=True)
class Sold:
    """An order of the truth, with the moments at which it changed."""

    order_id: str
    placed: datetime
    amount: int
    changes: tuple[tuple[datetime, OrderState], ...]

    def at(self, now: datetime) -> tuple[datetime, OrderState] | None:
        """When it last changed up to a moment, and to what; None before it was placed."""
        return next(((moment, state) for moment, state in reversed(self.changes) if moment <= now), None)


@dataclass
class Pair:
    """The tokens of an account that hold now."""

    number: int = 0
    ends: datetime | None = None


@dataclass
class World:
    """What is true, whatever the program believes. `now` is the time; the clock of the program may be wrong."""

    begin: datetime
    hours: int
    now: datetime
    outages: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    busy: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    callers_clock_is_wrong: bool = False
    consents_ended: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    renewed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """What a platform would not forgive: a refresh token used twice, a token renewed long before its end."""
    _pairs: dict[str, Pair] = field(default_factory=dict)

    def orders(self, account: str) -> tuple[Sold, ...]:
        """All orders of an account, in the order in which they were placed."""
        return _drawn(account, self.begin, self.hours)

    def is_down(self, channel: str) -> bool:
        """Whether a platform answers nobody now."""
        return any(name == channel and since <= self.now < until for name, since, until in self.outages)

    def answer(self, channel: str, account: str, path: str, query: Mapping[str, str], token: str) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers for a call."""
        self.calls[path] += 1
        if any(name == channel and since <= self.now < until for name, since, until in self.busy) and self.calls[path] % 5 == 0:
            return 429, {}, {"Retry-After": "600"}
        pair = self._pairs.setdefault(account, Pair())
        if path == "/tokens":
            return self._new_pair(channel, account, pair, query.get("refresh", ""))
        if account in self.consents_ended:
            return 403, {}, {}
        if pair.ends is None or token != f"{account}-{pair.number}" or pair.ends <= self.now:
            return 401, {}, {}
        since, until = (datetime.fromisoformat(query[name]) if name in query else self.now for name in ("since", "until"))
        wanted = set(query.get("ids", "").split(","))
        found = [(sold, state) for sold in self.orders(account) if (state := sold.at(self.now)) is not None]
        if path == "/changed":
            found = [(sold, state) for sold, state in found if since <= state[0] < until]
        elif path == "/placed":
            found = [(sold, state) for sold, state in found if since <= sold.placed < until]
        else:
            found = [(sold, state) for sold, state in found if sold.order_id in wanted]
        return 200, [{"id": sold.order_id, "placed": sold.placed.isoformat(), "changed": state[0].isoformat(), "state": state[1].value,
                      "amount": sold.amount} for sold, state in found], {}

    def _new_pair(self, channel: str, account: str, pair: Pair, refresh: str) -> tuple[int, Any, dict[str, str]]:
        if account in self.consents_ended:
            return 403, {}, {}
        if refresh != (f"refresh-{account}-{pair.number}" if pair.number else ""):
            self.faults.append(f"{account}: {refresh} was used twice")
            return 403, {}, {}
        if pair.ends is not None and pair.ends - self.now > MARGIN and not self.callers_clock_is_wrong:
            self.faults.append(f"{account}: renewed {pair.ends - self.now} before its end")
        pair.number, pair.ends = pair.number + 1, self.now + LIFE[channel]
        self.renewed[account] += 1
        return 200, {"number": pair.number, "seconds": LIFE[channel].total_seconds()}, {}

    def consent_again(self, account: str) -> Tokens:
        """A person goes through the platform's page."""
        self.consents_ended.discard(account)
        pair = self._pairs[account]
        pair.number, pair.ends = pair.number + 1, self.now + timedelta(hours=8)
        return Tokens(f"{account}-{pair.number}", f"refresh-{account}-{pair.number}", pair.ends)


@cache
def _drawn(account: str, begin: datetime, hours: int) -> tuple[Sold, ...]:
    dice = random.Random(f"{account} {hours}")
    found = []
    for number in range(dice.randrange(0, max(2, hours // 8))):
        placed = begin - HISTORY + timedelta(hours=hours) * dice.random()
        sent, there = placed + timedelta(hours=dice.random() * 5), placed + timedelta(hours=6 + dice.random() * 20)
        last = OrderState.CANCELLED if dice.random() < 0.1 else OrderState.DELIVERED
        found.append(Sold(f"{account}-{number}", placed, 10_000 * dice.randrange(1, 50), (
            (placed, OrderState.PLACED), (sent, OrderState.ACCEPTED), (there, last))))
    return tuple(sorted(found, key=lambda one: one.placed))


class Wire(BaseAdapter):
    """The network between an account and its platform."""

    def __init__(self, world: World, channel: str, account: str) -> None:
        super().__init__()
        self._world, self._channel, self._account = world, channel, account

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The platform's answer; nobody answers while it is down."""
        if self._world.is_down(self._channel):
            raise requests.ConnectTimeout
        parts = urlsplit(request.url or "")
        status, body, headers = self._world.answer(self._channel, self._account, parts.path, dict(parse_qsl(parts.query)),
                                                   request.headers.get("Authorization", ""))
        response = requests.Response()
        response.status_code, response.raw, response.request = status, io.BytesIO(json.dumps(body).encode()), request
        response.headers.update(headers)
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Nothing is open."""


class Settings(BaseModel):
    """Nothing to set."""


class Platform(Connector, ListsOrders, AsksConsent):
    """One connector for all three; they differ in their profiles."""

    Settings = Settings

    def check(self) -> str:
        self._call("/placed")
        return self.account

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        since = datetime.fromisoformat(cursor["until"]) - OVERLAP if cursor else start
        orders = [self._order(row) for row in self._call("/changed", since=since.isoformat(), until=until.isoformat())]
        yield SalesPage(orders, {"until": until.isoformat()})

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        for row in self._call("/placed", since=since.isoformat(), until=until.isoformat()):
            yield ListedOrder(row["id"], self._order(row).amount)

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        return SalesPage([self._order(row) for row in self._call("/orders", ids=",".join(order_ids))], {})

    def consent_link(self, redirect: str, state: str) -> str:
        return f"{redirect}?{state}"

    def exchange(self, answer: Mapping[str, str]) -> Tokens:
        return self._renewed(None)

    def _order(self, row: dict[str, Any]) -> SalesOrder:
        line = SalesLine("1", "TRA", "Trà", Decimal(1), row["amount"])
        return SalesOrder(row["id"], datetime.fromisoformat(row["placed"]), datetime.fromisoformat(row["changed"]),
                          OrderState(row["state"]), row["state"], (line,))

    def _call(self, path: str, **query: str) -> Any:
        def build() -> requests.Request:
            return requests.Request("GET", f"https://platform.invalid{path}", params=query,
                                    headers={"Authorization": self.tokens.current(self._renewed).access})

        return self.http.call(build, endpoint=path, classify=_classify,
                              renew=lambda: self.tokens.renew(self.tokens.current(self._renewed).access, self._renewed)).json()

    def _renewed(self, old: Tokens | None) -> Tokens:
        def build() -> requests.Request:
            return requests.Request("GET", "https://platform.invalid/tokens", params={"refresh": old.refresh if old else ""})

        told = self.http.call(build, endpoint="/tokens", classify=_classify).json()
        return Tokens(f"{self.account}-{told['number']}", f"refresh-{self.account}-{told['number']}",
                      self.clock() + timedelta(seconds=told["seconds"]))


def _classify(response: requests.Response) -> MarketError | None:
    if response.status_code == 200:
        return None
    return {401: TokenRejected(), 403: NeedsLogin(), 429: RetryLater(after=retry_after(response))}.get(
        response.status_code, UnexpectedAnswer([str(response.status_code)]))


class Bazaar(Platform):
    profile = ChannelProfile("bazaar", "Chợ", (), sales_overlap=OVERLAP, calls_per_second=10, parallel_reads=1)


class MarketHall(Platform):
    profile = ChannelProfile("market-hall", "Nhà lồng", (), sales_overlap=OVERLAP, app_calls_per_second=200, parallel_reads=1)


class Stall(Platform):
    profile = ChannelProfile("counter", "Quầy", (), sales_overlap=OVERLAP, point_of_sale=True, calls_per_second=20, parallel_reads=1)


CHANNELS = {"bazaar": "Bazaar", "market-hall": "MarketHall", "counter": "Stall"}


@contextmanager
def installed() -> Iterator[None]:
    """For a `with` block, the three platforms are the connectors that there are."""
    found = EntryPoints([EntryPoint(key, f"{__name__}:{name}", registry.CONNECTORS) for key, name in CHANNELS.items()])
    with mock.patch.object(registry, "installed", lambda _group: found):  # noqa: PT008  (a mock would remember every call)
        yield
