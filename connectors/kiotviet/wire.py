"""What we read from KiotViet, and nothing else: no buyer, no clerk, no note is declared, so none is ever kept.

Invoices and return slips, of which there are many, are in `documents`.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from connectors.kiotviet.documents import InvoiceIn, ReturnIn
from connectors.kiotviet.wire_base import Page, Record, Rows, Text, Wire


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
    inventories: Rows[StockIn] = Field(default_factory=list)


READS: dict[str, type] = {
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
