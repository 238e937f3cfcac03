"""Publishes in processes of its own, one a request, and ends them with a real SIGKILL where it is told to.

It imports everything once, then forks for every publish: what dies is a whole process, with its locks, threads and open files. Before
it forks it runs no thread, so that a child never inherits a lock that somebody holds.

A line of JSON comes in for every publish, one goes out when it has ended. Needs an operating system with fork and SIGKILL.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import event

from ocop_market.channels.registry import connector_names, load_connector
from ocop_market.errors import MarketError
from ocop_market.store.engine import Store
from ocop_market.testing.trial import Standstill, Trial

TIME_HEADER = "X-Practice-Time"
WRITES = ("INSERT", "UPDATE", "DELETE")


class Killer:
    """Counts the moments at which a process may die, names them in a file, and dies at the one it was told (0: never).

    Between two moments something changed, here or on the platform: before a call is the same as after whatever was changed last,
    and before a commit the same as after the last statement of its transaction.
    """

    def __init__(self, at: int, names: Path) -> None:
        self._at, self._passed = at, 0
        self._names = os.open(names, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def moment(self, name: str) -> None:
        """One more moment of the main thread; others (who renew the turn) come when they like."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._passed += 1
        os.write(self._names, f"{name}\n".encode())
        if self._passed == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, store: Store) -> None:
        """Has moments within every transaction that writes: after each statement and after its commit."""
        engine, wrote = store.engine, threading.local()
        commit = engine.dialect.do_commit

        def after_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if statement.startswith(WRITES):
                wrote.yes = True
                self.moment(f"in a transaction, after {' '.join(statement.split()[:3])}")

        def do_commit(connection: Any) -> None:
            if not getattr(wrote, "yes", False):
                return commit(connection)
            wrote.yes = False
            commit(connection)
            self.moment("after a commit")
            return None

        event.listen(engine, "after_cursor_execute", after_statement)
        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]


class Wire(HTTPAdapter):
    """The way to the practice server; every call with an effect is a moment."""

    def __init__(self, killer: Killer, address: str, clock: Standstill) -> None:
        super().__init__()
        self._killer, self._address, self._clock = killer, address, clock

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """The server's answer; the server is told what time it is here."""
        asked = urlsplit(request.url or "")
        request.url = asked._replace(scheme="http", netloc=self._address).geturl()
        request.headers[TIME_HEADER] = self._clock.now.isoformat()
        response = super().send(request, *arguments, **options)
        if request.method != "GET":
            self._killer.moment(f"after {request.method} {asked.path}")
        return response


def publish(order: dict[str, Any]) -> int:
    """One publish to its end; 0, or 3 with an error as the last of its moments."""
    clock = Standstill()
    clock.now = datetime.fromisoformat(order["now"])
    killer = Killer(order["die_at"], Path(order["names"]))
    wire: Any = Wire(killer, order["address"], clock)
    try:
        trial = Trial(Path(order["folder"]), load_connector(order["channel"]), clock, None, wire, None)
        killer.watch(trial.market.store)
        killer.moment("at the start")
        trial.publish_to_the_end()
        trial.close()
    except MarketError as error:
        killer.moment(f"stopped: {error.code}: {error}")
        return 3
    return 0


def main() -> None:
    """Forks for every line that comes in."""
    for name in connector_names():
        load_connector(name)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(publish(order))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"exit": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
