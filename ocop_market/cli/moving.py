"""`move-to`: the market from its database to another."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import make_url

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.progress import bar
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.money import vnd
from ocop_market.settings import DATABASE_VARIABLE, database_address, read_settings
from ocop_market.store.moving import Moved

EQUAL = N_("The market is in {new} now. Every row was compared: {rows} rows in {tables} tables are the same in both, and so are the "
           "sums of {days} days of sales ({amount}).")
FOUND_THERE = N_("Everything had been copied by a run that was stopped; it was compared once more.")
KEPT = N_("{old} was left as it is. Keep it until you have a backup of the new database, then remove it.")
WRITTEN_NOWHERE = N_("The password is written nowhere. Set the environment variable {variable} to the address with the password, for this "
                     "program and for its schedule; market.toml refers to it.")
SEEN_BY_OTHERS = N_("A command line may be seen by others: next time add --ask-password, or give env:{variable} instead of the address.")
NO_PASSWORD_THERE = N_("With --ask-password the address is a postgresql:// one without a password, such as "
                       "postgresql://ocop@localhost/ocop_market")


@click.command("move-to", cls=SpeakingCommand, help=N_(
    "Moves the market to another database, compares both row by row, and only then works with the new one. ADDRESS begins with "
    "postgresql:// or, for a file, with sqlite:///. A password has no place in it: it is asked for (--ask-password), taken from "
    "PostgreSQL's own password file, or stands with the whole address in an environment variable, whose name is given with env: before "
    "it."))
@argument("address")
@option("--ask-password", "ask", is_flag=True, help=N_("Ask for the password of the database, without showing it."))
@shared_options
@speaks_plainly
def move_to(address: str, ask: bool, market_folder: Path, as_json: bool) -> Exit:
    """Moves the market."""
    if ask:
        address = _with_password(address)
    with open_market(market_folder) as market:
        old = market.store.shown
        with bar(translate(N_("Rows written and compared")), quiet=as_json) as watch:
            moved = market.move_to(address, watch)
    setting = read_settings(market_folder).database
    if as_json:
        emit({"from": old, "database": setting, "rows": dict(moved.rows), "days": moved.days, "amount": moved.amount,
              "found_there": moved.found_there})
    else:
        _show(moved, old, setting)
        if setting != address and setting == f"env:{DATABASE_VARIABLE}":
            tell(say(WRITTEN_NOWHERE, variable=DATABASE_VARIABLE))
            if not ask:
                tell(say(SEEN_BY_OTHERS, variable=DATABASE_VARIABLE))
    return Exit.DONE


def _with_password(address: str) -> str:
    """The address with a password that is asked for; SettingsError where it has one already, or can have none."""
    plain = database_address(address)[0]
    parts = make_url(plain) if plain.startswith("postgresql://") else None
    if parts is None or parts.password is not None or address.startswith("env:"):
        raise SettingsError(NO_PASSWORD_THERE, code="no-password-there")
    password = click.prompt(translate(N_("Password of the database")), hide_input=True, err=True)
    return parts.set(password=password).render_as_string(hide_password=False)


def _show(moved: Moved, old: str, setting: str) -> None:
    table("", [translate(N_("Table")), translate(N_("Rows"))], [
        (name, number(count)) for name, count in moved.rows.items() if count], right=[1])
    if moved.found_there:
        tell(translate(FOUND_THERE))
    tell(say(EQUAL, new=setting, rows=number(sum(moved.rows.values())), tables=number(len(moved.rows)), days=number(moved.days),
             amount=vnd(moved.amount)))
    tell(say(KEPT, old=old))
