"""How what overhead follows stands, beside each cell of a run's summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BESIDE_THE_OLD = True

_TABLES = ("cubecell", "comparablecell")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("followed", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("followed")
