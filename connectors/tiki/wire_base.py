"""How answers are read: null for empty, text for numbers, a page or a bare array, times without an offset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Row = TypeVar("Row")


def or_default(default: Any) -> Callable[[Any], Any]:
    """Null and empty text read as the default."""
    return lambda value: default if value is None or value == "" else value


def object_or_none(value: Any) -> Any:
    """An object; older endpoints print an empty array for an empty one."""
    return None if value == [] or value == "" else value


def texts_by_code(value: Any) -> Any:
    """Attributes as plain text: scalars, lists, objects with a `value`. What is none of these says nothing."""
    if not isinstance(value, Mapping):
        return None
    return {code: text for code, one in value.items() if (text := _plain(one)) is not None}


def _plain(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return _plain(value["value"]) if "value" in value else None
    if isinstance(value, list):
        return ", ".join(text for one in value if (text := _plain(one)))
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _moment(value: Any) -> Any:
    """Epoch seconds, which some older payloads carry as text, read as an aware time; other forms are left to pydantic."""
    if isinstance(value, str) and value.strip().isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    return value


Text = Annotated[str, BeforeValidator(or_default(""))]
Amount = Annotated[Decimal, BeforeValidator(or_default(Decimal(0)))]
Count = Annotated[int, BeforeValidator(or_default(0))]
Flag = Annotated[bool, BeforeValidator(or_default(False))]
MaybeAmount = Annotated[Decimal | None, BeforeValidator(or_default(None))]
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""Naive: Viet Nam time, as Tiki writes it. Aware: a payload that gave an offset or epoch seconds."""

MaybeMoment = Annotated[datetime | None, BeforeValidator(or_default(None)), BeforeValidator(_moment)]


class Wire(BaseModel):
    """Base of what we read: unknown fields pass, numbers may stand for text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class Paging(Wire):
    """Where a page stands. `from` and `to` are wrong on Tiki's own samples and are not read."""

    total: Count = 0
    current_page: Count = 0
    last_page: Count = 0


class Page(Wire, Generic[Row]):
    """A list; older endpoints answer with a bare array instead of `data` and `paging`."""

    data: Annotated[list[Row], BeforeValidator(or_default([]))]
    paging: Annotated[Paging, BeforeValidator(or_default(Paging()))] = Field(default_factory=Paging)

    @model_validator(mode="before")
    @classmethod
    def _from_bare_array(cls, value: Any) -> Any:
        return {"data": value} if isinstance(value, list) else value


def field_paths(error: ValidationError) -> tuple[str, ...]:
    """Where an answer differs from its model, as dotted paths without values."""
    return tuple(dict.fromkeys(".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors(
        include_url=False, include_context=False, include_input=False)))
