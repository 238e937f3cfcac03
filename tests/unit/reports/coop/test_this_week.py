"""What is to do this week: the most urgent first, together what has one day."""

from datetime import date, timedelta

from ocop_market.catalog.due import due
from ocop_market.language import use_language
from ocop_market.model.product import Certificate, Product
from ocop_market.reports.coop.this_week import Losing, Urgency, Waiting, Week, tasks

TODAY = date(2026, 11, 23)


def codes(week):
    return [task.told.code for task in tasks(week)]


def test_what_the_law_forbids_comes_before_what_costs_money_and_that_before_figures():
    busy = Waiting("shop", untrue_stars=1, consent_ends=TODAY, orders=3, oldest_order=TODAY, refused=1, without_stock=("Trà",),
                   sales_known_to=TODAY - timedelta(days=9), open_changes=1, unknown_goods=1, mirrored=1, unread=1, drifted=1, in_review=1,
                   review_until=TODAY)
    week = Week(TODAY, [busy], losing=Losing(2, "shop", "Trà", "9", "10"), open_questions=1, without_cost=1)
    found = tasks(week)
    assert [task.urgency for task in found] == sorted(task.urgency for task in found)
    assert codes(week) == [
        "untrue-stars", "consent-ends", "orders-wait", "review-ends", "loses-money", "refused", "no-stock", "stale-sales", "open-changes",
        "unknown-goods", "mirrored", "unread-orders", "open-questions", "drifted", "no-cost"]
    assert all("{" not in task.told.sentence("en") for task in found)


def test_a_quiet_week_has_nothing_to_do():
    assert tasks(Week(TODAY, [Waiting("shop", sales_known_to=TODAY, in_review=2, review_until=TODAY + timedelta(days=8))])) == ()


def test_goods_whose_certificates_end_on_one_day_are_one_thing_to_do():
    use_language("en")
    issued = date(2023, 12, 10)
    products = [Product(sku, f"Hàng {sku}", certificates=(Certificate(3, "1/QĐ", issued),)) for sku in "ABCD"]
    found = [task for task in tasks(Week(TODAY, [], due(products, TODAY, within=60))) if task.urgency is Urgency.HAS_A_DAY]
    assert found
    assert all("Hàng A, Hàng B and 2 more" in task.told.sentence() for task in found)


def test_a_certificate_that_lapsed_last_year_is_no_news():
    old = Product("A", "Cũ", certificates=(Certificate(3, "1/QĐ", date(2021, 1, 1)),))
    assert tasks(Week(TODAY, [], due([old], TODAY))) == ()
