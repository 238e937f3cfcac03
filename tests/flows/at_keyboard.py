"""A market with a practice shop, and a person who types commands."""

import json
from datetime import timedelta

import pytest

from ocop_market.cli.frame import Exit, console
from ocop_market.cli.main import main
from ocop_market.market import open_market
from ocop_market.store.catalog import save_products
from ocop_market.testing.goods import with_pictures
from ocop_market.testing.trial import ACCOUNT, Ground

WIDE = 4_000
"""Columns of the screen: no sentence is broken in a cell."""


class Keyboard:
    """What is typed, what is printed, and what the platform's own page can do (`hand`)."""

    def __init__(self, trial, capsys):
        self.trial, self.capsys = trial, capsys
        self.shopee = trial.kind.profile.key == "shopee"
        self.hand = trial.server.seller if self.shopee else trial.server

    def __call__(self, *words):
        """Exit code and everything printed, in one line."""
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "vi", *map(str, words), "--market", str(self.trial.folder)])
        told = self.capsys.readouterr()
        return Exit(ended.value.code or 0), " ".join((told.out + told.err).replace("│", " ").split())

    def json(self, *words):
        code, told = self(*words, "--json")
        return code, json.loads(told)

    def keep(self, *products):
        with self.trial.market.store.writing() as connection:
            save_products(connection, with_pictures(products, self.trial.folder / "pictures"), self.trial.clock(), origin="trial")

    def map(self, text):
        (self.trial.folder / "maps").mkdir(exist_ok=True)
        (self.trial.folder / "maps" / f"{ACCOUNT}.toml").write_text(text, encoding="utf-8", newline="\n")

    def counts(self, *skus):
        return [self.trial.server.count_listings(sku) for sku in skus]

    def hours_pass(self, hours=5):
        self.trial.clock.now += timedelta(hours=hours)


def keyboard(channel, folder, monkeypatch, capsys, *, articles):
    """A keyboard at a new market; commands open it with the practice line and the practice clock."""
    trial = Ground(channel, folder / "blank").prepare().trial(folder / "market", articles=articles)
    for name, value in (("clock", trial.clock), ("sleep", trial.clock.sleep), ("adapter", lambda _: trial.line)):
        monkeypatch.setitem(open_market.__kwdefaults__, name, value)
    monkeypatch.setattr(console, "_width", WIDE)
    return Keyboard(trial, capsys)
