"""The metadata of all tables, and the types of columns that both databases keep alike.

Times are whole microseconds since 1970 in UTC, quantities whole thousandths, money whole đồng: integers sort, add and
compare alike on every database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, MetaData, TypeDecorator

from ocop_market.model.clock import VIETNAM

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_IN_VIETNAM = _EPOCH.astimezone(VIETNAM)
_THOUSAND = Decimal(1000)


def microseconds(moment: datetime) -> int:
    """An aware time as it is stored; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    since = moment - (_EPOCH_IN_VIETNAM if moment.tzinfo is VIETNAM else _EPOCH)  # within one zone a sixth of the work
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@lru_cache(maxsize=1024)
def thousandths(quantity: Decimal) -> int:
    """A quantity as it is stored: at most three decimals count, further digits are rounded."""
    return int((quantity * _THOUSAND).to_integral_value()) if quantity else 0


class UtcTime(TypeDecorator[datetime]):
    """An aware time as microseconds; a naive one raises ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Time to microseconds."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Microseconds to a time in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Thousandths(TypeDecorator[Decimal]):
    """A quantity with at most three decimals, as a whole number of thousandths; further digits are rounded."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Quantity to thousandths."""
        return None if value is None else thousandths(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Thousandths to a quantity."""
        return None if value is None else Decimal(value) / _THOUSAND

metadata = MetaData()

AMOUNTS = ("quantity", "list_amount", "seller_discount", "platform_discount", "fees", "tax_withheld", "refund",
           "returned_quantity", "seller_shipping")
"""Columns that a line, a day and a month have in common and that add up."""


def amounts() -> list[Column[Any]]:
    """The columns of `AMOUNTS` for one more table: quantities in thousandths, money in đồng."""
    return [Column(name, Thousandths if name.endswith("quantity") else BigInteger, nullable=False) for name in AMOUNTS]
