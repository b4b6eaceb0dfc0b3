"""Who settled how a workbook is read, and targets that wait to be approved. Those from before go on to count."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("draft", "submission"):
        op.add_column(table, sa.Column("settled_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("indicator", sa.Column("proposed", sa.Text(), nullable=True))
    op.add_column("indicator", sa.Column("proposed_by", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("draft", "submission"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("settled_by")
    with op.batch_alter_table("indicator") as batch:
        batch.drop_column("proposed_by")
        batch.drop_column("proposed")
