"""Of which body a body is a part, so that roles can be held for a branch of them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bodyparent",
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("government", "body"),
    )


def downgrade() -> None:
    op.drop_table("bodyparent")
