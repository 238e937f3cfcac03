"""A log filter that lets no token, signature or secret of an address through."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator

_NAMED = re.compile(
    r"""(?ix) \b ( [\w-]*(?:token|secret|password|signature) | sign | (?:partner|app|api)_?key | code | (?:proxy-)?authorization )
    ( (?:\\?["'])? \s* [=:] \s* (?:\\?["'])? (?:(?:bearer|basic)\s+)? )
    ( [^\s&"',;\\]+ )""")
_KEPT_OUT: set[str] = set()
_PLAIN = logging.Formatter()
_BEARER = re.compile(r"(?i)\b(bearer)(\s+)([^\s&\"',;\\]+)")


def keep_out(secret: str) -> None:
    """From now on this text is in no record: a secret that has no name before it, as the path of an address has none."""
    _KEPT_OUT.add(secret)


def redact(text: str) -> str:
    """The text with the values of tokens, signatures and secrets replaced by `***`; sentences are left alone."""
    for secret in _KEPT_OUT:
        text = text.replace(secret, "***")
    return _BEARER.sub(r"\1\2***", _NAMED.sub(r"\1\2***", text))


class RedactSecrets(logging.Filter):
    """Rewrites each record, its traceback included, to redacted text before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the (redacted) record pass."""
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _PLAIN.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def traceback_of(error: BaseException) -> str:
    """Where an error and its causes come from. Their texts are left out: they may quote a secret, or a buyer's data."""
    return redact("".join(_steps(error)))


def _steps(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _steps(cause)
    yield "\nTraceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield type(error).__name__
