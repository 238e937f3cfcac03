"""Writing into a KiotViet practice shop: only where the account says so, only what the shop does not decide itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from connectors.kiotviet.connector import KiotVietConnector
from connectors.kiotviet.sandbox import KiotVietSandbox
from connectors.kiotviet.writing import WritingKiotViet
from ocop_market.channels.api import PublishesListings, ReadsListings
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing, Result
from ocop_market.model.clock import VIETNAM
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.testing.trial import Unremembered

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
GOODS = (Good("MAT-500", "Mật ong 500 ml", 240_000), Good("MAT-1000", "Mật ong 1 lít", 450_000), Good("TRA", "Trà shan tuyết", 185_000))
TEA = ListingDraft("TRA", "Trà shan tuyết OCOP 4 sao", "Hái tay.", "", 199_000, 7, 350)
HONEY = replace(TEA, sku="MAT", options=("Dung tích",), variants=(
    VariantDraft("MAT-500", ("500 ml",), 245_000, 3, 700), VariantDraft("MAT-1000", ("1 lít",), 460_000, 2, 1_300)))


@pytest.fixture
def shop() -> Iterator[KiotVietSandbox]:
    history = History(GOODS, seed="writing", first_day=date(2026, 9, 1), till=True, branches=2)
    sandbox = KiotVietSandbox(clock=lambda: NOW, history=history)
    sandbox.record_calls = True
    yield sandbox
    sandbox.close()


def connector(shop: KiotVietSandbox, *, writes: bool = True) -> KiotVietConnector:
    kept: list[Tokens] = []
    tokens = TokenKeeper("quay", "kiotviet", load=lambda: kept[-1] if kept else None, save=kept.append, clock=lambda: NOW)
    settings = KiotVietConnector.Settings.model_validate({**shop.settings("http://kiotviet.example"), "writes": writes})
    return KiotVietConnector("quay", settings, tokens=tokens, clock=lambda: NOW, http=Http("kiotviet", "quay", adapter=WsgiAdapter(shop)))


def writer(shop: KiotVietSandbox) -> WritingKiotViet:
    found = connector(shop)
    assert isinstance(found, WritingKiotViet)
    return found


def apply(shop: KiotVietSandbox, draft: ListingDraft, *groups: FieldGroup, remote: RemoteListing | None = None) -> Result:
    out = writer(shop)
    remote = remote or out.find(draft.sku, draft.sold_skus)
    kind = ChangeKind.UPDATE if remote else ChangeKind.CREATE
    [result] = out.apply([Change(kind, draft.sku, draft, remote, frozenset(groups or FieldGroup))], lambda _: Unremembered())
    return result


def articles(shop: KiotVietSandbox) -> dict[str, dict[str, Any]]:
    return {good.sku: {"price": good.price, "name": good.name, "stock": good.stock, "active": good.active}
            for good in connector(shop, writes=False).goods()}


def test_an_account_publishes_only_where_it_says_so(shop: KiotVietSandbox) -> None:
    assert not isinstance(connector(shop, writes=False), PublishesListings | ReadsListings)
    assert isinstance(connector(shop), PublishesListings)
    assert isinstance(connector(shop), ReadsListings)
    assert type(connector(shop, writes=False)) is KiotVietConnector


def test_price_description_and_weight_are_written_and_read_back(shop: KiotVietSandbox) -> None:
    before = articles(shop)["TRA"]
    result = apply(shop, TEA)
    assert (result.outcome, [remark.code for remark in result.remarks]) == (Outcome.LIVE, ["kept-by-the-shop"])
    after = articles(shop)["TRA"]
    assert after == {**before, "price": 199_000}, "name and stock are the shop's own"
    assert result.remote is not None
    [live] = writer(shop).read_listings([result.remote])
    assert live.fields == {"content": {"description": "Hái tay.", "weight_g": 350}, "price": {"price": 199_000},
                           "visibility": {"visible": True}}
    written = [call.body for call in shop.calls if call.method == "PUT"]
    assert not any(word in body for body in written for word in ("onHand", "inventories", "name", "images"))


def test_only_the_changed_group_is_written(shop: KiotVietSandbox) -> None:
    apply(shop, TEA, FieldGroup.PRICE)
    assert [call.body for call in shop.calls if call.method == "PUT"] == ['{"basePrice": 199000}']


def test_stock_alone_is_not_written_and_said(shop: KiotVietSandbox) -> None:
    result = apply(shop, TEA, FieldGroup.STOCK)
    assert (result.outcome, [remark.code for remark in result.remarks]) == (Outcome.LIVE, ["kept-by-the-shop"])
    assert [call for call in shop.calls if call.method == "PUT"] == []


def test_packings_are_articles_of_their_own(shop: KiotVietSandbox) -> None:
    result = apply(shop, HONEY, FieldGroup.PRICE)
    found = articles(shop)
    assert (found["MAT-500"]["price"], found["MAT-1000"]["price"]) == (245_000, 460_000)
    assert result.remote is not None and set(result.remote.data["variants"]) == {"MAT-500", "MAT-1000"}
    [live] = writer(shop).read_listings([result.remote])
    assert live.fields["price"] == {"price": 245_000, "variant_prices": {"MAT-500": 245_000, "MAT-1000": 460_000}}
    assert writer(shop).find("MAT", HONEY.sold_skus) == live.remote


def test_article_that_is_not_there_is_made_in_the_shop_and_not_by_us(shop: KiotVietSandbox) -> None:
    result = apply(shop, replace(TEA, sku="MOI"))
    assert (result.outcome, [problem.code for problem in result.problems]) == (Outcome.REJECTED, ["article-missing"])
    more = replace(HONEY, variants=(*HONEY.variants, VariantDraft("MAT-2000", ("2 lít",), 900_000, 1, 2_500)))
    partly = apply(shop, more, FieldGroup.PRICE)
    assert [(problem.code, problem.values["sku"]) for problem in partly.problems] == [("article-missing", "MAT-2000")]
    assert articles(shop)["MAT-1000"]["price"] == 460_000
    assert set(articles(shop)) == {good.sku for good in GOODS}


def test_withdrawing_ends_the_sale_and_deletes_nothing(shop: KiotVietSandbox) -> None:
    remote = writer(shop).find("TRA")
    assert remote is not None
    assert [writer(shop).withdraw(remote).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert articles(shop)["TRA"]["active"] is False
    found = writer(shop).find("TRA")
    assert found is not None and found.visible is False


def test_article_deleted_in_the_shop_is_no_longer_shown(shop: KiotVietSandbox) -> None:
    remote = writer(shop).find("TRA")
    assert remote is not None
    shop.shelf("products")[remote.remote_id] = {**shop.shelf("products")[remote.remote_id], "deleted": True}
    assert list(writer(shop).read_listings([remote])) == []
    assert apply(shop, TEA, FieldGroup.PRICE, remote=remote).outcome is Outcome.REJECTED
    assert {one.sku for one in writer(shop).shop_listings()} == {"MAT-500", "MAT-1000"}


@pytest.mark.parametrize(("most", "paths"), [(2, 1), (3, 3)])
def test_many_articles_are_read_by_the_list_and_few_singly(
        shop: KiotVietSandbox, monkeypatch: pytest.MonkeyPatch, most: int, paths: int) -> None:
    monkeypatch.setattr("connectors.kiotviet.writing.SINGLE_READS", most)
    remotes = list(writer(shop).shop_listings())
    shop.calls.clear()
    assert len(list(writer(shop).read_listings(remotes))) == 3
    assert len([call for call in shop.calls if "/products" in call.path]) == paths
