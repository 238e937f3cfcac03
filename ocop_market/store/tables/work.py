"""Tables of the program's own work: secrets, turns, the schedule, runs, limits of calls, webhooks, trouble."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text, false

from ocop_market.store.tables.columns import UtcTime, metadata

secret = Table(
    "secret", metadata,
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "kind"),
)

lease = Table(
    "lease", metadata,
    Column("name", String(96), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("fence", BigInteger, nullable=False, server_default="0"),
)

schedule = Table(
    "schedule", metadata,
    Column("account", String(64), nullable=False),
    Column("job", String(32), nullable=False),
    Column("rhythm", String(32), nullable=False, server_default=""),
    Column("jitter_minutes", Integer),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("next_due", UtcTime),
    Column("planned_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("last_done", UtcTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("rests_since", UtcTime),
    PrimaryKeyConstraint("account", "job"),
    Index("schedule_next_due", "next_due"),
)

call_budget = Table(
    "call_budget", metadata,
    Column("name", String(96), nullable=False),
    Column("account", String(64), nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("quiet_until", UtcTime, nullable=False),
    PrimaryKeyConstraint("name", "account"),
    Index("call_budget_due", "name", "due"),
)

circuit = Table(
    "circuit", metadata,
    Column("platform", String(255), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_until", UtcTime),
)

run = Table(
    "run", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(16), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("error", JSON),
    Index("run_latest", "account", "job", "started_at"),
)

hint = Table(
    "hint", metadata,
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "kind", "subject"),
)

webhook_seen = Table(
    "webhook_seen", metadata,
    Column("account", String(64), nullable=False),
    Column("delivery", String(64), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "delivery"),
    Index("webhook_seen_by_end", "expires_at"),
)

webhook_count = Table(
    "webhook_count", metadata,
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("calls", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "day", "outcome"),
)

trouble = Table(
    "trouble", metadata,
    Column("account", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    PrimaryKeyConstraint("account", "code"),
)

clock_offset = Table(
    "clock_offset", metadata,
    Column("account", String(64), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)
