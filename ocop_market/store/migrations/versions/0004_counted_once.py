"""Sales of a till that a marketplace reports as well"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sales_order") as order:
        order.add_column(sa.Column("source_code", sa.Text(), nullable=False, server_default=""))
    op.create_index("sales_order_source", "sales_order", ["source", "account"])
    op.create_table(
        "sales_mirror",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("of_account", sa.String(length=64), nullable=False),
        sa.Column("of_order", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account", "order_id"),
    )
