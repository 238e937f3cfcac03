"""A seller's consent as it comes back: an address with a code, told apart from the addresses of other attempts."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from ocop_market.errors import SettingsError
from ocop_market.language import N_

ANSWER_WITHIN = timedelta(minutes=10)
"""How long a local page waits: no platform's code is good for longer."""
LINK_LIFE = timedelta(days=1)
"""How long an answer to a link that was handed to somebody else is taken."""
LOOPBACK = frozenset({"127.0.0.1", "localhost"})

NOT_AN_ANSWER = N_("That address carries no code. Copy the whole address from the browser after you agreed, and paste it again.")
OTHER_ANSWER = N_("That address belongs to another attempt. Run the command again and use the newest address.")


def new_state() -> str:
    """A mark of one attempt, which the platform hands back; nobody can guess it."""
    return secrets.token_urlsafe(24)


def is_loopback(redirect: str) -> bool:
    """Whether a return address leads to this computer, so that a page of ours can stand there."""
    parts = urlsplit(redirect)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def same_state(answer: Mapping[str, str], state: str) -> bool:
    """Whether an answer carries the mark of this attempt; compared in constant time."""
    return hmac.compare_digest(answer.get("state", "").encode(), state.encode())


def read_answer(pasted: str, state: str | None) -> dict[str, str]:
    """What a person pasted: the whole address that the browser came back to, or the part behind its question mark.

    An address that carries no mark at all is taken, for some platforms hand none back; one with another mark than `state` is not,
    nor one with a mark where none is known. A refusal of the seller's is an answer too. SettingsError for anything else.
    """
    text = pasted.strip()
    answer = dict(parse_qsl(urlsplit(text).query or text.lstrip("?")))
    if "code" not in answer and "error" not in answer:
        raise SettingsError(NOT_AN_ANSWER, code="no-code")
    if "state" in answer and not (state and same_state(answer, state)):
        raise SettingsError(OTHER_ANSWER, code="consent-mixed-up")
    return answer
