"""The addresses that platforms call: what is taken, what is refused, and that a flood changes neither."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from ocop_market.channels.webhooks import HintKind
from ocop_market.hooks import app as hooks_app
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.tally import EVERY
from ocop_market.store.engine import StoreBusy
from ocop_market.store.hints import calls_since, count_calls, drop_old, due_hints
from tests.databases import ON_SQLITE
from tests.unit.hooks.conftest import SECRET

INVOICE = {"Action": "invoice.update.900001", "Data": [{"Id": 17, "CustomerName": "Nguyễn Văn Giả"}]}


def test_a_push_about_an_order_becomes_a_hint_and_the_answer_is_empty(platforms):
    answer = platforms.shopee()
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (200, b"", None)
    assert platforms.hints() == {("shop-1", "orders", "261101AAAA0001")}
    assert platforms.counted() == {("shop-1", "taken"): 1}


@pytest.mark.parametrize(("code", "data", "expected"), [
    (29, {"order_sn": "A", "return_sn": "R"}, ("orders", "A")), (8, {"item_id": 5, "variation_id": 6}, ("stock", "5/6")),
    (16, {"item_id": 5}, ("listings", "5")), (1, {"success": 1, "extra": "shop 11"}, ("consent", ""))])
def test_shopee_tells_what_a_push_is_about(platforms, code, data, expected):
    assert platforms.shopee(data, code=code).status_code == 200
    assert platforms.hints() == {("shop-1", *expected)}


def test_a_push_of_a_code_that_is_not_needed_is_taken_and_leads_to_nothing(platforms):
    assert platforms.shopee({"content": "Chào bạn"}, code=10).status_code == 200
    assert platforms.hints() == set()


def test_a_push_about_another_shop_of_the_app_is_kept_for_that_shop(platforms):
    assert platforms.shopee(shop=22).status_code == 200
    assert platforms.hints() == {("shop-2", "orders", "261101AAAA0001")}


def test_a_push_about_a_shop_that_nobody_has_is_answered_and_forgotten(platforms):
    assert platforms.shopee(shop=33).status_code == 200
    assert platforms.hints() == set() and platforms.counted() == {("shop-1", "stranger"): 1}


def test_an_order_told_again_later_is_one_hint_with_the_later_time(platforms, clock):
    platforms.shopee(msg_id="a")
    clock.forward(minutes=1)
    platforms.shopee(msg_id="b")
    with platforms.market.store.reading() as connection:
        assert due_hints(connection, clock()) == {("shop-1", HintKind.ORDERS): clock()}
    assert len(platforms.hints()) == 1


def test_a_push_signed_with_another_key_is_refused_and_counted(platforms):
    answer = platforms.shopee(key="guess")
    assert (answer.status_code, answer.data) == (401, b"")
    assert platforms.hints() == set() and platforms.counted() == {("shop-1", "forged"): 1}


def test_a_body_changed_by_one_byte_is_refused(platforms):
    good = json.dumps({"code": 3, "shop_id": 11, "timestamp": int(platforms.market.clock().timestamp()), "data": {}}).encode()
    path = paths(platforms.market)["shop-1"]
    sign = hmac.new(b"shpk-practice", f"https://htx.example.vn/hooks{path}|".encode() + good, hashlib.sha256).hexdigest()
    assert platforms.post("shop-1", good + b" ", {"Authorization": sign}).status_code == 401
    assert platforms.post("shop-1", good, {"Authorization": sign}).status_code == 200


def test_a_signature_is_good_for_its_own_address_only(platforms):
    body = b'{"code": 3, "shop_id": 22, "timestamp": 1, "data": {}}'
    elsewhere = hmac.new(b"shpk-practice", f"https://htx.example.vn/hooks{paths(platforms.market)['shop-2']}|".encode() + body,
                         hashlib.sha256).hexdigest()
    assert platforms.post("shop-1", body, {"Authorization": elsewhere}).status_code == 401


@pytest.mark.parametrize("header", ["", "ü" * 64, "0" * 64, "\udcff"])
def test_odd_signatures_are_refused_without_a_fault(platforms, header):
    sent = {"Authorization": header.encode("utf-8", "surrogateescape").decode("latin-1")}
    assert platforms.post("shop-1", b"{", sent).status_code == 401


def test_nothing_is_parsed_before_the_signature_holds(platforms, monkeypatch):
    def parse(*_):
        raise AssertionError("parsed")

    monkeypatch.setattr("connectors.shopee.pushes.json", SimpleNamespace(loads=parse))
    monkeypatch.setattr("connectors.kiotviet.notices.json", SimpleNamespace(loads=parse))
    assert platforms.post("shop-1", b"[" * 100_000, {"Authorization": "0" * 64}).status_code == 401
    assert platforms.post("till", b"{}", {"X-Hub-Signature": "0" * 64}).status_code == 200
    assert platforms.counted() == {("shop-1", "forged"): 1, ("till", "forged"): 1}


@pytest.mark.parametrize("age", [timedelta(hours=4, seconds=1), timedelta(minutes=-16)])
def test_a_genuine_push_from_another_time_is_refused(platforms, age):
    assert platforms.shopee(age=age.total_seconds()).status_code == 401
    assert platforms.hints() == set() and platforms.counted() == {("shop-1", "stale"): 1}


def test_the_last_repetition_of_shopee_is_not_too_late(platforms):
    assert platforms.shopee(age=300 + 1_800 + 10_800 + 9).status_code == 200
    assert platforms.hints()


def test_a_call_that_came_before_is_answered_as_then_and_kept_once(platforms, clock):
    assert [platforms.shopee(age=-second, msg_id="m").status_code for second in (0, 1)] == [200, 200]
    assert platforms.counted() == {("shop-1", "taken"): 1, ("shop-1", "repeated"): 1}


def test_a_call_that_could_not_be_kept_may_come_again(platforms, monkeypatch):
    def busy(*_):
        raise StoreBusy("{path}", code="market-busy", path="m")

    with monkeypatch.context() as patch:
        patch.setattr(hooks_app, "save_hints", busy)
        assert platforms.shopee(msg_id="m").status_code == 503
    assert platforms.shopee(msg_id="m").status_code == 200
    assert platforms.hints()


def test_a_genuine_push_of_an_unknown_form_is_answered_and_counted(platforms):
    assert platforms.shopee(code="three").status_code == 200
    assert platforms.counted() == {("shop-1", "unreadable"): 1}


@pytest.mark.parametrize(("label", "key"), [("", SECRET), ("sha1=", SECRET), ("sha256=", "bi mat thu nghiem")])
def test_the_till_is_believed_with_either_reading_of_its_secret_and_whatever_label(platforms, label, key):
    assert platforms.kiotviet(INVOICE, label=label, key=key).status_code == 200
    assert platforms.hints() == {("till", "orders", "17")}


def test_the_till_keeps_sending_after_a_wrong_secret(platforms):
    """A 401 would end its calls for good; what it sent is dropped and counted all the same."""
    answer = platforms.kiotviet(INVOICE, key="another")
    assert answer.status_code == 200
    assert platforms.hints() == set() and platforms.counted() == {("till", "forged"): 1}


def test_a_sha1_digest_is_no_signature_of_the_till(platforms):
    body = json.dumps({"Notifications": [INVOICE]}).encode()
    sign = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    platforms.post("till", body, {"X-Hub-Signature": f"sha1={sign}"})
    assert platforms.counted() == {("till", "forged"): 1}


def test_the_till_sending_the_same_again_with_another_attempt_is_a_repetition(platforms):
    for attempt in (1, 2, 3):
        assert platforms.kiotviet(INVOICE, attempt=attempt).status_code == 200
    assert platforms.counted() == {("till", "taken"): 1, ("till", "repeated"): 2}


def test_no_name_of_a_buyer_is_kept(platforms):
    platforms.kiotviet(INVOICE, {"Action": "customer.update.900001", "Data": [{"Id": 1, "Name": "Nguyễn Văn Giả"}]})
    assert platforms.hints() == {("till", "orders", "17")}


def test_tiki_proves_itself_by_name_and_password(platforms):
    assert platforms.tiki("product:request:approved", {"request_id": "9"}).status_code == 200
    assert platforms.hints() == {("tiki", "listings", "9")}
    assert platforms.tiki("product:request:approved", {"request_id": "8"}, password="guess").status_code == 401


def test_an_account_without_a_key_refuses_and_the_others_go_on(platforms):
    platforms.market.vault.drop("tiki")
    proof = base64.b64encode(b"htx:").decode()
    assert platforms.post("tiki", b"{}", {"Authorization": f"Basic {proof}"}).status_code == 503
    assert platforms.shopee().status_code == 200


def test_addresses_cannot_be_guessed_and_stay_the_same(platforms):
    found = paths(platforms.market)
    assert found == paths(platforms.market) and "file" not in found
    assert len(set(found.values())) == 4 and all(len(path.rpartition("/")[2]) == 32 for path in found.values())
    for path in ("/", "/shopee/shop-1", "/till", "/kiotviet/" + "0" * 32):
        assert platforms.client.post(path, data=b"{}").status_code == 404
    assert platforms.client.get(found["shop-1"]).status_code == 405


def test_a_body_that_is_too_long_is_not_read(platforms):
    assert platforms.post("shop-1", b"x" * (hooks_app.LONGEST_BODY + 1), {}).status_code == 413
    assert platforms.counted() == {("shop-1", "too-long"): 1}


def test_counts_that_cannot_be_written_are_kept_for_the_next_time(platforms, monkeypatch):
    platforms.shopee(key="guess")
    with monkeypatch.context() as patch:
        def busy(*_):
            raise StoreBusy("{path}", code="market-busy", path="m")
        patch.setattr("ocop_market.hooks.tally.count_calls", busy)
        platforms.app.tally.write()
    assert platforms.counted() == {("shop-1", "forged"): 1}


def size_of(market):
    with market.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(one.stat().st_size for one in market.folder.glob("market.db*"))


@ON_SQLITE
def test_a_flood_of_forged_calls_fills_nothing_and_every_good_call_is_kept(platforms, clock, caplog):
    path = paths(platforms.market)["shop-1"]
    platforms.shopee({"ordersn": "first"})
    platforms.app.tally.write()
    size_before = size_of(platforms.market)
    for number in range(10_000):
        address = path if number % 2 else f"/shopee/{number:032d}"
        assert platforms.client.post(address, data=b'{"code": 3}', headers={"Authorization": f"{number:064x}"}).status_code in (401, 404)
        if number % 100 == 0:
            assert platforms.shopee({"ordersn": f"good-{number}"}).status_code == 200
        clock.forward(seconds=0.05)
    assert {subject for _, _, subject in platforms.hints()} == {"first", *(f"good-{number}" for number in range(0, 10_000, 100))}
    counted = platforms.counted()
    assert counted == {("shop-1", "taken"): 101, ("shop-1", "forged"): 5_000, ("", "stranger"): 5_000}
    assert platforms.rows() == 101 + 101 + 3, "a row for each good call, and one for each kind of end"
    assert size_of(platforms.market) - size_before < 100_000
    assert caplog.text == ""


def test_a_flood_is_written_once_a_minute(platforms, clock, monkeypatch):
    written = []
    monkeypatch.setattr("ocop_market.hooks.tally.count_calls", lambda connection, day, calls: written.append(dict(calls)))
    for _ in range(300):
        platforms.shopee(key="guess")
        clock.forward(seconds=1)
    assert len(written) == 300 // EVERY.total_seconds() - 1
    assert sum(calls["shop-1", "forged"] for calls in written) <= 300


def test_what_is_past_its_end_is_forgotten(platforms, clock):
    platforms.shopee()
    platforms.shopee(key="guess")
    platforms.counted()
    clock.forward(days=91)
    with platforms.market.store.writing() as connection:
        drop_old(connection, clock())
    assert platforms.rows() == 0


def test_counts_of_a_day_add_up(market, clock):
    for _ in range(2):
        with market.store.writing() as connection:
            count_calls(connection, market.today, {("till", "forged"): 3})
    with market.store.reading() as connection:
        assert calls_since(connection, market.today) == {("till", "forged"): 6}
        assert calls_since(connection, market.today + timedelta(days=1)) == {}
