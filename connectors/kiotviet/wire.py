"""What we read from KiotViet, and nothing else: no buyer, no clerk, no note is declared, so none is ever kept.

Answers are read liberally, because KiotViet writes `invoiceDetails` and `SaleChannel` side by side, leaves out what is
null, and draws some lists as a single object (DOC "Hóa đơn", 2026-03). Most answers need little of that: pydantic reads them
from their bytes at a third of the cost; those that it refuses, and those that spell otherwise than camel case or with a capital
in front, are read once more as Python values.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel, to_pascal
from pydantic_core.core_schema import CoreSchema, json_or_python_schema, no_info_before_validator_function, no_info_plain_validator_function

from ocop_market.model.clock import VIETNAM

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")

DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte) in "0123456789." else ord(" ") for byte in range(256))
MORE_THAN_A_FLOAT_HOLDS = b"0" * 17
"""A number of more than 15 digits and its point, as it looks after that translation."""
KEY = re.compile(rb'"(\w+)"\s*:')
ENOUGH_TO_TELL = 4096
"""Bytes at the beginning of an answer, some rows of any list, whose keys tell how all of it is spelled."""
FIRST_REAL_YEAR = 1990
"""An empty .NET time is written as a day of the year 1."""


def read(model: type[Model], content: bytes) -> Model:
    """The body as `model`; numbers become Decimal without a loss of digits.

    Raises ValueError for what is not JSON, and pydantic's ValidationError (a ValueError too) for another shape.
    """
    # out of bytes pydantic reads fractions as floats, which are exact to 15 digits
    if MORE_THAN_A_FLOAT_HOLDS not in content.translate(DIGITS_AS_ZEROS) and _spelled_as_usual(content):
        with suppress(ValidationError, TypeError):  # a list where a time should stand is no key of a cache
            return model.model_validate_json(content)
    return model.model_validate(json.loads(content, parse_float=Decimal))


@lru_cache(maxsize=4096)
def fold_key(key: str) -> str:
    """The one form under which a key is known here: `SaleChannel`, `saleChannel` and `sale_channel` are the same."""
    return key.replace("_", "").casefold()


def _spelled_as_usual(content: bytes) -> bool:
    """Whether the first keys are spelled in one of the two ways that are read from bytes, as far as they are keys of ours."""
    return all(map(_is_usual, set(KEY.findall(content, 0, ENOUGH_TO_TELL))))


@lru_cache(maxsize=4096)
def _is_usual(key: bytes) -> bool:
    usual = USUAL.get(fold_key(key.decode()))
    return usual is None or key in usual


def _spellings(name: str) -> AliasChoices:
    """How KiotViet writes a name: `branchId`, sometimes `BranchId`."""
    USUAL[fold_key(name)] = both = (to_camel(name).encode(), to_pascal(name).encode())
    return AliasChoices(*(form.decode() for form in both), name)


USUAL: dict[str, tuple[bytes, bytes]] = {}
"""Of every name that is read, by its folded form, how it may be spelled to be read from bytes."""


class OneOrMore:
    """Marks a list that may be drawn as a single object; while read from bytes it has to be a list."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The list as it is, behind `_as_list` for Python values."""
        rows = handler(source)
        return json_or_python_schema(rows, no_info_before_validator_function(_as_list, rows))


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


class AsMoment:
    """Reads a time; from bytes it has to be a text, and whatever else stands there is left to the second reading."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A function alone where the time is a text: pydantic's own look at what it gives would cost as much again."""
        return json_or_python_schema(no_info_plain_validator_function(_moment),
                                     no_info_before_validator_function(_as_moment, handler(source)))


def _as_moment(value: object) -> object:
    return _moment(value) if isinstance(value, str) else value


@lru_cache(maxsize=64)
def _moment(value: object) -> datetime | None:
    """One time often stands in a document twice: written and changed."""
    if not isinstance(value, str):
        raise ValueError("no time")  # noqa: TRY004  (pydantic's way of refusing a value)
    moment = datetime.fromisoformat(value.strip())
    if moment.year < FIRST_REAL_YEAR:
        return None
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment


def _as_channel(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Text = Annotated[str, Field(coerce_numbers_to_str=True)]
"""Ids and codes: written as numbers or as text."""
Amount = Annotated[Annotated[int, Strict()] | Decimal, Field(union_mode="left_to_right")]
"""Money, and what is reckoned with it: an int where it is written as one, which costs a third of a Decimal. Never to be divided."""
Moment = Annotated[datetime | None, AsMoment()]
"""Aware; a time without an offset is Viet Nam's, and its seventh fraction digit is dropped."""
Rows = Annotated[list[Item], OneOrMore()]


class Wire(BaseModel):
    """Base of all answers: keys without regard to case, null the same as absent."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=AliasGenerator(validation_alias=_spellings))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The model as it is, behind `_fold_keys` for Python values."""
        model = handler(source)
        return json_or_python_schema(model, no_info_before_validator_function(cls._fold_keys, model))

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


class TokenAnswer(Wire):
    """The answer of the token endpoint; `expires_in` in seconds."""

    access_token: str = Field(min_length=1, repr=False)
    expires_in: int | None = None


class ErrorStatus(Wire):
    """What went wrong; the text beside the code is not read."""

    error_code: str = ""


class ErrorAnswer(Wire):
    """An error in either dialect: `responseStatus` of the API, `error` of the token endpoint."""

    response_status: ErrorStatus = ErrorStatus()
    error: str = ""


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


class BranchIn(Record):
    """A branch; address and telephone are not read."""

    branch_name: Text = ""


class StockIn(Wire):
    """Stock of an article at one branch, in the article's own unit."""

    branch_id: Text
    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)


class ProductIn(Record):
    """An article; units and variants are articles of their own. What it cost the shop is not read."""

    code: Text = ""
    bar_code: Text = ""
    name: Text = ""
    full_name: Text = ""
    unit: Text = ""
    description: Text | None = None
    base_price: Decimal | None = None
    weight: Decimal | None = None
    is_active: bool = True
    inventories: Rows[StockIn] = []


class InvoiceLineIn(Wire):
    """A line of an invoice: `price` and `discount` for one unit, `allocation_discount` for the whole line."""

    product_id: Text = ""
    product_code: Text = ""
    product_name: Text = ""
    quantity: Decimal
    price: Amount
    discount: Amount | None = None
    discount_ratio: Amount | None = None
    allocation_discount: Amount | None = None


class SurchargeIn(Wire):
    """A charge on top of the goods: `price` is what was charged, `sur_value` what is set up."""

    price: Amount | None = None
    sur_value: Amount | None = None


class SaleChannelIn(Wire):
    """Where a sale came from."""

    name: Text = ""


class InvoiceIn(Record):
    """An invoice; `total` is what the buyer owes, whatever has been paid so far."""

    code: Text = ""
    purchase_date: Moment = None
    created_date: Moment = None
    modified_date: Moment = None
    branch_id: Text = ""
    order_code: Text = ""
    status: Text = ""
    status_value: Text = ""
    total: Amount | None = None
    discount: Amount | None = None
    discount_ratio: Amount | None = None
    total_tax: Amount | None = None
    pricing_mode: int | None = None
    sale_channel: Annotated[SaleChannelIn, BeforeValidator(_as_channel)] = SaleChannelIn()
    sale_channel_name: Text = ""
    invoice_order_surcharges: Rows[SurchargeIn] = []
    invoice_details: Rows[InvoiceLineIn] = []


class ReturnLineIn(Wire):
    """A line of a return slip; all amounts are positive."""

    product_id: Text = ""
    product_code: Text = ""
    product_name: Text = ""
    quantity: Decimal
    price: Amount = 0
    sub_total: Amount | None = None
    allocation_discount: Amount | None = None


class ReturnIn(Record):
    """A return slip; `return_discount` and `return_fee` come with a single slip only, never in the list."""

    code: Text = ""
    invoice_id: Text = ""
    return_date: Moment = None
    created_date: Moment = None
    modified_date: Moment = None
    branch_id: Text = ""
    status: Text = ""
    status_value: Text = ""
    return_total: Amount | None = None
    return_discount: Amount | None = None
    return_fee: Amount | None = None
    total_tax: Amount | None = None
    pricing_mode: int | None = None
    return_details: Rows[ReturnLineIn] = []


READS: dict[str, type[BaseModel]] = {
    "POST /connect/token": TokenAnswer,
    "GET /branches": Page[BranchIn],
    "GET /products": Page[ProductIn],
    "GET /products/{id}": ProductIn,
    "GET /products/code/{code}": ProductIn,
    "PUT /products/{id}": ProductIn,
    "GET /invoices": Page[InvoiceIn],
    "GET /invoices/{id}": InvoiceIn,
    "GET /returns": Page[ReturnIn],
    "GET /returns/{id}": ReturnIn,
}
"""Every call that is made, and the model that reads the whole body of its answer."""
