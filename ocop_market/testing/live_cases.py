"""What is live: read back as it was sent, in variants too, and taken back by an undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocop_market.channels.api import Connector, ReadsListings
from ocop_market.model.change import LiveListing, RemoteListing
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Product, Variant
from ocop_market.publishing.compare import same
from ocop_market.store.publications import Publication, load_publications
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.publishing_cases import all_live, change_catalog
from ocop_market.testing.trial import ACCOUNT, Ground, Trial

CANNOT_SHOW = "cannot show what is live"
MUST_BE_TOLD = {FieldGroup.CONTENT: "title", FieldGroup.PRICE: "price", FieldGroup.STOCK: "stock", FieldGroup.VISIBILITY: "visible"}
"""What a platform that shows listings at all tells of them."""


class LiveCases(ContractFrame):
    """Reading what is live."""

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_what_was_published_reads_back_as_it_was_sent(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=len(PRODUCTS))
        trial.publish_to_the_end()
        known, live = published(trial), read(trial)
        assert live.keys() == known.keys(), "read_listings() shows every listing that is there, under our SKU."
        for sku, listing in live.items():
            for group, field in MUST_BE_TOLD.items():
                assert field in listing.fields.get(group.value, {}), f"read_listings() tells '{field}' of a listing."
            assert differences(known[sku], listing) == {}
            assert known[sku].seen.keys() == known[sku].applied.keys() & listing.fields.keys()

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_what_is_not_there_is_left_out(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        trial.publish_to_the_end()
        there = [one.remote for one in published(trial).values()]
        nowhere = RemoteListing("404404404", "THU-KHONG-CO")
        assert [one.remote.sku for one in reader(trial).read_listings([nowhere, *there])] == [PRODUCTS[0].sku]

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_the_list_of_the_shop_names_every_listing_by_its_sku(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=len(PRODUCTS))
        trial.publish_to_the_end()
        assert {remote.sku for remote in reader(trial).shop_listings()} >= {product.sku for product in PRODUCTS}

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_a_listing_that_another_computer_made_is_not_made_again(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=2)
        trial.publish_to_the_end()
        with trial.market.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM publication")
        plan = trial.market.plan(ACCOUNT)
        assert {(planned.change.kind.value, planned.found) for planned in plan.changes} <= {("update", True)}
        trial.market.apply(plan, approved=["found-in-shop", "price-change"])
        trial.publish_to_the_end()
        assert [trial.listings(product.sku) for product in PRODUCTS[:2]] == [1, 1]

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_a_price_is_taken_back(self, ground: Ground, new_trial: NewTrial) -> None:
        trial = new_trial(articles=1)
        trial.publish_to_the_end()
        before = PRODUCTS[0].price
        change_catalog(trial, lambda product: replace(product, price=(product.price or 0) + 5_000))
        trial.publish_to_the_end()
        trial.market.apply(trial.market.undo(ACCOUNT, trial.market.publishes(ACCOUNT)[0].id))
        assert read(trial)[PRODUCTS[0].sku].fields["price"]["price"] == before
        assert trial.market.plan(ACCOUNT).changes == (), "What was taken back is not planned again."

    @needs(ReadsListings, otherwise=CANNOT_SHOW)
    def test_packings_are_one_listing_with_a_price_and_a_stock_each(self, ground: Ground, new_trial: NewTrial) -> None:
        if not ground.kind.profile.option_limit:
            pytest.skip(f"{ground.kind.profile.title} knows no variants.")
        trial = new_trial(articles=1)
        change_catalog(trial, in_packings)
        trial.publish_to_the_end()
        assert all_live(trial) == []
        sku = PRODUCTS[0].sku
        told = read(trial)[sku].fields
        assert told["price"]["variant_prices"] == {f"{sku}-200": 90_000, f"{sku}-500": 200_000, f"{sku}-1000": 380_000}
        assert told["stock"]["variant_stock"] == {f"{sku}-200": 5, f"{sku}-500": 6, f"{sku}-1000": 7}
        change_catalog(trial, dearer_small_pack)
        plan = trial.market.plan(ACCOUNT)
        small = (f"variant_prices:{sku}-200", 90_000, 95_000)
        assert [sorted(planned.differences()) for planned in plan.changes] == [[("price", 90_000, 95_000), small]]
        trial.publish_to_the_end()
        assert read(trial)[sku].fields["price"]["variant_prices"][f"{sku}-200"] == 95_000
        assert trial.market.plan(ACCOUNT).changes == ()


def in_packings(product: Product) -> Product:
    """The product in three packings."""
    packings = ((200, 90_000, 5), (500, 200_000, 6), (1000, 380_000, 7))
    return replace(product, options=("Khối lượng",), price=None, stock=None, variants=tuple(
        Variant(f"{product.sku}-{grams}", (f"{grams} g",), price, stock, grams) for grams, price, stock in packings))


def dearer_small_pack(product: Product) -> Product:
    """The product with another price for its first packing."""
    first, *others = product.variants
    return replace(product, variants=(replace(first, price=95_000), *others))


def reader(trial: Trial) -> ReadsListings:
    """The connector as one that shows what is live."""
    connector: Connector = trial.connector
    if not isinstance(connector, ReadsListings):
        raise TypeError("a connector that reads listings is needed here")
    return connector


def published(trial: Trial) -> dict[str, Publication]:
    """The listings as the market remembers them."""
    with trial.market.store.reading() as connection:
        return load_publications(connection, ACCOUNT)


def read(trial: Trial) -> dict[str, LiveListing]:
    """What is live now, by SKU."""
    return {one.remote.sku: one for one in reader(trial).read_listings([known.remote for known in published(trial).values()])}


def differences(known: Publication, live: LiveListing) -> dict[str, object]:
    """Fields that are not as they were sent; pictures are named by the platform and left out."""
    return {f"{group}.{name}": (known.applied[group][name], value) for group, fields in live.fields.items() if group != FieldGroup.MEDIA
            for name, value in fields.items() if not same(name, known.applied[group][name], value)}
