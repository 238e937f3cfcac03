"""Tables of the sales ledger: orders, lines, fees, payouts, and how far each account was read."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text, text

from ocop_market.store.tables.columns import UtcTime, amounts, metadata

sales_order = Table(
    "sales_order", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("document", String(64), nullable=False),
    Column("placed_at", UtcTime, nullable=False),
    Column("remote_updated_at", UtcTime, nullable=False),
    Column("own_day", Date, nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("remote_state", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("returns", String(64)),
    Column("settled", Boolean, nullable=False),
    Column("digest", String(16), nullable=False),
    Column("source_code", Text, nullable=False, server_default=""),
    Column("platform_total", BigInteger),
    PrimaryKeyConstraint("account", "order_id"),
    Index("sales_order_day", "account", "day"),
    Index("sales_order_returns", "account", "returns"),
    Index("sales_order_source", "source", "account"),
    Index("sales_order_unknown", "account", "day", sqlite_where=text("state = 'unknown'"), postgresql_where=text("state = 'unknown'")),
)

sales_mirror = Table(
    "sales_mirror", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("of_account", String(64), nullable=False),
    Column("of_order", String(64), nullable=False),
    Column("decided_at", UtcTime),
    PrimaryKeyConstraint("account", "order_id"),
)

sales_line = Table(
    "sales_line", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("line", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("remote_id", String(64), nullable=False),
    *amounts(),
    PrimaryKeyConstraint("account", "order_id", "line"),
)

sales_fee = Table(
    "sales_fee", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("line", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("word", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "order_id", "line", "kind", "word"),
)

sales_payout = Table(
    "sales_payout", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("paid_at", UtcTime, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "order_id", "paid_at"),
)

sales_refusal = Table(
    "sales_refusal", metadata,
    Column("account", String(64), nullable=False),
    Column("order_id", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("problem", JSON, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "order_id", "code"),
)

sales_check = Table(
    "sales_check", metadata,
    Column("account", String(64), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("differing", JSON, nullable=False),
    Column("difference", BigInteger),
    PrimaryKeyConstraint("account", "since"),
)

sync_cursor = Table(
    "sync_cursor", metadata,
    Column("account", String(64), nullable=False),
    Column("stream", String(32), nullable=False),
    Column("body", JSON, nullable=False),
    Column("complete_to", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "stream"),
)

NOT_COUNTED = ("same", "doubtful")
"""States of `sales_mirror` in which a till's sale is left out of all totals, because a marketplace's account counts it."""
