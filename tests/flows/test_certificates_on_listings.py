"""Stars and badges on listings from the day a certificate ends to the day it is renewed, by the commands that a person types."""

from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from ocop_market.cli.frame import Exit
from ocop_market.store.publications import load_publications
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.publishing_cases import change_catalog
from ocop_market.testing.trial import ACCOUNT
from tests.flows.at_keyboard import keyboard

pytestmark = pytest.mark.long

TEA = PRODUCTS[0]
ENDS = date(2026, 9, 21)
ENDING = replace(TEA.certificates[0], issued_on=date(2023, 9, 21), expires_on=ENDS)
RENEWED = replace(TEA.certificates[0], decision="99/QĐ-UBND", issued_on=date(2026, 9, 22), expires_on=date(2029, 9, 22))


@pytest.fixture(params=["shopee", "tiki"])
def desk(request, tmp_path, monkeypatch, capsys):
    """One article with the badge on sale; its certificate ends tomorrow, and the shop goes on without stars then."""
    made = keyboard(request.param, tmp_path, monkeypatch, capsys, articles=1)
    folder = made.trial.folder / "pictures" / "badges"
    folder.mkdir(parents=True)
    Image.new("CMYK", (900, 900), (0, 200, 200, 0)).save(folder / "ocop-4.jpg")  # Shopee gets a copy of it
    settings = made.trial.folder / "market.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"withhold"', '"without-stars"', 1)
                        + '\n[publishing.badges]\n4 = "https://anh.example/huy-hieu.png"\n', encoding="utf-8", newline="\n")
    change_catalog(made.trial, lambda product: replace(product, certificates=(ENDING,)))
    made.trial.restart()
    made.trial.publish_to_the_end()
    made.trial.clock.now = made.trial.clock.now.replace(day=20)
    yield made
    made.trial.close()


def shown(desk):
    """The title, how many pictures, and whether it is on sale: what we know to be there."""
    with desk.trial.market.store.reading() as connection:
        applied = load_publications(connection, ACCOUNT)[TEA.sku].applied
    return applied["content"]["title"].endswith("OCOP 4 sao"), len(applied["media"]["pictures"]), applied["visibility"]["visible"]


def apply_to_the_end(desk, *more):
    code = desk("apply", ACCOUNT, "--yes", *more)[0]
    desk.hours_pass()
    return max(code, desk("apply", ACCOUNT, "--yes")[0])


def test_star_and_badge_go_with_the_certificate_and_come_back_with_its_renewal(desk):
    assert shown(desk) == (True, 2, True)
    desk.hours_pass(48)
    assert apply_to_the_end(desk) == Exit.DONE
    assert shown(desk) == (False, 1, True)
    change_catalog(desk.trial, lambda product: replace(product, certificates=(ENDING, RENEWED)))
    code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, "--approve star-gained" in told) == (Exit.INPUT, True)
    assert apply_to_the_end(desk, "--approve", "star-gained") == Exit.DONE
    assert shown(desk) == (True, 2, True)


def test_a_badge_does_not_stay_on_a_listing_whose_product_stays_back_for_another_reason(desk):
    if desk.shopee:
        desk.hand.edit(TEA.sku, item_name="Trà Shan tuyết cổ thụ", description="Trà Shan tuyết cổ thụ Suối Thử, đóng gói kín. " * 3)
    else:
        desk.hand.edit_by_hand(TEA.sku, name="Trà Shan tuyết cổ thụ", description="Trà Shan tuyết cổ thụ.")
    desk.hours_pass(48)
    change_catalog(desk.trial, lambda product: replace(product, price=None))
    code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, "1 sẽ gỡ xuống" in told, "chưa có giá" in told) == (Exit.DONE, True, True)
    assert shown(desk)[2] is False
    change_catalog(desk.trial, lambda product: replace(product, price=185_000))
    assert apply_to_the_end(desk) == Exit.DONE
    assert shown(desk)[1:] == (1, True)
    assert [drift["field"] for drift in desk.json("plan", ACCOUNT)[1]["drifts"]] == ["title", "description"], "Edited words stay."


def test_without_a_badge_such_a_listing_stays(desk):
    desk.hours_pass(1)
    change_catalog(desk.trial, lambda product: replace(product, price=None))
    assert desk.json("plan", ACCOUNT)[1]["counts"]["withdraw"] == 0
    assert shown(desk) == (True, 2, True)
