"""The page of a plan: what goes and what comes, word by word."""

from datetime import UTC, date, datetime

from ocop_market.errors import Problem
from ocop_market.language import use_language
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.publishing.brakes import Brake
from ocop_market.publishing.compare import Drift
from ocop_market.publishing.plan import Plan, PlannedChange, Withheld
from ocop_market.reports.plan_page import to_html

TEA = ListingDraft("A", "Trà <Tân Cương> vụ mới", "Trà", "9", 55_000, 5, 500)


def page(**parts) -> str:
    use_language("en")
    return to_html(Plan("shop", "live", date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC), **{"changes": (), **parts}), "HTX")


def test_only_the_words_that_change_are_marked():
    change = Change(ChangeKind.UPDATE, "A", TEA, groups=frozenset({FieldGroup.CONTENT, FieldGroup.PRICE}))
    before = {"content": {"title": "Trà <Tân Cương> vụ cũ"}, "price": {"price": 50_000}}
    shown = page(changes=(PlannedChange(change, before),))
    assert "Trà &lt;Tân Cương&gt; vụ <del>cũ</del>" in shown
    assert "Trà &lt;Tân Cương&gt; vụ <ins>mới</ins>" in shown
    assert "<del>50.000</del>" in shown and "<ins>55.000</ins>" in shown


def test_a_new_listing_shows_only_what_it_will_be():
    shown = page(changes=(PlannedChange(Change(ChangeKind.CREATE, "A", TEA)),))
    assert "55.000" in shown and "<del>" not in shown and 'class="was"' not in shown


def test_brakes_edits_and_what_stays_back_are_told():
    shown = page(brakes=(Brake(Problem("off-sale", "Too many at once.")),), withheld=(Withheld("B", "Gạo", (Problem("x", "No price."),)),),
                 drifts=(Drift("C", FieldGroup.PRICE, "price", 1_000, 900, True),))
    for told in ("off-sale", "Too many at once.", "No price.", "900", "kept"):
        assert told in shown


def test_an_empty_plan_says_so_and_needs_nothing_else():
    shown = page()
    assert "Nothing to change." in shown
    assert "<script" not in shown and "src=" not in shown and "href=" not in shown
