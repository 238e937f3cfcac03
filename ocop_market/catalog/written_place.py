"""The place that a row of a list names: by its own columns, else by its address, else by the section line above."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ocop_market.model.product import Place
from ocop_market.model.text import tidy
from ocop_market.sheets.headings import Headings
from ocop_market.sheets.tables import Row

_DISTRICT_LINE = re.compile(r"\b((?:huyện|thị xã|thành phố|tx\.?|tp\.?) .+)$", re.IGNORECASE)
_PROVINCE_LINE = re.compile(r"\btỉnh (.+)$", re.IGNORECASE)
_COMMUNE = re.compile(r"(?:xã|phường|thị trấn|đặc khu|tt\.) ?\S.*", re.IGNORECASE)
_DISTRICT = re.compile(r"(?:huyện|quận|thị xã|thành phố|tx\.|tp\.) ?\S.*", re.IGNORECASE)
_PROVINCE = re.compile(r"tỉnh (\S.*)|(?:thành phố|tp\.?) ?((?:hà nội|hồ chí minh|đà nẵng|hải phòng|cần thơ|huế))", re.IGNORECASE)


def written_place(text: Callable[[str], str], row: Row, headings: Headings) -> Place:
    """The place of a row as published; `text` gives what stands under `address`, `commune`, `district`, `province`."""
    stated = _units_in(text("address"))
    commune, district, province = (text(target) for target in ("commune", "district", "province"))
    district, province = district or stated.district, province or stated.province
    if not district and headings.of("district") is None:
        district = _from_section(row, _DISTRICT_LINE)
    if not province and headings.of("province") is None:
        province = _from_section(row, _PROVINCE_LINE)
    return Place(province, district, commune or stated.commune)


def _units_in(address: str) -> Place:
    """The units that an address calls by their kind (`xã …, huyện …, tỉnh …`); house, street and hamlet are not taken."""
    place = Place("")
    for part in map(tidy, re.split(r"[,;]| [-–] ", address)):
        if found := _PROVINCE.fullmatch(part):
            place = replace(place, province=found.group(1) or found.group(2))
        elif _DISTRICT.fullmatch(part):
            place = replace(place, district=part)
        elif _COMMUNE.fullmatch(part):
            place = replace(place, commune=part)
    return place


def _from_section(row: Row, pattern: re.Pattern[str]) -> str:
    """A unit named by the nearest section line above, without counts behind it (`Huyện Cầu Kè: 12 sản phẩm`)."""
    found = next((m for line in reversed(row.section) if (m := pattern.search(line))), None)
    return tidy(re.split(r"[:(;,]| - ", found.group(1))[0]) if found else ""
