"""`accounts key`: where the key for secrets is kept, and its move to another place."""

from __future__ import annotations

from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand, argument
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.store.leases import holding
from ocop_market.store.market_key import KeyPlace

IS_IN = {
    KeyPlace.FILE: N_("The key for secrets is in the file market.key. Keep a copy of it apart from the market's folder."),
    KeyPlace.KEYRING: N_("The key for secrets is in the keyring of this user on this computer; the folder alone opens no secret. Before "
                         "the market moves to another computer: ocop-market accounts key file"),
    KeyPlace.ENVIRONMENT: N_("The key for secrets is in the environment variable OCOP_MARKET_KEY."),
}
CHANGED = N_("There is a new key for secrets, and {secrets} secrets are sealed with it. The old one is gone.")
ELSEWHERE = N_("Other computers that work on this market need the new key as well: copy market.key to them. Secrets in older backups open "
               "with the old key only.")


@click.command("key", cls=SpeakingCommand, help=N_(
    "Tells where the key for secrets is kept; with “file” or “keyring” as PLACE, moves it there. Listings, ledger and logins stay as they "
    "are."))
@argument("place", required=False, type=click.Choice([KeyPlace.FILE.value, KeyPlace.KEYRING.value]))
@shared_options
@speaks_plainly
def key(place: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Tells of the key, or moves it."""
    with open_market(market_folder) as market:
        if place is not None:
            with holding(market.store, "market-key", market.clock):
                market.vault.move_key(KeyPlace(place))
        found = market.vault.key.place
    if as_json:
        emit({"key": found})
    else:
        tell(translate(IS_IN[found]))
    return Exit.DONE


@click.command("rekey", cls=SpeakingCommand, help=N_(
    "Makes a new key for secrets and seals all of them with it, for instance because somebody may have seen the old one. Accounts, logins "
    "and addresses for webhooks stay as they are."))
@shared_options
@speaks_plainly
def rekey(market_folder: Path, as_json: bool) -> Exit:
    """Changes the key."""
    with open_market(market_folder) as market, holding(market.store, "market-key", market.clock):
        secrets, place = market.vault.change_key(market.clock()), market.vault.key.place
    if as_json:
        emit({"secrets": secrets, "key": place})
    else:
        tell(say(CHANGED, secrets=number(secrets)))
        tell(translate(IS_IN[place]))
        tell(translate(ELSEWHERE))
    return Exit.DONE
