"""How drafts, returns, runs and scenarios are marked."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TABLES = ("draft", "submission", "run", "scenario")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("marking", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("marking")
