"""Reading profiles, jobs that read uploads, and how far rounding explains a total."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("statedtotal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rounding", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "readingprofile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=254), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_readingprofile_government", "readingprofile", ["government"])
    op.create_index("ix_readingprofile_fingerprint", "readingprofile", ["fingerprint"])
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("government", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("job")
    op.drop_index("ix_readingprofile_fingerprint", table_name="readingprofile")
    op.drop_index("ix_readingprofile_government", table_name="readingprofile")
    op.drop_table("readingprofile")
    with op.batch_alter_table("statedtotal", schema=None) as batch_op:
        batch_op.drop_column("rounding")
