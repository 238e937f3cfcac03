"""Prices and limits of single products on one account: `offers/<account>.toml`, written by a person, never by the program.

    [offer]
    "TRA-01" = { price = 125000, most = 20 }
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.settings import NOT_TOML, place_of, wrong_setting


class SingleOffer(BaseModel):
    """What a person says of one product on one account."""

    model_config = ConfigDict(extra="forbid")

    price: int | None = Field(default=None, ge=1)
    """Asked instead of the price that the account's rule gives, in đồng."""
    most: int | None = Field(default=None, ge=0)
    """At most so many are offered here; 0 takes the product out of the account's part."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    offer: dict[str, SingleOffer] = Field(default_factory=dict)


def single_offers(folder: Path, account: str) -> dict[str, SingleOffer]:
    """By SKU what the account's file says; empty without a file. SettingsError names the line or the setting that is wrong."""
    path = folder / "offers" / f"{account}.toml"
    if not path.is_file():
        return {}
    try:
        return _File.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig"))).offer
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(NOT_TOML, code="settings-unreadable", path=str(path), reason=place_of(error)) from None
    except ValidationError as error:
        raise wrong_setting(error, str(path)) from None


__all__ = ["SingleOffer", "single_offers"]
