"""The WSGI app: checks a call on its bytes, refuses stale and forged ones, keeps a hint, answers with an empty body.

It makes no call itself. Mount it anywhere behind https, or run `ocop-market webhooks serve`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from ocop_market.channels.api import Connector, ForgedCall, MalformedCall, Notice, ReceivesWebhooks, WebhookCall
from ocop_market.channels.redact import traceback_of
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError, SettingsError
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.tally import CallEnd, Tally
from ocop_market.market import Market
from ocop_market.store.engine import Store
from ocop_market.store.hints import is_new, save_hints

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

LONGEST_BODY = 256 * 1024
"""Bytes. The longest that a platform is known to send is a fraction of it."""
OLDEST = timedelta(hours=4)
"""Shopee's last repetition comes 3 h 35 min after the first try. GUIDE Push-Mechanism, 2026-08 (spacing unverified)."""
FROM_THE_FUTURE = timedelta(minutes=15)
SEEN_LIFE = timedelta(days=3)
"""How long a call that tells its time is known again; a later one is too old anyway."""
SEEN_LIFE_UNTIMED = timedelta(days=30)
"""The same for calls that do not tell it."""
LOCK_WAIT = 2.0
"""Seconds that a call may wait for the market's lock; platforms want their answer within three."""


@dataclass(frozen=True)
class End:
    """How a call ended, for whom it is counted, and what is answered."""

    account: str
    end: CallEnd
    status: int


class WebhookApp:
    """The addresses of all accounts of a market. `public_url` is where the world finds the app, as registered with the platforms.

    Without it, the address of the call itself is taken, which a proxy before the app may have changed. Close it at the end:
    what was counted last is then written.
    """

    def __init__(self, market: Market, public_url: str = "") -> None:
        self._market, self._public_url = market, public_url.rstrip("/")
        self._accounts = {path: account for account, path in paths(market).items()}
        self._shops = {(settings.channel, shop): account for account, settings in market.settings.accounts.items()
                       if (shop := self._shop_of(account))}
        self._store = Store(market.store.address, wait_seconds=LOCK_WAIT)
        self._opening = threading.Lock()
        self.tally = Tally(self._store, market.clock)

    def close(self) -> None:
        """Writes the counts and lets go of the database."""
        self.tally.write()
        self._store.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        end = self._end_of(request)
        self.tally.count(end.account, end.end)
        answer = Response(b"", end.status)
        del answer.headers["Content-Type"]  # Shopee counts any answer but an empty one as a failure
        return answer(environ, start_response)

    def _end_of(self, request: Request) -> End:
        account = self._accounts.get(request.path)
        if account is None:
            return End("", CallEnd.STRANGER, 404)
        if request.method != "POST":
            return End(account, CallEnd.STRANGER, 405)
        try:
            request.max_content_length = LONGEST_BODY
            body = request.get_data(cache=False)
        except HTTPException as error:
            return End(account, CallEnd.TOO_LONG, error.code or 413)
        url = self._public_url + request.path if self._public_url else request.base_url
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            return self._judged(account, WebhookCall(url, headers, body))
        except SettingsError as error:
            log.debug("a call for %s cannot be checked: %s", account, error)  # counted; anybody could fill a log with these
            return End(account, CallEnd.NO_KEY, 503)
        except MarketError as error:
            log.warning("a call for %s could not be kept: %s", account, error)
        except Exception as error:  # a fault of one connector may not end the answering thread
            log.debug("a call for %s failed: %s", account, traceback_of(error))
        return End(account, CallEnd.FAILED, 503)

    def _judged(self, account: str, call: WebhookCall) -> End:
        receiver = self._receiver(account)
        try:
            notice = receiver.read_webhook(call)
        except ForgedCall:
            return End(account, CallEnd.FORGED, receiver.refused_status)
        except MalformedCall:
            return End(account, CallEnd.UNREADABLE, 200)
        now = self._market.clock()
        if notice.sent_at is not None and not now - OLDEST <= notice.sent_at <= now + FROM_THE_FUTURE:
            return End(account, CallEnd.STALE, receiver.refused_status)
        return self._kept(account, notice)

    def _kept(self, called: str, notice: Notice) -> End:
        """Both in one transaction: a call is known as soon as its hints are kept, and no sooner."""
        channel = self._market.settings.accounts[called].channel
        account = self._shops.get((channel, notice.shop)) if notice.shop else called
        if account is None:
            return End(called, CallEnd.STRANGER, 200)
        now = self._market.clock()
        with self._store.writing() as connection:
            life = SEEN_LIFE_UNTIMED if notice.sent_at is None else SEEN_LIFE
            if not is_new(connection, account, notice.delivery, now, life):
                return End(account, CallEnd.REPEATED, 200)
            save_hints(connection, account, notice.hints, now)
        return End(account, CallEnd.TAKEN, 200)

    def _receiver(self, account: str) -> ReceivesWebhooks:
        with self._opening:
            connector = self._market.connector(account)
        if not isinstance(connector, ReceivesWebhooks):
            raise TypeError(f"{type(connector).__name__} receives no webhooks")
        return connector

    def _shop_of(self, account: str) -> str:
        settings = self._market.settings.accounts[account]
        try:
            kind: type[Connector] = load_connector(settings.channel)
        except MarketError:
            return ""
        return kind.shop_in(settings.own) if issubclass(kind, ReceivesWebhooks) else ""
