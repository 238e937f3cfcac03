"""One way to call a platform: build → sign → send → classify, again when that may help.

The request is built anew for every attempt, so each has a fresh timestamp and token. Response bodies never reach a
message or a log; addresses are named without their query, which may hold tokens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import requests
import tenacity
from requests.adapters import BaseAdapter, HTTPAdapter

from ocop_market.channels.budget import CallBudget, Unbounded
from ocop_market.channels.redact import RedactSecrets
from ocop_market.errors import MarketError, RetryLater, SettingsError, TokenRejected, Uncertain, Where
from ocop_market.language import N_
from ocop_market.model.clock import Clock, utc_now

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Build = Callable[[], requests.Request]
Classify = Callable[[requests.Response], MarketError | None]

UNREACHABLE = N_("{channel} cannot be reached. Check the internet connection; the work goes on at the next run.")
STALLED = N_("{channel} did not answer in time. The work goes on at the next run.")
CUT = N_("The connection to {channel} broke off during a change. The next run looks whether it was made before repeating it.")
PAUSED = N_("{channel} takes no more calls for a while. The work goes on by itself then.")
BAD_ADDRESS = N_("The address set for {channel} is not a web address. Put the account's settings right; it begins with https://.")

logging.getLogger("urllib3.connectionpool").addFilter(RedactSecrets())  # it writes whole addresses at the level DEBUG


class Http:
    """Calls of one account.

    `adapter` replaces the network (a sandbox mounted in-process); `sleep` waits, in seconds; `attempts` bounds how
    often a call is tried; `longest_wait` is the most seconds that one wait may take before the call gives up with
    RetryLater. `trust_env` stays off, so that a `.netrc` cannot replace a token; proxies are given on purpose.
    """

    def __init__(self, channel: str, account: str, *, budget: CallBudget | None = None, adapter: BaseAdapter | None = None,
                 sleep: Callable[[float], None] = time.sleep, attempts: int = 5, longest_wait: float = 60.0,
                 timeout: tuple[float, float] = (10.0, 60.0), parallel: int = 4,
                 proxies: dict[str, str] | None = None, clock: Clock = utc_now) -> None:
        self.channel, self.account = channel, account
        self.calls = 0
        self.clock_ahead: timedelta | None = None
        """How far our clock is ahead of the platform's, by the Date header of the last answer."""
        self._clock = clock
        self._budget = budget or Unbounded()
        self._sleep, self._attempts, self._longest_wait = sleep, attempts, longest_wait
        self._timeout, self._parallel, self._proxies = timeout, parallel, proxies or {}
        self._adapter = adapter
        self._local = threading.local()
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def call(self, build: Build, *, endpoint: str, classify: Classify, repeatable: bool = True,
             renew: Callable[[], None] | None = None) -> requests.Response:
        """Sends what `build` makes and returns the answer that `classify` passes (returns None for).

        `repeatable` is False for writes that must not happen twice: a lost answer then raises Uncertain and nothing
        is repeated. `renew` is called once when `classify` gives TokenRejected, and the call is made once more.
        Raises what `classify` returns; RetryLater is retried here first.
        """
        renewed = False
        while True:
            try:
                return self._with_retries(build, endpoint, classify, repeatable)
            except TokenRejected:
                if renew is None or renewed:
                    raise
                renewed = True
                renew()

    def map(self, work: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
        """`work` done for every item on a few threads; answers come in the order of the items, errors where they fell.

        For pure reads only; nothing here may touch a database. The threads stay until `close`, each with its open connections;
        work that maps in its turn does so in its own thread.
        """
        waiting = list(items)
        if len(waiting) < 2 or self._parallel < 2 or getattr(self._local, "is_ours", False):
            return map(work, waiting)
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._parallel, f"http-{self.account}", initializer=self._mark_thread)
            return self._threads.map(work, waiting)

    def close(self) -> None:
        """Lets go of threads and connections; work under way in other threads comes to its end first. A later call opens them anew."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False)
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is not None:
            session.close()

    def pause(self, seconds: float) -> None:
        """Waits, as between two attempts: some platforms ask for a while between two steps."""
        self._sleep(seconds)

    def _mark_thread(self) -> None:
        self._local.is_ours = True

    def _with_retries(self, build: Build, endpoint: str, classify: Classify, repeatable: bool) -> requests.Response:
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._worth_waiting_for),
            wait=self._wait, stop=tenacity.stop_after_attempt(self._attempts), sleep=self._sleep, reraise=True,
        )
        return tries(self._once, build, endpoint, classify, repeatable)

    def _once(self, build: Build, endpoint: str, classify: Classify, repeatable: bool) -> requests.Response:
        where = Where(channel=self.channel, account=self.account, endpoint=endpoint)
        if (pause := self._budget.pause()) > self._longest_wait:
            raise RetryLater(PAUSED, after=pause, code="calls-paused", where=where, channel=self.channel)
        if (wait := self._budget.take()) > 0:
            self._sleep(wait)
        response = self._sent(build(), repeatable, where)
        if isinstance(response, MarketError):
            raise response
        self._compare_clocks(response)
        if (problem := classify(response)) is not None:
            if isinstance(problem, RetryLater) and problem.after:
                self._budget.rest(problem.after)
            if not repeatable and isinstance(problem, RetryLater) and response.status_code >= 500:
                raise Uncertain(CUT, where=where, channel=self.channel) from None
            raise problem
        return response

    def _sent(self, request: requests.Request, repeatable: bool, where: Where) -> requests.Response | MarketError:
        """The answer, or what became of the call. Errors of requests hold whole addresses: nothing raised may come out of one."""
        session = self._session()
        self.calls += 1
        try:
            prepared = session.prepare_request(request)
            response = session.send(prepared, timeout=self._timeout, proxies=self._proxies, allow_redirects=False)
            response.content  # noqa: B018  (read here, so that a cut body counts as a lost answer)
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            return SettingsError(BAD_ADDRESS, code="bad-address", where=where, channel=self.channel)
        except (requests.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError):
            return RetryLater(UNREACHABLE, code="unreachable", where=where, channel=self.channel)
        except requests.Timeout:
            return self._lost(repeatable, STALLED, where)
        except requests.ConnectionError as error:
            if not repeatable and _was_sent(error):
                return self._lost(False, CUT, where)
            return RetryLater(UNREACHABLE, code="unreachable", where=where, channel=self.channel)
        except requests.RequestException:
            return self._lost(repeatable, STALLED, where)
        return response

    def _compare_clocks(self, response: requests.Response) -> None:
        if (told := _http_date(response.headers.get("Date", ""))) is not None:
            self.clock_ahead = self._clock() - told

    def _lost(self, repeatable: bool, message: str, where: Where) -> MarketError:
        if repeatable:
            return RetryLater(message, code="no-answer", where=where, channel=self.channel)
        return Uncertain(CUT, where=where, channel=self.channel)

    def _worth_waiting_for(self, error: BaseException) -> bool:
        return isinstance(error, RetryLater) and (error.after is None or error.after <= self._longest_wait)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RetryLater) and error.after is not None:
            return error.after
        return float(min(0.5 * 2 ** (state.attempt_number - 1), self._longest_wait))

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            adapter = self._adapter or HTTPAdapter(pool_maxsize=self._parallel, max_retries=0)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        return session


def _was_sent(error: requests.ConnectionError) -> bool:
    """False only when the connection itself was refused or its name unknown: then nothing can have reached the peer."""
    text = repr(error)
    return not ("NewConnectionError" in text or "NameResolutionError" in text)


def retry_after(response: requests.Response, default: float | None = None) -> float | None:
    """Seconds named by a Retry-After header, as a number or as the time to wait for by the platform's clock; else `default`."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    until, now = _http_date(value), _http_date(response.headers.get("Date", "")) or utc_now()
    return default if until is None else max(0.0, (until - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    """A time as in the header Date; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
