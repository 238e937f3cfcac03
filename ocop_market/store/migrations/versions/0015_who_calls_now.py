"""How many shops of an app call at this time is looked up, not counted among all of them"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("call_budget_due", "call_budget", ["name", "due"])
