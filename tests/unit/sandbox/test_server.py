"""The practice server behind a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import requests

from ocop_market.errors import SettingsError
from ocop_market.sandbox.server import Server, serving


def app(environ: object, start: Callable[..., object]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return ["chào".encode()]


@pytest.fixture
def left_behind() -> Callable[[], list[str]]:
    """Names of the server threads that came since the test began; other tests' servers may be about as well."""
    before = set(threading.enumerate())
    return lambda: [one.name for one in threading.enumerate() if one not in before and one.name.startswith(("practice-", "waitress"))]


def test_it_answers_on_loopback_on_a_free_port() -> None:
    with serving(app) as url:
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(url, timeout=5).content.decode() == "chào"


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    first = Server(app)
    try:
        with pytest.raises(SettingsError) as caught:
            Server(app, first.port)
    finally:
        first.stop()
    assert caught.value.code == "port-in-use"
    assert str(first.port) in caught.value.sentence("en")
    assert "--port" in caught.value.sentence("en")


@pytest.mark.parametrize("port", [-1, 65_536, 700_000])
def test_a_port_that_is_none_is_told(port: int) -> None:
    with pytest.raises(SettingsError) as caught:
        Server(app, port)
    assert caught.value.code == "no-such-port"


def test_a_stopped_server_gives_its_port_back() -> None:
    with serving(app) as url:
        port = int(url.rpartition(":")[2])
    with serving(app, port) as again:
        assert requests.get(again, timeout=5).ok


def test_stopping_is_quick_and_leaves_no_thread_although_a_client_keeps_its_connection(
        left_behind: Callable[[], list[str]]) -> None:
    server, session = Server(app), requests.Session()
    server.start()
    session.get(server.url, timeout=5)
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 3
    assert left_behind() == []
    with pytest.raises(requests.ConnectionError):
        session.get(server.url, timeout=5)
    session.close()


def test_a_server_that_was_never_started_can_be_stopped(left_behind: Callable[[], list[str]]) -> None:
    Server(app).stop()
    assert left_behind() == []


def test_an_error_inside_the_block_stops_the_server_too() -> None:
    def failing_block() -> None:
        with serving(app) as url:
            raise ZeroDivisionError(url)

    with pytest.raises(ZeroDivisionError) as caught:
        failing_block()
    with pytest.raises(requests.ConnectionError):
        requests.get(str(caught.value), timeout=5)


def test_stopping_bears_that_its_thread_is_woken_before_it_is_told(
        monkeypatch: pytest.MonkeyPatch, left_behind: Callable[[], list[str]]) -> None:
    """A thread that has just answered wakes the same pipe; it must still be there when the one who stops writes into it."""
    server = Server(app)
    server.start()
    trigger = server._server.trigger
    wake = trigger._physical_pull

    def late() -> None:
        wake()
        assert server._thread is not None
        server._thread.join(timeout=5)
        wake()

    monkeypatch.setattr(trigger, "_physical_pull", late)
    server.stop()
    assert not left_behind()
