"""`webhooks`: the addresses that platforms call, and the small server behind them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, option
from ocop_market.errors import SettingsError
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.app import LONGEST_BODY, WebhookApp
from ocop_market.hooks.tally import CallEnd
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.store.hints import calls_since

LISTENING = N_("Platforms' calls are taken at http://{host}:{port} and kept as hints (stop with Ctrl-C). Put an https address of yours "
               "in front of it.")
NONE = N_("No account here belongs to a channel that calls.")
NO_PUBLIC_URL = N_("Where the world finds these addresses is not set. Write into market.toml, as a part of its own: [webhooks], and below "
                   "it: public_url = \"https://…\"")
CANNOT_LISTEN = N_("{host}:{port} cannot be listened at ({reason!t}). Choose another one with --port.")
DAYS = 7
REFUSED = (CallEnd.FORGED, CallEnd.STALE, CallEnd.TOO_LONG, CallEnd.NO_KEY, CallEnd.STRANGER)
THREADS = 8


@click.group("webhooks", cls=SpeakingGroup, help=N_(
    "The addresses that platforms call when something changes, so that sales come in sooner."))
def webhooks() -> None:
    """The group."""


@webhooks.command("show", cls=SpeakingCommand, help=N_(
    "Shows the address of each account, to be registered with its platform, and what came in over the last week."))
@shared_options
@speaks_plainly
def show(market_folder: Path, as_json: bool) -> Exit:
    """Shows addresses and counts."""
    with open_market(market_folder) as market:
        rows = _addresses(market)
        public = market.settings.webhooks.public_url
    if as_json:
        emit(rows)
        return Exit.DONE
    if not rows:
        tell(translate(NONE))
        return Exit.DONE
    table(translate(N_("Addresses")), [translate(N_("Account")), translate(N_("Taken")), translate(N_("Refused"))], [
        (row["account"], number(row["calls"].get(CallEnd.TAKEN, 0)), number(sum(row["calls"].get(end, 0) for end in REFUSED)))
        for row in rows], right=[1, 2])
    for row in rows:
        tell(f"{row['account']}: {row['address']}")
    if not public:
        tell(translate(NO_PUBLIC_URL))
    return Exit.DONE


@webhooks.command("serve", cls=SpeakingCommand, help=N_(
    "Takes the platforms' calls until stopped, and keeps each as a hint for the schedule."))
@option("--host", default="127.0.0.1", metavar="ADDRESS", help=N_("Address to listen at (default: this computer only)."))
@option("--port", type=click.IntRange(1, 65535), default=8765, help=N_("Port to listen on."))
@shared_options
@speaks_plainly
def serve(host: str, port: int, market_folder: Path, as_json: bool) -> Exit:
    """Serves the addresses."""
    import waitress  # a server, and this the one command that needs it

    with open_market(market_folder) as market:
        app = WebhookApp(market, market.settings.webhooks.public_url)
        try:
            server = waitress.create_server(app, host=host, port=port, threads=THREADS, ident=None, max_request_body_size=LONGEST_BODY)
        except OSError as error:
            raise SettingsError(CANNOT_LISTEN, code="cannot-listen", host=host, port=port, reason=error.strerror or "?") from None
        if as_json:
            emit({"host": host, "port": port, "addresses": _addresses(market)})
        else:
            tell(say(LISTENING, host=host, port=port))
        try:
            server.run()
        finally:
            server.close()
            app.close()
    return Exit.DONE


def _addresses(market: Market) -> list[dict[str, Any]]:
    public = market.settings.webhooks.public_url.rstrip("/")
    with market.store.reading() as connection:
        calls = calls_since(connection, market.today - timedelta(days=DAYS))
    return [{"account": account, "channel": market.settings.accounts[account].channel, "address": public + path,
             "calls": {end: count for (owner, end), count in calls.items() if owner == account}}
            for account, path in paths(market).items()]
