"""`accounts`: list, add, log in, check."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import click
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.api import AsksConsent
from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, complain, emit, error_json, exit_code, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.errors import MarketError, NotSupported, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.settings import add_account, from_environment, read_settings, refuse_account_name, wrong_setting

ADDED = N_("Account '{name}' was added. Next: ocop-market accounts {next} {name}")
KEPT = N_("The keys of '{name}' are kept. Next: ocop-market accounts {next} {name}")
OPEN_LINK = N_("Open this address in a browser, log in to the shop and agree:")
PASTE = N_("Paste the address to which the browser came back")
NO_CONSENT = N_("The channel {channel} asks for no consent; its keys are enough. Check them with: "
                "ocop-market accounts check {account}")
NOT_AN_ANSWER = N_("That address carries no code. Copy the whole address from the browser after you agreed, and paste it again.")
OTHER_ANSWER = N_("That address belongs to another attempt. Run the command again and use the newest address.")
WORKS = N_("{account}: works ({shop}).")
BAD_PAIR = N_("'{text}' is not of the form name=value. Known settings of {channel}: {known}.")


@click.group("accounts", cls=SpeakingGroup, help=N_("Shops and points of sale of this market."))
def accounts() -> None:
    """The group."""


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
    given = _pairs(pairs, channel, sorted(set(kind.Settings.model_fields) - hidden))
    values = {**given, **_ask(kind.Settings, given, hidden)}
    try:
        kind.Settings.model_validate(from_environment(values))
    except ValidationError as error:
        raise wrong_setting(error, name) from None
    common: dict[str, Any] = {"start": start.date()} if start else {}
    if practice:
        common["practice"] = True
    plain = {key: value for key, value in values.items() if key not in hidden}
    with open_market(market_folder) as market:
        keep_secrets(market.vault, name, {key: values[key] for key in hidden & values.keys()}, market.clock())
    add_account(market_folder, name, channel, {**common, **plain})
    with open_market(market_folder) as market:
        connector = market.connector(name)
        asks = isinstance(connector, AsksConsent) and connector.needs_consent
    if as_json:
        emit({"account": name, "channel": channel})
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
        connector = market.connector(account)
        asks = isinstance(connector, AsksConsent) and connector.needs_consent
    if as_json:
        emit({"account": account})
    else:
        tell(say(KEPT, name=account, next="login" if asks else "check"))
    return Exit.DONE


@accounts.command("login", cls=SpeakingCommand, help=N_(
    "Gets the shop's consent: shows a link, takes the address that comes back."))
@argument("account")
@option("--answer", help=N_("The address that the browser came back to, when it is known already."))
@shared_options
@speaks_plainly
def login(account: str, answer: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Exchanges a consent for tokens."""
    with open_market(market_folder) as market:
        connector = market.connector(account)
        if not isinstance(connector, AsksConsent) or not connector.needs_consent:
            raise NotSupported(NO_CONSENT, code="no-consent", channel=connector.profile.title, account=account)
        state = secrets.token_urlsafe(16)
        if answer is None:
            redirect = getattr(connector.settings, "redirect_url", "")
            click.echo(translate(OPEN_LINK) + "\n\n  " + connector.consent_link(redirect, state) + "\n", err=as_json)
            answer = click.prompt(translate(PASTE), err=as_json)
            if _answer(answer).get("state", state) != state:
                raise SettingsError(OTHER_ANSWER, code="consent-mixed-up")
        market.keep_tokens(account, connector.exchange(_answer(answer)))
        shop = connector.check()
    if as_json:
        emit({"account": account, "shop": shop})
    else:
        tell(say(WORKS, account=account, shop=shop))
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


def _pairs(pairs: tuple[str, ...], channel: str, known: list[str]) -> dict[str, str]:
    given = {}
    for text in pairs:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            raise SettingsError(BAD_PAIR, code="setting-unknown", text=text, channel=channel, known=", ".join(known))
        given[name] = value
    return given


def _ask(settings: type[BaseModel], given: Mapping[str, str], hidden: set[str]) -> dict[str, str]:
    """Asks for what must be given and was not; defaults are taken silently."""
    asked = {}
    for name, field in settings.model_fields.items():
        if name not in given and field.default is PydanticUndefined and field.default_factory is None:
            asked[name] = click.prompt(translate(field.description or name), hide_input=name in hidden, err=True)
    return asked


def _answer(address: str) -> dict[str, str]:
    came_back = dict(parse_qsl(urlsplit(address.strip()).query))
    if "code" not in came_back:
        raise SettingsError(NOT_AN_ANSWER, code="no-code")
    return came_back

