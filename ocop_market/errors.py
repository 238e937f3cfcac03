"""Errors, sorted by what the caller should do next.

Every error carries a stable `code`, a sentence with the next step (Vietnamese or English, chosen when shown), and where
it happened. None carries a response body, a secret or an address with a query string.
"""

from __future__ import annotations

import dataclasses
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocop_market.language import N_, say


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one item: what, in which field, and what to do.

    `code` is stable (`title-too-long`); `message` is an English template marked with `N_`, with `{places}` that
    `values` fills; `field` names our field (`title`, `price`, `certificate`, …) or is empty.
    """

    code: str
    message: str
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def sentence(self, language: str | None = None) -> str:
        """The problem in the language in use or the one named."""
        return say(self.message, language, **self.values)


@dataclass(frozen=True)
class Where:
    """Where an error happened: channel, account, endpoint, the platform's own code and request id."""

    channel: str = ""
    account: str = ""
    endpoint: str = ""
    platform_code: str = ""
    request_id: str = ""

    def as_text(self) -> str:
        """The known parts, separated by a middle dot; empty when nothing is known."""
        return " · ".join(part for part in (self.channel, self.account, self.endpoint, self.platform_code) if part)


class MarketError(Exception):
    """Base of all our errors; `code` is stable, `sentence()` is for people, `where` says where."""

    code = "market-error"
    message = N_("Something went wrong. Run the command again; if it happens again, report the code shown.")

    def __init__(self, message: str = "", *, code: str = "", where: Where | None = None, **values: object) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.where = where or Where()
        self.values = values
        super().__init__(self.code)

    def sentence(self, language: str | None = None) -> str:
        """What happened, to which item, what to do next."""
        return say(self.message, language, **self.values)

    def __str__(self) -> str:
        place = self.where.as_text()
        return f"{self.sentence()} [{self.code}{' · ' + place if place else ''}]"


class SettingsError(MarketError):
    """A setting, a file or an argument must be put right by the user before anything can go on."""

    code = "settings"
    message = N_("A setting is missing or wrong. Check market.toml.")


class NotSupported(MarketError):
    """The channel cannot do what was asked of it."""

    code = "not-supported"
    message = N_("This channel cannot do that.")


class RetryLater(MarketError):
    """The platform is busy, limits calls or is out of reach; `after` is the number of seconds to wait, if told."""

    code = "retry-later"
    message = N_("The platform does not answer at the moment. The work goes on by itself at the next run.")

    def __init__(self, message: str = "", *, after: float | None = None, code: str = "", where: Where | None = None,
                 **values: object) -> None:
        super().__init__(message, code=code, where=where, **values)
        self.after = after


class NeedsLogin(MarketError):
    """The account's consent or key no longer holds; this account stops, the others go on."""

    code = "needs-login"
    message = N_("The shop must give its consent again. Run: ocop-market accounts login {account}")

    def __init__(self, message: str = "", *, code: str = "", where: Where | None = None, **values: object) -> None:
        values.setdefault("account", where.account if where else "")
        super().__init__(message, code=code, where=where, **values)


class TokenRejected(NeedsLogin):
    """The access token was refused; the caller refreshes it once and repeats the call once."""

    code = "token-rejected"


class Refused(MarketError):
    """The platform, or our own check, refuses this item; the others go on. `problems` say why."""

    code = "refused"
    message = N_("The platform refused this item: {reasons}")

    def __init__(self, problems: Sequence[Problem], *, code: str = "", where: Where | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(code=code, where=where)

    def sentence(self, language: str | None = None) -> str:
        """All reasons, one after the other."""
        return say(self.message, language, reasons="; ".join(p.sentence(language) for p in self.problems))


class Uncertain(MarketError):
    """A write may or may not have happened (the answer was lost): look first, never repeat blindly."""

    code = "uncertain"
    message = N_("The answer was lost, so it is not known whether the change was made. The next run looks before it repeats.")


class UnexpectedAnswer(MarketError):
    """The platform answered in a shape that its documents do not give; `fields` are paths, never values."""

    code = "unexpected-answer"
    message = N_("The platform answered in an unknown form ({fields}). Nothing was taken over from that answer; "
                 "update the program, or report the code shown.")

    def __init__(self, fields: Sequence[str], *, code: str = "", where: Where | None = None) -> None:
        self.fields = tuple(fields)
        super().__init__(code=code, where=where, fields=", ".join(self.fields[:5]))


LIBRARIES = frozenset({"pydantic", "sqlalchemy", "requests", "urllib3", "tenacity", "werkzeug", "click", "rich", "cryptography"})
"""A fault inside them is a fault of the place that called them."""


class Unexpected(MarketError):
    """A fault of this program or of a connector: the kind of the exception and its place, never its text."""

    code = "unexpected"
    message = N_("Something unexpected happened ({kind} in {place}). What was done before is kept. Run the command again; if it "
                 "happens again, report this line. With OCOP_MARKET_DEBUG=1 in the environment, more is shown.")

    @classmethod
    def of(cls, error: BaseException) -> Unexpected:
        """Made from any exception. Its text stays out, for it may hold anything."""
        frames = [(frame.f_globals.get("__name__", "?"), line) for frame, line in traceback.walk_tb(error.__traceback__)]
        ours = [place for place in frames if place[0].partition(".")[0] not in sys.stdlib_module_names | LIBRARIES]
        module, line = (ours or frames or [("?", 0)])[-1]
        return cls(kind=type(error).__name__, place=f"{module}:{line}")
