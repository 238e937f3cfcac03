"""A log filter that lets no token, signature or secret of an address through."""

from __future__ import annotations

import logging
import re

_NAMED = re.compile(
    r"""(?ix) \b ( [\w-]*(?:token|secret|password|signature) | sign | (?:partner|app|api)_?key | code | (?:proxy-)?authorization )
    ( (?:\\?["'])? \s* [=:] \s* (?:\\?["'])? (?:(?:bearer|basic)\s+)? )
    ( [^\s&"',;\\]+ )""")
_PLAIN = logging.Formatter()
_BEARER = re.compile(r"(?i)\b(bearer)(\s+)([^\s&\"',;\\]+)")


def redact(text: str) -> str:
    """The text with the values of tokens, signatures and secrets replaced by `***`; sentences are left alone."""
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
