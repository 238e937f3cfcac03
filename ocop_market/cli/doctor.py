"""`doctor`: what is wrong and what to do. `metrics`: figures for those who watch many."""

from __future__ import annotations

from pathlib import Path

import click

from ocop_market.cli.frame import Exit, console, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand, option
from ocop_market.cli.webhooks import CANNOT_LISTEN
from ocop_market.errors import SettingsError
from ocop_market.health.alerts import send_news
from ocop_market.health.checks import Severity, find_troubles
from ocop_market.health.gather import gather
from ocop_market.health.metrics import HealthApp, as_document, as_metrics
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market

ALL_WELL = N_("All is well.")
WATCHED = N_("The figures are at http://{host}:{port}/metrics, and whether all is well at /health (stop with Ctrl-C).")
LOOPBACK = "127.0.0.1"
MARKS = {Severity.STOPS: ("✗", "red"), Severity.WARNS: ("!", "yellow")}


@click.command("doctor", cls=SpeakingCommand, help=N_(
    "Looks whether all is well, shop by shop, and says what to do where it is not. No platform is called."))
@option("--quick", is_flag=True, help=N_("Do not read the whole database through."))
@option("--alert", is_flag=True, help=N_("Tell what is new or over to those named under [alerts] in market.toml."))
@shared_options
@speaks_plainly
def doctor(quick: bool, alert: bool, market_folder: Path, as_json: bool) -> Exit:
    """Shows troubles."""
    with open_market(market_folder) as market:
        facts = gather(market, thorough=not quick)
        troubles = find_troubles(facts)
        if alert:
            send_news(market, troubles)
    if as_json:
        emit(as_document(facts, troubles))
    elif not troubles:
        tell(translate(ALL_WELL))
    else:
        for one in troubles:
            mark, colour = MARKS[one.severity]
            console.print(f"[{colour}]{mark}[/] ", end="")
            tell(one.problem.sentence())
    return Exit.PARTLY if troubles else Exit.DONE


@click.command("metrics", cls=SpeakingCommand, help=N_(
    "Prints the market's figures in the format of Prometheus, or answers with them until stopped (--port)."))
@option("--port", type=click.IntRange(1, 65535), help=N_("Answer at /metrics and /health of this port, on this computer only."))
@shared_options
@speaks_plainly
def metrics(port: int | None, market_folder: Path, as_json: bool) -> Exit:
    """Shows figures."""
    with open_market(market_folder) as market:
        if port is not None:
            _serve(HealthApp(market), port, as_json=as_json)
            return Exit.DONE
        facts = gather(market, thorough=False)
        troubles = find_troubles(facts)
    if as_json:
        emit(as_document(facts, troubles))
    else:
        click.echo(as_metrics(facts, troubles), nl=False)
    return Exit.DONE


def _serve(app: HealthApp, port: int, *, as_json: bool) -> None:
    import waitress  # a server, and this the one option that needs it

    try:
        server = waitress.create_server(app, host=LOOPBACK, port=port, threads=2, ident=None)
    except OSError as error:
        raise SettingsError(CANNOT_LISTEN, code="cannot-listen", host=LOOPBACK, port=port, reason=error.strerror or "?") from None
    if as_json:
        emit({"host": LOOPBACK, "port": port})
    else:
        tell(say(WATCHED, host=LOOPBACK, port=port))
    try:
        server.run()
    finally:
        server.close()
