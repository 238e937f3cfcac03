"""A page on this computer to which the browser comes back after a consent, so that nobody has to copy an address.

It stands on loopback only, takes the one answer that carries the mark of this attempt, and is gone afterwards.
"""

from __future__ import annotations

import html
import socket
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from ocop_market.channels.consent import LOOPBACK, same_state
from ocop_market.errors import SettingsError
from ocop_market.language import LANGUAGES, N_, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS = "127.0.0.1"

ARRIVED = N_("Your answer has arrived. You may close this page and go back to the program.")
NOT_GIVEN = N_("The shop did not agree, so nothing was changed. You may close this page and go back to the program.")
NOT_OURS = N_("This address does not belong to the login that waits in the program. Open the link of that login once more; if this page "
              "comes again, stop the program with Ctrl-C and run the command with --paste.")
NOTHING_HERE = N_("There is nothing here.")
NO_PAGE = N_("Port {port} of this computer, where the return address {redirect} leads, cannot be used by this program.")

PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>OCOP</title></head>
<body style="font: 1.25rem/1.5 sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem">{lines}</body></html>
"""
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Connection": "close",
           "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


class LocalPage:
    """Stands at a loopback return address inside a `with` block. Raises SettingsError (`no-local-page`) where it cannot."""

    def __init__(self, redirect: str, state: str) -> None:
        parts = urlsplit(redirect)
        self._path, self._state = parts.path or "/", state
        self._arrived = threading.Event()
        self._lock = threading.Lock()
        self._answer: dict[str, str] | None = None
        port = parts.port or 80
        try:
            listener = _listen(port)
        except OSError:
            raise SettingsError(NO_PAGE, code="no-local-page", port=port, redirect=redirect) from None
        with listener:  # the server works on a copy of it
            self._server = make_server(ADDRESS, port, self, threaded=True, request_handler=_Quiet, fd=listener.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="consent-page", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> dict[str, str] | None:
        """The query with which the browser came back, or None when it did not within so many seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._arrived.wait(min(left, 1.0)):  # a wait without an end cannot be interrupted on Windows
                return self._answer
        return None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path != self._path or request.method != "GET" or urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            return _page(NOTHING_HERE, 404)
        answer = request.args.to_dict()
        if not same_state(answer, self._state) or not answer.keys() & {"code", "error"}:
            return _page(NOT_OURS, 403)
        with self._lock:
            if self._answer is not None:
                return _page(NOT_OURS, 403)
            self._answer = answer
        response = _page(ARRIVED if "code" in answer else NOT_GIVEN, 200)
        response.call_on_close(self._arrived.set)  # only now is the page on its way, and the server may end
        return response


class _Quiet(WSGIRequestHandler):
    """Logs nothing: the addresses of these calls hold a code."""

    timeout = 10

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  (werkzeug's name)
        """Nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def _listen(port: int) -> socket.socket:
    """Bound here, because werkzeug prints and ends the program where a port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # nobody else may take the port over
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was left a moment ago is free
        listener.bind((ADDRESS, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _page(sentence: str, status: int) -> Response:
    lines = "".join(f'<p lang="{language}">{html.escape(say(sentence, language))}</p>' for language in LANGUAGES)
    return Response(PAGE.format(lines=lines), status, HEADERS, mimetype="text/html")
