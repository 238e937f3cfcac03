"""All tables, in one place.

Times are whole microseconds since 1970 in UTC, quantities whole thousandths, money whole đồng: integers sort, add and
compare alike on every database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

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

product = Table(
    "product", metadata,
    Column("sku", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("producer", Text, nullable=False),
    Column("producer_kind", String(24), nullable=False),
    Column("product_group", String(16), nullable=False),
    Column("province", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("commune", Text, nullable=False),
    Column("price", BigInteger),
    Column("stock", BigInteger),
    Column("weight_g", BigInteger),
    Column("shelf_life_days", Integer),
    Column("gtin", String(14), nullable=False),
    Column("description", Text, nullable=False),
    Column("pictures", JSON, nullable=False),
    Column("practice", JSON, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("product_set", Integer),
    Column("tax_number", String(14), nullable=False, server_default=""),
    Column("alcohol_percent", Thousandths),
    Column("papers", JSON, nullable=False, server_default="[]"),
    Column("label", JSON, nullable=False, server_default="{}"),
    Column("evidence", JSON, nullable=False, server_default="{}"),
    Column("options", JSON, nullable=False, server_default="[]"),
    Column("variants", JSON, nullable=False, server_default="[]"),
    Column("parcel_cm", JSON),
    Column("days_to_ship", Integer),
    Column("wholesale", JSON, nullable=False, server_default="[]"),
)

certificate = Table(
    "certificate", metadata,
    Column("sku", String(100), nullable=False),
    Column("position", Integer, nullable=False),
    Column("stars", Integer),
    Column("decision", Text, nullable=False),
    Column("issued_on", Date),
    Column("expires_on", Date),
    Column("source", Text, nullable=False),
    Column("body", Text, nullable=False, server_default=""),
    Column("kind", String(16), nullable=False, server_default="unknown"),
    Column("potential", Boolean, nullable=False, server_default=false()),
    Column("reapplied_on", Date),
    Column("withdrawn_on", Date),
    Column("withdrawn_because", String(32)),
    Column("evidence", String(2), nullable=False, server_default=""),
    PrimaryKeyConstraint("sku", "position"),
)

product_change = Table(
    "product_change", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sku", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("origin", Text, nullable=False),
    Column("field", String(32), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Index("product_change_by_sku", "sku", "id"),
)

secret = Table(
    "secret", metadata,
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "kind"),
)

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
    Column("quantity", Thousandths, nullable=False),
    Column("list_amount", BigInteger, nullable=False),
    Column("seller_discount", BigInteger, nullable=False),
    Column("platform_discount", BigInteger, nullable=False),
    Column("fees", BigInteger, nullable=False),
    Column("tax_withheld", BigInteger, nullable=False),
    Column("refund", BigInteger, nullable=False),
    Column("returned_quantity", Thousandths, nullable=False),
    Column("seller_shipping", BigInteger, nullable=False, server_default="0"),
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

goods_link = Table(
    "goods_link", metadata,
    Column("account", String(64), nullable=False),
    Column("sku", String(100), nullable=False),
    Column("remote_id", String(64), nullable=False),
    Column("product_sku", String(100), nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("account", "sku", "remote_id"),
)

stock_count = Table(
    "stock_count", metadata,
    Column("sku", String(100), nullable=False),
    Column("source", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("counted_at", UtcTime, nullable=False),
    Column("agreed_at", UtcTime, nullable=False),
    Column("quantity", Thousandths, nullable=False),
    PrimaryKeyConstraint("sku", "source", "location", "counted_at"),
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
    Column("quantity", Thousandths, nullable=False),
    Column("list_amount", BigInteger, nullable=False),
    Column("seller_discount", BigInteger, nullable=False),
    Column("platform_discount", BigInteger, nullable=False),
    Column("fees", BigInteger, nullable=False),
    Column("tax_withheld", BigInteger, nullable=False),
    Column("refund", BigInteger, nullable=False),
    Column("returned_quantity", Thousandths, nullable=False),
    Column("seller_shipping", BigInteger, nullable=False, server_default="0"),
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
    Column("quantity", Thousandths, nullable=False),
    Column("list_amount", BigInteger, nullable=False),
    Column("seller_discount", BigInteger, nullable=False),
    Column("platform_discount", BigInteger, nullable=False),
    Column("fees", BigInteger, nullable=False),
    Column("tax_withheld", BigInteger, nullable=False),
    Column("refund", BigInteger, nullable=False),
    Column("returned_quantity", Thousandths, nullable=False),
    Column("seller_shipping", BigInteger, nullable=False),
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

unit_cost = Table(
    "unit_cost", metadata,
    Column("sku", String(100), nullable=False),
    Column("since", Date, nullable=False),
    Column("cost", BigInteger, nullable=False),
    PrimaryKeyConstraint("sku", "since"),
)

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

point_of_sale = Table(
    "point_of_sale", metadata,
    Column("code", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("commune", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("tier", String(16), nullable=False),
    Column("operator", Text, nullable=False),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("decision", Text, nullable=False),
    Column("listed_on", Date),
    Column("source", Text, nullable=False),
    Column("account", String(64)),
    Column("location", String(64)),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("account", "location", name="point_of_sale_till"),
)

point_change = Table(
    "point_change", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", String(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("origin", Text, nullable=False),
    Column("field", String(32), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Index("point_change_by_code", "code", "id"),
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

AMOUNTS = ("quantity", "list_amount", "seller_discount", "platform_discount", "fees", "tax_withheld", "refund",
           "returned_quantity", "seller_shipping")
"""Columns that a line and a day have in common and that add up."""
NOT_COUNTED = ("same", "doubtful")
"""States of `sales_mirror` in which a till's sale is left out of all totals, because a marketplace's account counts it."""
