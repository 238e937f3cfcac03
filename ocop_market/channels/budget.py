"""Call budgets: how long to wait before the next call may be made.

The generic cell rate algorithm: one moment is kept, the time at which the budget is next whole again. It answers
"when" with one comparison and spreads calls evenly after a burst.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Budget:
    """At most `per_second` calls on average with bursts of `burst`; no bound when `per_second` is None."""

    def __init__(self, per_second: float | None = None, burst: int = 10,
                 now: Callable[[], float] = time.monotonic) -> None:
        self._gap = 0.0 if per_second is None else 1.0 / per_second
        self._slack = self._gap * burst
        self._now = now
        self._due = 0.0
        self._lock = threading.Lock()

    def take(self) -> float:
        """Books one call and returns the seconds to wait before making it."""
        if not self._gap:
            return 0.0
        with self._lock:
            now = self._now()
            self._due = max(self._due, now) + self._gap
            return max(0.0, self._due - now - self._slack)

    def wait(self, sleep: Callable[[float], None]) -> None:
        """Books one call and sleeps until it may be made."""
        if (seconds := self.take()) > 0:
            sleep(seconds)
