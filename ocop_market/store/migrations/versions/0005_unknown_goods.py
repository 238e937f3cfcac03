"""What a person said about goods that are sold under a code that the catalog does not know"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goods_link",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("remote_id", sa.String(length=64), nullable=False),
        sa.Column("product_sku", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "sku", "remote_id"),
    )
