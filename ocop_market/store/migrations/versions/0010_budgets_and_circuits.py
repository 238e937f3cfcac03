"""Budgets of calls kept across processes, and platforms that are left alone for a while"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_budget",
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("quiet_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "account"),
    )
    op.create_table(
        "circuit",
        sa.Column("platform", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("platform"),
    )
