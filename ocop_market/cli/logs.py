"""The log on standard error: warnings, or everything when OCOP_MARKET_DEBUG=1; no secret gets through.

With OCOP_MARKET_LOG=json each line is a JSON document.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime

from ocop_market.channels.redact import RedactSecrets, traceback_of

DEBUG_VARIABLE = "OCOP_MARKET_DEBUG"
FORM_VARIABLE = "OCOP_MARKET_LOG"
OURS = ("ocop_market", "connectors", "sync_jobs", "urllib3")
"""Loggers that talk more when debugging. SQLAlchemy's is not among them: it would write out every row."""
NAME = "ocop-market"

log = logging.getLogger(__name__)


def debugging() -> bool:
    """Whether the user asked to see everything."""
    return os.environ.get(DEBUG_VARIABLE, "") not in ("", "0")


def tell_no_texts() -> None:
    """An error that nothing catches, in whichever thread, is told by its place and kind: its text may be a secret."""
    sys.excepthook = lambda _kind, error, _trace: log.error("%s", traceback_of(error))
    threading.excepthook = lambda end: log.error("%s", traceback_of(end.exc_value) if end.exc_value else end.exc_type.__name__)


class JsonLines(logging.Formatter):
    """Each record as a JSON document on a line of its own. The filter before it has redacted message and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its time in UTC."""
        body = {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname,
                "logger": record.name, "message": record.getMessage(), "thread": record.threadName}
        if record.exc_text:
            body["traceback"] = record.exc_text
        return json.dumps(body, ensure_ascii=False)


def start_logging() -> None:
    """Sends the log to standard error, in place of an earlier call's."""
    handler = logging.StreamHandler()
    handler.set_name(NAME)
    handler.addFilter(RedactSecrets())
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")
    handler.setFormatter(JsonLines() if os.environ.get(FORM_VARIABLE) == "json" else plain)
    root = logging.getLogger()
    for older in [known for known in root.handlers if known.get_name() == NAME]:
        root.removeHandler(older)
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debugging() else logging.NOTSET)
