"""Tables of what is sold: products, certificates, counts, costs, points of sale."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ocop_market.store.tables.columns import Thousandths, UtcTime, metadata

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

unit_cost = Table(
    "unit_cost", metadata,
    Column("sku", String(100), nullable=False),
    Column("since", Date, nullable=False),
    Column("cost", BigInteger, nullable=False),
    PrimaryKeyConstraint("sku", "since"),
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
