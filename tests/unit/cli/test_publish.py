"""`plan`, `apply` and `undo` on a practice shop, as a person uses them."""

import json
import re
from dataclasses import replace

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.pictures.practice import practice_picture
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.publishing_cases import change_catalog
from ocop_market.testing.trial import ACCOUNT, Ground

SKU = PRODUCTS[0].sku


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return Ground("shopee", tmp_path_factory.mktemp("ground") / "blank").prepare()


@pytest.fixture
def shop(ground, tmp_path, monkeypatch):
    """A market with three articles on sale in a practice shop; commands open it with the practice line."""
    trial = ground.trial(tmp_path / "market", articles=3)
    trial.publish_to_the_end()

    class Kept:
        def __enter__(self):
            trial.restart()
            return trial.market

        def __exit__(self, *_):
            return None

    for module in ("publish", "status"):
        monkeypatch.setattr(f"ocop_market.cli.{module}.open_market", lambda _folder: Kept())
    yield trial
    trial.close()


@pytest.fixture
def call(run, shop):
    return lambda *arguments: run(*arguments, "--market", shop.folder)


def dearer(shop, by: int = 5_000) -> None:
    change_catalog(shop, lambda product: replace(product, price=(product.price or 0) + by))


def test_a_plan_is_shown_field_by_field_and_written_as_a_file_and_a_page(call, shop, tmp_path):
    dearer(shop)
    ran = call("plan", ACCOUNT, "--out", tmp_path / "plan.json", "--html", tmp_path / "plan.html")
    assert ran.code == Exit.DONE
    assert "3 to change" in ran.out and f"{PRODUCTS[0].price:,}".replace(",", ".") in ran.out
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert SKU in page and "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count('class="one"') == 3
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["account"] == ACCOUNT


def test_of_long_texts_and_pictures_the_place_is_shown_where_they_differ(call, shop):
    change_catalog(shop, lambda product: replace(product, description=f"{product.description} Vụ mới ướp sen.", pictures=(
        *product.pictures, practice_picture("KHAC", shop.folder / "pictures"))))
    told = " ".join(call("plan", ACCOUNT).out.replace("│", " ").split())
    assert "ướp sen" in told
    assert re.search(r"pictures [0-9a-f]{8} [0-9a-f]{8}, [0-9a-f]{8} ", told)


def test_the_same_plan_gives_the_same_page(call, shop, tmp_path):
    dearer(shop)
    pages = []
    for name in ("a.html", "b.html"):
        call("plan", ACCOUNT, "--html", tmp_path / name)
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_a_plan_file_is_made_exactly(call, shop, tmp_path):
    dearer(shop)
    call("plan", ACCOUNT, "--out", tmp_path / "plan.json")
    assert call("apply", tmp_path / "plan.json").code == Exit.DONE
    assert call("plan", ACCOUNT, "--json").json["counts"]["update"] == 0


def test_an_edit_in_the_shop_is_told_and_kept_until_it_is_overwritten(call, shop):
    shop.server.seller.set_price(SKU, 1_000)
    told = call("plan", ACCOUNT)
    assert "Edited in the shop" in told.out and "--overwrite price" in told.out
    assert call("plan", ACCOUNT, "--overwrite", "price", "--json").json["counts"]["update"] == 1
    assert call("plan", ACCOUNT, "--overwrite", "prices").code == Exit.USAGE


def test_a_brake_stops_everything_until_it_is_approved_by_name(call, shop):
    dearer(shop, by=500_000)
    stopped = call("apply", ACCOUNT, "--yes")
    assert stopped.code == Exit.INPUT
    assert "plan-braked" in stopped.err and "--approve price-change" in " ".join(stopped.err.split())
    assert call("apply", ACCOUNT, "--yes", "--approve", "price-change").code == Exit.DONE


def test_a_publish_is_found_by_its_number_and_taken_back(call, shop):
    dearer(shop)
    call("apply", ACCOUNT, "--yes")
    number = call("undo", ACCOUNT, "--json").json[0]["number"]
    assert str(number) in call("undo").out
    assert call("undo", ACCOUNT, number, "--yes").code == Exit.DONE
    plan = call("plan", ACCOUNT, "--json").json
    assert (plan["counts"]["update"], plan["counts"]["undone"]) == (0, 3)


def test_a_reverse_plan_may_be_looked_at_first(call, shop, tmp_path):
    dearer(shop)
    call("apply", ACCOUNT, "--yes")
    number = call("undo", ACCOUNT, "--json").json[0]["number"]
    assert call("undo", ACCOUNT, number, "--out", tmp_path / "undo.json").code == Exit.DONE
    assert call("undo", ACCOUNT, "--json").json[0]["number"] == number, "Nothing was taken back yet."
    assert call("apply", tmp_path / "undo.json").code == Exit.DONE


def test_a_number_that_is_none_is_a_sentence(call, shop):
    ran = call("undo", ACCOUNT, 4711)
    assert ran.code == Exit.INPUT and "no-such-publish" in ran.err


def test_a_market_that_never_published_says_so(run, market):
    assert "Nothing was published yet" in run("undo", "--market", market).out


def test_a_listing_deleted_by_the_platform_is_told_and_the_rest_goes_on(call, shop):
    shop.server.seller.delete(SKU)
    dearer(shop)
    ran = call("apply", ACCOUNT, "--yes")
    assert ran.code == Exit.DONE
    assert "deleted in the shop 1" in " ".join(ran.out.split())
    assert call("plan", ACCOUNT, "--json").json["counts"]["update"] == 0


def test_a_banned_listing_is_told_with_the_platforms_reason(call, shop):
    shop.server.seller.ban(SKU, "PROHIBITED_LISTING", "Tên hàng gây hiểu lầm", "Sửa tên hàng")
    (held,) = call("plan", ACCOUNT, "--json").json["withheld"]
    assert held["sku"] == SKU
    assert "Tên hàng gây hiểu lầm" in held["problems"][0]["values"]["reason"]
