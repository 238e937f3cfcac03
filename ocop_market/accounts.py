"""From an account's settings and keys to a connector that is ready to call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from ocop_market.channels.api import Connector
from ocop_market.channels.budget import CallBudget
from ocop_market.channels.http import Http
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.registry import load_connector
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.clock import Clock
from ocop_market.settings import AccountSettings, from_environment, wrong_setting
from ocop_market.store.budgets import Allowance, SharedBudget
from ocop_market.store.engine import Store
from ocop_market.store.leases import holding
from ocop_market.store.vault import Vault

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

log = logging.getLogger(__name__)

UNBOUND = 1000.0
"""Calls a second of a shop whose platform bounds only the app."""


def open_connector(account: str, settings: AccountSettings, vault: Vault, clock: Clock, *, adapter: BaseAdapter | None,
                   sleep: Callable[[float], None], app_limit: float | None = None) -> Connector:
    """Makes the connector; no call is made. SettingsError names the setting that is missing or wrong.

    `app_limit` bounds the calls a second of all accounts of the channel together; without it the channel's own bound counts.
    """
    kind = load_connector(settings.channel)
    values = from_environment({**settings.own, **(vault.get(account, "settings") or {})})
    try:
        own = kind.Settings.model_validate(values)
    except ValidationError as error:
        raise wrong_setting(error, f"market.toml [accounts.{account}]") from None
    http = Http(kind.profile.title, account, budget=_budget(account, settings, kind.profile, vault.store, clock, app_limit),
                adapter=adapter, sleep=sleep, parallel=kind.profile.parallel_reads, clock=clock)
    keeper = TokenKeeper(
        account, kind.profile.title, load=lambda: load_tokens(vault, account),
        save=lambda tokens: vault.put(account, "tokens", _plain(tokens), clock()), clock=clock,
        replace=lambda old, new: _replace_tokens(vault, account, old, new, clock()),
        lock=lambda: holding(vault.store, f"tokens:{account}", clock, patience=60.0, fenced=False))
    return kind(account, own, http=http, tokens=keeper, clock=clock)


def secret_names(kind: type[Connector]) -> list[str]:
    """The settings of a channel that are kept sealed instead of in market.toml."""
    return [name for name, field in kind.Settings.model_fields.items()
            if field.annotation is SecretStr or field.annotation == SecretStr | None]


def keep_secrets(vault: Vault, account: str, values: dict[str, Any], now: datetime) -> None:
    """Seals an account's secret settings; tokens that older keys brought are forgotten."""
    vault.drop(account)
    vault.put(account, "settings", values, now)


def _budget(account: str, settings: AccountSettings, profile: ChannelProfile, store: Store, clock: Clock,
            app_limit: float | None) -> CallBudget | None:
    """None for practice shops, which bound nobody, and for channels that bound nothing."""
    mine, together = _calls_per_second(profile), app_limit or profile.app_calls_per_second
    if settings.practice or (mine is None and together is None):
        return None
    app = Allowance(f"app:{settings.channel}", together) if together else None
    return SharedBudget(store, clock, account, Allowance("shop", mine or UNBOUND), app)


def _calls_per_second(profile: ChannelProfile) -> float | None:
    bounds = [profile.calls_per_second, profile.calls_per_hour / 3600 if profile.calls_per_hour else None]
    return min((bound for bound in bounds if bound is not None), default=None)


def load_tokens(vault: Vault, account: str) -> Tokens | None:
    """The tokens kept for an account; None when there are none."""
    kept = vault.get(account, "tokens")
    if kept is None:
        return None
    ends = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("access_until", "refresh_until")}
    return Tokens(kept["access"], kept["refresh"], ends["access_until"], ends["refresh_until"], kept["extra"])


def _replace_tokens(vault: Vault, account: str, old: Tokens | None, new: Tokens, now: datetime) -> None:
    """Where another process has kept a pair meanwhile, that one counts."""
    if not vault.replace(account, "tokens", _plain(old) if old else None, _plain(new), now):
        log.warning("the tokens of %s were renewed by another process meanwhile", account)


def _plain(tokens: Tokens) -> dict[str, Any]:
    values = asdict(tokens)
    for name in ("access_until", "refresh_until"):
        values[name] = values[name].isoformat() if values[name] else None
    return values
