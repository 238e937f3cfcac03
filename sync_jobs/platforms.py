"""Which accounts share a server, so that its being down stops them and nobody else."""

from __future__ import annotations

from ocop_market.settings import MarketSettings


def platform_of(settings: MarketSettings, account: str) -> str | None:
    """The channel of an account, with the address where it has one of its own; None for the whole market, or an account that is gone."""
    found = settings.accounts.get(account)
    return None if found is None else f"{found.channel} {found.own.get('base_url', '')}".rstrip()
