"""Every way in which a call can end, and what is done about it."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
import time
from collections.abc import Callable

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from ocop_market.channels.http import Http, retry_after
from ocop_market.errors import MarketError, NeedsLogin, Refused, RetryLater, SettingsError, TokenRejected, Uncertain
from ocop_market.sandbox.server import serving

from .scripted import Scripted, Step, answer

ADDRESS = "https://shop.example/orders?access_token=BI-MAT&sign=CHU-KY"
BODY = b'{"name": "CANARY"}'


def classify(response: requests.Response) -> MarketError | None:
    if response.status_code == 429 or response.status_code >= 500:
        return RetryLater(after=retry_after(response))
    return {401: TokenRejected(), 403: NeedsLogin(), 400: Refused([])}.get(response.status_code)


class Caller:
    """An Http with scripted answers and a fake sleep."""

    def __init__(self, *steps: Step, **options: float) -> None:
        self.adapter = Scripted(*steps)
        self.waits: list[float] = []
        self.http = Http("shop", "quay", adapter=self.adapter, sleep=self.waits.append, **options)  # type: ignore[arg-type]
        self.built = itertools.count(1)

    def call(self, *, repeatable: bool = True, renew: Callable[[], None] | None = None) -> requests.Response:
        return self.http.call(
            lambda: requests.Request("POST", ADDRESS, headers={"X-Attempt": str(next(self.built))}, data=BODY),
            endpoint="POST /orders", classify=classify, repeatable=repeatable, renew=renew)

    @property
    def attempts(self) -> list[str]:
        return [request.headers["X-Attempt"] for request in self.adapter.sent]


def refused_connection() -> requests.ConnectionError:
    reason = NewConnectionError(None, "Connection refused")  # type: ignore[arg-type]
    return requests.ConnectionError(MaxRetryError(None, "/orders?access_token=BI-MAT", reason))  # type: ignore[arg-type]


def cut_connection() -> requests.ConnectionError:
    return requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")))


def cut_body(_: requests.PreparedRequest) -> requests.Response:
    class Torn:
        def read(self, *_: object, **__: object) -> bytes:
            raise ProtocolError("IncompleteRead")

        def stream(self, *_: object, **__: object) -> bytes:
            raise ProtocolError("IncompleteRead")

    response = answer(200)
    response.raw = Torn()
    return response


LOST: list[Step] = [requests.ReadTimeout("too slow"), cut_connection(), cut_body]


def test_a_good_answer_is_given_back() -> None:
    caller = Caller(200)
    assert caller.call().status_code == 200
    assert (caller.attempts, caller.waits, caller.http.calls) == (["1"], [], 1)


def test_every_attempt_is_built_anew() -> None:
    caller = Caller(500, 500, 200)
    caller.call()
    assert caller.attempts == ["1", "2", "3"]


def test_waits_grow_when_the_platform_names_none() -> None:
    caller = Caller(500, 500, 500, 200)
    caller.call()
    assert caller.waits == [0.5, 1.0, 2.0]


def test_retry_after_is_obeyed() -> None:
    caller = Caller((429, {"Retry-After": "17"}), (503, {"Retry-After": "3"}), 200)
    caller.call()
    assert caller.waits == [17.0, 3.0]


def test_a_wait_longer_than_the_longest_gives_up_and_tells_it() -> None:
    caller = Caller((429, {"Retry-After": "61"}), longest_wait=60.0)
    with pytest.raises(RetryLater) as caught:
        caller.call()
    assert (caught.value.after, caller.waits, caller.attempts) == (61.0, [], ["1"])


def test_attempts_end() -> None:
    caller = Caller(500, attempts=3)
    with pytest.raises(RetryLater):
        caller.call()
    assert (len(caller.attempts), len(caller.waits)) == (3, 2)


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_not_repeated(status: int) -> None:
    caller = Caller(status)
    with pytest.raises((Refused, NeedsLogin)):
        caller.call()
    assert caller.attempts == ["1"]


@pytest.mark.parametrize("lost", LOST, ids=["timeout", "reset", "cut body"])
def test_a_lost_answer_of_a_read_is_asked_for_again(lost: Step) -> None:
    caller = Caller(lost, 200)
    caller.call()
    assert caller.attempts == ["1", "2"]


@pytest.mark.parametrize("lost", [*LOST, 500, 502], ids=["timeout", "reset", "cut body", "500", "502"])
def test_a_lost_answer_of_a_write_is_uncertain_and_never_repeated(lost: Step) -> None:
    caller = Caller(lost, 200)
    with pytest.raises(Uncertain):
        caller.call(repeatable=False)
    assert caller.attempts == ["1"]


@pytest.mark.parametrize("unsent", [refused_connection(), requests.ConnectTimeout("no route")], ids=["refused", "no route"])
def test_a_write_that_was_never_sent_is_tried_again(unsent: Exception) -> None:
    caller = Caller(unsent, 200)
    caller.call(repeatable=False)
    assert caller.attempts == ["1", "2"]


def test_a_write_refused_for_too_many_calls_was_not_done_and_is_tried_again() -> None:
    caller = Caller((429, {"Retry-After": "1"}), 200)
    caller.call(repeatable=False)
    assert caller.attempts == ["1", "2"]


def test_a_platform_out_of_reach_is_for_later() -> None:
    caller = Caller(refused_connection(), attempts=2)
    with pytest.raises(RetryLater) as caught:
        caller.call(repeatable=False)
    assert caught.value.code == "unreachable"


def test_a_closed_port_is_out_of_reach_for_a_write_too() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    http = Http("shop", "quay", attempts=1)
    with pytest.raises(RetryLater) as caught:
        http.call(lambda: requests.Request("POST", f"http://127.0.0.1:{port}/x"), endpoint="POST /x", classify=classify,
                  repeatable=False)
    assert caught.value.code == "unreachable"


def test_a_refused_token_is_renewed_once_and_the_call_made_once_more() -> None:
    caller, renewed = Caller(401, 200), list[str]()
    caller.call(repeatable=False, renew=lambda: renewed.append("again"))
    assert (caller.attempts, renewed) == (["1", "2"], ["again"])


def test_a_token_refused_twice_is_not_renewed_for_ever() -> None:
    caller, renewed = Caller(401), list[str]()
    with pytest.raises(TokenRejected):
        caller.call(renew=lambda: renewed.append("again"))
    assert (caller.attempts, renewed) == (["1", "2"], ["again"])


def test_a_refused_token_without_a_way_to_renew_is_told() -> None:
    with pytest.raises(TokenRejected):
        Caller(401).call()


def test_redirects_are_not_followed() -> None:
    caller = Caller((302, {"Location": "https://elsewhere.example/?access_token=BI-MAT"}))
    assert caller.call().status_code == 302
    assert len(caller.attempts) == 1


class Counted:
    """A budget that counts what is asked of it."""

    def __init__(self, paused: float = 0.0) -> None:
        self.taken, self.paused, self.rests = 0, paused, list[float]()

    def take(self) -> float:
        self.taken += 1
        return self.taken / 2

    def pause(self) -> float:
        return self.paused

    def rest(self, seconds: float) -> None:
        self.rests.append(seconds)


def test_the_budget_is_taken_before_every_attempt() -> None:
    waits, budget = list[float](), Counted()
    http = Http("shop", "quay", adapter=Scripted(200), sleep=waits.append, budget=budget)
    for _ in range(3):
        http.call(lambda: requests.Request("GET", ADDRESS), endpoint="GET /orders", classify=classify)
    assert (waits, budget.taken) == ([0.5, 1.0, 1.5], 3)


def test_a_pause_that_the_platform_asks_for_is_told_to_all_processes() -> None:
    budget = Counted()
    http = Http("shop", "quay", adapter=Scripted((429, {"Retry-After": "7"}), 200), sleep=lambda _: None, budget=budget)
    http.call(lambda: requests.Request("GET", ADDRESS), endpoint="GET /orders", classify=classify)
    assert budget.rests == [7.0]


def test_a_long_pause_that_another_process_was_told_of_ends_the_call_before_it_is_made() -> None:
    line, budget = Scripted(200), Counted(paused=3_600)
    http = Http("shop", "quay", adapter=line, sleep=lambda _: pytest.fail("waited"), budget=budget)
    with pytest.raises(RetryLater) as told:
        http.call(lambda: requests.Request("GET", ADDRESS), endpoint="GET /orders", classify=classify)
    assert (told.value.after, told.value.code, budget.taken) == (3_600, "calls-paused", 0)


def test_no_netrc_replaces_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.sessions.get_netrc_auth", lambda url: ("nguoi-khac", "mat-khau"))
    caller = Caller(200)
    caller.call()
    assert "Authorization" not in caller.adapter.sent[0].headers


@pytest.mark.parametrize("address", [
    "shop.example/orders?access_token=BI-MAT", "https://?access_token=BI-MAT", "ftp2://shop.example/?access_token=BI-MAT",
])
def test_an_address_that_is_none_is_a_setting_to_put_right(address: str) -> None:
    http = Http("shop", "quay", sleep=lambda seconds: None)
    with pytest.raises(SettingsError) as caught:
        http.call(lambda: requests.Request("GET", address), endpoint="GET /orders", classify=classify)
    assert caught.value.code == "bad-address"
    assert "BI-MAT" not in str(caught.value)


@pytest.mark.parametrize("step", [*LOST, 500, 429, 401, 403, 400, refused_connection()])
@pytest.mark.parametrize("repeatable", [True, False])
def test_no_query_and_no_body_reaches_an_error_or_a_log(
        step: Step, repeatable: bool, caplog: pytest.LogCaptureFixture) -> None:
    caller = Caller(step, attempts=1)
    with caplog.at_level(logging.DEBUG), pytest.raises(MarketError) as caught:
        caller.call(repeatable=repeatable)
    shown = f"{caught.value} {caught.value!r} {caught.value.sentence('vi')} {caught.value.where} {caplog.text}"
    assert not [word for word in ("BI-MAT", "CHU-KY", "CANARY", "access_token") if word in shown]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_library_below_logs_no_token_either(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [])
        return [b"{}"]

    with caplog.at_level(logging.DEBUG), serving(app) as url:
        Http("shop", "quay").call(lambda: requests.Request("GET", f"{url}/orders?access_token=BI-MAT&sign=CHU-KY"),
                                  endpoint="GET /orders", classify=classify)
    assert "/orders?access_token=***" in caplog.text
    assert "BI-MAT" not in caplog.text
    assert "CHU-KY" not in caplog.text


@pytest.mark.parametrize(("header", "seconds"), [
    ("12", 12.0), (" 0 ", 0.0), ("", None), ("-5", None), ("Wed, 21 Oct", None), ("1.5", None), ("²", None),
])
def test_retry_after_is_read_where_it_can_be(header: str, seconds: float | None) -> None:
    assert retry_after(answer(429, {"Retry-After": header} if header else {})) == seconds


@pytest.mark.parametrize(("now", "seconds"), [("07:27:15", 45.0), ("07:28:00", 0.0), ("09:00:00", 0.0)])
def test_a_time_to_wait_for_is_told_by_the_platforms_own_clock(now: str, seconds: float) -> None:
    headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": f"Wed, 21 Oct 2026 {now} GMT"}
    assert retry_after(answer(429, headers)) == seconds


def test_map_keeps_the_order_of_the_items() -> None:
    http = Http("shop", "quay", parallel=4)

    def work(number: int) -> int:
        time.sleep(0.002 * (5 - number))
        return number * number

    assert list(http.map(work, range(5))) == [0, 1, 4, 9, 16]


def test_map_raises_where_the_error_fell() -> None:
    http, done = Http("shop", "quay", parallel=2), list[int]()

    def work(number: int) -> int:
        if number == 2:
            raise RetryLater
        return number

    with pytest.raises(RetryLater):
        done.extend(http.map(work, range(4)))
    assert done == [0, 1]


def test_each_thread_has_a_session_of_its_own() -> None:
    http, together = Http("shop", "quay", adapter=Scripted(200), parallel=2), threading.Barrier(2, timeout=5)

    def work(_: int) -> int:
        together.wait()
        return id(http._session())

    assert len(set(http.map(work, range(2)))) == 2


def test_threads_keep_their_sessions_from_one_map_to_the_next() -> None:
    http, together = Http("shop", "quay", adapter=Scripted(200), parallel=2), threading.Barrier(2, timeout=5)

    def work(_: int) -> int:
        together.wait()
        return id(http._session())

    assert set(http.map(work, range(2))) == set(http.map(work, range(2)))


def test_work_that_maps_in_its_turn_comes_to_an_end() -> None:
    http = Http("shop", "quay", parallel=2)
    assert [list(inner) for inner in http.map(lambda n: list(http.map(lambda m: n * m, range(3))), range(3))] == [
        [0, 0, 0], [0, 1, 2], [0, 2, 4]]


def threads_of(account: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(f"http-{account}_")]


def test_closing_ends_the_threads_and_a_later_call_opens_them_anew() -> None:
    http = Http("shop", "closed", adapter=Scripted(200), parallel=2)
    for _ in range(2):
        assert list(http.map(abs, [-1, 2, -3])) == [1, 2, 3]
        ending = threads_of("closed")
        assert ending
        http.close()
        for thread in ending:
            thread.join(10)
        assert threads_of("closed") == []


def test_closing_lets_work_under_way_come_to_its_end() -> None:
    http, begun, go_on = Http("shop", "busy", parallel=2), threading.Barrier(3, timeout=10), threading.Event()

    def work(number: int) -> int:
        if number < 2:
            begun.wait()
            go_on.wait(10)
        return number * number

    answers = http.map(work, range(4))
    begun.wait()
    http.close()
    go_on.set()
    assert list(answers) == [0, 1, 4, 9]


def test_closing_closes_the_connections_of_the_caller() -> None:
    class Noticed(Scripted):
        closed = False

        def close(self) -> None:
            self.closed = True

    adapter = Noticed(200)
    http = Http("shop", "quay", adapter=adapter)
    http.close()
    assert not adapter.closed, "nothing was open"
    http.call(lambda: requests.Request("GET", "https://x.example"), endpoint="GET x", classify=lambda _: None)
    http.close()
    assert adapter.closed
