"""How the practice Shopee reads what it is sent and words its answers and refusals."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Request, Response

Body = dict[str, Any]
T = TypeVar("T")

TOKEN_CODES = frozenset({"invalid_acceess_token"})
"""Codes that come with HTTP 403; other refusals come with 200. Reported by integrators only, unverified."""


class Refusal(Exception):
    """The platform's no: its code, its short text, and what it still says beside them."""

    def __init__(self, code: str, message: str | None = "", **beside: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.beside = code, message, beside

    def response(self) -> Response:
        """The refusal as it goes over the wire."""
        status = 403 if self.code in TOKEN_CODES else 200
        return reply({"error": self.code, "message": self.message, **self.beside}, status)


def reply(body: Body, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`body` in the envelope: request_id, error and message are filled in, and warning where there is a `response`."""
    envelope: Body = {"request_id": uuid.uuid4().hex, "error": "", "message": ""}
    if "response" in body:
        envelope["warning"] = ""
    return Response(json.dumps(envelope | body, ensure_ascii=False), status, headers, mimetype="application/json")


def seconds(moment: datetime) -> int:
    """Unix time in whole seconds."""
    return int(moment.timestamp())


class Dialect(Enum):
    """The wordings of parameter refusals, one a family of endpoints."""

    PRODUCT = "product"
    ORDER = "order"
    PAYMENT = "payment"

    @classmethod
    def of(cls, api: str) -> Dialect:
        """The dialect that an endpoint (`product/add_item`) speaks."""
        family = api.split("/", 1)[0]
        return {"product": cls.PRODUCT, "payment": cls.PAYMENT}.get(family, cls.ORDER)

    def missing(self, name: str) -> Refusal:
        """A mandatory parameter is not there."""
        if self is Dialect.PRODUCT:
            return Refusal("product.error_param", f"invalid field {_go_name(name)}: value must  Not Null")
        if self is Dialect.PAYMENT:
            return Refusal("error_param", f"{name} is required")
        return Refusal("error_param", f"Wrong parameters, detail: {name} is a required field.")

    def wrong_type(self, name: str, expected: str, value: Any) -> Refusal:
        """A parameter of another JSON type than the documented one."""
        if self is Dialect.PRODUCT:
            return Refusal("product.error_param", f"invalid field {_go_name(name)}: value must be {expected}")
        if self is Dialect.PAYMENT:
            return Refusal("error_param", f"{name}: Invalid type. Expected: {expected}, given: {_json_type(value)}")
        return Refusal("error_param", f"Wrong parameters, detail: {name} should be {expected}.")

    def out_of_range(self, name: str, low: int, high: int) -> Refusal:
        """A number, or the length of a list, outside its limits."""
        if self is Dialect.PRODUCT:
            return Refusal("product.error_param", f"invalid field {_go_name(name)}: value must between {low} and {high}")
        return Refusal("error_param", f"Wrong parameters, detail: {name} should be between {low} and {high}.")

    def unreadable(self, raw: bytes) -> Refusal:
        """A body that is no JSON object."""
        if self is Dialect.PRODUCT:
            return Refusal("product.error_param", "parameter invalid" if raw.strip() else "EOF")
        if self is Dialect.PAYMENT:
            return Refusal("error_param", "The request body is not a valid json format")
        return Refusal("error_data", "parse data failed") if raw.strip() else Refusal("error_param", "parameter invalid")


def _go_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _json_type(value: Any) -> str:
    known = ((bool, "boolean"), (str, "string"), (int, "integer"), (Decimal, "number"), (list, "array"), (dict, "object"))
    return next((word for kind, word in known if isinstance(value, kind)), "null")


class Fields:
    """Parameters by name: of a query (all text), of a JSON body, or of one object inside it.

    A plain reader gives None for what is absent; its `need_` form refuses instead. Wrong types are refused.
    """

    def __init__(self, values: Mapping[str, Any], dialect: Dialect, *, from_query: bool = False) -> None:
        self._values, self.dialect, self._from_query = values, dialect, from_query

    def __contains__(self, name: str) -> bool:
        return self._one(name) is not None

    def text(self, name: str) -> str | None:
        """Text, possibly empty."""
        return self._typed(name, "string", str)

    def integer(self, name: str) -> int | None:
        """A whole number; `"5"` and `5.0` are refused in JSON."""
        value = self._one(name)
        if self._from_query and value == "":
            return None
        if self._from_query and isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
            return int(value)
        return self._typed(name, "integer", int)

    def number(self, name: str) -> Decimal | None:
        """A number with or without decimals."""
        value = self._one(name)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        return self._typed(name, "number", Decimal)

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._one(name)
        if self._from_query and isinstance(value, str) and value.lower() in {"true", "false", "1", "0", ""}:
            return value.lower() in {"true", "1"}
        return self._typed(name, "boolean", bool)

    def inner(self, name: str) -> Fields | None:
        """An object inside this one."""
        value = self._typed(name, "object", dict)
        return None if value is None else Fields(value, self.dialect)

    def inners(self, name: str) -> list[Fields] | None:
        """A list of objects."""
        values = self._typed(name, "array", list)
        if values is None:
            return None
        for value in values:
            if not isinstance(value, dict):
                raise self.dialect.wrong_type(name, "object", value)
        return [Fields(value, self.dialect) for value in values]

    def texts(self, name: str) -> list[str] | None:
        """A list of texts; in a query in any of three encodings: commas, repeated keys, a JSON or Python list."""
        values = self._listed(name)
        if values is not None and not all(isinstance(value, str) for value in values):
            raise self.dialect.wrong_type(name, "string[]", values)
        return values

    def integers(self, name: str) -> list[int] | None:
        """A list of whole numbers; in a query encoded as in `texts`."""
        values = self._listed(name)
        if values is None:
            return None
        if self._from_query:
            if not all(re.fullmatch(r"-?\d{1,19}", value) for value in values):
                raise self.dialect.wrong_type(name, "integer[]", values)
            return [int(value) for value in values]
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise self.dialect.wrong_type(name, "integer[]", values)
        return values

    def need_text(self, name: str) -> str:
        """Text that is there and not empty."""
        return self._needed(name, self.text(name) or None)

    def need_integer(self, name: str) -> int:
        """A whole number that is there."""
        return self._needed(name, self.integer(name))

    def need_number(self, name: str) -> Decimal:
        """A number that is there."""
        return self._needed(name, self.number(name))

    def need_flag(self, name: str) -> bool:
        """True or false, and there."""
        return self._needed(name, self.flag(name))

    def need_inner(self, name: str) -> Fields:
        """An object that is there."""
        return self._needed(name, self.inner(name))

    def need_inners(self, name: str, most: int) -> list[Fields]:
        """A list of 1 to `most` objects."""
        return self._counted(name, self._needed(name, self.inners(name) or None), most)

    def need_texts(self, name: str) -> list[str]:
        """A list of at least one text."""
        return self._needed(name, self.texts(name) or None)

    def need_integers(self, name: str) -> list[int]:
        """A list of at least one whole number."""
        return self._needed(name, self.integers(name) or None)

    def need_page_size(self, most: int = 100) -> int:
        """`page_size`, there and from 1 to `most`."""
        return self.within("page_size", self.need_integer("page_size"), 1, most)

    def within(self, name: str, value: int, low: int, high: int) -> int:
        """The value, refused when outside its limits."""
        if not low <= value <= high:
            raise self.dialect.out_of_range(name, low, high)
        return value

    def _one(self, name: str) -> Any:
        value = self._values.get(name)
        return value[0] if self._from_query and value else value

    def _typed(self, name: str, expected: str, *kinds: type[T]) -> T | None:
        value = self._one(name)
        if value is None:
            return None
        # A JSON true is an int to Python, not to the platform.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.dialect.wrong_type(name, expected, value)
        return value

    def _listed(self, name: str) -> list[Any] | None:
        if self._from_query:
            values = self._values.get(name)
            return None if values is None else _list_from_query(values)
        return self._typed(name, "array", list)

    def _needed(self, name: str, value: T | None) -> T:
        if value is None:
            raise self.dialect.missing(name)
        return value

    def _counted(self, name: str, values: list[T], most: int) -> list[T]:
        if len(values) > most:
            raise self.dialect.out_of_range(name, 1, most)
        return values


def _list_from_query(values: Sequence[str]) -> list[str]:
    # REF samples use commas; working clients also repeat the key or send "[1, 2]" and "['A', 'B']" (2026-09).
    found: list[str] = []
    for value in values:
        bare = value.strip()
        if bare.startswith("[") and bare.endswith("]"):
            bare = bare[1:-1]
        found += [part.strip().strip("'\"") for part in bare.split(",")]
    return [part for part in found if part]


@dataclass(frozen=True)
class Call:
    """One call that passed the gateway."""

    api: str
    query: Fields
    body: Fields
    files: MultiDict[str, FileStorage]
    form: Fields
    now: datetime

    @property
    def given(self) -> Fields:
        """The body of a POST with one, otherwise the query: for the endpoints that working clients call both ways."""
        return self.body if self.body is not EMPTY else self.query


EMPTY = Fields({}, Dialect.ORDER)
"""The body of a call that has none."""


def read_call(request: Request, api: str, now: datetime) -> Call:
    """The request taken apart; a POST that is no upload must hold a JSON object."""
    dialect = Dialect.of(api)
    query = Fields(request.args.to_dict(flat=False), dialect, from_query=True)
    body, form = EMPTY, EMPTY
    files: MultiDict[str, FileStorage] = MultiDict()
    if request.mimetype == "multipart/form-data":
        files, form = request.files, Fields(request.form.to_dict(flat=False), dialect, from_query=True)
    elif request.method == "POST":
        raw = request.get_data()
        try:
            values = json.loads(raw, parse_float=Decimal)
        except ValueError:
            raise dialect.unreadable(raw) from None
        if not isinstance(values, dict):
            raise dialect.unreadable(raw)
        body = Fields(values, dialect)
    return Call(api, query, body, files, form, now)


@dataclass(frozen=True)
class Endpoint:
    """One path: the methods it answers, whether a shop's token is needed, and what answers it."""

    answer: Callable[[Call], Body]
    methods: frozenset[str] = frozenset({"GET"})
    level: str = "shop"
    """`shop`, `public`, or `either` (signed in one way or the other)."""


POST = frozenset({"POST"})
"""For endpoints that change something."""
