"""`sandbox`: practice servers that people can use."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from ocop_market.accounts import secret_names
from ocop_market.channels.registry import load_connector, load_sandbox, sandbox_names
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.demo.stage import practice_history
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.model.clock import business_day, utc_now
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.deliveries import CallsOut, NotTaken
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.server import Server

LISTENING = N_("The practice server of {name} answers at {url} (stop it with Ctrl-C). Nothing here reaches the real platform.")
BAD_FAULT = N_("The fault '{text}' is not understood. Form: KIND[@PATH][:NUMBER]; kinds: {kinds}. A NUMBER below 1 is a "
               "chance per call, from 1 on how often.")
ADD_IT = N_("Use it in a market:")
CALLS_NOBODY = N_("The platform {name} calls nobody. Leave out --call.")
NO_ADDRESS = N_("'{address}' is not a web address. It begins with http:// and is told by: ocop-market webhooks show")
NOT_HERE = N_("{host} is not this computer. If calls may leave it, add --anywhere.")
NOT_ANSWERED = N_("{address} did not answer the platform's test call as it should. Start first: ocop-market webhooks serve. Then compare "
                  "the address with: ocop-market webhooks show")
CALLED = N_("{calls} calls were taken at {address}.")
THIS_COMPUTER = frozenset({"127.0.0.1", "localhost", "::1"})
TOLD_AT_FIRST = timedelta(days=1)
"""The first calls tell of what changed within this time, so that there is something to see at once."""
BETWEEN_CALLS = 5.0


@click.command("sandbox", cls=SpeakingCommand, help=N_(
    "Starts a practice server of a platform (CHANNEL) on this computer only, with simulated buyers, and prints which keys to "
    "use. Without CHANNEL, lists those that there are."))
@argument("channel", required=False)
@option("--port", type=click.IntRange(0, 65535), default=0, help=N_("Port to listen on (0: any free one)."))
@option("--months", type=click.IntRange(0, 60), default=24, help=N_("How many months of sales history the shop has."))
@option("--fault", "faults", multiple=True, metavar="KIND[@PATH][:NUMBER]",
        help=N_("Switch on a fault, for example rate-limit:0.05, error-after@add_item:3, slow:0.1, expired-token:2."))
@option("--file", "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Keep what the shop remembers in this file."))
@option("--call", "called", metavar="ADDRESS", help=N_(
    "Call this address when something changes, signed as the platform signs; see: ocop-market webhooks serve."))
@option("--anywhere", is_flag=True, help=N_("Let --call name an address that is not on this computer."))
@option("--unmasked", is_flag=True, help=N_("Show buyers' (false) names in clear, as to an app with that permission."))
@shared_options
@speaks_plainly
def sandbox(channel: str | None, port: int, months: int, faults: tuple[str, ...], file: Path | None, called: str | None, anywhere: bool,
            unmasked: bool, market_folder: Path, as_json: bool) -> Exit:
    """Serves a practice shop until stopped."""
    if channel is None:
        if as_json:
            emit(sandbox_names())
        else:
            table(translate("Practice servers"), [translate("Channel")], [(name,) for name in sandbox_names()])
        return Exit.DONE
    kind = load_sandbox(channel)
    first_day = business_day(utc_now()) - timedelta(days=round(months * 30.44))
    history = practice_history(channel, first_day) if months else None
    app = kind(history=history, path=file, masked=not unmasked)
    for text in faults:
        try:
            app.faults.add(Fault.parse(text))
        except ValueError:
            raise SettingsError(BAD_FAULT, code="fault-unknown", text=text, kinds=", ".join(FaultKind)) from None
    server = Server(app, port)
    settings = app.settings(server.url)
    if called is not None:
        settings |= _registered(app, channel, called, anywhere=anywhere)
    answer = app.grant()
    if as_json:
        emit({"channel": channel, "url": server.url, "settings": settings, "consent": answer})
    else:
        tell(say(LISTENING, name=channel, url=server.url))
        table(translate("Practice keys"), [translate("Setting"), translate("Value")], list(settings.items()))
        if answer:
            table(translate("Practice consent"), [translate("Setting"), translate("Value")], list(answer.items()))
        hidden = secret_names(load_connector(channel))
        pairs = " ".join(f"--set {name}={value}" for name, value in settings.items() if name not in hidden)
        tell(f"{translate(ADD_IT)} ocop-market accounts add {channel} --channel {channel} --practice {pairs}")
    if called is not None:
        threading.Thread(target=_call, args=(app, "" if as_json else called), daemon=True, name="practice-calls").start()
    server.run()
    return Exit.DONE


def _registered(app: Sandbox, channel: str, url: str, *, anywhere: bool) -> dict[str, str]:
    """Has the practice server call an address; the settings by which the account there knows its calls."""
    if not isinstance(app, CallsOut):
        raise SettingsError(CALLS_NOBODY, code="calls-nobody", name=channel)
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not host or not url.startswith(("http://", "https://")):
        raise SettingsError(NO_ADDRESS, code="no-address", address=url)
    if not anywhere and host not in THIS_COMPUTER:
        raise SettingsError(NOT_HERE, code="not-this-computer", host=host)
    try:
        return app.call_at(url, app.clock() - TOLD_AT_FIRST)
    except NotTaken:
        raise SettingsError(NOT_ANSWERED, code="address-not-taken", address=url) from None


def _call(app: CallsOut, told: str) -> None:
    """Makes the calls as long as the server runs; says so where an address is to be `told`."""
    while True:
        taken = app.deliver()
        if taken and told:
            tell(say(CALLED, calls=number(taken), address=told))
        time.sleep(BETWEEN_CALLS)
