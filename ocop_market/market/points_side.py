"""The register of points of sale: lists in, tills linked, points closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from ocop_market.catalog.point_list import read_point_list
from ocop_market.catalog.point_register import PointIntake, Tills, bring_in_points, closed, linked, require_point, unlinked
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.market.base import MarketBase
from ocop_market.model.point import PointOfSale
from ocop_market.store.points import PointChange, load_point_history, load_points, save_points, tills_with_sales
from ocop_market.store.shares import load_accounts

LISTED_LATER = N_("The list cannot be of {day}: that day is still to come. Give the day on which it was made with --listed-on.")


class PointsSide(MarketBase):
    """The points of sale that a market keeps."""

    def points(self) -> dict[str, PointOfSale]:
        """The register by code."""
        with self.store.reading() as connection:
            return load_points(connection)

    def import_points(self, path: str | Path, *, listed_on: date | None = None, province: str = "") -> tuple[PointIntake, int, int]:
        """Reads a list of points of sale into the register: what was read, how many are new, how many changed.

        What the list does not tell of a known point stays as it is. `listed_on` is the day of the list, `province` that of rows
        which name none. SettingsError when the file is no such list at all, or its day is still to come.
        """
        if listed_on is not None and listed_on > self.today:
            raise SettingsError(LISTED_LATER, code="listed-later", day=f"{listed_on:%d/%m/%Y}")
        name = Path(path).name
        listed = read_point_list(name, self._content(path), listed_on=listed_on, province=province)
        with self.store.writing() as connection:
            intake = bring_in_points(listed, load_points(connection), self._tills(connection), name)
            new, changed = save_points(connection, intake.points, self.clock(), origin=name)
        return intake, new, changed

    def link_point(self, code: str, account: str, location: str = "", *, origin: str = "points link") -> PointOfSale:
        """Says under which account and branch a point's sales stand; SettingsError when either is another one's already."""
        with self.store.writing() as connection:
            register = load_points(connection)
            point = linked(require_point(register, code), (account, location), register, self._tills(connection))
            save_points(connection, [point], self.clock(), origin=origin)
        return point

    def unlink_point(self, code: str, *, origin: str = "points link") -> PointOfSale:
        """Takes the link of a point to a till back."""
        return self._changed(code, unlinked, origin)

    def close_point(self, code: str, on: date | None, *, origin: str = "points close") -> PointOfSale:
        """Says from which day on a point is closed; None takes that back."""
        return self._changed(code, lambda point: closed(point, on), origin)

    def point_history(self, code: str) -> list[PointChange]:
        """What changed of a point, the first change first; SettingsError when there is none of that code."""
        with self.store.reading() as connection:
            require_point(load_points(connection), code)
            return load_point_history(connection, code)

    def tills(self) -> Tills:
        """The accounts of this market, shared ones too, and what sold there."""
        with self.store.reading() as connection:
            return self._tills(connection)

    def _tills(self, connection: Connection) -> Tills:
        return Tills({*self.settings.accounts, *load_accounts(connection)}, tills_with_sales(connection))

    def _changed(self, code: str, change: Callable[[PointOfSale], PointOfSale], origin: str) -> PointOfSale:
        with self.store.writing() as connection:
            point = change(require_point(load_points(connection), code))
            save_points(connection, [point], self.clock(), origin=origin)
        return point
