"""`accounts`: list, add, enter keys anew, check; `login` has a module of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

import click
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.api import AsksConsent, Connector
from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, complain, emit, error_json, exit_code, shared_options, speaks_plainly, table, tell
from ocop_market.cli.key import key, rekey
from ocop_market.cli.login import WORKS, ask_consent, finish_login, login
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.errors import MarketError, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.settings import add_account, from_environment, read_settings, refuse_account_name, wrong_setting

ADDED = N_("Account '{name}' was added. Next: ocop-market accounts {next} {name}")
NOW = N_("The shop must agree on the platform's page. Do that now?")
KEPT = N_("The keys of '{name}' are kept. Next: ocop-market accounts {next} {name}")
BAD_PAIR = N_("One --set is not of the form NAME=VALUE, or names no setting of {channel}. Its settings: {known}.")
SECRET_PAIR = N_("'{name}' is a secret, which others could see on the command line. Leave it out: it is asked for. A script may give it "
                 "as an environment variable: {name}=env:NAME")


@click.group("accounts", cls=SpeakingGroup, help=N_("Shops and points of sale of this market."))
def accounts() -> None:
    """The group."""


accounts.add_command(login)
accounts.add_command(key)
accounts.add_command(rekey)


@accounts.command("list", cls=SpeakingCommand, help=N_("Lists the accounts."))
@shared_options
@speaks_plainly
def list_accounts(market_folder: Path, as_json: bool) -> Exit:
    """Lists the accounts."""
    with open_market(market_folder) as market:
        rows = [(name, account.channel, "✓" if account.practice else "") for name, account in market.settings.accounts.items()]
    if as_json:
        emit([{"account": name, "channel": channel, "practice": bool(practice)} for name, channel, practice in rows])
    else:
        table(translate("Accounts"), [translate("Account"), translate("Channel"), translate("Practice")], rows)
    return Exit.DONE


@accounts.command("add", cls=SpeakingCommand, help=N_(
    "Adds an account. Settings that are not given with --set are asked for; secrets are asked for without echo and kept sealed, "
    "never in market.toml."))
@argument("name")
@option("--channel", required=True, help=N_("The channel, for example shopee."))
@option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help=N_("A setting of the channel (not for secrets)."))
@option("--start", type=Day(), help=N_("First day of sales to bring in."))
@option("--practice", is_flag=True, help=N_("A practice shop: practice prices may be published there."))
@shared_options
@speaks_plainly
def add(name: str, channel: str, pairs: tuple[str, ...], start: datetime | None, practice: bool, market_folder: Path,
        as_json: bool) -> Exit:
    """Adds an account."""
    refuse_account_name(read_settings(market_folder), name)
    kind = load_connector(channel)
    hidden = set(secret_names(kind))
    given = _pairs(pairs, channel, sorted(set(kind.Settings.model_fields) - hidden), hidden)
    values = {**given, **_ask(kind.Settings, given, hidden)}
    try:
        kind.Settings.model_validate(from_environment(values))
    except ValidationError as error:
        raise wrong_setting(error, name) from None
    common: dict[str, Any] = {"start": start.date()} if start else {}
    if practice:
        common["practice"] = True
    plain = {key: value for key, value in values.items() if key not in hidden or value.startswith("env:")}
    with open_market(market_folder) as market:
        keep_secrets(market.vault, name, {key: values[key] for key in values.keys() - plain.keys()}, market.clock())
    add_account(market_folder, name, channel, {**common, **plain})
    shop = None
    with open_market(market_folder) as market:
        connector = market.connector(name)
        if (asks := _asks(connector)) and sys.stdin.isatty() and click.confirm(translate(NOW), default=True, err=True):
            shop = finish_login(market, name, connector, ask_consent(name, connector, paste=False, to_stderr=as_json))
    if as_json:
        emit({"account": name, "channel": channel})
    elif shop is not None:
        tell(say(WORKS, account=name, shop=shop))
    else:
        tell(say(ADDED, name=name, next="login" if asks else "check"))
    return Exit.DONE


@accounts.command("keys", cls=SpeakingCommand, help=N_(
    "Enters the secret settings of ACCOUNT anew, for instance after a key was changed on the platform's page."))
@argument("account")
@shared_options
@speaks_plainly
def keys(account: str, market_folder: Path, as_json: bool) -> Exit:
    """Replaces an account's secrets."""
    with open_market(market_folder) as market:
        settings = market.settings.account(account)
        kind = load_connector(settings.channel)
        hidden = set(secret_names(kind))
        values = _ask(kind.Settings, settings.own, hidden)
        try:
            kind.Settings.model_validate(from_environment({**settings.own, **values}))
        except ValidationError as error:
            raise wrong_setting(error, account) from None
        keep_secrets(market.vault, account, {key: values[key] for key in hidden & values.keys()}, market.clock())
        asks = _asks(market.connector(account))
    if as_json:
        emit({"account": account})
    else:
        tell(say(KEPT, name=account, next="login" if asks else "check"))
    return Exit.DONE


@accounts.command("check", cls=SpeakingCommand, help=N_("Calls each shop once (or ACCOUNT) and says whether its keys work."))
@argument("account", required=False)
@shared_options
@speaks_plainly
def check(account: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Checks keys."""
    found: list[dict[str, Any]] = []
    codes = [Exit.DONE]
    with open_market(market_folder) as market:
        for name in [account] if account else list(market.settings.accounts):
            try:
                shop = market.connector(name).check()
            except MarketError as error:
                codes.append(exit_code(error))
                found.append({"account": name, "error": error_json(error)})
                if not as_json:
                    complain(error, as_json=False)
            else:
                found.append({"account": name, "shop": shop})
                if not as_json:
                    tell(say(WORKS, account=name, shop=shop))
    if as_json:
        emit(found)
    return max(codes)


def _pairs(pairs: tuple[str, ...], channel: str, known: list[str], hidden: set[str]) -> dict[str, str]:
    """The settings that were given. One that is not understood is not repeated: it may be a secret."""
    given = {}
    for text in pairs:
        name, equals, value = text.partition("=")
        if name in hidden and not value.startswith("env:"):
            raise SettingsError(SECRET_PAIR, code="secret-in-arguments", name=name)
        if not equals or name not in (*known, *hidden):
            raise SettingsError(BAD_PAIR, code="setting-unknown", channel=channel, known=", ".join(known))
        given[name] = value
    return given


def _asks(connector: Connector) -> TypeGuard[AsksConsent]:
    return isinstance(connector, AsksConsent) and connector.needs_consent


def _ask(settings: type[BaseModel], given: Mapping[str, str], hidden: set[str]) -> dict[str, str]:
    """Asks for what must be given and was not; defaults are taken silently."""
    asked = {}
    for name, field in settings.model_fields.items():
        if name not in given and field.default is PydanticUndefined and field.default_factory is None:
            asked[name] = click.prompt(translate(field.description or name), hide_input=name in hidden, err=True)
    return asked
