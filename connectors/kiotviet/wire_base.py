"""How answers are read: liberally, because KiotViet writes `invoiceDetails` and `SaleChannel` side by side, leaves out what is
null, and draws some lists as a single object (DOC "Hóa đơn", 2026-03)."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")


def read(model: type[Model], content: bytes) -> Model:
    """The body as `model`; numbers become Decimal without a loss of digits.

    Raises ValueError for what is not JSON, and pydantic's ValidationError (a ValueError too) for another shape.
    """
    return model.model_validate(json.loads(content, parse_float=Decimal))


@lru_cache(maxsize=4096)
def fold_key(key: str) -> str:
    """The one form under which a key is known here: `SaleChannel`, `saleChannel` and `sale_channel` are the same."""
    return key.replace("_", "").casefold()


def as_list(value: object) -> list[Any]:
    """A list that may be drawn as a single object."""
    return value if isinstance(value, list) else [value]


Text = Annotated[str, Field(coerce_numbers_to_str=True)]
"""Ids and codes: written as numbers or as text."""
Rows = Annotated[list[Item], BeforeValidator(as_list)]


class Wire(BaseModel):
    """Base of all answers: keys without regard to case, null the same as absent."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _fold_keys(cls, value: object) -> object:
        """Gives the keys the spelling of the fields; of two spellings of one key the first that is not null counts."""
        if not isinstance(value, dict):
            return value
        names = _names(cls)
        folded: dict[str, Any] = {}
        for key, item in value.items():
            if item is not None:
                folded.setdefault(names.get(fold_key(str(key)), str(key)), item)
        return folded


@lru_cache(maxsize=64)
def _names(model: type[BaseModel]) -> dict[str, str]:
    """The names of a model's fields by their folded form."""
    return {fold_key(name): name for name in model.model_fields}


class Record(Wire):
    """A row of a list."""

    id: Text


class Page(Wire, Generic[Item]):
    """What all lists have in common; `data` may be missing only where `total` says that there is nothing."""

    total: int | None = None
    data: Rows[Item] = []

    @model_validator(mode="after")
    def has_rows(self) -> Self:
        """Refuses an answer that is no list at all, so that it is never taken for an empty one."""
        if "data" not in self.model_fields_set and self.total != 0:
            raise ValueError("no data")
        return self
