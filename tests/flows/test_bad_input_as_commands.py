"""What goes wrong while publishing, as a person meets it: the commands, their Vietnamese sentences, their exit codes."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from ocop_market.cli.frame import Exit
from ocop_market.market import Market
from ocop_market.model.product import Variant
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.publishing_cases import change_catalog
from ocop_market.testing.trial import ACCOUNT
from tests.flows.at_keyboard import keyboard

pytestmark = pytest.mark.long

SKUS = [product.sku for product in PRODUCTS]
RENAMED = {"shopee": "Hạn sử dụng", "tiki": "expiry_time"}


@pytest.fixture(params=["shopee", "tiki"])
def desk(request, tmp_path, monkeypatch, capsys):
    made = keyboard(request.param, tmp_path, monkeypatch, capsys, articles=5)
    yield made
    made.trial.close()


def test_a_refused_listing_is_told_with_the_reason_when_the_answer_comes(desk):
    if desk.shopee:
        desk.keep(replace(PRODUCTS[0], name="CẤM THỬ Trà Shan tuyết"))
    else:
        desk.hand.refuse_next(SKUS[0], "Tên sản phẩm chưa đúng quy định")
    code, told = desk("apply", ACCOUNT, "--yes")
    if not desk.shopee:
        assert (code, "chờ duyệt" in told) == (Exit.DONE, True)
        desk.hours_pass()
        code, told = desk("apply", ACCOUNT, "--yes")
        assert "Tên sản phẩm chưa đúng quy định" in told
    assert code == Exit.PARTLY
    assert f"{SKUS[0]} bị từ chối" in told
    code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, SKUS[0] in told) == (Exit.DONE, True), "It is told in every plan, and not sent again."
    _, body = desk.json("apply", ACCOUNT, "--yes")
    assert [held["sku"] for held in body["withheld"]] == [SKUS[0]]
    assert desk.counts(*SKUS[1:5]) == [1] * 4


def test_goods_with_a_wrong_category_a_renamed_attribute_or_a_shared_sku_stay_back_by_name(desk):
    old = RENAMED[desk.trial.kind.profile.key]
    desk.map(f'[skus."{SKUS[0]}"]\ncategory = "123456789"\nname = "Trà"\n\n[skus."{SKUS[1]}".attributes]\n"{old}" = "12 tháng"\n')
    if desk.shopee:
        desk.hand.rename_attribute(910003, "Thời hạn bảo quản")
    else:
        desk.hand.rename_attribute("expiry_time", "shelf_life", "Thời hạn bảo quản")
    packings = tuple(Variant(sku, (name,), 90_000, 4, 250) for sku, name in ((SKUS[3], "Gói nhỏ"), ("THU-RIENG", "Gói lớn")))
    desk.keep(replace(PRODUCTS[2], options=("Quy cách",), variants=packings))
    code, told = desk("apply", ACCOUNT, "--yes")
    assert code == Exit.DONE
    assert "Ngành hàng 123456789" in told and f"categories {ACCOUNT} --find" in told
    assert f"'{old}'" in told and "sàn đã đổi tên" in told and "Thời hạn bảo quản" in told
    assert told.count(f"một mã SKU là {SKUS[3]}") == 2
    desk.hours_pass()
    desk("apply", ACCOUNT, "--yes")
    assert desk.counts(*SKUS[:5]) == [0, 0, 0, 0, 1]


def test_an_attribute_that_the_platform_renames_leaves_listings_as_they_are(desk):
    desk.trial.publish_to_the_end()
    if desk.shopee:
        desk.hand.renumber_attribute(910003, 919993)
    else:
        desk.hand.rename_attribute("expiry_time", "shelf_life", "Thời hạn bảo quản")
    change_catalog(desk.trial, lambda product: replace(product, price=(product.price or 0) + 5_000))
    desk.trial.wire.sent.clear()
    code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, "5 đang bán" in told) == (Exit.DONE, True)
    assert desk("plan", ACCOUNT)[1].endswith("5 không đổi Không có gì phải thay đổi.")


def test_an_attribute_renamed_after_the_plan_was_looked_at_ends_in_a_sentence_and_no_second_listing(desk, tmp_path):
    desk("plan", ACCOUNT, "--out", tmp_path / "plan.json")
    if desk.shopee:
        desk.hand.renumber_attribute(910003, 919993)
    else:
        desk.hand.rename_attribute("expiry_time", "shelf_life", "Thời hạn bảo quản")
    code, told = desk("apply", tmp_path / "plan.json")
    assert (code, "plan-stale" in told, SKUS[0] in told) == (Exit.INPUT, True, True)
    assert desk.counts(*SKUS[:5]) == [0] * 5
    desk("apply", ACCOUNT, "--yes")
    desk.hours_pass()
    assert desk("apply", ACCOUNT, "--yes")[0] == Exit.DONE
    assert desk.counts(*SKUS[:5]) == [1] * 5


def test_a_listing_that_was_deleted_and_one_that_was_taken_down_are_told_while_the_rest_goes_on(desk):
    desk.trial.publish_to_the_end()
    if desk.shopee:
        desk.hand.remove(SKUS[0])
        desk.hand.ban(SKUS[1], "Prohibited Listing", "Sai ngành hàng", "Sửa ngành hàng")
    else:
        desk.hand.delete_by_hand(SKUS[0])
        desk.hand.edit_by_hand(SKUS[1], active=0)
    change_catalog(desk.trial, lambda product: replace(product, price=(product.price or 0) + (5_000 if product.sku in SKUS[2:] else 0)))
    code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, "3 đang bán" in told) == (Exit.DONE, True)
    assert f"{SKUS[0]} đã bị xóa trên gian hàng" in told and "--overwrite visibility" in told
    assert (f"{SKUS[1]}" in told and "Sai ngành hàng" in told) if desk.shopee else f"{SKUS[1]} đang bán có không giữ nguyên" in told
    assert desk.counts(*SKUS[:5]) == ([0, 1, 1, 1, 1])
    if not desk.shopee:
        return
    _, body = desk.json("plan", ACCOUNT)
    assert {held["sku"]: held["problems"][0]["code"] for held in body["withheld"]} == {
        SKUS[0]: "listing-deleted", SKUS[1]: "listing-banned"}


def test_a_shop_that_takes_its_consent_back_ends_with_what_to_do_and_goes_on_later(desk):
    if desk.shopee:
        desk.trial.server.gateway.withdraw_consent()
    else:
        desk.trial.server.faults.add(Fault(FaultKind.EXPIRED_TOKEN))
    for command in (("plan", ACCOUNT), ("apply", ACCOUNT, "--yes"), ("accounts", "check")):
        code, told = desk(*command)
        assert code == Exit.LOGIN
        assert (f"accounts login {ACCOUNT}" if desk.shopee else "client_secret") in told
    assert desk.json("apply", ACCOUNT, "--yes")[1]["error"]["code"] in ("needs-login", "token-rejected")
    assert desk.counts(*SKUS[:5]) == [0] * 5


def test_a_plan_that_was_edited_by_hand_is_refused_before_anything_is_sent(desk, tmp_path):
    path = tmp_path / "plan.json"
    desk("plan", ACCOUNT, "--out", path)
    path.write_text(path.read_text(encoding="utf-8").replace("185000", "1850"), encoding="utf-8", newline="\n")
    desk.trial.wire.sent.clear()
    code, told = desk("apply", path)
    assert (code, "plan-damaged" in told, path.name in told) == (Exit.INPUT, True, True)
    assert desk.trial.wire.sent == []


def test_a_disk_that_fills_up_is_a_sentence_and_the_same_command_goes_on(desk, monkeypatch):
    opened = Market.__init__

    def small(market, *arguments, **options):
        opened(market, *arguments, **options)

        def full(connection, _record):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 1}")

        market.store.engine.dispose()
        event.listen(market.store.engine, "connect", full)

    with monkeypatch.context() as patch:
        patch.setattr(Market, "__init__", small)
        code, told = desk("apply", ACCOUNT, "--yes")
    assert (code, "đĩa" in told.lower()) == (Exit.INPUT, True), told
    desk.hours_pass(1)
    desk("apply", ACCOUNT, "--yes")
    desk.hours_pass()
    assert desk("apply", ACCOUNT, "--yes")[0] == Exit.DONE
    assert desk.counts(*SKUS[:5]) == [1] * 5


def test_a_name_that_no_brake_has_is_told_with_those_there_are(desk):
    code, told = desk("apply", ACCOUNT, "--yes", "--approve", "price-chang")
    assert (code, "price-change" in told) == (Exit.USAGE, True)
