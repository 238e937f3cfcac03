"""What a practice shop keeps in its file."""

from __future__ import annotations

from pathlib import Path

from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.sandbox.server import serving

from .conftest import Caller, FakeClock


def test_items_pictures_and_tokens_survive_a_restart(clock: FakeClock, shop_file: Path) -> None:
    before = Caller(ShopeeSandbox(clock=clock, path=shop_file), clock)
    before.log_in()
    item_id, models = before.with_models(99_000, 185_000)
    picture = before.picture()
    code = before.sandbox.grant()["code"]
    used = before.refresh_token
    before.take_tokens(before.refresh())
    shown = before.base_info(item_id)
    before.sandbox.close()

    after = Caller(ShopeeSandbox(clock=clock, path=shop_file), clock, token=before.token, refresh_token=before.refresh_token)
    assert after.base_info(item_id) == shown
    assert len(after.get("product/get_model_list", item_id=item_id)["response"]["model"]) == len(models)
    assert after.refresh(used)["error"] == "error_shop_refresh_token"
    changed = after.post("product/update_item", {"item_id": item_id, "image": {"image_id_list": [picture]}})
    assert changed["error"] == ""
    assert after.add() > item_id
    assert after.picture() != picture
    assert after.exchange(code)["error"] == ""
    after.sandbox.close()


def test_changes_are_kept_too(clock: FakeClock, shop_file: Path) -> None:
    before = Caller(ShopeeSandbox(clock=clock, path=shop_file), clock)
    before.log_in()
    item_id = before.add()
    before.post("product/update_price", {"item_id": item_id, "price_list": [{"original_price": 77_000}]})
    before.post("product/update_stock", {"item_id": item_id, "stock_list": [{"seller_stock": [{"stock": 4}]}]})
    before.post("product/unlist_item", {"item_list": [{"item_id": item_id, "unlist": True}]})
    before.sandbox.close()
    after = Caller(ShopeeSandbox(clock=clock, path=shop_file), clock, token=before.token)
    shown = after.base_info(item_id)
    assert shown["price_info"][0]["original_price"] == 77_000
    assert shown["stock_info_v2"]["seller_stock"][0]["stock"] == 4
    assert shown["item_status"] == "UNLIST"
    after.sandbox.close()


def test_the_settings_lead_to_the_server(clock: FakeClock) -> None:
    sandbox = ShopeeSandbox(clock=clock)
    with serving(sandbox) as url:
        settings = sandbox.settings(url)
    assert settings["base_url"] == url
    assert settings["consent_url"] == f"{url}/auth"
    assert set(settings) == {"partner_id", "partner_key", "shop_id", "base_url", "consent_url", "redirect_url", "variation_pause"}
    assert set(sandbox.grant()) == {"code", "shop_id"}
