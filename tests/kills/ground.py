"""A shop of twenty articles, prepared once; every publish begins with a copy of its market and of what the platform remembers."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ocop_market.channels.registry import load_sandbox
from ocop_market.model.product import Product, Variant
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.server import serving
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import last_end
from ocop_market.testing.goods import NOW, PRODUCTS, with_pictures
from ocop_market.testing.publishing_cases import all_live
from ocop_market.testing.trial import ACCOUNT, Ground, Line, Standstill, Trial

from .publisher import TIME_HEADER

ARTICLES = 20
A_WHILE = timedelta(minutes=10)
"""Until somebody starts the program again; the turn of a dead process has ended by then."""
KILLED = -9
PACKINGS = ("Gói nhỏ", "Gói vừa", "Gói lớn")


def articles(*, variants: bool) -> list[Product]:
    """Twenty articles; with `variants` every third has two or three packings, sold under SKUs of their own."""
    found = []
    for number in range(ARTICLES):
        like = PRODUCTS[number % len(PRODUCTS)]
        one = replace(like, sku=f"THU-{number:02d}", name=f"{like.name} loại {number + 1}", price=(like.price or 0) + 1_000 * number)
        if variants and number % 3 == 0:
            packings = PACKINGS[:2 + number % 2]
            one = replace(one, options=("Quy cách",), variants=tuple(
                Variant(f"{one.sku}-{n}", (packing,), (one.price or 0) * n, 5 * n, (one.weight_g or 0) * n)
                for n, packing in enumerate(packings, start=1)))
        found.append(one)
    return found


class Platform:
    """The practice server behind a socket; the shop behind it is changed for every publish, its time is that of whoever calls."""

    def __init__(self) -> None:
        self.shop: Sandbox | None = None
        self.clock = Standstill()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told = environ.get(f"HTTP_{TIME_HEADER.upper().replace('-', '_')}")
        if told:
            self.clock.now = datetime.fromisoformat(told)
        if self.shop is None:
            raise LookupError("no shop is open")
        return self.shop(environ, start_response)


@dataclass(frozen=True)
class Ended:
    """How a publish ended: its exit (negative: killed by that signal), and the moments that it came to."""

    exit: int
    moments: list[str]


@dataclass
class KillGround:
    """Makes and kills publishes of one channel."""

    channel: str
    folder: Path
    platform: Platform
    address: str
    publisher: subprocess.Popen[str]
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0

    def prepare(self, *, variants: bool) -> None:
        """Makes the market and the shop that every publish begins with."""
        trial = Ground(self.channel, self.folder / "blank").prepare().trial(self.folder / "base")
        products = with_pictures(articles(variants=variants), self.folder / "base" / "pictures")
        with trial.market.store.writing() as connection:
            save_products(connection, products, NOW, origin="kills")
        self.records = remembered(trial.server)
        trial.close()

    def publish(self, die_at: int = 0) -> tuple[Trial, Ended]:
        """Publishes in a process that dies at that moment (0: never); the market as the next process finds it, some minutes later."""
        self.made += 1
        folder = self.folder / f"market-{self.made}"
        shutil.copytree(self.folder / "base", folder)
        shop = self._open_shop()
        names = self.folder / f"moments-{self.made}"
        ended = self._let_publish(folder, names, die_at)
        self.platform.clock.now += A_WHILE
        trial = Trial(folder, Ground(self.channel, self.folder / "blank").kind, self.platform.clock, shop, Line(shop), None)
        self.platform.clock.now = max(self.platform.clock.now, last_end(trial.market.store) or NOW)  # it may have slept since its last call
        return trial, Ended(ended, names.read_text().splitlines())

    def forget(self, trial: Trial) -> None:
        """Removes a market that is not needed any more."""
        shutil.rmtree(trial.folder)

    def _open_shop(self) -> Sandbox:
        self.platform.clock.now = NOW
        shop = load_sandbox(self.channel)(clock=self.platform.clock, sleep=self.platform.clock.sleep)
        for name, records in self.records.items():
            shelf = shop.shelf(name)
            shelf.clear()
            shelf.update(copy.deepcopy(records))
        self.platform.shop = shop
        return shop

    def _let_publish(self, folder: Path, names: Path, die_at: int) -> int:
        order = {"channel": self.channel, "folder": str(folder), "names": str(names), "address": self.address, "now": NOW.isoformat(),
                 "die_at": die_at}
        if self.publisher.stdin is None or self.publisher.stdout is None:
            raise TypeError("the publisher is asked and answers through pipes")
        self.publisher.stdin.write(json.dumps(order) + "\n")
        self.publisher.stdin.flush()
        return int(json.loads(self.publisher.stdout.readline())["exit"])


def remembered(shop: Sandbox) -> dict[str, dict[str, Any]]:
    """What a practice server remembers, by shelf."""
    return {name: copy.deepcopy(dict(shelf)) for name, shelf in shop._memory._shelves.items()}


@contextmanager
def kill_ground(channel: str, folder: Path, *, variants: bool) -> Iterator[KillGround]:
    """A ground to kill publishes on, with its practice server and its publisher, for the length of a `with` block."""
    command = [sys.executable, "-m", "tests.kills.publisher"]
    platform = Platform()
    with (subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as publisher,
          serving(platform) as url):
        ground = KillGround(channel, folder, platform, urlsplit(url).netloc, publisher)
        ground.prepare(variants=variants)
        yield ground
        if publisher.stdin is not None:
            publisher.stdin.close()


def packings(shop: Sandbox, sku: str) -> int:
    """How many packings of listings carry an SKU, on a platform that keeps them inside of listings (Shopee)."""
    items = shop.shelf("items").values() if shop.key == "shopee" else ()
    return sum(model["model_sku"] == sku for item in items if item["deleted_at"] is None for model in item["models"])


def after_a_restart(trial: Trial) -> list[str]:
    """Publishes to the end as a new process; what is wrong then: listings missing, doubled, not on sale, or still to be changed."""
    trial.publish_to_the_end()
    wrong = all_live(trial)
    for sku in (product.sku for product in trial.market.products().values() if product.variants):
        if (count := trial.server.count_listings(sku) or 0) > 1:
            wrong.append(f"{sku}: doubled ({count} listings)")
    for sku in (sku for product in trial.market.products().values() for sku in product.sold_skus):
        count = (trial.server.count_listings(sku) or 0) + packings(trial.server, sku)
        if count != 1:
            wrong.append(f"{sku}: {'doubled' if count else 'lost'} ({count} listings)")
    plan = trial.market.plan(ACCOUNT)
    if plan.changes or plan.waiting or plan.withheld or plan.unchanged != ARTICLES:
        wrong.append(f"the plan is not empty: {plan.counts()}")
    return wrong
