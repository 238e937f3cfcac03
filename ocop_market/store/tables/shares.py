"""Tables of what producers share with an office."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, String, Table, Text, UniqueConstraint

from ocop_market.store.tables.columns import UtcTime, metadata

share_producer = Table(
    "share_producer", metadata,
    Column("label", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("registered_at", UtcTime, nullable=False),
    UniqueConstraint("public_key", name="share_producer_key"),
)

share_bundle = Table(
    "share_bundle", metadata,
    Column("digest", String(64), primary_key=True),
    Column("label", String(20), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("level", String(8), nullable=False),
    Column("taken_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("accounts", JSON, nullable=False),
)

share_account = Table(
    "share_account", metadata,
    Column("account", String(64), primary_key=True),
    Column("label", String(20), nullable=False),
    Column("there", String(64), nullable=False),
    Column("channel", Text, nullable=False),
    Column("point_of_sale", Boolean),
    Column("shop", String(64), nullable=False),
    Column("same_as", String(64), nullable=False),
)
