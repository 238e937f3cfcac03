"""A trial: a throw-away market, one account of the connector under test, its practice server, and time that stands still."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter

from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.api import AsksConsent, Connector, PublishesListings
from ocop_market.channels.registry import load_connector, load_sandbox, sandbox_names
from ocop_market.market import Market, new_market, open_market
from ocop_market.model.product import Product
from ocop_market.publishing.apply import Applied
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import History
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store.catalog import save_products
from ocop_market.testing.goods import FIRST_DAY, NOW, PRODUCTS, history_for, with_pictures

ACCOUNT = "practice"
ADDRESS = "http://practice.invalid"
LONGEST_REVIEW = timedelta(days=30)


class Standstill:
    """A clock that moves only when it is told to, or when somebody would have slept."""

    def __init__(self) -> None:
        self.now = NOW
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Notes the wait and moves on by it at once."""
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


class Line(WsgiAdapter):
    """The wire to the practice server. `sent` is what went over it; `before` and `after` may raise, `spoil` alters answers."""

    def __init__(self, app: Sandbox) -> None:
        super().__init__(app)
        self.sent: list[requests.PreparedRequest] = []
        self.before: Callable[[requests.PreparedRequest], None] = nothing
        self.after: Callable[[requests.PreparedRequest], None] = nothing
        self.spoil: Callable[[requests.Response], None] = nothing

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """The app's answer, after whatever was arranged to happen."""
        self.before(request)
        self.sent.append(request)
        response = super().send(request, *arguments, **options)
        self.after(request)
        self.spoil(response)
        return response


class NoNetwork(BaseAdapter):
    """Where a connector without a practice server would call: nobody is called from a contract."""

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        """Refuses."""
        raise LookupError(f"{request.method} {request.path_url.partition('?')[0]}: this connector calls a network but has no "
                          "practice server. Write one, and name it in the entry points (group ocop_market.sandboxes).")

    def close(self) -> None:
        """Nothing is open."""


def nothing(_: object) -> None:
    """What happens on an ordinary day."""


class Unremembered:
    """Progress of a change that is made in one go."""

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        """The action's answer."""
        return action()

    def shared(self, key: str, action: Callable[[], Any]) -> Any:
        """The action's answer."""
        return action()

    def forget(self, key: str) -> None:
        """There is nothing to forget."""


@dataclass
class Trial:
    """One market with one account. `restart` is what a new process would do: nothing stays in memory."""

    folder: Path
    kind: type[Connector]
    clock: Standstill
    sandbox: Sandbox | None
    line: Line | None
    history: History | None
    market: Market = field(init=False)

    def __post_init__(self) -> None:
        self.market = self._open()

    @property
    def connector(self) -> Connector:
        """The account's connector, as the market makes it."""
        return self.market.connector(ACCOUNT)

    @property
    def server(self) -> Sandbox:
        """The practice server of a connector that has one."""
        if self.sandbox is None:
            raise LookupError("this connector has no practice server")
        return self.sandbox

    @property
    def wire(self) -> Line:
        """The line to the practice server."""
        if self.line is None:
            raise LookupError("this connector has no practice server")
        return self.line

    def restart(self) -> None:
        """Closes the market and opens it anew."""
        self.market.close()
        self.market = self._open()

    def close(self) -> None:
        """Lets go of all files."""
        self.market.close()
        if self.sandbox is not None:
            self.sandbox.close()

    def publish(self) -> Applied:
        """Plans and applies once."""
        return self.market.apply(self.market.plan(ACCOUNT))

    def publish_to_the_end(self) -> None:
        """What schedule and seller do over time: finish, follow up, plan and apply, until nothing is left to do or wait for."""
        wait = timedelta(minutes=10)
        while wait <= LONGEST_REVIEW:
            self.market.finish(ACCOUNT)
            self.market.follow_up(ACCOUNT)
            plan = self.market.plan(ACCOUNT)
            if plan.changes:
                self.market.apply(plan)
            elif not plan.waiting:
                return
            self.clock.now += wait
            wait *= 2

    def listings(self, sku: str) -> int:
        """How many listings the platform has for an SKU: by the practice server's own count, else by whether one is found."""
        counted = self.server.count_listings(sku) if self.sandbox is not None else None
        if counted is not None:
            return counted
        connector = self.connector
        return int(isinstance(connector, PublishesListings) and connector.find(sku) is not None)

    def keep_settings(self, values: Mapping[str, Any]) -> None:
        """Seals the secret ones among an account's settings."""
        hidden = secret_names(self.kind)
        keep_secrets(self.market.vault, ACCOUNT, {name: values[name] for name in hidden if name in values}, self.clock())

    def _open(self) -> Market:
        return open_market(self.folder, clock=self.clock, adapter=lambda _: self.line or NoNetwork(), sleep=self.clock.sleep)


@dataclass(frozen=True)
class Ground:
    """What trials of one connector have in common: its name, and an empty market that each trial begins as a copy of.

    `settings` are used where there is no practice server to give them.
    """

    name: str
    blank: Path
    settings: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self) -> Ground:
        """Makes the empty market."""
        new_market(self.blank, "Contract")
        open_market(self.blank).close()
        return self

    @property
    def kind(self) -> type[Connector]:
        """The connector class; SettingsError says why it cannot be loaded."""
        return load_connector(self.name)

    @property
    def has_sandbox(self) -> bool:
        """Whether a practice server is installed for this channel."""
        return self.name in sandbox_names()

    def trial(self, folder: Path, *, articles: int = 0, sells: bool = False, masked: bool = True) -> Trial:
        """A new market in `folder` with the first `articles` of the catalog; with `sells` the shop has a history of sales."""
        kind, clock = self.kind, Standstill()
        sandbox, history = None, None
        if self.has_sandbox:
            sandbox_kind = load_sandbox(self.name)
            history = history_for(kind.profile, sandbox_kind) if sells else None
            sandbox = sandbox_kind(clock=clock, history=history, masked=masked, sleep=clock.sleep)
        values = sandbox.settings(ADDRESS) if sandbox is not None else {**placeholders(kind), **self.settings}
        shutil.copytree(self.blank, folder)
        hidden = secret_names(kind)
        plain = {name: value for name, value in values.items() if name not in hidden}
        add_account(folder, ACCOUNT, self.name, {"practice": True, "start": FIRST_DAY, **plain})
        trial = Trial(folder, kind, clock, sandbox, Line(sandbox) if sandbox is not None else None, history)
        trial.keep_settings(values)
        self._stock(trial, articles)
        connector = trial.connector
        if sandbox is not None and isinstance(connector, AsksConsent):
            trial.market.keep_tokens(ACCOUNT, connector.exchange(sandbox.grant()))
        return trial

    def _stock(self, trial: Trial, articles: int) -> None:
        products: list[Product] = with_pictures(PRODUCTS[:articles], trial.folder / "pictures")
        with trial.market.store.writing() as connection:
            save_products(connection, products, trial.clock(), origin="trial")


def placeholders(kind: type[Connector]) -> dict[str, Any]:
    """Values for the settings that must be given, where no practice server names any."""
    return {name: 1 if field.annotation is int else "practice" for name, field in kind.Settings.model_fields.items()
            if field.is_required()}


class Crash(BaseException):
    """The process ends here: nobody catches it."""


class Fuse:
    """Raises Crash at the `at`-th moment that passes (None: never). `moments` names those that passed."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.moments: list[str] = []
        self._lock = threading.Lock()

    def passes(self, moment: str) -> None:
        """One more moment; the last one when the fuse says so."""
        with self._lock:
            self.moments.append(moment)
            if len(self.moments) == self.at:
                raise Crash(moment)
