"""Orders that the ledger has as a platform sends them: told by a digest of their bytes, so that they are neither read nor written again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias, TypeVar

from msgspec import Raw

LENGTH = 16
"""Hexadecimal digits of a digest. It is compared with the one kept version of the same order only."""
Kept = Callable[[Mapping[str, str]], Collection[str]]
"""Given digests by order id, the ids of those orders whose kept version has that digest."""
Sent: TypeAlias = bytes | Raw
Name = TypeVar("Name")


class Known:
    """What the ledger knows of orders. `key` is a secret of the market; without `kept` it has none of the account yet.

    The bytes of an order hold its buyer, whom nothing else here may keep. A digest gives nothing back, but names and telephone
    numbers are few enough to be tried until one fits. So it is made with a key that is not in the database, and a database or a
    backup by itself tells nothing. With another key (it was lost) all orders are read once more, and no more happens.
    """

    def __init__(self, key: bytes, kept: Kept | None = None) -> None:
        self._key, self._kept = hashlib.sha256(key), kept

    @property
    def empty(self) -> bool:
        """Whether no order can be known."""
        return self._kept is None

    def digests(self, sent: Iterable[tuple[Name, Sent]], mapping: int) -> dict[Name, str]:
        """The digest of each order, by whatever names it, from the bytes in which it came.

        `mapping` is a number that the connector raises whenever it maps the same bytes differently, so that all orders are mapped anew.
        """
        begun = self._key.copy()
        begun.update(b"%d:" % mapping)
        found = {}
        for name, content in sent:
            digest = begun.copy()
            digest.update(content)
            found[name] = digest.hexdigest()[:LENGTH]
        return found

    def among(self, digests: Mapping[str, str]) -> Collection[str]:
        """The ids of those orders that the ledger has as these digests tell."""
        return self._kept(digests) if self._kept is not None and digests else ()
