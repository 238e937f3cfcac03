"""Buyers stay with the platform: a simulated one is looked for wherever something of ours could keep or show them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

import pytest
import requests

from ocop_market.channels.api import Connector, PublishesListings, PullsSales
from ocop_market.errors import MarketError
from ocop_market.sandbox.buyers import CANARY_WORDS
from ocop_market.testing.canary import find_canary
from ocop_market.testing.frame import ContractFrame, NewTrial, needs
from ocop_market.testing.trial import ACCOUNT, Ground, Trial

Spoil = Callable[[requests.Response], None]


class PrivacyCases(ContractFrame):
    """No buyer in database, files, logs, errors or cursor."""

    @needs(Connector, otherwise="")
    def test_no_buyer_is_kept_or_logged(self, ground: Ground, new_trial: NewTrial, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        trial = new_trial(articles=2, sells=True, masked=False)
        seen = watch_for_buyers(trial)
        connector = trial.connector
        if isinstance(connector, PublishesListings):
            trial.publish_to_the_end()
        if isinstance(connector, PullsSales):
            trial.market.pull_sales(ACCOUNT)
            assert seen, "sandbox.py: with masked=False the practice server shows its simulated buyers; else this proves nothing."
        trial.market.close()
        assert find_canary(trial.folder, texts=[caplog.text]) == []

    @needs(PullsSales, otherwise="reports no sales")
    @pytest.mark.parametrize("way", ["cut", "refused", "failed", "forbidden", "lists", "empty"])
    def test_an_answer_that_goes_wrong_is_told_without_its_buyers(
            self, ground: Ground, new_trial: NewTrial, caplog: pytest.LogCaptureFixture, way: str) -> None:
        caplog.set_level(logging.DEBUG)
        trial = new_trial(sells=True, masked=False)
        trial.connector.check()
        trial.wire.spoil = SPOILS[way]
        told: list[str] = []
        try:
            trial.market.pull_sales(ACCOUNT)
        except MarketError as error:
            told = [str(error), repr(error), "".join(traceback.format_exception(error))]
        trial.market.close()
        assert find_canary(trial.folder, texts=[*told, caplog.text]) == []
        assert told or way == "lists", f"An answer that is {way} must end in one of our errors, not pass as good."


def watch_for_buyers(trial: Trial) -> list[str]:
    """A list that gets an entry for every answer with a buyer in it."""
    seen: list[str] = []

    def look(response: requests.Response) -> None:
        text = response.text.encode().decode("unicode_escape", errors="ignore") if "\\u" in response.text else response.text
        if any(word in text for word in CANARY_WORDS):
            seen.append(response.request.path_url.partition("?")[0])

    trial.wire.spoil = look
    return seen


def _rewrite(response: requests.Response, content: bytes) -> None:
    response._content = content


def _cut(response: requests.Response) -> None:
    _rewrite(response, response.content[:len(response.content) * 2 // 3])


def _with_status(status: int) -> Spoil:
    def spoil(response: requests.Response) -> None:
        response.status_code = status
        response.headers.pop("Retry-After", None)

    return spoil


def _lists(response: requests.Response) -> None:
    """Every text becomes a list of itself: the shape is wrong wherever text is expected."""
    _rewrite(response, response.content.replace(b': "', b': ["').replace(b'":"', b'":["').replace(b'",', b'"],'))


SPOILS: dict[str, Spoil] = {
    "cut": _cut, "refused": _with_status(400), "failed": _with_status(500), "forbidden": _with_status(403), "lists": _lists,
    "empty": lambda response: _rewrite(response, b""),
}
