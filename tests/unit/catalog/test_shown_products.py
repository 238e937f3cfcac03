"""What leaves a market with several owners: its own households by name, those of others under a pseudonym."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocop_market.market import new_market, open_market
from ocop_market.model.product import ProducerKind, Product
from ocop_market.store.catalog import save_products

OURS = Product("A", "Chè Tú Quyên", producer="Hộ kinh doanh Tú Quyên", producer_kind=ProducerKind.HOUSEHOLD, owner="HTX Thử")
THEIRS = replace(OURS, sku="B", owner="HTX Khác")
COOPERATIVE = Product("C", "Mật ong Thử", producer="HTX Mật Thử", producer_kind=ProducerKind.COOPERATIVE, owner="HTX Khác")


@pytest.fixture
def opened(tmp_path, clock):
    def go(owner: str, *products: Product):
        folder = tmp_path / f"m{owner}"
        if not folder.exists():
            new_market(folder)
            text = (folder / "market.toml").read_text(encoding="utf-8")
            (folder / "market.toml").write_text(f'owner = "{owner}"\n{text}', encoding="utf-8")
        market = open_market(folder, clock=clock)
        with market.store.writing() as connection:
            save_products(connection, products, clock(), origin="test")
        return market

    return go


def test_a_household_of_another_owner_goes_under_a_pseudonym(opened):
    with opened("HTX Thử", OURS, THEIRS, COOPERATIVE) as market:
        shown = market.shown_products()
    assert shown["A"] == OURS
    assert shown["C"] == COOPERATIVE
    assert "Quyên" not in repr(shown["B"])


def test_the_pseudonym_stays_the_same_from_day_to_day(opened):
    with opened("HTX Thử", THEIRS) as market:
        once = market.shown_products()["B"].producer
    with opened("HTX Thử") as market:
        assert market.shown_products()["B"].producer == once


def test_one_owner_alone_sees_everything_and_needs_no_key(opened):
    with opened("", replace(OURS, owner="")) as market:
        assert market.shown_products()["A"].producer == OURS.producer
        assert not (market.folder / "market.key").exists()
