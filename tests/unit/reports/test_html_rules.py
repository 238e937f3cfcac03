"""Every page that the program writes keeps the rules of HTML and asks for nothing that is not in it."""

import socket
from datetime import date

import pytest
import requests

from ocop_market.channels.consent_page import LocalPage
from ocop_market.cli.coop import known_of
from ocop_market.errors import Problem
from ocop_market.growth.compare import Period
from ocop_market.language import use_language
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup
from ocop_market.publishing.brakes import Brake
from ocop_market.publishing.compare import Drift
from ocop_market.publishing.plan import PlannedChange, Withheld
from ocop_market.reports import html
from ocop_market.reports.coop.addresses import addressed
from ocop_market.reports.coop.collect import collect
from ocop_market.reports.coop.page import to_html
from ocop_market.reports.coop.printed import printed
from ocop_market.reports.official.frozen import Format, dress
from tests.html_rules import complaints
from tests.unit.reports.test_plan_page import TEA
from tests.unit.reports.test_plan_page import page as plan_page
from tests.unit.reports.test_reports import figures as short_figures


@pytest.fixture(autouse=True)
def english_then_vietnamese():
    yield
    use_language("vi")


def official(finished, figures, letterhead, tmp_path):
    return dress(tmp_path, figures, letterhead, Format.HTML).decode()


def coop(finished, figures, letterhead, tmp_path):
    with finished.store.reading() as connection:
        found = collect(connection, known_of(finished), Period(date(2026, 1, 1), date(2026, 11, 20)), date(2026, 11, 22), finished.clock())
    return to_html(printed(found), addressed(found))


def short(finished, figures, letterhead, tmp_path):
    return html.to_html(short_figures(practice=True, unknown=5))


def plan(finished, figures, letterhead, tmp_path):
    change = Change(ChangeKind.UPDATE, "A", TEA, groups=frozenset({FieldGroup.CONTENT, FieldGroup.PRICE}))
    before = {"content": {"title": "Trà <Tân Cương> vụ cũ"}, "price": {"price": 50_000}}
    return plan_page(changes=(PlannedChange(change, before), PlannedChange(Change(ChangeKind.CREATE, "A", TEA))),
                     brakes=(Brake(Problem("off-sale", "Too many at once.")),), drifts=(Drift("C", FieldGroup.PRICE, "price", 1, 9, True),),
                     withheld=(Withheld("B", "Gạo", (Problem("x", "No price."),)),))


def consent(finished, figures, letterhead, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/back"
    with LocalPage(address, "state") as page:
        text = requests.get(address, params={"code": "a", "state": "state"}, timeout=5).text
        page.wait(5)
    return text


@pytest.mark.parametrize("made", [official, coop, short, plan, consent])
def test_every_page_keeps_the_rules_and_needs_no_network(made, finished, figures, letterhead, tmp_path):
    assert complaints(made(finished, figures, letterhead, tmp_path), tmp_path) == []


@pytest.mark.parametrize("wrong", [
    "<p><div></div></p>", "<b><i></b></i>", "<ul><p>x</p></ul>", "<i id=a></i><i id=a></i>",
    "<a href='#none'>x</a>", "<img src='https://example.com/x.png'>", "<script></script>", "<p>", "<span/>", "<li>x</li>",
    "<table><tbody><tr><td>1</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>", "<p class=a class=b>x</p>",
    "<style>p{}</style>", "<td align=left>x</td>", "<ul>words</ul>"])
def test_what_breaks_the_rules_is_found(wrong):
    good = ('<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            "<title>x</title></head><body>{}</body></html>")
    assert complaints(good.format("<p>x</p>")) == []
    assert complaints(good.format(wrong)) != []
