"""Public links of shops and listings: what a seller wrote into `links.toml`, for no platform tells them in its interface."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.settings import place_of

FILE_NAME = "links.toml"
WRONG = N_("{path} cannot be read: {reason}. Write for each account: [shop-name], shop = \"https://…\", and if you like listing = "
           "\"https://…/{{id}}\"")


class ShopLinks(BaseModel):
    """Of one account: the shop's page, a pattern for its listings with `{id}`, and the pages of single listings by SKU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shop: str = Field(default="", pattern=r"^(https?://\S+)?$")
    listing: str = Field(default="", pattern=r"^(https?://\S*\{id\}\S*)?$")
    listings: dict[str, str] = Field(default_factory=dict)

    def of(self, sku: str, remote_id: str) -> str:
        """The page of a listing; empty where none is known."""
        return self.listings.get(sku) or (self.listing.replace("{id}", remote_id) if remote_id else "")


def read_links(market: Path) -> Mapping[str, ShopLinks]:
    """The links by account; none where there is no such file. SettingsError (`links-unreadable`) when it cannot be read."""
    path = market / FILE_NAME
    if not path.is_file():
        return {}
    try:
        return TypeAdapter(dict[str, ShopLinks]).validate_python(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(WRONG, code="links-unreadable", path=str(path), reason=place_of(error)) from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise SettingsError(WRONG, code="links-unreadable", path=str(path), reason=place) from None
