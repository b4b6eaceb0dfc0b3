"""When something was last asked by a sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for sign-ins from before, and for those that a process of an older version begins beside this one.
    op.add_column("signin", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("signin") as batch:
        batch.drop_column("seen_at")
