"""How the practice KiotViet speaks: JSON answers, refusals, query parameters, naive local times, list pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from werkzeug.wrappers import Request, Response

from ocop_market.model.clock import VIETNAM

Row = TypeVar("Row")

DEFAULT_PAGE, LARGEST_PAGE = 20, 100
"""Rows of a list page when nothing is asked, and at most; every list chapter, 2026-03."""

BUSINESS_RULE = 420
"""HTTP status of a broken business rule (duplicate code, deleted product, wrong tax family)."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?)?(?:Z|[+ -]\d\d:?\d\d)?")


class Refusal(Exception):
    """A call that the platform turns down: HTTP status, its error code, and its Vietnamese sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """The refusal as an HTTP answer."""
        body = {"responseStatus": {"errorCode": self.code, "message": self.message, "errors": []}}
        return answer(body, self.status, headers)


def broken_rule(message: str) -> Refusal:
    """A business rule was broken: HTTP 420, the sentence is meant for the user."""
    return Refusal(BUSINESS_RULE, "KvValidateException", message)


def malformed(message: str) -> Refusal:
    """The request cannot be read."""
    return Refusal(400, "SerializationException", message)


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers or {}), content_type="application/json; charset=utf-8")


def without_gaps(**fields: object) -> dict[str, Any]:
    """A record in which empty fields are left out: the platform writes no nulls."""
    return {name: value for name, value in fields.items() if value is not None}


def local_text(moment: datetime) -> str:
    """Naive Viet Nam time with seven fraction digits, as recorded: `2025-11-17T23:10:25.1670000`."""
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"


def local_moment(text: str) -> datetime:
    """The moment that a filter means. Raises Refusal (400) when it is no time.

    An offset is passed over and the clock reading taken as local: who sends UTC loses seven hours.
    """
    match = _TIME.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        day, time, fraction = match.groups()
        naive = datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
    except ValueError:
        raise malformed(f"Thời gian không hợp lệ: {text}") from None
    return naive.replace(microsecond=int(f"{fraction or 0:0<6}"[:6]), tzinfo=VIETNAM).astimezone(UTC)


Question = dict[str, list[str]]


class Query:
    """The parameters of a call: names in any case; lists repeated, with an index (`branchIds[0]`) or joined by commas."""

    def __init__(self, request: Request) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in request.args.items(multi=True):
            self._values.setdefault(re.sub(r"\[\d*\]$", "", name).lower(), []).append(value)

    @property
    def question(self) -> Question:
        """What is asked for whatever the page: equal for all pages of one list."""
        return {name: values for name, values in self._values.items() if name not in ("currentitem", "pagesize")}

    def text(self, name: str) -> str:
        """The last value of that name; empty when there is none."""
        return self._values.get(name.lower(), [""])[-1].strip()

    def number(self, name: str) -> int | None:
        """A whole number. Raises Refusal (400) when it is none."""
        text = self.text(name)
        return _whole(name, text) if text else None

    def numbers(self, name: str) -> frozenset[int]:
        """All numbers of a list parameter; empty means that it does not filter."""
        parts = [part for value in self._values.get(name.lower(), []) for part in value.strip("[]").split(",")]
        return frozenset(_whole(name, part.strip()) for part in parts if part.strip())

    def flag(self, name: str) -> bool | None:
        """A switch; None when it was not given."""
        text = self.text(name).lower()
        return text in ("true", "1") if text else None

    def moment(self, name: str) -> datetime | None:
        """A time, given in local time."""
        text = self.text(name)
        return local_moment(text) if text else None


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise malformed(f"Giá trị của {name} không hợp lệ") from None


@dataclass(frozen=True)
class PageAsked:
    """Which part of a list is asked for: `start` is a record offset, never a page number."""

    start: int
    size: int

    @classmethod
    def read(cls, query: Query) -> PageAsked:
        """From `currentItem` and `pageSize`; a size above 100 is cut to 100, and the answer's `pageSize` says so."""
        size = query.number("pageSize") or 0
        return cls(max(0, query.number("currentItem") or 0), min(size, LARGEST_PAGE) if size > 0 else DEFAULT_PAGE)


def ordered(rows: Sequence[Row], query: Query, keys: Mapping[str, Callable[[Row], Any]], default: str) -> list[Row]:
    """The rows by `orderBy` and `orderDirection`; rows without the value come first, as in the platform's database.

    Raises Refusal (400) for a field by which this list cannot be sorted.
    """
    name = (query.text("orderBy") or default).lower()
    key = keys.get(name)
    direction = query.text("orderDirection").lower() or "asc"
    if key is None or direction not in ("asc", "desc"):
        raise malformed(f"Không sắp xếp được theo {name} {direction}")
    found = sorted((row for row in rows if key(row) is not None), key=key)
    whole = [row for row in rows if key(row) is None] + found
    return whole[::-1] if direction == "desc" else whole


def listed(query: Query, rows: Sequence[Row], show: Callable[[Row], Mapping[str, Any]], **more: object) -> dict[str, Any]:
    """The envelope of a list, rendering only the rows of the page asked for."""
    page = PageAsked.read(query)
    data = [show(row) for row in rows[page.start:page.start + page.size]]
    return {"total": len(rows), "pageSize": page.size, "data": data, **more}


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object sent. Raises Refusal (400) when it is none."""
    try:
        body = json.loads(request.get_data() or b"null")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise malformed("Nội dung yêu cầu không phải là một đối tượng JSON")
    return body


def fields_of(body: object) -> dict[str, Any]:
    """An object by its field names in lower case: the platform reads names in any case. Raises Refusal (400)."""
    if not isinstance(body, dict):
        raise malformed("Thiếu một đối tượng JSON")
    return {str(name).lower(): value for name, value in body.items()}
