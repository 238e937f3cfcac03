"""Variants and parcels of products; what is live, what was before, and what an account has uploaded"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("options", "variants", "wholesale"):
        op.add_column("product", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("product", sa.Column("parcel_cm", sa.JSON()))
    op.add_column("product", sa.Column("days_to_ship", sa.Integer()))
    for name in ("seen", "held"):
        op.add_column("publication", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("outbox", sa.Column("run", sa.Integer()))
    for name in ("before", "instead", "holds"):
        op.add_column("outbox", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.create_index("outbox_by_run", "outbox", ["run"])
    op.create_table(
        "publish_run",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("approved", sa.JSON(), nullable=False),
    )
    op.create_index("publish_run_by_account", "publish_run", ["account", "id"])
    op.create_table(
        "account_step",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=128), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "step"),
    )
