"""A practice server on this machine: the same app that tests mount in-process, behind a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress

from ocop_market.errors import SettingsError
from ocop_market.language import N_

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65_535
NO_SUCH_PORT = N_("There is no port {port}. Choose one from 1024 to 65535 with --port, or 0 for any free one.")
PORT_TAKEN = N_("Port {port} is in use by another program. Choose another one with --port, or 0 for any free one.")


class Server:
    """Answers on loopback only; `port` 0 takes a free one. Raises SettingsError when the port is taken or is none."""

    def __init__(self, app: Any, port: int = 0, threads: int = 8) -> None:
        if not 0 <= port <= HIGHEST_PORT:
            raise SettingsError(NO_SUCH_PORT, code="no-such-port", port=port)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            listener.close()
            raise SettingsError(PORT_TAKEN, code="port-in-use", port=port) from None
        self._server = waitress.create_server(app, sockets=[listener], threads=threads, ident="ocop-market practice")
        self.port: int = listener.getsockname()[1]
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address to call, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Answers in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self.run, name=f"practice-{self.port}", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Answers in this thread until interrupted or stopped."""
        self._server.run()

    def stop(self) -> None:
        """Stops answering; calls under way are cut."""
        if self._thread is not None:
            self._server.trigger.pull_trigger(self._cut)  # the sockets belong to the answering thread
            self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown()
        self._server.close()

    def _cut(self) -> None:
        """Ends the answering thread, but leaves open the pipe that wakes it: whoever is just writing into it may come late."""
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.del_channel()
        self._server.trigger.del_channel()


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Runs the app for the length of a `with` block and gives its address."""
    server = Server(app, port)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
