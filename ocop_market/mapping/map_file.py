"""The form of `maps/<account>.toml`: what a person and the program may write there, read with a sentence for each fault."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.mapping.texts import known_places, unknown_places
from ocop_market.settings import place_of, wrong_setting

UNREADABLE = N_("The category map {path} cannot be read: {reason}. Put that line right (names with spaces or Vietnamese letters stand in "
                "\"quotes\"), or delete the file to have it made anew.")
UNKNOWN_PLACE = N_("The file {path} fills {places} into the texts under {heading}, which is not known. Choose from: {known}.")
HEADER = """# Ngành hàng, thuộc tính và câu chữ của một tài khoản bán hàng, theo từng bộ sản phẩm (1 đến 26), ngoại lệ theo từng mã hàng.
# Tên có "?" là máy gợi ý: xem lại, sửa mã nếu sai, bỏ "?" khi đã đúng. Dòng không có "?" không bao giờ bị máy sửa.
# Categories, attributes and texts of one account, by scoring set, with exceptions by SKU. A name that ends in "?" was suggested:
# check it, and remove the "?" when right. Lines without "?" are never changed by the program.
"""


_QUOTED = json.JSONEncoder(ensure_ascii=False)


def _text(value: Any) -> Any:
    """Numbers, switches and lists as the text that an attribute carries; several values are separated by semicolons."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(str(_text(one)) for one in value)
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_text)]
Centimetres = Annotated[int, Field(ge=1)]


class ParcelLines(BaseModel):
    """Length, width and height of the parcel, days until it is handed over, and what box and padding weigh in grams."""

    model_config = ConfigDict(extra="forbid")

    size_cm: tuple[Centimetres, Centimetres, Centimetres] | None = None
    days_to_ship: int | None = Field(default=None, ge=0)
    packing_g: int | None = Field(default=None, ge=0)


class TextLines(BaseModel):
    """Templates of title and description."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1)
    description: str | None = Field(default=None, min_length=1)


class Lines(BaseModel):
    """What may be said for the account, for a set or for a SKU: the nearest of them counts."""

    model_config = ConfigDict(extra="forbid")

    attributes: dict[str, Text] = Field(default_factory=dict)
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    parcel: ParcelLines = Field(default_factory=ParcelLines)
    texts: TextLines = Field(default_factory=TextLines)


class PlaceLines(Lines):
    """Lines for a set or a SKU; `name` is that of the category, with `?` behind it while it is a suggestion."""

    category: Text = ""
    name: str = ""


class CategoryLine(BaseModel):
    """A line of the older form: the category of one SKU."""

    id: Text
    name: str = ""


class MapFile(Lines):
    """The whole file; `category` is the older form of a SKU's line."""

    category: dict[str, CategoryLine] = Field(default_factory=dict)
    sets: dict[Annotated[int, Field(ge=1, le=26)], PlaceLines] = Field(default_factory=dict)
    skus: dict[str, PlaceLines] = Field(default_factory=dict)

    def places(self) -> Iterator[tuple[str, Lines]]:
        """Everything that has lines, each with its heading in the file; the account's own has none."""
        yield "", self
        yield from ((set_heading(number), lines) for number, lines in self.sets.items())
        yield from ((sku_heading(sku), lines) for sku, lines in self.skus.items())


def read_map(content: str, path: Path) -> MapFile:
    """What a map says; SettingsError names the line or the setting that is wrong."""
    try:
        found = MapFile.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(UNREADABLE, code="category-map-unreadable", path=str(path), reason=place_of(error)) from None
    except ValidationError as error:
        raise wrong_setting(error, str(path)) from None
    for heading, lines in found.places():
        for name, template in (("title", lines.texts.title), ("description", lines.texts.description)):
            if unknown := unknown_places(template or ""):
                told = f"[{heading + '.' if heading else ''}texts] {name}"
                raise SettingsError(UNKNOWN_PLACE, code="text-place-unknown", path=str(path), heading=told,
                                    places=", ".join(f"{{{one}}}" for one in unknown), known=", ".join(known_places()))
    return found


def map_text(path: Path) -> str:
    """The file as it stands, empty where there is none; SettingsError when it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise SettingsError(UNREADABLE, code="category-map-unreadable", path=str(path), reason=place_of(error)) from None


def set_heading(number: int) -> str:
    """`sets.11`."""
    return f"sets.{number}"


def sku_heading(sku: str) -> str:
    """`skus."TRA-1"`."""
    return f"skus.{quoted(sku)}"


def in_order(heading: str) -> tuple[bool, int, str]:
    """For sorting: sets by their number, then SKUs by their name."""
    kind, _, key = heading.partition(".")
    return (kind != "sets", int(key) if kind == "sets" else 0, key)


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return _QUOTED.encode(text).replace("\x7f", "\\u007f")


def merged(far: Mapping[str, JsonValue], near: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Both, table by table; where both say something, the nearer counts."""
    found = dict(far)
    for name, value in near.items():
        there = found.get(name)
        found[name] = merged(there, value) if isinstance(there, dict) and isinstance(value, dict) else value
    return found
