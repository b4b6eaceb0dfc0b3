"""Indicators and their observations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("government", "code"),
    )
    op.create_table(
        "observation",
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("indicator", sa.String(length=100), nullable=False),
        sa.Column("territory", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fiscal", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("government", "indicator", "territory", "year"),
    )


def downgrade() -> None:
    op.drop_table("observation")
    op.drop_table("indicator")
