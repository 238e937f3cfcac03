"""Tables of what was published, and of what is on its way."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from ocop_market.store.tables.columns import UtcTime, metadata

publication = Table(
    "publication", metadata,
    Column("account", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("status", String(16), nullable=False),
    Column("remote_id", String(64), nullable=False),
    Column("remote_state", String(64), nullable=False),
    Column("remote_data", JSON, nullable=False),
    Column("applied", JSON, nullable=False),
    Column("ticket", String(64)),
    Column("ticket_expires_at", UtcTime),
    Column("problems", JSON, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("seen", JSON, nullable=False, server_default="{}"),
    Column("held", JSON, nullable=False, server_default="{}"),
    PrimaryKeyConstraint("account", "sku"),
)

publish_run = Table(
    "publish_run", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("account", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("undoes", Integer),
    Column("approved", JSON, nullable=False),
    Index("publish_run_by_account", "account", "id"),
)

outbox = Table(
    "outbox", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("plan", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("field_groups", JSON, nullable=False),
    Column("draft", JSON),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("run", Integer),
    Column("before", JSON, nullable=False, server_default="{}"),
    Column("instead", JSON, nullable=False, server_default="{}"),
    Column("holds", JSON, nullable=False, server_default="{}"),
    Index("outbox_open", "account", "state"),
    Index("outbox_by_run", "run"),
)

account_step = Table(
    "account_step", metadata,
    Column("account", String(64), nullable=False),
    Column("step", String(128), nullable=False),
    Column("answer", JSON, nullable=False),
    Column("done_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "step"),
)

outbox_step = Table(
    "outbox_step", metadata,
    Column("outbox_id", Integer, nullable=False),
    Column("step", String(128), nullable=False),
    Column("answer", JSON, nullable=False),
    Column("done_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("outbox_id", "step"),
)
