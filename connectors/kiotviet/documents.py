"""Invoices and return slips as KiotViet writes them; as everywhere, no buyer, no clerk and no note is declared.

There are many of them, so they are read from their bytes, row by row (msgspec, at a quarter of what pydantic costs, and to the last
digit). Rows that are spelled or drawn otherwise than most are read once more with patience, each by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function, plain_serializer_function_ser_schema

from connectors.kiotviet.paging import Listed, Malformed
from connectors.kiotviet.wire_base import Page, as_list, fold_key
from connectors.kiotviet.wire_base import read as read_answer
from ocop_market.channels.known import Known
from ocop_market.model.clock import VIETNAM

Text = str | int
"""Ids and codes: written as numbers or as text."""
Amount = int | Decimal
"""Money, and what is reckoned with it: an int where it is written as one, which costs a third of a Decimal. Never to be divided."""
Moment = datetime | None
"""As it is written, often without an offset; `moment` tells what it means."""

KEY = re.compile(rb'"(\w+)"\s*:')
ENOUGH_TO_TELL = 4096
"""Bytes at the beginning of an answer, some rows of any list, whose keys tell how all of it is spelled."""
FIRST_REAL_YEAR = 1990
"""An empty .NET time is written as a day of the year 1."""
VIETNAM_1970 = datetime(1970, 1, 1, tzinfo=VIETNAM)
NAIVE_1970 = VIETNAM_1970.replace(tzinfo=None)
PLACE = re.compile(r" - at `\$\.?([^`]*)`")
MISSING = re.compile(r"required field `(\w+)`")


class Part(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Base of what stands in documents: null the same as absent, unknown keys passed over."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read with patience where it stands inside an answer that pydantic reads."""
        def patiently(value: object) -> Part:
            found = _patiently(cls, value)
            if isinstance(found, Malformed):
                raise PydanticCustomError("unreadable", "{fields}", {"fields": ", ".join(found.fields)})
            return found

        return no_info_plain_validator_function(patiently, serialization=plain_serializer_function_ser_schema(msgspec.to_builtins))


class InvoiceLineIn(Part, frozen=True, gc=False):
    """A line of an invoice: `price` and `discount` for one unit, `allocation_discount` for the whole line."""

    quantity: Decimal
    price: Amount
    product_id: Text = ""
    product_code: Text | None = None
    product_name: Text | None = None
    discount: Amount | None = None
    discount_ratio: Amount | None = None
    allocation_discount: Amount | None = None


class SurchargeIn(Part, frozen=True, gc=False):
    """A charge on top of the goods: `price` is what was charged, `sur_value` what is set up."""

    price: Amount | None = None
    sur_value: Amount | None = None


class SaleChannelIn(Part, frozen=True, gc=False):
    """Where a sale came from; inside, KiotViet writes keys with a capital and without."""

    name: Text | None = msgspec.field(default=None, name="Name")
    camel_name: Text | None = msgspec.field(default=None, name="name")


class Changed(Part, frozen=True, gc=False):
    """Which document a row is, and when it was last changed."""

    id: Text
    created_date: Moment = None
    modified_date: Moment = None

    @property
    def whole(self) -> bool:
        """Whether what every such row has was found; what is missing may be spelled otherwise than in the rows before."""
        return self.modified_date is not None or self.created_date is not None


class InvoiceIn(Changed, frozen=True, gc=False):
    """An invoice; `total` is what the buyer owes, whatever has been paid so far."""

    code: Text = ""
    purchase_date: Moment = None
    branch_id: Text = ""
    order_code: Text | None = None
    status: Text = ""
    status_value: Text | None = None
    total: Amount | None = None
    discount: Amount | None = None
    discount_ratio: Amount | None = None
    total_tax: Amount | None = None
    pricing_mode: int | None = None
    # written with a capital beside the others, DOC "Hóa đơn", 2026-03
    sale_channel: SaleChannelIn | None = msgspec.field(default=None, name="SaleChannel")
    sale_channel_name: Text | None = None
    invoice_order_surcharges: list[SurchargeIn] = []
    invoice_details: list[InvoiceLineIn] = []

    @property
    def whole(self) -> bool:
        """The same of an invoice and its lines."""
        if not self.invoice_details or self.purchase_date is None or self.branch_id == "" or self.status == "" or self.total is None:
            return False
        for line in self.invoice_details:
            if line.product_id == "":
                return False
        return self.modified_date is not None or self.created_date is not None


class ReturnLineIn(Part, frozen=True, gc=False):
    """A line of a return slip; all amounts are positive."""

    quantity: Decimal
    price: Amount = 0
    product_id: Text = ""
    product_code: Text | None = None
    product_name: Text | None = None
    sub_total: Amount | None = None
    allocation_discount: Amount | None = msgspec.field(default=None, name="AllocationDiscount")


class ReturnIn(Changed, frozen=True, gc=False):
    """A return slip; `return_discount` and `return_fee` come with a single slip only, never in the list."""

    code: Text = ""
    invoice_id: Text = ""
    return_date: Moment = None
    branch_id: Text = ""
    status: Text = ""
    status_value: Text | None = None
    return_total: Amount | None = None
    return_discount: Amount | None = None
    return_fee: Amount | None = None
    total_tax: Amount | None = None
    pricing_mode: int | None = None
    return_details: list[ReturnLineIn] = []

    @property
    def whole(self) -> bool:
        """Never taken for granted: slips are few, and most of what they say may be missing."""
        return False


Document = TypeVar("Document", InvoiceIn, ReturnIn)
One = TypeVar("One", bound=Part)
Row = TypeVar("Row", bound=Changed)


class _Unread(msgspec.Struct):
    """A list whose rows are not read yet."""

    data: list[msgspec.Raw]
    total: int | None = None


@dataclass(frozen=True)
class Recognise:
    """How rows are told that are known already: by their ids in the ledger, and the number of the mapper."""

    known: Known
    order_id: Callable[[Text], str]
    mapping: int


@dataclass(frozen=True)
class Sheet(Listed[Changed | Malformed]):
    """One page of a list. What is `Changed` and no more is known, and was not read further; `digests` are by the id of the row."""

    digests: Mapping[Text, str] = field(default_factory=dict)


def read_document(kind: type[Document], content: bytes) -> Document | Malformed:
    """A single document; raises ValueError for what is not JSON."""
    return _patiently(kind, json.loads(content, parse_float=Decimal))


def read_sheet(kind: type[Changed], content: bytes, recognise: Recognise | None = None) -> Sheet:
    """A page of a list, where a row that cannot be read hides no other.

    Raises ValueError (pydantic's ValidationError too) for what is no list.
    """
    try:
        page = _decoder(_Unread).decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):  # a list drawn as an object, or spelled otherwise; or no list at all
        answer = read_answer(Page[Any], content)
        return Sheet([_patiently(kind, row) for row in answer.data], answer.total)
    usual = _spelled_as_usual(kind, content)
    if recognise is None:
        return Sheet(_rows(kind, page.data, usual), page.total)
    known = recognise.known
    rows = _rows(kind if known.empty else Changed, page.data, usual)
    digests = known.digests(zip([row.id for row in rows], page.data, strict=True), recognise.mapping)
    if len(digests) < len(rows):  # one document twice: neither digest is the one
        return Sheet(_rows(kind, page.data, usual), page.total)
    if known.empty:
        return Sheet(rows, page.total, digests)
    kept = known.among({recognise.order_id(name): digest for name, digest in digests.items()})
    if len(kept) == len(rows):
        return Sheet(rows, page.total, digests)
    read = [row if recognise.order_id(row.id) in kept else _row(kind, sent, usual) for row, sent in zip(rows, page.data, strict=True)]
    return Sheet(read, page.total, digests)


def moment(written: Moment) -> datetime | None:
    """A time, aware: without an offset it is Viet Nam's. None for an empty one."""
    if written is None or written.year < FIRST_REAL_YEAR:
        return None
    return written if written.tzinfo is not None else VIETNAM_1970 + (written - NAIVE_1970)  # an eighth of what `replace` costs


def _rows(kind: type[Row], sent: Sequence[msgspec.Raw], usual: bool) -> Sequence[Row | Malformed]:
    if usual:
        try:
            rows: list[Row] = [*map(_decoder(kind).decode, sent)]
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        else:
            return [row if row.whole else _row(kind, one, usual) for row, one in zip(rows, sent, strict=True)]
    return [_row(kind, one, usual) for one in sent]


def _row(kind: type[Row], sent: msgspec.Raw, usual: bool) -> Row | Malformed:
    read: Row | None = None
    if usual:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            read = _decoder(kind).decode(sent)
    if read is not None and read.whole:
        return read
    try:
        value = json.loads(bytes(sent), parse_float=Decimal)
    except ValueError:  # no UTF-8, which is of no matter where nothing is read
        return read or Malformed("", ("body",))
    return _patiently(kind, value)


@lru_cache(maxsize=8)
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _spelled_as_usual(kind: type[Part], content: bytes) -> bool:
    """Whether the first keys are spelled as rows are read from bytes, as far as they are keys of ours."""
    return all(_is_usual(kind, key) for key in set(KEY.findall(content, 0, ENOUGH_TO_TELL)))


@lru_cache(maxsize=4096)
def _is_usual(kind: type[Part], key: bytes) -> bool:
    usual = _spellings(kind).get(fold_key(key.decode()))
    return not usual or key.decode() in usual


@lru_cache(maxsize=8)
def _spellings(kind: type[Part]) -> dict[str, set[str]]:
    """How the fields of a document and its parts are spelled, by their folded names; a row that lacks a required one is refused anyway."""
    found: dict[str, set[str]] = {}
    for one in msgspec.structs.fields(kind):
        if not one.required:
            found.setdefault(fold_key(one.encode_name), set()).add(one.encode_name)
        if (part := _part_of(one.type)) is not None:
            for name, spellings in _spellings(part).items():
                found.setdefault(name, set()).update(spellings)
    return found


def _part_of(kind: Any) -> type[Part] | None:
    """The part that a field, or each row of one, holds."""
    return next((one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, Part)), None)


@lru_cache(maxsize=16)
def _names(kind: type[msgspec.Struct]) -> dict[str, tuple[str, Any]]:
    """How the fields are spelled, and what they are, by their folded names."""
    return {fold_key(one.name): (one.encode_name, one.type) for one in msgspec.structs.fields(kind)}


def _patiently(kind: type[One], value: object) -> One | Malformed:
    try:
        return msgspec.convert(_as_usual(kind, value), kind, strict=False)
    except msgspec.ValidationError as error:
        return Malformed(_id_of(value), _fields(str(error)))


def _as_usual(kind: Any, value: Any) -> Any:
    """A value spelled and drawn as `kind` wants it; of two spellings of one key the first that is not null counts."""
    if get_origin(kind) is list:
        return [_as_usual(get_args(kind)[0], row) for row in as_list(value)]
    if (part := _part_of(kind)) is not None:
        if isinstance(value, str) and part is SaleChannelIn:
            return {"Name": value}
        if not isinstance(value, dict):
            return value
        found: dict[str, Any] = {}
        for key, item in value.items():
            name, inner = _names(part).get(fold_key(str(key)), ("", None))
            if name and item is not None and name not in found:
                found[name] = _as_usual(inner, item)
        return found
    if kind in (Text, Text | None) and isinstance(value, Decimal):
        return str(value)
    if kind == Moment and isinstance(value, str):
        return _written(value)
    return value


def _written(text: str) -> object:
    with suppress(msgspec.ValidationError):
        return msgspec.convert(text.strip(), datetime)
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return text


def _id_of(row: Any) -> str:
    """The id of a row that cannot be read as a whole; empty when it has none."""
    found = next((value for key, value in row.items() if fold_key(str(key)) == "id"), "") if isinstance(row, dict) else ""
    return str(found) if isinstance(found, int | str) else ""


def _fields(error: str) -> tuple[str, ...]:
    """Where a document is wrong, by the library's sentence, which names no value of these types."""
    place, missing = PLACE.search(error), MISSING.search(error)
    steps = [*([place[1]] if place else []), *([missing[1]] if missing else [])]
    return (".".join(steps) or "body",)
