"""Call budgets as connectors see them; how they are kept for all processes together is the store's business."""

from __future__ import annotations

from typing import Protocol


class CallBudget(Protocol):
    """What `Http` asks before each call, and tells when a platform asked for a pause."""

    def take(self) -> float:
        """Books one call and returns the seconds to wait before making it."""

    def pause(self) -> float:
        """Seconds that are left of a pause that the platform asked for."""

    def rest(self, seconds: float) -> None:
        """No more calls for so many seconds: the platform asked for that."""


class Unbounded:
    """The budget of practice shops and of channels that bound nobody: a pause is kept by the call that was told of it."""

    def take(self) -> float:
        """No wait."""
        return 0.0

    def pause(self) -> float:
        """No pause."""
        return 0.0

    def rest(self, seconds: float) -> None:
        """Nothing is kept."""
