"""What every counter of the Tiki practice server shares: answers, refusals, pages, times, warehouses, numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from ocop_market.model.clock import VIETNAM
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.shelf import Record

Route = tuple[str, str, str]
TEXT_TIME = "%Y-%m-%d %H:%M:%S"

SELLER_ID = 990021
SELLER_SID = "9A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B"
SELLER_NAME = "Gian hàng thực hành OCOP"

PICK_UP, RETURNS = 1, 2
WAREHOUSES: tuple[Record, ...] = (
    {"id": 990001, "name": "Kho thực hành chính", "status": 1, "type": PICK_UP, "is_primary": True},
    {"id": 990002, "name": "Kho thực hành thứ hai", "status": 1, "type": PICK_UP, "is_primary": False},
    {"id": 990003, "name": "Kho nhận hàng trả", "status": 1, "type": RETURNS, "is_primary": False},
    {"id": 990004, "name": "Kho đã đóng", "status": 0, "type": PICK_UP, "is_primary": False},
)
ACTIVE_WAREHOUSES = frozenset(house["id"] for house in WAREHOUSES if house["status"] == 1 and house["type"] == PICK_UP)


class Refusal(Exception):  # noqa: N818
    """A call that is answered with a status and one or more sentences."""

    def __init__(self, status: int, *problems: str) -> None:
        super().__init__(*problems)
        self.status = status
        self.problems = problems


def answer(body: Any, status: int = 200) -> Response:
    """A JSON answer: the bare object or array, no envelope (open.tiki.vn product and order API pages, 2026)."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def refuse(status: int, problems: Iterable[str]) -> Response:
    """The resource API's form of a refusal: plain sentences, no codes (open-api-docs, errors page)."""
    return answer({"errors": list(problems)}, status)


def text_time(moment: datetime) -> str:
    """Viet Nam local time without an offset, as all resources print it."""
    return moment.astimezone(VIETNAM).replace(tzinfo=None).isoformat(" ", "seconds")


def read_time(text: str, name: str, *, end: bool = False) -> datetime:
    """A time of a query, Viet Nam local; a bare date means its first second, or its last with `end`."""
    try:
        return datetime.strptime(text, TEXT_TIME).replace(tzinfo=VIETNAM)
    except ValueError:
        pass
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=VIETNAM)
    except ValueError:
        raise Refusal(400, f"{name} must be in format YYYY-MM-DD HH:mm:ss") from None
    return day + timedelta(days=1, seconds=-1) if end else day


def read_flag(text: str, name: str) -> bool:
    """A yes or no of a query: `true`, `false`, `1` or `0`."""
    flags = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in flags:
        raise Refusal(400, f"{name} must be true or false")
    return flags[text.lower()]


def read_page(request: Request, *, limit: int = 20, most: int) -> tuple[int, int]:
    """Page number and rows a page, as asked."""
    page, rows = read_number(request, "page", 1), read_number(request, "limit", limit)
    if rows > most:
        raise Refusal(400, f"limit must not exceed {most}")
    return page, rows


def read_number(request: Request, name: str, default: int) -> int:
    """A whole number of the query, from 1 on."""
    text = request.args.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise Refusal(400, f"{name} must be a positive integer")
    return int(text)


def whole(value: Any, least: int = 0) -> bool:
    """Whether a JSON value is an integer (true and false are not) of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def page_answer(rows: Sequence[Any], page: int, limit: int, total: int) -> Response:
    """A list with its paging block.

    `from` and `to` are as useless as in the platform's own samples, which print 0 and 20 over a single row.
    """
    return answer({"data": list(rows), "paging": {
        "total": total, "current_page": page, "from": 0, "to": limit if total else 0, "per_page": limit,
        "last_page": -(-total // limit)}})


def page_out(rows: Sequence[Any], page: int, limit: int, form: Callable[[Any], Any] = lambda row: row) -> Response:
    """The asked page of rows that are all at hand, each printed by `form`."""
    return page_answer([form(row) for row in rows[(page - 1) * limit:page * limit]], page, limit, len(rows))


def read_object(request: Request) -> Record:
    """The JSON object in a body; the guard has looked at the content type already."""
    try:
        body = json.loads(request.get_data())
    except ValueError:
        raise Refusal(400, "request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "request body must be a JSON object")
    return body


def unknown_warehouses(numbers: Iterable[Any]) -> list[Any]:
    """Those that are no active pick-up warehouse of the practice seller."""
    return [number for number in numbers if number not in ACTIVE_WAREHOUSES]


def warehouse_numbers(text: Any) -> list[Any]:
    """The ids inside a `"1034,1015"` text; what is no number stays as it is and will be unknown."""
    return [int(part) if part.strip().isdecimal() else part for part in str(text).split(",")]


class Desk(Sandbox):
    """The base of all counters; each one adds its routes and shelves."""

    key: ClassVar[str] = "tiki"

    def routes(self) -> Sequence[Route]:
        """No route of its own."""
        return ()

    def open(self) -> None:
        """Takes the shelves for running numbers and for what happened to products."""
        self._numbers = self.shelf("numbers")
        self._happenings = self.shelf("happenings")
        self.renamed: dict[str, tuple[str, str]] = {}

    def next_number(self, kind: str) -> int:
        """A running number, from 1 on, that survives a restart."""
        number: int = self._numbers.get(kind, {"last": 0})["last"] + 1
        self._numbers[kind] = {"last": number}
        return number

    def announce(self, kind: str, payload: Record, version: str = "v1") -> None:
        """Keeps an event for the queues that subscribed to its kind."""
        number = self.next_number("happening")
        self._happenings[str(number)] = {"type": kind, "payload": payload, "version": version,
                                         "at": self.clock().timestamp()}

    def rate_limited(self, seconds: int) -> Response:
        """429 in the platform's form; Retry-After is this server's courtesy, the page does not promise it."""
        refusal = refuse(429, ["Too many requests"])
        refusal.headers["Retry-After"] = str(seconds)
        return refusal

    def server_error(self) -> Response:
        """500 in the platform's form."""
        return refuse(500, ["Internal server error"])

    def not_found(self, request: Request, error: HTTPException) -> Response:
        """404 and 405 in the platform's form."""
        return refuse(error.code or 404, [error.name])

    def _dispatch(self, request: Request) -> Response:
        try:
            return super()._dispatch(request)
        except Refusal as refusal:
            return refuse(refusal.status, refusal.problems)
