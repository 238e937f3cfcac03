"""Values that are made by the hundred thousand."""

from __future__ import annotations

from typing import Any, Self

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """A frozen value, made at a fifth of what a dataclass costs. It never holds what could hold it in turn, so no cycle is looked for."""

    def but(self, **changes: Any) -> Self:
        """The same with other values, as `dataclasses.replace`."""
        return msgspec.structs.replace(self, **changes)
