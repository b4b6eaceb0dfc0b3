"""What each programme gives to each outcome, summed up for runs that are there already."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEYS = "l.body, l.programme, a.toward, a.outcome, l.control, l.stage, l.fiscal_year, a.kind"


def upgrade() -> None:
    op.create_table(
        "programmecell",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("toward", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("contributing", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    op.create_index("ix_programmecell_period", "programmecell", ["run_id", "stage", "fiscal_year"])
    op.execute(
        "INSERT INTO programmecell (run_id, position, body, programme, toward, outcome, control, stage, fiscal_year, "
        "kind, amount, contributing) "
        f"SELECT a.run_id, ROW_NUMBER() OVER (PARTITION BY a.run_id ORDER BY {_KEYS}), {_KEYS}, "
        "SUM(a.amount), SUM(l.amount) FROM allocation a JOIN budgetline l "
        f"ON l.submission_id = a.submission_id AND l.line_id = a.line_id GROUP BY a.run_id, {_KEYS}"
    )


def downgrade() -> None:
    op.drop_index("ix_programmecell_period", table_name="programmecell")
    op.drop_table("programmecell")
