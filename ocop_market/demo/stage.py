"""The demo's folder: its market, its practice shops and what they remember, so that a second run goes on."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from types import TracebackType

from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.catalog.intake import Intake, read_products
from ocop_market.catalog.practice import with_practice_values
from ocop_market.channels.api import AsksConsent
from ocop_market.channels.registry import load_connector
from ocop_market.demo.check import Agreement, check_account
from ocop_market.demo.shops import SHOPS, Pictures, Practice, history_of
from ocop_market.demo.till_export import write_till_export, write_till_returns
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.market import Market, open_market
from ocop_market.model.clock import business_day, utc_now
from ocop_market.model.product import Product
from ocop_market.sandbox.buyers import History
from ocop_market.settings import FILE_NAME, add_account, write_new_market

MARKER = "luyen-tap.json"
LIST = "ocop_products.csv"
TILL = "quay-hang"
MARKETPLACES = ("shopee", "tiki", TILL)
API_SHOPS = ("shopee", "tiki", "kiotviet")
BRANCHES = ("Điểm bán trung tâm", "Điểm bán bến xe")

DAMAGED = N_("The demo in {folder} cannot go on: its memory is damaged. Remove the folder, or practise in another one: "
             "ocop-market demo OTHER-FOLDER")
NOT_OURS = N_("The folder {folder} holds other files and was not touched. Choose another one: ocop-market demo OTHER-FOLDER")


def demo_list(rows: int | None = None) -> bytes:
    """The real products that come with the program; with `rows` that many of them, taken evenly from the whole list."""
    content = files("ocop_market.demo").joinpath("data", LIST).read_bytes()
    heading, *lines = content.splitlines(keepends=True)
    if rows is None or rows >= len(lines):
        return content
    return heading + b"".join(lines[i * len(lines) // rows] for i in range(rows))


class Stage:
    """One demo folder, open. The time stands still for the length of a run, so that shops and market agree on "now".

    With `products` it is a smaller demo: that many rows of the list, and as large a part of the buyers. A folder that has
    practised keeps its size. `on_wait` is told for how many seconds it waits when an earlier run was ended hard. With `packings`,
    some goods come in several.
    """

    def __init__(self, folder: Path, *, months: int, products: int | None = None,
                 on_wait: Callable[[int], None] = lambda seconds: None, packings: bool = True) -> None:
        self.folder = folder
        self._packings = packings
        self._marker = folder / MARKER
        self.again = self._marker.is_file()
        if not self.again and folder.exists() and any(folder.iterdir()):
            raise SettingsError(NOT_OURS, code="folder-in-use", folder=str(folder))
        self.now = utc_now().replace(microsecond=0)
        self.first_day, self._rows, ports = self._remember(months, products)
        self._list = demo_list(self._rows)
        self.practice = Practice(ports)
        self._write_memory()
        if not (folder / FILE_NAME).exists():
            write_new_market(folder, "OCOP (luyện tập)")
        self.market = self._open()
        self._wait_for_a_killed_run(on_wait)
        self.histories: dict[str, History] = {}

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.practice.close()
        self.market.close()

    @property
    def listed(self) -> int:
        """How many rows the list of this demo has."""
        return _count(self._list)

    @property
    def pulled_accounts(self) -> tuple[str, ...]:
        """Accounts whose sales come through an API."""
        return API_SHOPS

    def import_list(self) -> tuple[Intake, int, int]:
        """Imports the real list, with practice values where it has none."""
        pictures = self.folder / "pictures"
        pictures.mkdir(exist_ok=True)
        url = self.practice.serve("pictures", Pictures(pictures))

        def complete(products: Iterable[Product]) -> Iterable[Product]:
            return with_practice_values(list(products), picture_url=lambda name: f"{url}/{name}", folder=pictures,
                                        packings=self._packings)

        path = self.folder / LIST
        path.write_bytes(self._list)
        return self.market.import_catalog(path, adjust=complete)

    def open_shops(self) -> dict[str, str]:
        """Starts the practice servers, each with its buyers, and sets the accounts to them; gives their addresses."""
        products = list(self.market.products().values())
        share = self.listed / _count(demo_list())
        for channel in SHOPS:
            self.histories[channel] = history_of(channel, products, self.first_day, share)
        urls = {channel: self.practice.open_shop(channel, self.histories[channel], self.folder / "servers", lambda: self.now)
                for channel in API_SHOPS}
        self._write_memory()
        self._set_accounts(urls)
        return urls

    def write_till_exports(self) -> list[Path]:
        """Writes what the till without an API exports: its invoices and its returns."""
        history = self.histories["till"]
        written = []
        for name, write in (("ban-hang-tai-quay.xlsx", write_till_export), ("tra-hang-tai-quay.xlsx", write_till_returns)):
            path = self.folder / name
            path.write_bytes(write(history, self.now, BRANCHES))
            written.append(path)
        return written

    def check(self) -> list[Agreement]:
        """The ledger of every account against its shop's truth."""
        accounts = {**{channel: channel for channel in API_SHOPS}, TILL: "till"}
        with self.market.store.reading() as connection:
            return [check_account(connection, account, self.histories[shop], self.now) for account, shop in accounts.items()]

    def _remember(self, months: int, products: int | None) -> tuple[date, int | None, dict[str, int]]:
        if self.again:
            try:
                kept = json.loads(self._marker.read_text(encoding="utf-8"))
                first_day, ports, rows = date.fromisoformat(kept["first_day"]), dict(kept["ports"]), kept.get("products")
                return first_day, None if rows is None else int(rows), ports
            except (ValueError, KeyError, TypeError):
                raise SettingsError(DAMAGED, code="demo-damaged", folder=str(self.folder)) from None
        return (business_day(self.now) - timedelta(days=round(months * 30.44))).replace(day=1), products, {}

    def _write_memory(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        memory = {"first_day": self.first_day.isoformat(), "products": self._rows, "ports": self.practice.ports}
        part = self._marker.with_suffix(".part")
        part.write_text(json.dumps(memory, indent=1), encoding="utf-8")
        part.replace(self._marker)

    def _open(self) -> Market:
        return open_market(self.folder, clock=lambda: self.now)

    def _set_accounts(self, urls: dict[str, str]) -> None:
        """The settings file of a demo is the demo's own: written anew for the ports that the servers got."""
        (self.folder / FILE_NAME).unlink()
        write_new_market(self.folder, "OCOP (luyện tập)")
        for channel, url in urls.items():
            settings = self.practice.sandboxes[channel].settings(url)
            hidden = secret_names(load_connector(channel))
            plain = {name: value for name, value in settings.items() if name not in hidden}
            start = {"start": self.first_day}
            add_account(self.folder, channel, channel, {"practice": True, **start, **plain})
            keep_secrets(self.market.vault, channel, {name: settings[name] for name in hidden & settings.keys()}, self.now)
        add_account(self.folder, TILL, "spreadsheet", {"practice": True})
        self.market.close()
        self.market = self._open()
        for channel in urls:
            connector = self.market.connector(channel)
            answer = self.practice.sandboxes[channel].grant()
            if isinstance(connector, AsksConsent) and answer and self.market.vault.get(channel, "tokens") is None:
                self.market.keep_tokens(channel, connector.exchange(answer))

    def _wait_for_a_killed_run(self, on_wait: Callable[[int], None]) -> None:
        """A run that was ended hard keeps its turn for up to a minute; the clock is set after that."""
        from ocop_market.store.leases import last_end

        end = last_end(self.market.store)
        if end is not None and end > self.now:
            seconds = (end - self.now).total_seconds()
            on_wait(math.ceil(seconds))
            time.sleep(seconds)
            self.now = end


def _count(content: bytes) -> int:
    """Rows of a list, its heading left out."""
    return len(content.splitlines()) - 1


def practice_history(channel: str, first_day: date, *, packings: bool = True) -> History:
    """The buyers of a practice shop that is served by itself, over the products that come with the program.

    With `packings`, they buy some goods in several packings.
    """
    listed = read_products(LIST, demo_list(), today=business_day(utc_now())).products
    with tempfile.TemporaryDirectory() as pictures:
        products = with_practice_values(listed, picture_url=None, folder=Path(pictures), packings=packings)
    return history_of(channel, products, first_day)
