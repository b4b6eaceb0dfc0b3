"""Roles. Until now every account had every right, and could give none away; from now on it does what its roles let it.

Nobody loses the way in, and nobody gains a right unseen: every account that is there may go on reading figures, and the
operator of the installation gives the first administrator the role, by `budget-align people roles`.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    held = op.create_table(
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
    said = {"role": "minister", "government": "", "body": "", "given_by": "upgrade", "given_at": datetime.now(UTC)}
    emails = op.get_bind().scalars(sa.text("SELECT email FROM account")).all()
    if emails:
        op.bulk_insert(held, [{**said, "email": email} for email in emails])


def downgrade() -> None:
    op.drop_table("roleheld")
