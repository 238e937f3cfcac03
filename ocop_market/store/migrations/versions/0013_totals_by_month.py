"""Totals by month, and the cells of days that are to be made again"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEYS = "sku, location, state"
AMOUNTS = ("quantity", "list_amount", "seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "returned_quantity",
           "seller_shipping")


def upgrade() -> None:
    op.create_table(
        "touched_cell",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", "sku", "location"),
    )
    op.create_table(
        "sales_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in AMOUNTS),
        sa.PrimaryKeyConstraint("month", "account", "sku", "location", "state"),
    )
    _fill()


def _fill() -> None:
    """Accounts that are pulled no more have their months as well."""
    month = "strftime('%Y-%m-01', day)" if op.get_bind().dialect.name == "sqlite" else "CAST(date_trunc('month', day) AS DATE)"
    names, sums = ", ".join(AMOUNTS), ", ".join(f"sum({name})" for name in AMOUNTS)
    op.execute(f"INSERT INTO sales_month (account, month, {KEYS}, {names}) "  # noqa: S608  (names of our own tables)
               f"SELECT account, {month}, {KEYS}, {sums} FROM sales_day GROUP BY account, {month}, {KEYS}")
