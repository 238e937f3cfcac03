"""Simulated buyers: a shop's order history, drawn day by day from a seed, with the truth kept beside it.

A day is always drawn the same way, whenever it is drawn, so a history that is looked at again tomorrow has one more day
and no other difference. What an order looks like at a moment is told by its steps up to then: cancellations, returns
and late changes happen as the clock moves.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.lunar import TET
from ocop_market.model.sales import OrderState

PROVINCES = ("Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Cần Thơ", "Hải Phòng", "Nghệ An", "Thanh Hóa", "Đồng Nai", "Quảng Ninh",
             "Khánh Hòa", "Lâm Đồng", "Thái Nguyên", "An Giang", "Vĩnh Long", "Huế")

ADJUSTED_EVERY, ADJUSTED_AFTER = 7, timedelta(days=12)

CANARY_WORDS = ("CANARY", "0999000", "nguoi-mua-gia")
"""Found in every simulated buyer's name, telephone, address or e-mail, and nowhere else."""


class Step(StrEnum):
    """What happens to a simulated order, platform-neutral."""

    PLACED = "placed"
    READY = "ready"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATE_OF = {Step.PLACED: OrderState.PLACED, Step.READY: OrderState.ACCEPTED, Step.SHIPPED: OrderState.ACCEPTED,
            Step.DELIVERED: OrderState.DELIVERED, Step.COMPLETED: OrderState.DELIVERED,
            Step.CANCELLED: OrderState.CANCELLED}


@dataclass(frozen=True)
class Good:
    """An article of the practice shop: our SKU, its name, price in đồng, weight in grams; `loose` is sold by the kilo.

    A packing of a product has its own SKU; `product_sku` is then the product's, and `packing` its values.
    """

    sku: str
    name: str
    price: int
    weight_g: int = 500
    loose: bool = False
    weight: float = 1.0
    """How much more often it is bought than others."""
    product_sku: str = ""
    packing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fees:
    """What the platform keeps back, in per mille of the goods' value after the seller's discount.

    `per_order` and `shipping`, the carriage that the seller bears, are đồng for each order; `adjustment` is taken of every
    seventh one twelve days after it is complete (below zero: given back).
    """

    commission: int = 0
    payment: int = 0
    service: int = 0
    per_order: int = 0
    vat: int = 0
    income_tax: int = 0
    affiliate: int = 0
    shipping: int = 0
    adjustment: int = 0


@dataclass(frozen=True)
class Buyer:
    """A false buyer; every value holds one of CANARY_WORDS."""

    name: str
    phone: str
    street: str
    email: str
    username: str
    province: str


@dataclass(frozen=True)
class SimLine:
    """A line as bought; discounts are for the whole line, in đồng, and divide evenly by a whole quantity."""

    good: Good
    quantity: Decimal
    unit_price: int
    seller_discount: int = 0
    platform_discount: int = 0

    @property
    def list_amount(self) -> int:
        """Quantity × unit price, whole đồng."""
        return int(self.quantity * self.unit_price)

    @property
    def seller_amount(self) -> int:
        """What the goods bring before fees: list amount less the seller's own discount."""
        return self.list_amount - self.seller_discount


@dataclass(frozen=True)
class SimReturn:
    """Goods of one line brought back at a moment: `number` is unique in the history; `refund` is at the seller's cost."""

    number: int
    at: datetime
    line: int
    quantity: Decimal
    refund: int


@dataclass(frozen=True)
class SimOrder:
    """One order with everything that will ever happen to it."""

    number: int
    placed_at: datetime
    lines: tuple[SimLine, ...]
    steps: tuple[tuple[datetime, Step], ...]
    returns: tuple[SimReturn, ...]
    buyer: Buyer
    cod: bool
    branch: int
    fees: Fees = field(default_factory=Fees)

    def state(self, now: datetime) -> Step:
        """The last step up to `now`."""
        return [step for at, step in self.steps if at <= now][-1]

    def reached(self, step: Step, now: datetime) -> datetime | None:
        """When the step was taken, if it was by `now`."""
        return next((at for at, taken in self.steps if taken is step and at <= now), None)

    def returns_by(self, now: datetime) -> tuple[SimReturn, ...]:
        """Goods brought back up to `now`."""
        return tuple(back for back in self.returns if back.at <= now)

    def updated_at(self, now: datetime) -> datetime:
        """The time of the last thing that happened up to `now`."""
        return max([at for at, _ in self.steps if at <= now] + [back.at for back in self.returns_by(now)])

    def adjusted_at(self, now: datetime) -> datetime | None:
        """When the platform corrected the payout, if it did by `now`."""
        completed = self.reached(Step.COMPLETED, now)
        if completed is None or not self.fees.adjustment or self.number % ADJUSTED_EVERY or completed + ADJUSTED_AFTER > now:
            return None
        return completed + ADJUSTED_AFTER

    def charges(self, now: datetime) -> dict[str, int]:
        """What the platform keeps back, by kind, in đồng; charged when the order completes, nothing before.

        Kinds: commission, payment, service, affiliate, per_order, shipping, adjustment, vat, income_tax. All whole đồng, rounded down.
        """
        if self.reached(Step.COMPLETED, now) is None:
            return {}
        value = sum(line.seller_amount for line in self.lines)
        rates = {"commission": self.fees.commission, "payment": self.fees.payment, "service": self.fees.service,
                 "affiliate": self.fees.affiliate, "vat": self.fees.vat, "income_tax": self.fees.income_tax}
        charged = {kind: value * rate // 1000 for kind, rate in rates.items() if rate}
        if self.adjusted_at(now) is not None:
            charged["adjustment"] = self.fees.adjustment
        return charged | {kind: fixed for kind, fixed in (
            ("per_order", self.fees.per_order), ("shipping", self.fees.shipping)) if fixed}


@dataclass(frozen=True)
class Truth:
    """What was really sold of one SKU on one day of sale, in one state: sums in đồng over all such lines."""

    day: date
    sku: str
    state: OrderState
    quantity: Decimal
    list_amount: int
    seller_discount: int
    platform_discount: int
    refund: int
    returned_quantity: Decimal


class History:
    """A shop's buyers from `first_day` on.

    `per_day` is the average number of orders in the first month; it grows by `growth` a year. `till` shops sell over
    the counter: paid at once, half kilos, rounds of cash, few returns. `branches` is how many places sell.
    With `partial_returns` off, goods come back by whole orders only (a platform that knows no other kind).
    """

    def __init__(self, goods: Sequence[Good], *, seed: str, first_day: date, per_day: float = 5.0, growth: float = 0.25,
                 till: bool = False, branches: int = 1, partial_returns: bool = True, fees: Fees | None = None) -> None:
        self.goods = tuple(goods)
        self.seed, self.first_day, self.per_day, self.growth = seed, first_day, per_day, growth
        self.till, self.branches, self.fees = till, branches, fees or Fees()
        self.partial_returns = partial_returns
        self.day = lru_cache(maxsize=None)(self._draw_day)

    def orders(self, now: datetime, since: date | None = None) -> Iterator[SimOrder]:
        """All orders placed up to `now`, oldest first, from the day `since` on."""
        if not self.goods:
            return
        day = max(since, self.first_day) if since else self.first_day
        while day <= business_day(now):
            for order in self.day(day):
                if order.placed_at <= now:
                    yield order
            day += timedelta(days=1)

    def truth(self, now: datetime) -> list[Truth]:
        """What was sold up to `now`, by day of sale, SKU and state."""
        found: dict[tuple[date, str, OrderState], list[tuple[SimLine, list[SimReturn]]]] = {}
        for order in self.orders(now):
            back = order.returns_by(now)
            for position, line in enumerate(order.lines):
                key = (business_day(order.placed_at), line.good.sku, STATE_OF[order.state(now)])
                found.setdefault(key, []).append((line, [r for r in back if r.line == position]))
        return [Truth(
            *key, quantity=sum((line.quantity for line, _ in sold), Decimal(0)),
            list_amount=sum(line.list_amount for line, _ in sold),
            seller_discount=sum(line.seller_discount for line, _ in sold),
            platform_discount=sum(line.platform_discount for line, _ in sold),
            refund=sum(r.refund for _, back in sold for r in back),
            returned_quantity=sum((r.quantity for _, back in sold for r in back), Decimal(0)),
        ) for key, sold in sorted(found.items())]

    def charged(self, now: datetime) -> int:
        """All that the platform kept back up to `now`, in đồng."""
        return sum(self.charged_by_kind(now).values())

    def charged_by_kind(self, now: datetime) -> dict[str, int]:
        """What the platform kept back up to `now`, by the kinds of `SimOrder.charges`, in đồng."""
        sums: dict[str, int] = {}
        for order in self.orders(now):
            for kind, amount in order.charges(now).items():
                sums[kind] = sums.get(kind, 0) + amount
        return sums

    def _draw_day(self, day: date) -> tuple[SimOrder, ...]:
        dice = random.Random(f"{self.seed}:{day.isoformat()}")
        years = (day - self.first_day).days / 365
        expected = self.per_day * (1 + self.growth) ** years * season(day, self.till)
        count = int(expected) + (dice.random() < expected % 1)
        return tuple(sorted((self._draw_order(dice, day, i) for i in range(count)), key=lambda o: o.placed_at))

    def _draw_order(self, dice: random.Random, day: date, index: int) -> SimOrder:
        number = day.toordinal() * 10_000 + index
        opening = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
        placed = (opening + timedelta(seconds=dice.randrange(16 * 3600))).astimezone(UTC)
        picked = dice.choices(self.goods, weights=[g.weight for g in self.goods], k=dice.choices((1, 2, 3), (72, 21, 7))[0])
        lines = tuple(self._draw_line(dice, good) for good in dict.fromkeys(picked))
        steps, returns = (self._draw_till if self.till else self._draw_parcel)(dice, placed, lines, number)
        return SimOrder(number, placed, lines, steps, returns, _buyer(number, dice.choice(PROVINCES)),
                        cod=dice.random() < 0.45, branch=dice.randrange(self.branches), fees=self.fees)

    def _draw_line(self, dice: random.Random, good: Good) -> SimLine:
        if self.till and good.loose:
            return SimLine(good, Decimal(dice.choice(("0.5", "1", "1.5", "2", "2.5"))), good.price)
        quantity = dice.choices((1, 2, 3, 5), (64, 24, 8, 4))[0]
        seller = dice.choice((0, 0, 0, 5, 10)) * (good.price // 1000) * 10 * quantity
        platform = 0 if self.till else dice.choice((0, 0, 0, 3)) * (good.price // 1000) * 10 * quantity
        return SimLine(good, Decimal(quantity), good.price, seller, platform)

    def _draw_parcel(self, dice: random.Random, placed: datetime, lines: tuple[SimLine, ...], number: int,
                     ) -> tuple[tuple[tuple[datetime, Step], ...], tuple[SimReturn, ...]]:
        fate = dice.random()
        ready = placed + timedelta(minutes=dice.randrange(3, 90))
        shipped = ready + timedelta(hours=dice.randrange(6, 40))
        delivered = shipped + timedelta(hours=dice.randrange(30, 120))
        completed = delivered + timedelta(days=dice.randrange(2, 7), minutes=dice.randrange(600))
        start = ((placed, Step.PLACED),)
        if fate < 0.03:
            return (*start, (placed + timedelta(hours=24), Step.CANCELLED)), ()
        if fate < 0.07:
            return (*start, (ready, Step.READY), (ready + timedelta(hours=dice.randrange(1, 5)), Step.CANCELLED)), ()
        if fate < 0.085:
            return (*start, (ready, Step.READY), (shipped, Step.SHIPPED),
                    (shipped + timedelta(days=dice.randrange(4, 12)), Step.CANCELLED)), ()
        steps = (*start, (ready, Step.READY), (shipped, Step.SHIPPED), (delivered, Step.DELIVERED), (completed, Step.COMPLETED))
        if fate < 0.115:
            wait = timedelta(days=dice.randrange(25, 60)) if fate < 0.092 else timedelta(hours=dice.randrange(5, 40))
            return steps, _returns(dice, completed + wait, lines, number, whole=fate < 0.10 or not self.partial_returns)
        return steps, ()

    def _draw_till(self, dice: random.Random, placed: datetime, lines: tuple[SimLine, ...], number: int,
                   ) -> tuple[tuple[tuple[datetime, Step], ...], tuple[SimReturn, ...]]:
        fate = dice.random()
        steps: tuple[tuple[datetime, Step], ...] = ((placed, Step.COMPLETED),)
        if fate < 0.015:
            return (*steps, (placed + timedelta(hours=dice.randrange(1, 72)), Step.CANCELLED)), ()
        if fate < 0.035:
            return steps, _returns(dice, placed + timedelta(days=dice.randrange(1, 25)), lines, number, whole=fate < 0.022)
        return steps, ()


def season(day: date, till: bool) -> float:
    """How busy a day is against an ordinary one: Tết, market days, campaign days of the platforms, weekends."""
    factor = 1.15 if day.weekday() >= 5 else 1.0
    to_tet = min(((tet - day).days for tet in TET if tet >= day - timedelta(days=9)), default=999)
    if 3 <= to_tet <= 35:
        factor *= 1.0 + (36 - to_tet) / 16
    elif -7 <= to_tet < 3:
        factor *= 0.35
    if not till and day.day == day.month:
        factor *= 1.6
    return factor * (0.9 if day.month in (3, 4, 7) else 1.0)


def _returns(dice: random.Random, at: datetime, lines: tuple[SimLine, ...], number: int, *, whole: bool) -> tuple[SimReturn, ...]:
    backs = []
    for position, line in enumerate(lines if whole else lines[:1]):
        quantity = line.quantity
        if not whole and line.quantity > 1 and line.quantity == line.quantity.to_integral_value():
            quantity = Decimal(dice.randrange(1, int(line.quantity)))
        refund = line.seller_amount if quantity == line.quantity else int(line.seller_amount * quantity / line.quantity)
        backs.append(SimReturn(number * 10 + position, at, position, quantity, refund))
    return tuple(backs)


def _buyer(number: int, province: str) -> Buyer:
    return Buyer(name=f"Người Mua Giả CANARY {number}", phone=f"0999000{number % 1000:03d}",
                 street=f"{number % 500} Đường CANARY Không Có Thật", email=f"canary{number}@nguoi-mua-gia.example",
                 username=f"CANARY_{number}", province=province)
