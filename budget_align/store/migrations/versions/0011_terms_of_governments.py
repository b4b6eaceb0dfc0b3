"""The terms in which each government counts; the flow and version of lines, totals and summaries; the versions of runs.

What is there already was counted in pounds, in years from April written 2025-26, as expenditure, and in the first
version of each stage.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SUMMED = ("budgetline", "statedtotal", "cubecell", "programmecell")


def upgrade() -> None:
    government = op.create_table(
        "government",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fiscal_year_starts", sa.Integer(), nullable=False),
        sa.Column("fiscal_year_style", sa.String(length=10), nullable=False),
        sa.Column("bare_year", sa.String(length=5), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    terms = {"currency": "GBP", "fiscal_year_starts": 4, "fiscal_year_style": "2025-26", "bare_year": ""}
    op.bulk_insert(government, [{"name": name, **terms, "locale": "en_GB"} for name in sorted(_governments())])
    for name in _SUMMED:
        with op.batch_alter_table(name) as batch:
            batch.add_column(sa.Column("flow", sa.String(length=12), nullable=False, server_default="expenditure"))
            batch.add_column(sa.Column("version", sa.Text(), nullable=False, server_default="original"))
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("bases", sa.Text(), nullable=False, server_default=""))
    _complete_readings()


def _complete_readings() -> None:
    """Confirmed readings say in which currency they count, and for which flow and version each table was taken."""
    connection = op.get_bind()
    submission = sa.table("submission", sa.column("id", sa.Integer), sa.column("reading", sa.Text))
    flow, version = (
        {"value": value, "confidence": 1.0, "evidence": "every amount was counted so when it was confirmed"}
        for value in ("expenditure", "original")
    )
    for number in connection.scalars(sa.select(submission.c.id)).all():
        mine = submission.c.id == number
        facts = json.loads(connection.scalar(sa.select(submission.c.reading).where(mine)))
        if not facts:
            continue
        facts.setdefault("currency", "GBP")
        for table in facts.get("tables", ()):
            table.setdefault("flow", flow)
            table.setdefault("version", version)
        said = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        connection.execute(sa.update(submission).where(mine).values(reading=said))


def _governments() -> set[str]:
    """Every government that any table names."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    found: set[str] = set()
    for table in inspector.get_table_names():
        if table != "government" and any(column["name"] == "government" for column in inspector.get_columns(table)):
            found |= set(connection.scalars(sa.text(f'SELECT DISTINCT government FROM "{table}"')))
    return found


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_column("bases")
    for name in _SUMMED:
        with op.batch_alter_table(name) as batch:
            batch.drop_column("version")
            batch.drop_column("flow")
    op.drop_table("government")
