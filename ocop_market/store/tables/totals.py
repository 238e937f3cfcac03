"""Tables made from the ledger: totals, what has to be made again, and what reports were told before."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table

from ocop_market.store.tables.columns import UtcTime, amounts, metadata

touched_day = Table(
    "touched_day", metadata,
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("account", "day"),
)

touched_cell = Table(
    "touched_cell", metadata,
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("sku", String(100), nullable=False),
    Column("location", String(64), nullable=False),
    PrimaryKeyConstraint("account", "day", "sku", "location"),
)

sales_day = Table(
    "sales_day", metadata,
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("sku", String(100), nullable=False),
    Column("location", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    *amounts(),
    PrimaryKeyConstraint("account", "day", "sku", "location", "state"),
    Index("sales_day_by_day", "day"),
)

sales_month = Table(
    "sales_month", metadata,
    Column("month", Date, nullable=False),
    Column("account", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("location", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    *amounts(),
    PrimaryKeyConstraint("month", "account", "sku", "location", "state"),
)

sales_fee_day = Table(
    "sales_fee_day", metadata,
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("word", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "day", "state", "kind", "word"),
    Index("sales_fee_day_by_day", "day"),
)

report_mark = Table(
    "report_mark", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("made_at", UtcTime, nullable=False),
    Column("basis", String(16), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("before_first_day", Date, nullable=False),
    Column("before_last_day", Date, nullable=False),
)

restatement = Table(
    "restatement", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("list_amount", BigInteger, nullable=False),
    Column("seller_discount", BigInteger, nullable=False),
    Column("fees", BigInteger, nullable=False),
    Column("tax_withheld", BigInteger, nullable=False),
    Column("refund", BigInteger, nullable=False),
    Column("seller_shipping", BigInteger, nullable=False),
    Index("restatement_by_time", "at"),
)

reattribution = Table(
    "reattribution", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("account", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("remote_id", String(64), nullable=False),
    Column("before", String(100)),
    Column("after", String(100)),
    Index("reattribution_by_time", "at"),
)
