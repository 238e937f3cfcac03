"""Sales as the ledger keeps them. There is no field here into which a buyer could go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ocop_market.model.record import Record


class OrderState(StrEnum):
    """Our words for where an order stands; each connector maps its platform's words to these.

    A document of goods taken back (a till's return slip) has a state of its own life: DELIVERED when it holds,
    CANCELLED when it was voided.
    """

    PLACED = "placed"
    """Ordered, neither paid nor accepted yet."""
    ACCEPTED = "accepted"
    """Paid, or to be paid on delivery and accepted; being prepared or on its way."""
    DELIVERED = "delivered"
    """The buyer has the goods; a full return afterwards shows in the lines' refunds."""
    CANCELLED = "cancelled"
    """Never became a sale."""
    UNKNOWN = "unknown"
    """A word of the platform that we do not know: counted and valued beside revenue, never inside."""


class FeeKind(StrEnum):
    """What a platform keeps back money for, in our words; each connector maps its platform's words to these."""

    COMMISSION = "commission"
    SERVICE = "service"
    """Programmes that a seller joins, such as vouchers or free shipping."""
    PAYMENT = "payment"
    """Taking the buyer's money."""
    SHIPPING = "shipping"
    """Services around shipping, such as its insurance; the carriage itself is `SalesLine.seller_shipping`."""
    PROCESSING = "processing"
    """Handling an order, a fixed sum as a rule."""
    FULFILMENT = "fulfilment"
    """Storing and packing in the platform's warehouse."""
    AFFILIATE = "affiliate"
    ADVERTISING = "advertising"
    ADJUSTMENT = "adjustment"
    """Put right after the payout; below zero when the seller got more."""
    OTHER = "other"
    """A fee whose name we have no word for; `Fee.word` is the platform's."""
    UNEXPLAINED = "unexplained"
    """What the platform's own total lacks (below zero: has on top) beyond all terms that it names."""


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee on a line: `amount` in đồng, positive when the seller pays it; `word` is the platform's name for it."""

    kind: FeeKind
    amount: int
    word: str = ""


class SalesLine(Record, frozen=True, gc=False):
    """One line of an order; money in whole đồng for the whole line, never per unit.

    `line` identifies the line inside its order for good. `sku` is the seller's own code as the platform gives it,
    empty when it gives none; `remote_id` is the platform's listing or product id. `list_amount` is quantity × list
    price; `seller_discount` and `platform_discount` are positive and come off it; `charged` are the platform's fees, kind
    by kind; `tax_withheld` is the tax that the platform says it kept back, never one that we reckon; `refund` is positive,
    what went back to the buyer at the seller's cost, and `returned_quantity` the goods that came back. `seller_shipping` is
    carriage as far as the seller bears it, below zero when the buyer paid more than it cost.
    """

    line: str
    sku: str
    name: str
    quantity: Decimal
    list_amount: int
    remote_id: str = ""
    seller_discount: int = 0
    platform_discount: int = 0
    charged: tuple[Fee, ...] = ()
    tax_withheld: int = 0
    refund: int = 0
    returned_quantity: Decimal = Decimal(0)
    seller_shipping: int = 0

    @property
    def fees(self) -> int:
        """All fees together, in đồng."""
        return sum(fee.amount for fee in self.charged) if self.charged else 0

    @property
    def in_hand(self) -> int:
        """What the line leaves the seller, in đồng: after own discounts, refunds, fees, carriage and tax withheld."""
        return (self.list_amount - self.seller_discount - self.refund - self.fees - self.seller_shipping - self.tax_withheld)


class SalesOrder(Record, frozen=True, gc=False):
    """One order, invoice or return slip as it stood at `updated_at`.

    `order_id` identifies it inside the account for good; `document` is the number that people see. `placed_at` gives
    the business day. `location` is the branch; `source` the platform's word for where the order came from when a till
    mirrors other channels, and `source_code` the order's number there, where it tells. `province` is the buyer's
    province, the only thing kept of a buyer, where the platform gives it. `returns` is set on a return slip only: the
    `order_id` of the sale that the goods came from, or `""` when the slip names none; such lines carry `refund` and
    `returned_quantity`, and no quantity of their own. `settled` is True when the platform says that the amounts are final.
    `platform_total` is what the platform itself says that this document leaves the seller, on the footing of `in_hand` (for a
    till: without surcharges and added tax), so that the two can be compared; None while it does not say, or only guesses.
    `digest` tells the version that was read apart from every other, where a connector can tell (`channels.known`); else "".
    """

    order_id: str
    placed_at: datetime
    updated_at: datetime
    state: OrderState
    remote_state: str
    lines: tuple[SalesLine, ...]
    document: str = ""
    location: str = ""
    source: str = ""
    province: str = ""
    returns: str | None = None
    settled: bool = False
    source_code: str = ""
    platform_total: int | None = None
    digest: str = ""

    @property
    def in_hand(self) -> int:
        """What the document leaves the seller, in đồng, over all lines."""
        return sum(line.in_hand for line in self.lines)

    @property
    def amount(self) -> int:
        """List price less the seller's discounts and refunds over all lines, in đồng; below zero on a return slip."""
        return sum(line.list_amount - line.seller_discount - line.refund for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payout:
    """What a platform's list of payouts says was paid for an order, in đồng, and when."""

    order_id: str
    paid_at: datetime
    amount: int
