"""In whose place a role is used, by when an approval is asked for, and what is to be sent by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roleheld", sa.Column("for_whom", sa.String(length=254), nullable=False, server_default=""))
    for table in ("approval", "publication"):
        op.add_column(table, sa.Column("due", sa.Date(), nullable=True))
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_outbox_about", "outbox", ["email", "about"], unique=True)


def downgrade() -> None:
    op.drop_table("outbox")
    for table in ("publication", "approval"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("due")
    with op.batch_alter_table("roleheld") as batch:
        batch.drop_column("for_whom")
