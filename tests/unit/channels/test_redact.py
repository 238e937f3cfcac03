"""No secret passes the log filter; sentences do."""

from __future__ import annotations

import logging

import pytest

from ocop_market.channels.redact import RedactSecrets, redact

SECRET = "eyJhbGciOi.BI-MAT_9/x+y=="

WRITTEN = [
    "GET /orders?access_token={}&page=2", "/x?sign={}", "/x?partner_id=1&sign={}&timestamp=2", "Authorization: Bearer {}",
    "authorization: bearer {}", "Authorization: Basic {}", "{{'Authorization': 'Bearer {}'}}", "{{'access_token': '{}'}}",
    '{{"refresh_token": "{}", "expires_in": 5}}', '"{{\\"access_token\\": \\"{}\\"}}"', "client_secret={}", "app_secret={}",
    "partner_key = {}", "password: {}", "code={}", "X-Tiki-Signature: {}", "Bearer {}", "id_token={}",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_secrets_are_hidden_however_they_are_written(text: str) -> None:
    shown = redact(text.format(SECRET))
    assert "BI-MAT" not in shown
    assert "***" in shown


@pytest.mark.parametrize("text", [
    "error code 429", "the access token was refused", "token_type=Bearer", "page=2&order_sn=ABC", "Secret of the house",
    "expires_in: 86400",
])
def test_sentences_and_other_values_are_left_alone(text: str) -> None:
    assert redact(text) == text


def test_what_stands_beside_a_secret_stays() -> None:
    assert redact(f"/x?access_token={SECRET}&page=2") == "/x?access_token=***&page=2"


def test_redacting_twice_changes_nothing_more() -> None:
    for text in WRITTEN:
        once = redact(text.format(SECRET))
        assert redact(once) == once


def log_through_filter(caplog: pytest.LogCaptureFixture) -> logging.Logger:
    logger = logging.getLogger("ocop_market.tests.redact")
    logger.filters[:] = [RedactSecrets()]
    caplog.set_level(logging.DEBUG)
    return logger


def test_arguments_of_a_record_are_redacted(caplog: pytest.LogCaptureFixture) -> None:
    log_through_filter(caplog).info("called %s in %d ms", f"/x?sign={SECRET}", 5)
    assert caplog.messages == ["called /x?sign=*** in 5 ms"]


def test_a_secret_that_is_joined_only_when_formatted_is_redacted(caplog: pytest.LogCaptureFixture) -> None:
    log_through_filter(caplog).info("access_token=%s", SECRET)
    assert caplog.messages == ["access_token=***"]


def test_tracebacks_are_redacted(caplog: pytest.LogCaptureFixture) -> None:
    logger = log_through_filter(caplog)
    try:
        raise ValueError(f"no such page: /x?access_token={SECRET}")
    except ValueError:
        logger.exception("failed")
    assert "ValueError" in caplog.text
    assert "BI-MAT" not in caplog.text
