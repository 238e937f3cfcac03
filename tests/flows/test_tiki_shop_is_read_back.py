"""A shop with variants at the Tiki practice server, as it is read back: sales, edits by others, products of others."""

from __future__ import annotations

from datetime import date

import pytest
from tiki_shop import TEA_PACKINGS, Draft, Shop, simple_listings, tea_in_packings

from ocop_market.errors import NeedsLogin
from ocop_market.model.change import ChangeKind, LiveListing, RemoteListing
from ocop_market.model.listing import FieldGroup
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.faults import FaultKind

PRICE = FieldGroup.PRICE


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def draft(shop: Shop) -> Draft:
    return tea_in_packings(shop)


def live(shop: Shop, *listings: RemoteListing) -> list[LiveListing]:
    return list(shop.connector().read_listings(listings))


def test_sales_of_variants_carry_their_own_skus_and_products(draft: Draft) -> None:
    goods = tuple(Good(sku, f"Trà {sku}", 60_000 * place) for place, sku in enumerate(TEA_PACKINGS, 1))
    shop = Shop(History(goods, seed="variants", first_day=date(2026, 9, 1), per_day=3, partial_returns=False))
    remote = shop.published(draft())
    shop.take(shop.pages())
    sold = {(line.sku, line.remote_id) for order in shop.orders.values() for line in order.lines}
    assert sold == set(remote.data["variants"].items())


def test_edits_in_seller_center_are_read_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", price=99_000, stock=4, reserved=2, name="Trà sửa tay", description="<p>Sửa &amp; đổi.</p>",
                              attributes={"brand": "Thương hiệu thực hành 001", "product_height": 12})
    shop.sandbox.edit_by_hand("TRA-500", active=0)
    [found] = live(shop, remote)
    assert found.fields["price"]["variant_prices"]["TRA-200"] == 99_000
    assert found.fields["stock"] == {"stock": 44, "variant_stock": {"TRA-100": 10, "TRA-200": 4, "TRA-500": 30}}
    assert found.ordered == {"TRA-200": 2}
    assert found.fields["content"]["title"] == "Trà sửa tay", "the odd one out tells"
    assert found.fields["content"]["description"] == "Sửa & đổi."
    assert found.fields["content"]["brand"] == "Thương hiệu thực hành 001"
    assert found.fields["visibility"] == {"visible": False}, "one variant is off sale"
    assert found.remote.visible is True, "the others are on sale"


def test_products_of_others_are_in_the_shop_and_deleted_ones_are_not(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.add_seller_center_product("Không mã", 50_000)
    shop.sandbox.add_seller_center_product("Có mã", 50_000, original_sku="TAY-1")
    shop.sandbox.delete_by_hand("TRA-500")
    assert {one.sku for one in shop.connector().shop_listings()} == {"TRA-100", "TRA-200", "TAY-1"}
    [found] = live(shop, remote)
    assert set(found.remote.data["variants"]) == {"TRA-100", "TRA-200"}
    for sku in ("TRA-100", "TRA-200"):
        shop.sandbox.delete_by_hand(sku)
    assert live(shop, remote) == []


@pytest.mark.parametrize("apart", [False, True])
def test_products_off_sale_are_in_the_shop_too_wherever_they_are_listed(shop: Shop, draft: Draft, apart: bool) -> None:
    shop.sandbox.off_sale_apart = apart
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", active=0)
    assert {one.sku: one.visible for one in shop.connector().shop_listings()} == {"TRA-100": True, "TRA-200": False, "TRA-500": True}
    assert len(live(shop, remote)[0].remote.data["variants"]) == 3


def test_many_listings_are_read_by_pages_and_one_singly(shop: Shop, draft: Draft) -> None:
    remotes = [remote for _, remote in simple_listings(shop, draft, 12)]
    shop.sandbox.record_calls = True
    assert len(live(shop, *remotes)) == 12
    several = [call.path for call in shop.sandbox.calls if call.path.startswith("/integration/v2.1/products")]
    shop.sandbox.calls.clear()
    assert len(live(shop, remotes[3])) == 1
    single = [call.path for call in shop.sandbox.calls if call.path.startswith("/integration/v2.1/products")]
    assert (len(several), single) == (1, [f"/integration/v2.1/products/{remotes[3].remote_id}"])


def test_revoked_authorisation_stops_the_account(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.fault(FaultKind.EXPIRED_TOKEN)
    with pytest.raises(NeedsLogin):
        live(shop, remote)
    with pytest.raises(NeedsLogin):
        shop.apply(ChangeKind.UPDATE, draft(), remote, [PRICE])
