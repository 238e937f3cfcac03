"""Orders that the ledger has as they were just read: told by a digest, so that they are neither mapped nor written again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping

from pydantic import BaseModel

Known = Callable[[Mapping[str, str]], Collection[str]]
"""Given digests by order id, the ids of those orders whose kept version has that digest."""


def nothing_known(digests: Mapping[str, str]) -> Collection[str]:
    """Of no order is known that it is kept as it was read."""
    return ()


def digest_of(read: BaseModel, mapping: int) -> str:
    """The digest of what was read of an order: without any buyer, and all that its mapping depends on.

    `mapping` is a number that the connector raises whenever it maps the same differently, so that all orders are mapped anew.
    """
    content = read.__pydantic_serializer__.to_json(read)  # as model_dump_json, at two thirds of its cost
    return hashlib.blake2b(content, digest_size=8, person=b"%d" % mapping).hexdigest()
