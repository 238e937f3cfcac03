"""Each trouble is told once, and once more when it is over, however often one looks."""

import smtplib

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.errors import Problem
from ocop_market.health import alerts
from ocop_market.health.alerts import mark_told, news, send_news
from ocop_market.health.checks import Severity, Trouble
from ocop_market.market import new_market, open_market
from ocop_market.store.engine import Store
from sync_jobs.health import look_after
from tests.conftest import START, FakeClock

CODES = ("silent-shop", "needs-login", "no-stock")
HOOK = "https://chat.example.vn/hook"


def trouble(code="silent-shop", account="shop"):
    return Trouble(Problem(code, "{account}: " + code, "", {"account": account}), Severity.STOPS, account)


@pytest.fixture
def market(tmp_path, clock, database):
    new_market(tmp_path / "m", "HTX", database=database)
    with (tmp_path / "m" / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[alerts]\nfile = "alerts.log"\n')
    with open_market(tmp_path / "m", clock=clock) as opened:
        yield opened


def lines(market):
    file = market.folder / "alerts.log"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_a_trouble_is_told_once_and_its_end_once(market, clock):
    for found in ([trouble()],) * 3 + ([],) * 3:
        clock.forward(minutes=10)
        send_news(market, found)
    first, second = lines(market)
    assert first == "2026-11-01 12:10 shop: silent-shop"
    assert second.startswith("2026-11-01 12:40") and "silent-shop" in second


def test_a_trouble_that_comes_back_is_told_again(market, clock):
    for found in ([trouble()], [], [trouble()]):
        send_news(market, found)
    assert len(lines(market)) == 3


def test_what_could_not_be_told_is_told_at_the_next_look(market, monkeypatch):
    with monkeypatch.context() as patch:
        def full(*_):
            raise OSError("disk full")
        patch.setattr(alerts, "_write", full)
        send_news(market, [trouble()])
    assert lines(market) == []
    send_news(market, [trouble()])
    assert len(lines(market)) == 1


def test_a_trouble_that_nobody_was_told_of_ends_without_a_word(market, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(alerts, "_ways", lambda settings: [])
        send_news(market, [trouble()])
    send_news(market, [])
    assert lines(market) == []


def test_looking_after_a_market_that_wants_no_alerts_looks_at_nothing(tmp_path, monkeypatch):
    new_market(tmp_path / "quiet")
    monkeypatch.setattr("sync_jobs.health.gather", lambda *_, **__: pytest.fail("looked"))
    with open_market(tmp_path / "quiet") as opened:
        look_after(opened)


def test_looking_after_a_market_tells(market, monkeypatch):
    monkeypatch.setattr("sync_jobs.health.find_troubles", lambda facts: [trouble()])
    for _ in range(2):
        look_after(market)
    assert len(lines(market)) == 1


@responses.activate
def test_an_address_gets_a_text_and_the_codes_and_a_refusal_is_tried_again(market, monkeypatch):
    monkeypatch.setenv("CHAT", HOOK)
    monkeypatch.setattr(market.settings, "alerts", market.settings.alerts.model_copy(update={"file": "", "webhook": "env:CHAT"}))
    responses.add(responses.POST, HOOK, status=500)
    responses.add(responses.POST, HOOK, status=200)
    for _ in range(3):
        send_news(market, [trouble()])
    assert len(responses.calls) == 2
    sent = responses.calls[1].request
    assert requests.models.complexjson.loads(sent.body)["new"] == [{"account": "shop", "code": "silent-shop", "severity": "stops"}]
    assert b"HTX" in sent.body


class PostOffice:
    """What is handed to a mail server."""

    def __init__(self, host, port, timeout):
        PostOffice.address, PostOffice.done = (host, port), []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def starttls(self, context):
        assert context.check_hostname
        self.done.append("tls")

    def login(self, user, password):
        self.done.append((user, password))

    def send_message(self, message):
        self.done.append(message)


def test_mail_goes_out_over_tls_with_a_password_from_the_environment(market, monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", "mat-khau")
    monkeypatch.setattr(smtplib, "SMTP", PostOffice)
    monkeypatch.setattr(market.settings, "alerts", market.settings.alerts.model_copy(update={
        "file": "", "email_to": "ke-toan@htx.example.vn", "smtp_host": "mail.example.vn", "smtp_user": "htx",
        "smtp_password": "env:MAIL_PASSWORD"}))
    send_news(market, [trouble()])
    tls, login, message = PostOffice.done
    assert (PostOffice.address, tls, login) == (("mail.example.vn", 587), "tls", ("htx", "mat-khau"))
    assert message["To"] == "ke-toan@htx.example.vn" and "shop: silent-shop" in message.get_content()


def test_a_password_that_is_not_there_is_told_in_the_log_and_never_shown(market, monkeypatch, caplog):
    monkeypatch.setattr(market.settings, "alerts", market.settings.alerts.model_copy(update={
        "file": "", "email_to": "a@example.vn", "smtp_password": "env:NOT_THERE"}))
    send_news(market, [trouble()])
    assert "NOT_THERE" in caplog.text


@settings(deadline=None, max_examples=40)
@given(looks=st.lists(st.tuples(st.sets(st.sampled_from(CODES)), st.booleans()), max_size=12))
def test_whatever_comes_and_goes_nothing_is_told_twice_in_a_row(tmp_path_factory, looks):
    """Told and over take turns for each trouble, whichever tellings fail; and what is there at a good look has been told."""
    store, clock = Store(tmp_path_factory.mktemp("m") / "market.db"), FakeClock(START)
    store.migrate()
    told: dict[str, bool] = dict.fromkeys(CODES, False)
    for present, delivered in looks:
        clock.forward(minutes=10)
        with store.writing() as connection:
            said = news(connection, [trouble(code) for code in sorted(present)], clock())
            if delivered:
                mark_told(connection, said, clock())
        if delivered:
            for one in said.new:
                assert not told[one.problem.code]
                told[one.problem.code] = True
            for over in said.over:
                assert told[over.code]
                told[over.code] = False
            assert {code for code, known in told.items() if known} == present
    store.close()


def test_the_day_of_an_end_is_the_day_it_began(market, clock):
    send_news(market, [trouble()])
    clock.forward(days=3)
    send_news(market, [])
    assert "01/11/2026" in lines(market)[1]
