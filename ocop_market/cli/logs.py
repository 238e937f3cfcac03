"""The log on standard error: warnings, or everything when OCOP_MARKET_DEBUG=1; no secret gets through."""

from __future__ import annotations

import logging
import os

from ocop_market.channels.redact import RedactSecrets

DEBUG_VARIABLE = "OCOP_MARKET_DEBUG"
OURS = ("ocop_market", "connectors", "sync_jobs", "urllib3")
"""Loggers that talk more when debugging. SQLAlchemy's is not among them: it would write out every row."""
NAME = "ocop-market"


def debugging() -> bool:
    """Whether the user asked to see everything."""
    return os.environ.get(DEBUG_VARIABLE, "") not in ("", "0")


def start_logging() -> None:
    """Sends the log to standard error, in place of an earlier call's."""
    handler = logging.StreamHandler()
    handler.set_name(NAME)
    handler.addFilter(RedactSecrets())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    root = logging.getLogger()
    for older in [known for known in root.handlers if known.get_name() == NAME]:
        root.removeHandler(older)
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debugging() else logging.NOTSET)
