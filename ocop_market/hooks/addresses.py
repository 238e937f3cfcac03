"""One address for each account, which nobody can guess who has not the market's key."""

from __future__ import annotations

import hashlib
import hmac

from ocop_market.channels.api import ReceivesWebhooks
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError
from ocop_market.market import Market

KEY_LENGTH = 32


def paths(market: Market) -> dict[str, str]:
    """By account whose channel calls us: the path of its address, such as `/shopee/3f…`. It stays the same as the market's key."""
    key = market.vault.key_for("webhooks")
    found = {}
    for account, settings in market.settings.accounts.items():
        try:
            receives = issubclass(load_connector(settings.channel), ReceivesWebhooks)
        except MarketError:
            continue  # a channel that cannot be loaded is told of by everything else
        if receives:
            secret = hmac.new(key, account.encode(), hashlib.sha256).hexdigest()[:KEY_LENGTH]
            found[account] = f"/{settings.channel}/{secret}"
    return found
