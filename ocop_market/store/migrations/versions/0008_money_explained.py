"""Fees by kind, carriage, the platforms' own totals and payouts; what was restated since a report"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _explain_orders()
    _remember_reports()


def _explain_orders() -> None:
    with op.batch_alter_table("sales_order") as order:
        order.add_column(sa.Column("platform_total", sa.BigInteger(), nullable=True))
    unknown = sa.text("state = 'unknown'")
    op.create_index("sales_order_unknown", "sales_order", ["account", "day"], sqlite_where=unknown, postgresql_where=unknown)
    for table in ("sales_line", "sales_day"):
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column("seller_shipping", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "sales_fee",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "order_id", "line", "kind", "word"),
    )
    op.create_table(
        "sales_fee_day",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", "state", "kind", "word"),
    )
    op.create_index("sales_fee_day_by_day", "sales_fee_day", ["day"])
    op.create_table(
        "sales_payout",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "order_id", "paid_at"),
    )
    # fees that were kept before they had kinds stay in the totals under a kind that says so
    for table, keys in (("sales_fee", "account, order_id, line"), ("sales_fee_day", "account, day, state")):
        source = "sales_line" if table == "sales_fee" else "sales_day"
        op.execute(f"INSERT INTO {table} ({keys}, kind, word, amount) SELECT {keys}, 'other', '', sum(fees) FROM {source} "  # noqa: S608
                   f"WHERE fees <> 0 GROUP BY {keys}")


def _remember_reports() -> None:
    op.create_table(
        "report_mark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("before_first_day", sa.Date(), nullable=False),
        sa.Column("before_last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "restatement",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("list_amount", sa.BigInteger(), nullable=False),
        sa.Column("seller_discount", sa.BigInteger(), nullable=False),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("tax_withheld", sa.BigInteger(), nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("seller_shipping", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("restatement_by_time", "restatement", ["at"])
    op.create_table(
        "reattribution",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("remote_id", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=100), nullable=True),
        sa.Column("after", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reattribution_by_time", "reattribution", ["at"])
