"""A log filter that lets no token, signature or secret of an address through."""

from __future__ import annotations

import logging
import re

_SECRETS = re.compile(
    r"(?i)\b(access_token|refresh_token|sign|partner_key|client_secret|code|authorization|bearer|token|password|secret)"
    r"(\"?\s*[=:]\s*\"?|\s+)([^\s&\"',;]+)")


def redact(text: str) -> str:
    """The text with the values of tokens, signatures and secrets replaced by `***`."""
    return _SECRETS.sub(r"\1\2***", text)


class RedactSecrets(logging.Filter):
    """Rewrites each record to its redacted text before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the (redacted) record pass."""
        record.msg, record.args = redact(record.getMessage()), None
        return True
