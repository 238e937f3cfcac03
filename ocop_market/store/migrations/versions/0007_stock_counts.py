"""Counts of goods with their time; the figures of the list were counted when they last changed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_count",
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sku", "source", "location", "counted_at"),
    )
    op.execute(
        "INSERT INTO stock_count (sku, source, location, counted_at, agreed_at, quantity) "
        "SELECT sku, '', '', changed_at, changed_at, stock * 1000 FROM ("
        "SELECT p.sku AS sku, p.stock AS stock, COALESCE((SELECT MAX(c.at) FROM product_change c "
        "WHERE c.sku = p.sku AND c.field IN ('stock', 'product')), p.updated_at) AS changed_at FROM product p) AS counted "
        "WHERE stock IS NOT NULL")
