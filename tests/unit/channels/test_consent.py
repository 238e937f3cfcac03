"""What comes back from a consent: pasted by a person, or taken by a page on this computer."""

import socket
import threading

import pytest
import requests

from ocop_market.channels.consent import is_loopback, new_state, read_answer
from ocop_market.channels.consent_page import LocalPage
from ocop_market.errors import SettingsError

STATE = "mark-of-this-attempt"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def redirect():
    return f"http://127.0.0.1:{free_port()}/ve-lai"


def get(address, **more):
    return requests.get(address, timeout=5, **more)


@pytest.mark.parametrize("pasted", [
    "https://htx.example/ve-lai?code=abc&shop_id=7&state=mark-of-this-attempt", "  https://htx.example/?code=abc&shop_id=7 \n",
    "?code=abc&shop_id=7", "code=abc&shop_id=7&state=mark-of-this-attempt"])
def test_code_and_shop_are_taken_out_of_what_was_pasted(pasted):
    answer = read_answer(pasted, STATE)
    assert (answer["code"], answer["shop_id"]) == ("abc", "7")


@pytest.mark.parametrize(("pasted", "state", "code"), [
    ("", STATE, "no-code"), ("https://htx.example/ve-lai", STATE, "no-code"), ("abc", STATE, "no-code"), ("?code=", STATE, "no-code"),
    ("https://htx.example/?code=abc&state=another", STATE, "consent-mixed-up"),
    ("https://htx.example/?code=abc&state=anything", None, "consent-mixed-up"),
    ("https://htx.example/?code=abc&state=Việt", STATE, "consent-mixed-up")])
def test_what_is_no_answer_of_this_attempt_is_refused_without_repeating_it(pasted, state, code):
    with pytest.raises(SettingsError) as refused:
        read_answer(pasted, state)
    assert refused.value.code == code and "abc" not in str(refused.value)


def test_a_refusal_of_the_seller_is_an_answer():
    assert read_answer(f"http://127.0.0.1/?error=access_denied&state={STATE}", STATE)["error"] == "access_denied"


@pytest.mark.parametrize(("redirect", "local"), [
    ("http://127.0.0.1:8787/ve-lai", True), ("http://localhost/x", True), ("https://htx.example/ve-lai", False),
    ("http://127.0.0.1.htx.example/", False), ("https://127.0.0.1/", False), ("", False)])
def test_only_an_address_of_this_computer_gets_a_page(redirect, local):
    assert is_loopback(redirect) is local


def test_no_two_attempts_have_the_same_mark_and_it_is_long_enough_for_every_platform():
    marks = {new_state() for _ in range(100)}
    assert len(marks) == 100 and min(map(len, marks)) >= 32


def test_the_page_takes_one_answer_says_so_in_both_languages_and_is_gone(redirect):
    with LocalPage(redirect, STATE) as page:
        shown = get(f"{redirect}?code=abc&shop_id=7&state={STATE}")
        assert page.wait(5) == {"code": "abc", "shop_id": "7", "state": STATE}
        assert get(f"{redirect}?code=another&state={STATE}").status_code == 403
        assert page.wait(5)["code"] == "abc"
    assert shown.status_code == 200 and 'lang="vi"' in shown.text and 'lang="en"' in shown.text
    assert "abc" not in shown.text and shown.headers["Cache-Control"] == "no-store" and shown.headers["Referrer-Policy"] == "no-referrer"
    with pytest.raises(requests.ConnectionError):
        get(redirect)


@pytest.mark.parametrize("query", ["?code=abc", "?code=abc&state=", "?code=abc&state=another", f"?state={STATE}", "", "?state=%FF&code=a"])
def test_an_answer_without_the_mark_ends_nothing(redirect, query):
    with LocalPage(redirect, STATE) as page:
        assert get(redirect + query).status_code == 403
        assert page.wait(0.05) is None


def test_other_paths_methods_and_hosts_are_not_served(redirect):
    answer = f"?code=abc&state={STATE}"
    with LocalPage(redirect, STATE) as page:
        assert get(redirect + "/more" + answer).status_code == 404
        assert requests.post(redirect + answer, timeout=5).status_code == 404
        assert get(redirect + answer, headers={"Host": "rebound.example"}).status_code == 404
        assert page.wait(0.05) is None


def test_a_connection_that_says_nothing_keeps_nobody_waiting(redirect):
    port = int(redirect.split(":")[2].partition("/")[0])
    with LocalPage(redirect, STATE) as page, socket.create_connection(("127.0.0.1", port)):
        get(f"{redirect}?code=abc&state={STATE}")
        assert page.wait(5)


def test_of_many_answers_at_once_one_counts(redirect):
    seen = []
    with LocalPage(redirect, STATE) as page:
        calls = [threading.Thread(target=lambda n=n: seen.append(get(f"{redirect}?code={n}&state={STATE}").status_code)) for n in range(8)]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        assert page.wait(5)
    assert sorted(seen) == [200] + [403] * 7


def test_a_port_in_use_is_said(redirect, capsys):
    with LocalPage(redirect, STATE), pytest.raises(SettingsError) as refused:
        LocalPage(redirect, STATE)
    assert refused.value.code == "no-local-page" and capsys.readouterr() == ("", "")


def test_nothing_of_the_answer_is_printed_or_logged(redirect, capfd, caplog):
    caplog.set_level("DEBUG", logger="werkzeug")
    with LocalPage(redirect, STATE) as page:
        get(f"{redirect}?code=hush&state=another")
        get(f"{redirect}?code=hush&state={STATE}")
        page.wait(5)
    logged = "".join(record.getMessage() for record in caplog.records if record.name == "werkzeug")
    assert "hush" not in "".join(capfd.readouterr()) + logged
