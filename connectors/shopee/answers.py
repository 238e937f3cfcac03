"""Reading answers into their models; what does not fit is named by its path, never by its value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, ValidationError

from ocop_market.errors import UnexpectedAnswer, Where

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Faulty:
    """A row of an answer that cannot be read: its order's number (empty when that is missing) and the faulty fields."""

    number: str
    fields: tuple[str, ...]


def read(model: type[Answer], response: requests.Response, where: Where) -> Answer:
    """The answer in its model. Raises UnexpectedAnswer with the paths of faulty fields, never their values."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise UnexpectedAnswer(_paths(error), where=where) from None


def read_rows(model: type[Answer], response: requests.Response, where: Where, rows_at: tuple[str, ...],
               ) -> tuple[Answer, list[Faulty]]:
    """The answer without the rows that cannot be read; one faulty order does not hide the others."""
    try:
        return model.model_validate_json(response.content), []
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        paths = _paths(error)
    depth = len(rows_at)
    by_row: dict[int, list[str]] = {}
    for fault, path in zip(faults, paths, strict=True):
        position = fault["loc"][depth] if fault["loc"][:depth] == rows_at and len(fault["loc"]) > depth else None
        if not isinstance(position, int):
            raise UnexpectedAnswer(paths, where=where)
        by_row.setdefault(position, []).append(path)
    body = json.loads(response.content, parse_float=Decimal)
    rows = body
    for step in rows_at:
        rows = rows[step]
    faulty = [Faulty(_order_number(rows[position]), tuple(found)) for position, found in by_row.items()]
    for position in sorted(by_row, reverse=True):
        del rows[position]
    return model.model_validate(body), faulty


def _order_number(row: Any) -> str:
    inner = row.get("escrow_detail", row) if isinstance(row, dict) else None
    return str(inner.get("order_sn") or "") if isinstance(inner, dict) else ""


def _paths(error: ValidationError) -> list[str]:
    return [".".join(str(part) for part in fault["loc"]) for fault in error.errors(include_input=False, include_url=False)]
