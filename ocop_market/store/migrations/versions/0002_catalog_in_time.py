"""Certificates in time, papers, owners, and what changed of a product"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("owner", sa.Text(), nullable=False, server_default=""))
        product.add_column(sa.Column("product_set", sa.Integer(), nullable=True))
        product.add_column(sa.Column("tax_number", sa.String(length=14), nullable=False, server_default=""))
        product.add_column(sa.Column("alcohol_percent", sa.BigInteger(), nullable=True))
        product.add_column(sa.Column("papers", sa.JSON(), nullable=False, server_default="[]"))
        product.add_column(sa.Column("label", sa.JSON(), nullable=False, server_default="{}"))
        product.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("certificate") as certificate:
        certificate.add_column(sa.Column("body", sa.Text(), nullable=False, server_default=""))
        certificate.add_column(sa.Column("kind", sa.String(length=16), nullable=False, server_default="unknown"))
        certificate.add_column(sa.Column("potential", sa.Boolean(), nullable=False, server_default=sa.false()))
        certificate.add_column(sa.Column("reapplied_on", sa.Date(), nullable=True))
        certificate.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
        certificate.add_column(sa.Column("withdrawn_because", sa.String(length=32), nullable=True))
        certificate.add_column(sa.Column("evidence", sa.String(length=2), nullable=False, server_default=""))
    op.create_table(
        "product_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("product_change_by_sku", "product_change", ["sku", "id"])
