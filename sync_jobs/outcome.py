"""How a run ends, which is also what the schedule does next."""

from __future__ import annotations

from enum import StrEnum


class RunOutcome(StrEnum):
    """How a run ended, which is also what happens next."""

    DONE = "done"
    LATER = "later"
    """The platform is busy or away: the next run goes on."""
    NEEDS_LOGIN = "needs-login"
    """A person must give consent or enter a key again; the schedule leaves the account alone until then."""
    BUSY = "busy"
    """Another run is at this account."""
    FAILED = "failed"
    """A setting is wrong, or something went wrong that waiting may not mend: the error says what to do."""
    STOPPED = "stopped"
    """A person stopped it; the next run goes on where it stood."""
