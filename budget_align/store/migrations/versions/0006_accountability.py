"""Accountability: owners, evaluations, meetings of boards, their decisions and actions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "accountableowner",
        _text("government", 120),
        _text("framework", 64),
        _text("subject", 80),
        _text("owner", 200),
        _text("person", 200),
        _text("board", 200),
        _text("said_by", 254),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("government", "framework", "subject"),
    )
    op.create_table(
        "programmeevaluation",
        _text("government", 120),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        _text("status", 12),
        _text("link", 500),
        sa.Column("on", sa.Date(), nullable=True),
        _text("said_by", 254),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("government", "body", "programme"),
    )
    op.create_table(
        "boardmeeting",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("government", 120),
        _text("framework", 64),
        _text("board", 200),
        sa.Column("held_on", sa.Date(), nullable=False),
        _text("run_id", 64),
        _text("stage", 20),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("standings", sa.Text(), nullable=False),
        _text("noted_by", 254),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_boardmeeting_government", "boardmeeting", ["government"])
    op.create_table(
        "boarditem",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("government", 120),
        _text("framework", 64),
        _text("board", 200),
        _text("kind", 12),
        sa.Column("what", sa.Text(), nullable=False),
        _text("owner", 200),
        sa.Column("due", sa.Date(), nullable=False),
        _text("outcome", 80),
        sa.Column("noted_on", sa.Date(), nullable=False),
        _text("noted_by", 254),
        sa.Column("closed_on", sa.Date(), nullable=True),
        _text("closed_by", 254),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_boarditem_government", "boarditem", ["government"])


def downgrade() -> None:
    op.drop_index("ix_boarditem_government", table_name="boarditem")
    op.drop_table("boarditem")
    op.drop_index("ix_boardmeeting_government", table_name="boardmeeting")
    op.drop_table("boardmeeting")
    op.drop_table("programmeevaluation")
    op.drop_table("accountableowner")
