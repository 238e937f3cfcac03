"""A market: one folder with its settings, its database and its accounts. Delegates; holds no rule of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ocop_market.market.base import Adapter
from ocop_market.market.points_side import PointsSide
from ocop_market.market.publishing_side import PublishingSide
from ocop_market.market.sales_side import SalesSide
from ocop_market.model.clock import Clock, utc_now
from ocop_market.settings import write_new_market


class Market(PublishingSide, SalesSide, PointsSide):
    """One market. Made by `open_market`; use it in a `with` block, or call `close`."""


def open_market(folder: str | Path = ".", *, clock: Clock = utc_now, adapter: Adapter | None = None,
                sleep: Callable[[float], None] = time.sleep) -> Market:
    """Opens the market in a folder; SettingsError with a sentence when there is none.

    `adapter` gives, by account, a requests adapter that replaces the network (a sandbox mounted in-process).
    """
    return Market(Path(folder), clock=clock, adapter=adapter, sleep=sleep)


def new_market(folder: str | Path, name: str = "OCOP", *, database: str = "") -> Path:
    """Makes an empty market in a folder and returns the path of its settings; FileExistsError when there is one.

    `database` is a file in the folder, a `postgresql://` address, or `env:NAME`; without it, `market.db`.
    """
    return write_new_market(Path(folder), name, database)


__all__ = ["Adapter", "Market", "new_market", "open_market"]
