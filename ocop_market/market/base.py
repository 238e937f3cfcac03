"""What every part of a market works on: the folder, its settings and database, the catalog as it is, the accounts' connectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ocop_market.accounts import open_connector
from ocop_market.catalog.subjects import shown_outside
from ocop_market.channels.api import Connector
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.mapping.channel_map import ChannelMap, map_path
from ocop_market.market.settings_file import SettingsFile
from ocop_market.model.clock import Clock, business_day, utc_now
from ocop_market.model.product import Product
from ocop_market.pictures.album import Album
from ocop_market.settings import change_database, database_address, from_environment
from ocop_market.sheets.container import file_content
from ocop_market.store.catalog import load_products
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease, holding
from ocop_market.store.vault import Vault

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from ocop_market.store.moving import Moved
    from ocop_market.store.moving import Watch as MoveWatch

HAND_BACK_THERE = N_("There is a file {path} already. It was not touched; give another name.")
NOT_READABLE = N_("{path} cannot be opened: {reason!t}. Check the name, and that no other program holds the file.")
MOVED_AWAY = N_("The market was moved to another database while this program was running. Start it again.")
Adapter = Callable[[str], "BaseAdapter | None"]


class MarketBase:
    """A market's folder, open. `Market` is made of this and of its sides."""

    def __init__(self, folder: Path, *, clock: Clock = utc_now, adapter: Adapter | None = None,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self.folder = folder
        self._file = SettingsFile(folder)
        self.settings = self._file.read()
        self.clock = clock
        database = from_environment({"database": self.settings.database})["database"]
        self.store = self._store_at(database)
        self.store.migrate(clock())
        self.vault = Vault(self.store, folder)
        self.album = Album(folder / "pictures")
        self._adapter = adapter or (lambda _account: None)
        self._sleep = sleep
        self._connectors: dict[str, Connector] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the accounts' threads and connections, and of the database."""
        self._forget_connectors()
        self.store.close()

    @property
    def today(self) -> date:
        """The business day."""
        return business_day(self.clock())

    def products(self) -> dict[str, Product]:
        """The catalog by SKU."""
        with self.store.reading() as connection:
            return {product.sku: product for product in load_products(connection)}

    def shown_products(self) -> dict[str, Product]:
        """The catalog by SKU as it may leave this market: households of other owners under a pseudonym, the same each time."""
        products, viewer = self.products(), self.settings.owner
        if all(product.owner == viewer for product in products.values()):
            return products
        key = self.vault.key_for("pseudonym")
        return {sku: shown_outside(product, viewer, key) for sku, product in products.items()}

    def connector(self, account: str) -> Connector:
        """The account's connector, ready to call; SettingsError when a setting or key is missing."""
        if account not in self._connectors:
            settings = self.settings.account(account)
            self._connectors[account] = open_connector(account, settings, self.vault, self.clock,
                                                       adapter=self._adapter(account), sleep=self._sleep,
                                                       app_limit=self.settings.app_calls_per_second.get(settings.channel))
        return self._connectors[account]

    def forget_connector(self, account: str) -> None:
        """Lets go of the account's connector with its threads and connections; the next call makes it anew, with the keys of then."""
        connector = self._connectors.pop(account, None)
        if connector is not None:
            connector.http.close()

    def _forget_connectors(self) -> None:
        for account in list(self._connectors):
            self.forget_connector(account)

    def calls_made(self, account: str) -> int:
        """How many calls the account's connector has made since it was opened."""
        return self._connectors[account].http.calls if account in self._connectors else 0

    def reread_settings(self) -> None:
        """Takes over what changed in `market.toml`; SettingsError, with the settings as they were, where that cannot be done."""
        found = self._file.read()
        if found.database != self.settings.database:
            raise SettingsError(MOVED_AWAY, code="market-moved")
        if found != self.settings:
            self._forget_connectors()
        self.settings = found

    @contextmanager
    def turn(self, account: str) -> Iterator[Lease]:
        """The account's lease, for a `with` block: one runner at a time.

        SettingsError when the market was moved to another database since it was opened.
        """
        with holding(self.store, f"account:{account}", self.clock) as turn:
            if self._file.read().database != self.settings.database:
                raise SettingsError(MOVED_AWAY, code="market-moved")
            yield turn

    def move_to(self, address: str, watch: MoveWatch | None = None) -> Moved:
        """Moves the market to another database (`postgresql://…`, `sqlite:///file`, `env:NAME`); open it again afterwards.

        An address with a password is not written into the settings: they then name the variable OCOP_MARKET_DATABASE, which
        has to hold it. SettingsError, LeaseError and StoreError as in `store.moving.move`, with nothing changed.
        """
        from ocop_market.store.moving import move  # brings Alembic, which nothing else needs

        found, setting = database_address(address)
        target = self._store_at(found)
        try:
            return move(self.store, target, self.clock, lambda: change_database(self.folder, setting), watch)
        finally:
            target.close()

    def _store_at(self, database: str) -> Store:
        return Store(database if "://" in database else self.folder / database)

    def _content(self, path: str | Path) -> bytes:
        try:
            return file_content(Path(path))
        except OSError as error:
            raise SettingsError(NOT_READABLE, code="file-unreadable", path=str(path), reason=error.strerror or "?") from None

    def refuse_to_overwrite(self, path: str | Path | None) -> None:
        """Raises SettingsError (`hand-back-there`) where a file is to be written that is there already."""
        if path is not None and Path(path).exists():
            raise SettingsError(HAND_BACK_THERE, code="hand-back-there", path=str(path))

    def keep_tokens(self, account: str, tokens: Tokens) -> None:
        """Keeps the pair of tokens that a consent brought."""
        self.connector(account).tokens.put(tokens)

    def channel_map(self, account: str) -> ChannelMap:
        """What a person and the program wrote of categories, attributes and texts on an account; SettingsError when it cannot be read."""
        return ChannelMap(map_path(self.folder, account))
