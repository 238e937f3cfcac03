"""The spreadsheet connector: writes the listing sheet, reads exported sales files. There is no network here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field

from connectors.spreadsheet.documents import Reading
from connectors.spreadsheet.facts import CELL_CHARACTERS, PROFILE
from connectors.spreadsheet.listing_sheet import render_listings
from connectors.spreadsheet.sales_file import read_sales
from ocop_market.channels.api import Connector, PublishSnapshot, ReadsSalesFiles, SalesPage
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.listing import ListingDraft

FILE_NAME = "san-pham.xlsx"
NO_TITLE = N_("{sku} has no title. Give the product a name.")
NO_PRICE = N_("{sku} has no price above zero. Enter the selling price in đồng.")
TOO_LONG_FOR_A_CELL = N_("The {field!t} of {sku} has {length} characters; a cell of a spreadsheet holds {limit}. Shorten it.")

_log = logging.getLogger(__name__)


class SpreadsheetSettings(BaseModel):
    """Settings of a spreadsheet account."""

    folder: Path = Field(default=Path("listings"), description="Folder in which the listing sheet is written; relative: in the market's")
    default_place: str = Field(default="", description="Name of the shop, for sales files that do not name one")


class SpreadsheetConnector(Connector, PublishSnapshot, ReadsSalesFiles):
    """One folder of spreadsheets."""

    profile: ClassVar[ChannelProfile] = PROFILE
    Settings: ClassVar[type[BaseModel]] = SpreadsheetSettings
    settings: SpreadsheetSettings

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """What every list needs, and texts that do not fit into a cell."""
        problems = []
        if not draft.title.strip():
            problems.append(Problem("title-missing", NO_TITLE, "title", {"sku": draft.sku}))
        prices = {variant.sku: variant.price for variant in draft.variants} or {draft.sku: draft.price}
        problems += [Problem("price-missing", NO_PRICE, "price", {"sku": sku}) for sku, price in prices.items() if price <= 0]
        texts = {"title": draft.title, "description": draft.description}
        problems += [Problem("text-too-long", TOO_LONG_FOR_A_CELL, field,
                             {"field": field, "sku": draft.sku, "length": len(text), "limit": CELL_CHARACTERS})
                     for field, text in texts.items() if len(text) > CELL_CHARACTERS]
        return problems

    @property
    def folder(self) -> Path:
        """Where the listing sheet is written."""
        return self.settings.folder

    @property
    def file_name(self) -> str:
        """Name of the listing sheet."""
        return FILE_NAME

    def render(self, drafts: Sequence[ListingDraft]) -> bytes:
        """The listing sheet as .xlsx, the same bytes for the same drafts."""
        return render_listings(drafts)

    def read_sales_file(self, name: str, content: bytes) -> SalesPage:
        """The sales of one exported file; `done` counts the rows used, `expected` all rows of data.

        Understood are KiotViet's invoice and return lines, Sapo's orders, Loyverse's receipts by item and plain tables.
        """
        reading = self.read_file(name, content)
        return SalesPage(orders=reading.orders, cursor={}, refused=reading.refused, done=reading.used, expected=reading.rows)

    def read_file(self, name: str, content: bytes) -> Reading:
        """The same with all that was decided on the way: the form, styles, rows left out."""
        reading = read_sales(name, content, default_place=self.settings.default_place, now=self.clock())
        for decision in reading.decisions:
            _log.warning("%s: %s", name, decision.sentence())
        _log.info("%s (%s): %d rows, %d used, %d documents, %d refused", name, reading.form, reading.rows, reading.used,
                  len(reading.orders), len(reading.refused))
        return reading
