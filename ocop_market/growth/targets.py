"""Targets of plans as rows: what is to be reached, where, from when to when, and by which paper."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ocop_market.errors import SettingsError
from ocop_market.growth.compare import Period
from ocop_market.language import N_
from ocop_market.model.point import PointKind, Tier
from ocop_market.model.product import Group, ProducerKind
from ocop_market.model.text import fold
from ocop_market.places.provinces import nearest_name, old_named, present_named, present_provinces
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography, Level
from ocop_market.settings import NOT_TOML, place_of, wrong_setting
from ocop_market.sheets.container import Cell, file_content, read_sheets

FILE_NAME = "targets.toml"
EXAMPLES = Path(__file__).parent / "data" / FILE_NAME

NO_FILE = N_("There are no targets in {path}. See examples with: ocop-market targets --examples")
NO_ROWS = N_("{path} has no list of targets. The headings needed are: name, measure, at least, begins, ends, source.")
NO_PROVINCE = N_("Target “{name}”: there is no province “{text}” among the {units!t}. Put the name or the geography right.")
NEAREST = N_("Target “{name}”: there is no province “{text}” among the {units!t}; perhaps {nearest} is meant.")
ONLY_OLD = N_("Target “{name}”: {text} was a province until 30/6/2025 and lies in {present} today. Write geography = \"old\" beside it, or "
              "the province of today.")
NOT_READABLE = N_("{path} cannot be opened: {reason!t}. Check the name, and that no other program holds the file.")


class Measure(StrEnum):
    """What is counted."""

    PRODUCTS = "products"
    """Products with a certificate in force."""
    PRODUCTS_EVER = "products-ever"
    """Products that were ever recognised, lapsed ones too."""
    NEW_PRODUCTS = "new-products"
    """Recognised for the first time within the period."""
    UPGRADED_PRODUCTS = "upgraded-products"
    """Got more stars within the period."""
    PRODUCT_SHARE = "product-share"
    """Per cent of the products in force that have the stars, or are of the group."""
    SUBJECTS = "subjects"
    """Subjects with a product in force."""
    NEW_SUBJECTS = "new-subjects"
    """Subjects whose first product was recognised within the period."""
    SUBJECT_SHARE = "subject-share"
    """Per cent of those subjects that are of the kind."""
    REVENUE_GROWTH = "revenue-growth"
    """Per cent a year since the year before the period."""
    POINTS = "points"
    """Points of sale of the register that are open."""
    NEW_POINTS = "new-points"
    """Points of sale opened within the period."""
    POINTS_PER_UNIT = "points-per-unit"
    """Units of the level `unit` that have at least so many open points of sale; all of the province's units are needed."""
    BY_HAND = "by-hand"
    """Counted by a person and entered as `counted`: stamps, fairs."""


HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "chỉ tiêu", "tên chỉ tiêu"), "measure": ("measure", "cách tính"), "at_least": ("at least", "tối thiểu", "mục tiêu"),
    "at_most": ("at most", "tối đa"), "stars": ("stars", "số sao"), "stars_from": ("stars from", "từ số sao"),
    "kind": ("kind", "loại chủ thể"), "group": ("group", "nhóm"),
    "unit": ("unit", "mỗi đơn vị", "đơn vị hành chính"), "tier": ("level", "cấp điểm bán"),
    "place_kind": ("kind of place", "loại điểm bán"),
    "province": ("province", "tỉnh"), "geography": ("geography", "địa giới"),
    "begins": ("begins", "từ ngày"), "ends": ("ends", "đến ngày"), "base": ("base", "gốc", "hiện trạng"),
    "counted": ("counted", "đã đếm", "đã đạt"), "counted_on": ("counted on", "ngày đếm"), "source": ("source", "nguồn", "văn bản"),
    "note": ("note", "ghi chú")}
_FIELDS = {fold(heading).replace("_", " "): field for field, headings in HEADINGS.items() for heading in headings}

_DAYS = frozenset({"begins", "ends", "counted_on"})
_NUMBERS = frozenset({"at_least", "at_most", "base", "counted"})
_WRITTEN_DAY = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")


class Target(BaseModel):
    """One target; `at_least` is needed, `at_most` what the paper expects at best; shares and growth are in per cent.

    `base` is what the paper says there was at the beginning; without it the catalog tells. `stars` are exact, `stars_from` a
    lower bound. `province` is named in the units of `geography`; empty for the whole catalog. Of points of sale `tier` and
    `place_kind` narrow which count; `unit` is that of which each needs `at_least` points.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    measure: Measure
    at_least: Decimal = Field(gt=0)
    at_most: Decimal | None = None
    stars: int | None = Field(default=None, ge=3, le=5)
    stars_from: int | None = Field(default=None, ge=3, le=5)
    kind: ProducerKind | None = None
    group: Group | None = None
    unit: Level | None = None
    tier: Tier | None = None
    place_kind: PointKind | None = None
    province: str = ""
    geography: Geography = Geography.PRESENT
    begins: date
    ends: date
    base: Decimal | None = Field(default=None, ge=0)
    counted: Decimal | None = Field(default=None, ge=0)
    counted_on: date | None = None
    source: str = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _can_be_measured(self) -> Self:
        if self.ends < self.begins:
            raise PydanticCustomError("target_ends", "ends before it begins")
        if self.measure is Measure.SUBJECT_SHARE and self.kind is None:
            raise PydanticCustomError("target_kind", "needs a kind")
        if self.measure is Measure.PRODUCT_SHARE and not (self.stars or self.stars_from or self.group):
            raise PydanticCustomError("target_stars", "needs stars or a group")
        if self.measure is Measure.POINTS_PER_UNIT and not (self.unit and self.province):
            raise PydanticCustomError("target_unit", "needs a unit and a province")
        if self.unit is Level.DISTRICT and self.geography is Geography.PRESENT:
            raise PydanticCustomError("target_district", "no districts today")
        return self

    @property
    def period(self) -> Period:
        """From its first to its last day."""
        return Period(self.begins, self.ends)


def read_targets(path: Path) -> tuple[Target, ...]:
    """Reads a TOML file of `[[target]]` tables, or a list (.xlsx, .csv) with a target a row; SettingsError says what is wrong."""
    if not path.is_file():
        raise SettingsError(NO_FILE, code="no-targets", path=str(path))
    try:
        content = file_content(path)
    except OSError as error:
        raise SettingsError(NOT_READABLE, code="file-unreadable", path=str(path), reason=error.strerror or "?") from None
    rows = _of_toml(path, content) if path.suffix.lower() == ".toml" else _of_list(path, content)
    if not rows:
        raise SettingsError(NO_ROWS, code="no-target-rows", path=str(path))
    return tuple(_checked(values, f"{path} ({place})") for place, values in rows)


def _of_toml(path: Path, content: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal).get("target", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(NOT_TOML, code="settings-unreadable", path=str(path), reason=place_of(error)) from None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(NO_ROWS, code="no-target-rows", path=str(path))
    return [(str(number), table) for number, table in enumerate(tables, 1)]


def _of_list(path: Path, content: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    """The first row with a heading for name and measure is the row of headings; empty cells are left out."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for sheet in read_sheets(path.name, content):
        columns: dict[int, str] = {}
        for position, row in enumerate(sheet.rows):
            if not columns:
                named = {i: _FIELDS[text] for i, cell in enumerate(row) if (text := fold(str(cell or "")).replace("_", " ")) in _FIELDS}
                columns = named if {"name", "measure"} <= set(named.values()) else {}
            elif values := {field: _plain(row[i], field) for i, field in columns.items() if i < len(row) and row[i] is not None}:
                found.append((str(sheet.number(position)), values))
    return found


def _plain(cell: Cell, field: str) -> object:
    """A cell as the fields of a target take it: days of Viet Nam's order turned round, decimal commas as points."""
    if isinstance(cell, datetime):
        return cell.date()
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if field in _DAYS and (day := _WRITTEN_DAY.fullmatch(text)):
        return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    return text.replace(",", ".") if field in _NUMBERS else text


def _checked(values: Mapping[str, Any], place: str) -> Target:
    try:
        target = Target.model_validate(values)
    except ValidationError as error:
        raise wrong_setting(error, place) from None
    named = (old_named if target.geography is Geography.OLD else present_named)(target.province) if target.province else None
    if target.province and named is None:
        if old := old_named(target.province):
            present = present_provinces()[old.became].name
            raise SettingsError(ONLY_OLD, code="target-province", name=target.name, text=old.name, present=present)
        nearest = nearest_name(target.province)
        raise SettingsError(NEAREST if nearest and nearest != target.province else NO_PROVINCE, code="target-province", name=target.name,
                            text=target.province, nearest=nearest, units=GEOGRAPHY_WORDS[target.geography])
    return target.model_copy(update={"province": named.name}) if named else target
