"""The base of every practice server: a WSGI app with routes, remembered records, a clock and faults.

A sandbox works on the raw request and plain dicts. It may import its connector's `facts` and this package, never the
client: what signs in the client is checked here by other code.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ocop_market.model.clock import Clock, utc_now
from ocop_market.sandbox.faults import FaultKind, Faults
from ocop_market.sandbox.shelf import Memory, Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ocop_market.sandbox.buyers import History

Handler = Callable[..., Response]


@dataclass
class Recorded:
    """One call as it came in, for tests: method, path, query and body as text; never shown to people."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


class Sandbox(ABC):
    """One platform with one practice shop.

    `history` brings the simulated buyers (None: a shop that never sold); `path` keeps what the shop remembers in a
    file; `clock` tells the platform's time; `masked` hides buyers as the platform does by default.
    """

    key: ClassVar[str]
    partial_returns: ClassVar[bool] = True
    """False when the platform takes back whole orders only, so that a history for it is drawn without parts."""

    def __init__(self, *, clock: Clock = utc_now, history: History | None = None, path: Path | None = None,
                 masked: bool = True, seed: int = 1, sleep: Callable[[float], None] = time.sleep) -> None:
        self.clock = clock
        self.history = history
        self.masked = masked
        self.faults = Faults(seed)
        self.calls: list[Recorded] = []
        self.record_calls = False
        self._sleep = sleep
        self._memory = Memory(path)
        self._lock = threading.RLock()
        self._rules = _compiled(tuple(self.routes()))
        self.open()

    @abstractmethod
    def routes(self) -> Sequence[tuple[str, str, str]]:
        """`(method, rule, name)` for every endpoint; `name` is the method here that answers it.

        Rules are werkzeug's (`/orders/<code>`); a handler is called with the Request and the rule's values by name.
        """

    @abstractmethod
    def open(self) -> None:
        """Takes the shelves (`self.shelf(...)`) and seeds what is not there yet."""

    @abstractmethod
    def settings(self, base_url: str) -> dict[str, Any]:
        """Account settings, by the names of the connector's Settings, with which a client reaches this server."""

    def grant(self) -> dict[str, str]:
        """What the platform adds to the return address after a seller consented; empty where no consent is needed."""
        return {}

    def count_listings(self, sku: str) -> int | None:
        """How many listings carry our SKU, those under review as well; None when this server does not tell."""
        return None

    def guard(self, request: Request) -> Response | None:
        """Checks made before every handler (tokens, signatures); a response refuses the call."""
        return None

    def rate_limited(self, seconds: int) -> Response:
        """How this platform says that there are too many calls."""
        return Response("too many requests", 429, {"Retry-After": str(seconds)})

    def server_error(self) -> Response:
        """How this platform says that it failed."""
        return Response("internal server error", 500)

    def not_found(self, request: Request, error: HTTPException) -> Response:
        """How this platform says that there is no such path, or not with this method."""
        return Response(str(error.code), error.code or 404)

    def shelf(self, name: str) -> Shelf:
        """The records of that name; see `Shelf` for how to change one."""
        return self._memory.shelf(name)

    def close(self) -> None:
        """Closes the file behind the records."""
        self._memory.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.record_calls:
            self.calls.append(Recorded(request.method, request.path, request.args.to_dict(),
                                       request.get_data(as_text=True) if request.is_json else ""))
        if slow := self.faults.take(FaultKind.SLOW, request.path):
            self._sleep(slow.seconds)
        if limit := self.faults.take(FaultKind.RATE_LIMIT, request.path):
            return self.rate_limited(max(1, round(limit.seconds)))
        if self.faults.take(FaultKind.ERROR_BEFORE, request.path):
            return self.server_error()
        with self._lock:
            response = self._dispatch(request)
        if self.faults.take(FaultKind.ERROR_AFTER, request.path):
            return self.server_error()
        return response

    def _dispatch(self, request: Request) -> Response:
        try:
            name, values = self._rules.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return self.not_found(request, error)
        refusal = self.guard(request)
        if refusal is not None:
            return refusal
        handler: Handler = getattr(self, name)
        return handler(request, **values)


@lru_cache(maxsize=16)
def _compiled(routes: tuple[tuple[str, str, str], ...]) -> Map:
    """The routes as werkzeug matches them; it compiles code for every one, which takes longer than all else in a new shop."""
    return Map([Rule(rule, methods=[method], endpoint=name) for method, rule, name in routes], strict_slashes=False)
