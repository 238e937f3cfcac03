"""`market.toml` as it is now, read anew only when it was changed: with thousands of accounts that takes a second."""

from __future__ import annotations

from pathlib import Path

from ocop_market.settings import FILE_NAME, MarketSettings, read_settings


class SettingsFile:
    """The settings in a market's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: tuple[tuple[int, ...], MarketSettings] | None = None

    def read(self) -> MarketSettings:
        """The settings as the file has them; the same object as long as nobody touched it. SettingsError when they cannot be read."""
        kept, stamp = self._kept, self._stamp()
        if kept is not None and kept[0] == stamp:
            return kept[1]
        found = read_settings(self._folder)
        self._kept = stamp, found
        return found

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = (self._folder / FILE_NAME).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino
