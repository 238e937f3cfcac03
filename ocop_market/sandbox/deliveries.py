"""Calls that a practice server makes: sent when they are due, again after a failure, until they are taken or given up."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests


@dataclass(frozen=True)
class Taken:
    """How a call was answered; status 0 stands for no answer at all."""

    status: int
    body: bytes = b""
    seconds: float = 0.0


Post = Callable[[str, Mapping[str, str], bytes], Taken]


def over_the_network(url: str, headers: Mapping[str, str], body: bytes) -> Taken:
    """Posts for real; nothing is followed, and nobody is waited for beyond ten seconds."""
    began = time.monotonic()
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the house would be asked for this computer's own address
            answer = session.post(url, data=body, headers=dict(headers), timeout=10, allow_redirects=False)
    except requests.RequestException:
        return Taken(0, seconds=time.monotonic() - began)
    return Taken(answer.status_code, answer.content, time.monotonic() - began)


@dataclass
class Delivery:
    """A call on its way. `write` makes its bytes and headers anew for each attempt, the first being 1."""

    url: str
    write: Callable[[int], tuple[bytes, Mapping[str, str]]]
    due: datetime
    attempt: int = 1


class Deliveries:
    """What is on its way, and what became of it.

    `again` are the waits after each failed attempt; `judge` says whether an answer counts as taken; `told`, if given, hears of
    every attempt.
    """

    def __init__(self, again: Sequence[timedelta], judge: Callable[[Taken], bool],
                 told: Callable[[Delivery, Taken, bool], None] | None = None) -> None:
        self._again, self._judge, self._told = again, judge, told
        self.waiting: list[Delivery] = []
        self.given_up: list[Delivery] = []

    def send(self, post: Post, now: datetime) -> int:
        """Sends all that is due; how many were taken."""
        taken = 0
        for delivery in [one for one in self.waiting if one.due <= now]:
            body, headers = delivery.write(delivery.attempt)
            answer = post(delivery.url, headers, body)
            good = self._judge(answer)
            if self._told is not None:
                self._told(delivery, answer, good)
            if good or delivery.attempt > len(self._again):
                self.waiting.remove(delivery)
                (self.given_up if not good else []).append(delivery)
                taken += good
                continue
            delivery.due = now + self._again[delivery.attempt - 1]
            delivery.attempt += 1
        return taken

    def drop(self, url: str) -> None:
        """Gives up everything on its way to an address."""
        self.waiting = [one for one in self.waiting if one.url != url]


class NotTaken(Exception):  # noqa: N818  (said of an address)
    """The platform does not register this address: its test call was not answered as it should be."""


class CallsOut(ABC):
    """A practice platform that calls an address when something changes, once it was told where."""

    @abstractmethod
    def call_at(self, url: str, since: datetime) -> dict[str, str]:
        """Registers `url` as a seller would; the settings by which the account there knows that a call is genuine.

        The first calls tell what changed `since`. Raises NotTaken.
        """

    @abstractmethod
    def deliver(self) -> int:
        """Makes the calls that are due; how many were taken."""
