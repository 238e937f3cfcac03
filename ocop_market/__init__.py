"""OCOP products on marketplaces and at points of sale: catalog, publishing, sales ledger, growth.

`open_market` opens a market; the rest of what is promised is in `__all__`. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocop_market.errors import (
        MarketError,
        NeedsLogin,
        NotSupported,
        Problem,
        Refused,
        RetryLater,
        SettingsError,
        Uncertain,
        UnexpectedAnswer,
    )
    from ocop_market.growth.basis import Basis
    from ocop_market.growth.compare import By, Period
    from ocop_market.language import use_language
    from ocop_market.market import Market, new_market, open_market
    from ocop_market.model.product import Certificate, Product

__version__ = "0.1.0"

_HOMES = {
    "Basis": "growth.basis", "By": "growth.compare", "Certificate": "model.product", "Market": "market",
    "MarketError": "errors", "NeedsLogin": "errors", "NotSupported": "errors", "Period": "growth.compare",
    "Problem": "errors", "Product": "model.product", "Refused": "errors", "RetryLater": "errors",
    "SettingsError": "errors", "Uncertain": "errors", "UnexpectedAnswer": "errors", "new_market": "market",
    "open_market": "market", "use_language": "language",
}

__all__ = [
    "Basis", "By", "Certificate", "Market", "MarketError", "NeedsLogin", "NotSupported", "Period", "Problem", "Product",
    "Refused", "RetryLater", "SettingsError", "Uncertain", "UnexpectedAnswer", "new_market", "open_market", "use_language",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
