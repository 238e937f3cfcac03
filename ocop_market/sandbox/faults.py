"""Bad days of a platform, switched on by hand or drawn from a seed."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can go wrong. The first four are made by the base for every platform; the others by each sandbox."""

    RATE_LIMIT = "rate-limit"
    """429 with Retry-After, before anything is done."""
    ERROR_BEFORE = "error-before"
    """A 5xx before anything is done."""
    ERROR_AFTER = "error-after"
    """A 5xx although everything was done."""
    SLOW = "slow"
    """The answer comes late."""
    EXPIRED_TOKEN = "expired-token"
    """A good access token is refused as expired."""
    DUPLICATE_PAGE = "duplicate-page"
    """A page of a list repeats rows of the page before."""
    OUT_OF_ORDER = "out-of-order"
    """Rows of a page come in another order."""


@dataclass
class Fault:
    """One fault: with `chance` per call, at most `times` times (None: without end), where `path` matches (a regex)."""

    kind: FaultKind
    chance: float = 1.0
    times: int | None = None
    path: str = ""
    seconds: float = 1.0
    """Length of a slow answer, and the Retry-After of a rate limit (rounded up to whole seconds there)."""

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Reads `KIND[@PATH][:NUMBER]`: a NUMBER below 1 is a chance, from 1 on a count. ValueError says what is wrong."""
        match = re.fullmatch(r"([a-z-]+)(?:@([^:]+))?(?::(\d+(?:\.\d+)?))?", text)
        if match is None or match[1] not in set(FaultKind):
            raise ValueError(f"{text!r}: KIND[@PATH][:NUMBER], KIND one of {', '.join(FaultKind)}")
        fault = cls(FaultKind(match[1]), path=match[2] or "")
        if match[3]:
            number = float(match[3])
            if number < 1:
                fault.chance = number
            else:
                fault.times = int(number)
        return fault


class Faults:
    """The faults in force; the same seed and the same calls give the same faults."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.active: list[Fault] = []
        self.happened: dict[FaultKind, int] = {}

    def add(self, fault: Fault) -> None:
        """Puts a fault in force."""
        self.active.append(fault)

    def clear(self) -> None:
        """Ends all faults."""
        self.active.clear()

    def take(self, kind: FaultKind, path: str) -> Fault | None:
        """The fault of that kind that strikes this call, or None; it counts as having happened."""
        with self._lock:
            for fault in self.active:
                if fault.kind is not kind or (fault.path and not re.search(fault.path, path)):
                    continue
                if fault.times == 0 or self._random.random() >= fault.chance:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                self.happened[kind] = self.happened.get(kind, 0) + 1
                return fault
        return None
