"""The schedule by account and job; turns are numbered, so that a runner that lost its turn cannot write"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lease", sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "schedule",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("rhythm", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("jitter_minutes", sa.Integer()),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("next_due", sa.BigInteger()),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("last_done", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rests_since", sa.BigInteger()),
        sa.PrimaryKeyConstraint("account", "job"),
    )
    op.create_index("schedule_next_due", "schedule", ["next_due"])
