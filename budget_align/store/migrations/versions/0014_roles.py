"""Roles. Until now every account had every right, and could give none away; from now on it does what its roles let it.

Nobody gains a right unseen: every account that is there may go on signing in and holds no role until it is given one.
The operator of the installation gives the first administrator theirs, by `budget-align people roles`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roleheld",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_roleheld_email", "roleheld", ["email"])
    op.create_index("ux_roleheld", "roleheld", ["email", "role", "government", "body"], unique=True)


def downgrade() -> None:
    op.drop_table("roleheld")
