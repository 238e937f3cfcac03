"""`accounts login`: the link, and the answer that comes back to a page on this computer, is pasted, or stands on standard input."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from ocop_market.channels.api import AsksConsent
from ocop_market.channels.consent import ANSWER_WITHIN, LINK_LIFE, is_loopback, new_state, read_answer
from ocop_market.channels.consent_page import LocalPage
from ocop_market.cli.frame import Exit, complain, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import NotSupported, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market

OPEN_LINK = N_("Open this address in a browser, log in to the shop and agree:")
OPENED = N_("The browser opens. Log in to the shop there and agree. If no browser opens, open this address on this computer:")
PASTE = N_("Paste the address to which the browser came back")
HAND_ON = N_("When the answer is there: ocop-market accounts login {account} --answer - (it asks for the address, or reads it from "
             "standard input; the link is good for one answer, within a day)")
NO_CONSENT = N_("The channel {channel} asks for no consent; its keys are enough. Check them with: "
                "ocop-market accounts check {account}")
NOBODY_CAME = N_("No answer came within {minutes} minutes. Begin again: ocop-market accounts login {account}; with --paste you can copy "
                 "the address yourself.")
NOT_IN_ARGUMENTS = N_("A code does not belong on the command line, where others can see it. Write --answer - and paste the address when "
                      "asked, or send it to standard input.")
WORKS = N_("{account}: works ({shop}).")
PENDING = "consent"
"""The kind under which the mark of a link that was handed on is kept sealed."""


@click.command("login", cls=SpeakingCommand, help=N_(
    "Gets the shop's consent: shows a link and takes the answer. Where the return address leads to this computer and a browser is at "
    "hand, the answer comes by itself; else paste the address that the browser came back to. With --link the link is for somebody "
    "else, who sends the address back."))
@argument("account")
@option("--paste", is_flag=True, help=N_("Always ask for the address: the browser is on another computer."))
@option("--link", "only_link", is_flag=True, help=N_("Only print the link; its answer is given later with --answer -."))
@option("--answer", metavar="-", help=N_("Take the address that the browser came back to from standard input."))
@shared_options
@speaks_plainly
def login(account: str, paste: bool, only_link: bool, answer: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Exchanges a consent for tokens."""
    if answer not in (None, "-"):
        raise SettingsError(NOT_IN_ARGUMENTS, code="answer-in-arguments")
    with open_market(market_folder) as market:
        connector = market.connector(account)
        if not isinstance(connector, AsksConsent) or not connector.needs_consent:
            raise NotSupported(NO_CONSENT, code="no-consent", channel=connector.profile.title, account=account)
        if only_link:
            link = _link_for_later(market, account, connector)
            if as_json:
                emit({"account": account, "link": link})
            else:
                click.echo(f"{translate(OPEN_LINK)}\n\n  {link}\n")
                tell(say(HAND_ON, account=account))
            return Exit.DONE
        if answer == "-":
            came_back = read_answer(_from_standard_input(), _kept_state(market, account))
        else:
            came_back = ask_consent(account, connector, paste=paste, to_stderr=as_json)
        shop = finish_login(market, account, connector, came_back)
    if as_json:
        emit({"account": account, "shop": shop})
    else:
        tell(say(WORKS, account=account, shop=shop))
    return Exit.DONE


def ask_consent(account: str, connector: AsksConsent, *, paste: bool, to_stderr: bool) -> dict[str, str]:
    """What the platform added to the return address; somebody has to be at the keyboard."""
    if not sys.stdin.isatty():
        raise click.Abort
    state, redirect = new_state(), _redirect(connector)
    if not paste and is_loopback(redirect) and browser_at_hand():
        try:
            page = LocalPage(redirect, state)
        except SettingsError as error:
            complain(error, as_json=False)
        else:
            with page:
                return _from_page(account, page, connector.consent_link(redirect, state), to_stderr)
    click.echo(f"{translate(OPEN_LINK)}\n\n  {connector.consent_link(redirect, state)}\n", err=to_stderr)
    return read_answer(click.prompt(translate(PASTE), err=to_stderr), state)


def finish_login(market: Market, account: str, connector: AsksConsent, answer: Mapping[str, str]) -> str:
    """Keeps the tokens that an answer is good for, and returns the shop's name."""
    market.keep_tokens(account, connector.exchange(answer))
    market.vault.forget(account, PENDING)
    return market.connector(account).check()


def browser_at_hand() -> bool:
    """Whether a browser with windows can be opened here: not over SSH, and on Linux not without a display."""
    if "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"})


def _from_page(account: str, page: LocalPage, link: str, to_stderr: bool) -> dict[str, str]:
    click.echo(f"{translate(OPENED)}\n\n  {link}\n", err=to_stderr)
    webbrowser.open(link)
    answer = page.wait(ANSWER_WITHIN.total_seconds())
    if answer is None:
        raise SettingsError(NOBODY_CAME, code="no-answer-came", account=account, minutes=int(ANSWER_WITHIN.total_seconds() // 60))
    return answer


def _from_standard_input() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(translate(PASTE), err=True))
    return sys.stdin.readline()


def _link_for_later(market: Market, account: str, connector: AsksConsent) -> str:
    """A link whose mark is kept sealed, so that its answer is known again by another run."""
    state, now = new_state(), market.clock()
    market.vault.put(account, PENDING, {"state": state, "until": (now + LINK_LIFE).isoformat()}, now)
    return connector.consent_link(_redirect(connector), state)


def _kept_state(market: Market, account: str) -> str | None:
    kept = market.vault.get(account, PENDING)
    if kept is None or datetime.fromisoformat(kept["until"]) < market.clock():
        return None
    return str(kept["state"])


def _redirect(connector: AsksConsent) -> str:
    return str(getattr(getattr(connector, "settings", None), "redirect_url", ""))
