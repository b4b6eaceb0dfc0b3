"""Assessments of policies stand beside the money of the outcomes that they work on."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
BESIDE_THE_OLD = True


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "policyassessment",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("government", 120),
        _text("framework", 64),
        _text("outcome", 80),
        _text("policy", 300),
        _text("direction", 12),
        _text("strength", 12),
        _text("assessed_by", 200),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        _text("link", 500),
        sa.Column("concerns", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("noted_by", 254),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_policyassessment_government", "policyassessment", ["government"])


def downgrade() -> None:
    op.drop_index("ix_policyassessment_government", table_name="policyassessment")
    op.drop_table("policyassessment")
