"""The walk through sales against scripted answers: windows, pages, places to resume, and odd orders."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scripted_shopee import Shop

from connectors.shopee import facts
from ocop_market.channels.api import SalesPage
from ocop_market.errors import Refused, RetryLater, UnexpectedAnswer

START = datetime(2026, 8, 1, tzinfo=UTC)
UNTIL = datetime(2026, 8, 11, tzinfo=UTC)


def ok(response: Any) -> dict[str, Any]:
    return {"request_id": "r", "error": "", "message": "", "response": response}


def order(number: str, **more: Any) -> dict[str, Any]:
    item = {"item_id": 71, "item_sku": "OCOP-1", "item_name": "Trà", "model_id": 0, "model_quantity_purchased": 1,
            "model_original_price": 100_000, "model_discounted_price": 100_000}
    return {"order_sn": number, "order_status": "COMPLETED", "currency": "VND", "create_time": 1_785_600_000,
            "update_time": 1_785_700_000, "item_list": [item], "buyer_username": "CANARY", **more}


def money(number: str, **income: Any) -> dict[str, Any]:
    return {"escrow_detail": {"order_sn": number, "buyer_user_name": "CANARY", "return_order_sn_list": [], "order_income": {
        "escrow_amount": 90_000, "commission_fee": 10_000,
        "items": [{"item_id": 71, "model_id": 0, "original_price": 100_000}], **income}}}


def details(change: Callable[[str], dict[str, Any]] = order) -> Callable[[dict[str, str], Any], Any]:
    return lambda query, _: ok({"order_list": [change(number) for number in query["order_sn_list"].split(",")]})


def incomes(change: Callable[[str], dict[str, Any]] = money) -> Callable[[dict[str, str], Any], Any]:
    return lambda query, _: ok([change(number) for number in query["order_sn_list"].split(",")])


def rows(*numbers: str, more: bool = False, after: str = "") -> dict[str, Any]:
    return ok({"more": more, "next_cursor": after, "order_list": [{"order_sn": number} for number in numbers]})


NOTHING: dict[str, dict[str, Any]] = {
    facts.GET_RETURN_LIST: ok({"more": False, "return": []}),
    facts.GET_ESCROW_LIST: ok({"more": False, "escrow_list": []}),
    facts.GET_WALLET: ok({"more": False, "transaction_list": []}),
}


def script(shop: Shop, **paths: Any) -> None:
    """Sets answers by the name that the path has in `facts`; returns and releases are empty unless given."""
    shop.kept[0] = type(shop.kept[0])("tok-for-weeks")
    given = {getattr(facts, name): answer for name, answer in paths.items()}
    for path, answer in {facts.GET_ORDER_DETAIL: details(), facts.GET_ESCROW_DETAIL_BATCH: incomes(), **NOTHING, **given}.items():
        shop.platform.on(path, *(answer if isinstance(answer, list) else [answer]))


def pull(shop: Shop, cursor: Any = None, start: datetime = START, until: datetime = UNTIL) -> list[SalesPage]:
    return list(shop.connector.pull_sales(cursor, start=start, until=until))


def numbers(pages: list[SalesPage]) -> list[str]:
    return [sale.order_id for page in pages for sale in page.orders]


def test_no_window_is_longer_than_fifteen_days_and_none_is_left_out(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows())

    pages = pull(shop, start=START, until=START + timedelta(days=40))

    asked = [(int(call.query["time_from"]), int(call.query["time_to"])) for call in shop.platform.to(facts.GET_ORDER_LIST)]
    assert [to - since for since, to in asked] == [1_296_000, 1_296_000, 864_000]
    assert all(first[1] == second[0] for first, second in itertools.pairwise(asked))
    assert [(page.done, page.expected) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    assert pages[-1].cursor == {"updated_to": int((START + timedelta(days=40)).timestamp())}


def test_nothing_of_a_buyer_is_asked_for_or_kept(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"))

    pages = pull(shop)

    asked = shop.platform.to(facts.GET_ORDER_DETAIL)[0].query["response_optional_fields"]
    assert asked == "item_list"
    assert "CANARY" not in repr(pages)


def test_lists_are_read_to_their_end_and_orders_only_once(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=[rows("A3", "A1", more=True, after="2"), rows("A1", "A2")])

    assert numbers(pull(shop)) == ["A1", "A2", "A3"]
    assert [call.query.get("cursor", "") for call in shop.platform.to(facts.GET_ORDER_LIST)] == ["", "2"]
    assert len(shop.platform.to(facts.GET_ORDER_DETAIL)) == 1


def test_details_and_money_are_read_in_batches_of_fifty(shop: Shop) -> None:
    many = [f"A{n:03}" for n in range(120)]
    script(shop, GET_ORDER_LIST=rows(*many))

    pages = pull(shop)

    assert numbers(pages) == many
    for path in (facts.GET_ORDER_DETAIL, facts.GET_ESCROW_DETAIL_BATCH):
        assert [call.query["order_sn_list"].count(",") + 1 for call in shop.platform.to(path)] == [50, 50, 20]


def test_a_pull_goes_on_behind_any_page(shop: Shop) -> None:
    many = [f"A{n:03}" for n in range(120)]
    script(shop, GET_ORDER_LIST=rows(*many))
    whole = pull(shop, until=START + timedelta(days=20))

    for position, page in enumerate(whole):
        rest = pull(shop, page.cursor, until=START + timedelta(days=20))
        if "window_to" in page.cursor:
            assert numbers(rest) == numbers(whole[position + 1:])
        else:
            assert set(numbers(whole[position + 1:])) <= set(numbers(rest))
        assert rest[-1].cursor == whole[-1].cursor


def test_a_begun_window_keeps_its_end_although_time_went_on(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows(*[f"A{n:03}" for n in range(120)]))
    first = next(iter(shop.connector.pull_sales(None, start=START, until=UNTIL)))
    shop.platform.calls.clear()

    pull(shop, first.cursor, until=UNTIL + timedelta(days=3))

    asked = [(int(call.query["time_from"]), int(call.query["time_to"])) for call in shop.platform.to(facts.GET_ORDER_LIST)]
    assert asked == [(int(START.timestamp()), int(UNTIL.timestamp())),
                     (int(UNTIL.timestamp()), int((UNTIL + timedelta(days=3)).timestamp()))]


def test_the_next_pull_reads_the_overlap_again(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows())

    pull(shop, {"updated_to": int(UNTIL.timestamp())}, until=UNTIL + timedelta(hours=1))

    since = int(shop.platform.to(facts.GET_ORDER_LIST)[0].query["time_from"])
    assert since == int((UNTIL - facts.PROFILE.sales_overlap).timestamp())


def test_a_pull_of_no_time_changes_nothing(shop: Shop) -> None:
    pages = pull(shop, start=START, until=START)

    assert [(page.orders, page.cursor) for page in pages] == [((), {"updated_to": int(START.timestamp())})]


def test_orders_without_money_are_not_asked_about(shop: Shop) -> None:
    states = {"A1": "UNPAID", "A2": "CANCELLED", "A3": "PENDING", "A4": "SHIPPED"}
    script(shop, GET_ORDER_LIST=rows(*states), GET_ORDER_DETAIL=details(lambda n: order(n, order_status=states[n])))

    assert numbers(pull(shop)) == list(states)
    assert [call.query["order_sn_list"] for call in shop.platform.to(facts.GET_ESCROW_DETAIL_BATCH)] == ["A4"]


def test_a_payout_reads_the_order_again_and_settles_it(shop: Shop) -> None:
    paid = ok({"more": False, "escrow_list": [{"order_sn": "A1", "payout_amount": 90000, "escrow_release_time": 1_786_000_000}]})
    script(shop, GET_ORDER_LIST=rows(), GET_ESCROW_LIST=paid)

    sale = pull(shop)[0].orders[0]

    assert (sale.order_id, sale.settled, int(sale.updated_at.timestamp())) == ("A1", True, 1_786_000_000)


def test_a_row_of_the_payouts_comes_beside_its_order(shop: Shop) -> None:
    paid = ok({"more": False, "escrow_list": [{"order_sn": "A1", "payout_amount": 90000, "escrow_release_time": 1_786_000_000}]})
    script(shop, GET_ORDER_LIST=rows("A2"), GET_ESCROW_LIST=paid)

    page = pull(shop)[0]

    assert [(payout.order_id, payout.amount) for payout in page.payouts] == [("A1", 90_000)]
    assert shop.platform.to(facts.GET_ESCROW_DETAIL) == []


def test_an_order_paid_out_with_another_amount_is_read_by_itself(shop: Shop) -> None:
    paid = ok({"more": False, "escrow_list": [{"order_sn": "A1", "payout_amount": 88_000, "escrow_release_time": 1_786_000_000}]})
    alone = money("A1", order_adjustment=[{"amount": -2_000, "adjustment_reason": "x"}])["escrow_detail"]
    script(shop, GET_ORDER_LIST=rows(), GET_ESCROW_LIST=paid, GET_ESCROW_DETAIL=ok(alone))

    sale = pull(shop)[0].orders[0]

    assert [call.query["order_sn"] for call in shop.platform.to(facts.GET_ESCROW_DETAIL)] == ["A1"]
    assert sale.platform_total == sale.in_hand == 88_000


def moved(kind: str = "ADJUSTMENT_MINUS", number: str = "A1") -> dict[str, Any]:
    return ok({"more": False, "transaction_list": [{
        "order_sn": number, "transaction_type": kind, "create_time": 1_786_000_000, "buyer_name": "CANARY"}]})


def test_a_correction_after_the_payout_reads_its_order_again_and_dates_it(shop: Shop) -> None:
    alone = money("A1", total_adjustment_amount=-2_000)["escrow_detail"]
    script(shop, GET_ORDER_LIST=rows(), GET_WALLET=moved(), GET_ESCROW_DETAIL=ok(alone))

    sale = pull(shop)[0].orders[0]

    assert (sale.order_id, sale.settled, int(sale.updated_at.timestamp())) == ("A1", True, 1_786_000_000)
    assert sale.platform_total == sale.in_hand == 88_000


@pytest.mark.parametrize("answer", [moved("ESCROW_VERIFIED_ADD"), moved(number="")])
def test_other_moves_of_the_wallet_read_nothing(shop: Shop, answer: dict[str, Any]) -> None:
    script(shop, GET_ORDER_LIST=rows(), GET_WALLET=answer)

    assert numbers(pull(shop)) == []


def test_an_app_that_may_not_read_the_wallet_pulls_all_the_same(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"), GET_WALLET={"error": "error_api_permission", "message": "no", "request_id": "r"})

    assert numbers(pull(shop)) == ["A1"]


A_RETURN = {"return_sn": "R1", "order_sn": "A1", "status": "ACCEPTED", "update_time": 1_786_000_000, "refund_amount": 100_000,
            "user": {"username": "CANARY"}, "item": [{"item_id": 71, "model_id": 0, "amount": 1, "item_price": 100_000}]}


def with_refund(number: str) -> dict[str, Any]:
    entry = money(number, seller_return_refund=-100_000)
    entry["escrow_detail"]["return_order_sn_list"] = ["R1"]
    return entry


def test_a_return_reads_its_order_again(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows(), GET_ESCROW_DETAIL_BATCH=incomes(with_refund),
           GET_RETURN_LIST=[ok({"more": True, "return": [A_RETURN]}), ok({"more": False, "return": [A_RETURN]})])

    pages = pull(shop)

    line = pages[0].orders[0].lines[0]
    assert (line.refund, line.returned_quantity) == (100_000, 1)
    assert [call.query["page_no"] for call in shop.platform.to(facts.GET_RETURN_LIST)] == ["0", "1"]
    assert "CANARY" not in repr(pages)


def test_an_older_return_is_asked_for_by_its_number(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"), GET_ESCROW_DETAIL_BATCH=incomes(with_refund), GET_RETURN_DETAIL=ok(A_RETURN))

    line = pull(shop)[0].orders[0].lines[0]

    assert (line.refund, line.returned_quantity) == (100_000, 1)
    assert [call.query["return_sn"] for call in shop.platform.to(facts.GET_RETURN_DETAIL)] == ["R1"]


def test_a_refund_that_the_batch_leaves_out_is_read_by_itself(shop: Shop) -> None:
    def without_refund(number: str) -> dict[str, Any]:
        entry = with_refund(number) if number == "A1" else money(number)
        entry["escrow_detail"]["order_income"].pop("seller_return_refund", None)
        return entry

    script(shop, GET_ORDER_LIST=rows("A1", "A2"), GET_ESCROW_DETAIL_BATCH=incomes(without_refund),
           GET_RETURN_DETAIL=ok(A_RETURN), GET_ESCROW_DETAIL=ok(with_refund("A1")["escrow_detail"]))

    sales = pull(shop)[0].orders

    assert [sale.lines[0].refund for sale in sales] == [100_000, 0]
    assert [call.query["order_sn"] for call in shop.platform.to(facts.GET_ESCROW_DETAIL)] == ["A1"]


def test_a_malformed_order_is_kept_for_review_and_the_others_go_on(shop: Shop) -> None:
    def one_bad(number: str) -> dict[str, Any]:
        return order(number, create_time="CANARY") if number == "A2" else order(number)

    script(shop, GET_ORDER_LIST=rows("A1", "A2", "A3"), GET_ORDER_DETAIL=details(one_bad))

    page = pull(shop)[0]

    assert numbers([page]) == ["A1", "A3"]
    assert [(bad.order_id, bad.problem.code) for bad in page.refused] == [("A2", "order-unreadable")]
    assert "create_time" in page.refused[0].problem.sentence("en")
    assert "CANARY" not in repr(page.refused)


def test_malformed_money_keeps_the_order_for_review(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1", "A2"),
           GET_ESCROW_DETAIL_BATCH=incomes(lambda n: money(n, commission_fee="CANARY" if n == "A1" else 0)))

    page = pull(shop)[0]

    assert numbers([page]) == ["A2"]
    assert [(bad.order_id, bad.problem.code) for bad in page.refused] == [("A1", "order-unreadable")]


def test_an_order_that_is_listed_but_not_given_is_kept_for_review(shop: Shop) -> None:
    def no_a2(query: dict[str, str], _: Any) -> Any:
        if "A2" in query["order_sn_list"]:
            return {"error": "error_not_found", "message": "", "request_id": "r"}
        return details()(query, _)

    script(shop, GET_ORDER_LIST=rows("A1", "A2", "A3"), GET_ORDER_DETAIL=no_a2)

    page = pull(shop)[0]

    assert numbers([page]) == ["A1", "A3"]
    assert [(bad.order_id, bad.problem.code) for bad in page.refused] == [("A2", "order-not-given")]


def test_an_order_whose_money_is_not_there_yet_goes_without_fees(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"), GET_ESCROW_DETAIL_BATCH={
        **ok(None), "escrow_detail_list": [{"escrow_detail": None, "fail_error": "order_not_found", "fail_message": ""}]})

    line = pull(shop)[0].orders[0].lines[0]

    assert (line.list_amount, line.fees) == (100_000, 0)


def test_foreign_money_is_kept_for_review(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"), GET_ORDER_DETAIL=details(lambda n: order(n, currency="SGD")))

    page = pull(shop)[0]

    assert (page.orders, [bad.problem.code for bad in page.refused]) == ([], ["foreign-currency"])


def test_a_whole_answer_of_another_shape_stops_the_pull(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows("A1"), GET_ORDER_DETAIL=ok({"orders": []}))

    with pytest.raises(UnexpectedAnswer) as caught:
        pull(shop)

    assert caught.value.fields == ("response.order_list",)


def back(number: str, **more: Any) -> dict[str, Any]:
    return {"return_sn": f"R{number}", "order_sn": number, "status": "ACCEPTED", "update_time": 1_785_800_000,
            "refund_amount": 100_000, "item": [{"item_id": 71, "model_id": 0, "amount": 1, "item_price": 100_000}],
            "user": {"username": "CANARY", "email": "CANARY"}, **more}


def test_a_return_that_cannot_be_read_keeps_its_own_order_for_review_only(shop: Shop) -> None:
    returns = ok({"more": False, "return": [back("A1", update_time=None), back("A3")]})
    script(shop, GET_ORDER_LIST=rows("A2"), GET_RETURN_LIST=returns,
           GET_ESCROW_DETAIL_BATCH=incomes(lambda n: money(n, seller_return_refund=-100_000 if n == "A3" else 0)))

    page = pull(shop)[0]

    assert [(sale.order_id, sale.lines[0].refund) for sale in page.orders] == [("A2", 0), ("A3", 100_000)]
    assert [(bad.order_id, bad.problem.values["fields"]) for bad in page.refused] == [("A1", "response.return.0.update_time")]


def test_an_older_return_that_cannot_be_read_keeps_its_own_order_for_review_only(shop: Shop) -> None:
    def with_return(number: str) -> dict[str, Any]:
        entry = money(number, seller_return_refund=0)
        entry["escrow_detail"]["return_order_sn_list"] = ["R9"] if number == "A1" else []
        return entry

    script(shop, GET_ORDER_LIST=rows("A1", "A2"), GET_ESCROW_DETAIL_BATCH=incomes(with_return),
           GET_RETURN_DETAIL=ok(back("A1", status=None)))

    page = pull(shop)[0]

    assert [sale.order_id for sale in page.orders] == ["A2"]
    assert [(bad.order_id, bad.problem.code) for bad in page.refused] == [("A1", "order-unreadable")]


def test_a_payout_that_cannot_be_read_keeps_its_own_order_for_review_only(shop: Shop) -> None:
    paid = [{"order_sn": "A1", "escrow_release_time": None}, {"order_sn": "A2", "escrow_release_time": 1_785_900_000}]
    script(shop, GET_ORDER_LIST=rows(), GET_ESCROW_LIST=ok({"more": False, "escrow_list": paid}))

    page = pull(shop)[0]

    assert [(sale.order_id, sale.settled) for sale in page.orders] == [("A2", True)]
    assert [bad.order_id for bad in page.refused] == ["A1"]


def test_a_return_without_its_order_stops_the_pull(shop: Shop) -> None:
    script(shop, GET_ORDER_LIST=rows(), GET_RETURN_LIST=ok({"more": False, "return": [back("A1", order_sn=None)]}))

    with pytest.raises(UnexpectedAnswer) as caught:
        pull(shop)

    assert caught.value.where.endpoint == facts.GET_RETURN_LIST


def test_an_order_number_may_be_written_as_a_number(shop: Shop) -> None:
    listed = ok({"more": False, "next_cursor": "", "order_list": [{"order_sn": 412}]})
    script(shop, GET_ORDER_LIST=listed, GET_ORDER_DETAIL=details(lambda _: order("412")))

    assert numbers(pull(shop)) == ["412"]


@pytest.mark.parametrize(("code", "expected"), [("error_param", Refused), ("error_limit", RetryLater)])
def test_other_refusals_stop_the_pull_at_a_place_to_resume(shop: Shop, code: str, expected: type[Exception]) -> None:
    script(shop, GET_ORDER_LIST=[rows(), {"error": code, "message": "", "request_id": "r"}])
    pages = shop.connector.pull_sales(None, start=START, until=START + timedelta(days=20))

    first = next(pages)
    with pytest.raises(expected):
        next(pages)

    assert first.cursor == {"updated_to": int((START + timedelta(days=15)).timestamp())}
