"""Summaries by rule and by sign, which outcomes lines touch together, and finer shares, for runs that are there.

Figures stay what they were: a run that is made again from the same inputs is another run, worked out in another way.
"""

from collections import defaultdict
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LINE = "l.control, l.flow, l.stage, l.version, l.fiscal_year"
_NAMES = "control, flow, stage, version, fiscal_year"
_BELOW = "l.amount < 0"
_JOINED = "allocation a JOIN budgetline l ON l.submission_id = a.submission_id AND l.line_id = a.line_id"
_AFTER_MEMO = 1_000_000_000
"""Summed up anew, cells stand after the memo cells that are kept."""
_FINER = 10**12
"""Shares were millionths, and are parts of 10^18."""


def upgrade() -> None:
    for name in ("cubecell", "programmecell"):
        with op.batch_alter_table(name) as batch:
            batch.drop_column("contributing")
            batch.add_column(sa.Column("rule_id", sa.String(length=64), nullable=False, server_default=""))
            batch.add_column(sa.Column("below", sa.Boolean(), nullable=False, server_default=sa.false()))
            batch.add_column(sa.Column("memo", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("below", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("runshare") as batch:
        batch.alter_column("share", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
    op.execute(f"UPDATE runshare SET share = share * {_FINER}")
    op.create_table(
        "touchcell",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("toward", sa.String(length=20), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("flow", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("below", sa.Boolean(), nullable=False),
        sa.Column("memo", sa.Boolean(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    _sum_touches()
    _sum_cubes()
    _sum_programmes()


def _sum_cubes() -> None:
    op.execute("UPDATE cubecell SET memo = (kind = 'memo')")
    levels = "(SELECT run_id, body, MIN(level) AS level FROM cubecell GROUP BY run_id, body)"
    keys = f"l.body, v.level, a.toward, a.outcome, {_LINE}, a.kind, a.rule_id, {_BELOW}"
    named = "l.body AS body, v.level AS level, a.toward AS toward, a.outcome AS outcome, l.control AS control, "
    named += "l.flow AS flow, l.stage AS stage, l.version AS version, l.fiscal_year AS fiscal_year, a.kind AS kind, "
    named += f"a.rule_id AS rule_id, {_BELOW} AS below"
    op.execute(
        f"CREATE TABLE cube_anew AS SELECT a.run_id AS run_id, {_AFTER_MEMO} + ROW_NUMBER() OVER "
        f"(PARTITION BY a.run_id ORDER BY {keys}) AS position, {named}, SUM(a.amount) AS amount FROM {_JOINED} "
        f"JOIN {levels} v ON v.run_id = a.run_id AND v.body = l.body GROUP BY a.run_id, {keys}"
    )
    op.execute("DELETE FROM cubecell WHERE kind <> 'memo'")
    names = f"run_id, position, body, level, toward, outcome, {_NAMES}, kind, rule_id, below, amount"
    op.execute(f"INSERT INTO cubecell ({names}) SELECT {names} FROM cube_anew")
    op.execute("DROP TABLE cube_anew")


def _sum_programmes() -> None:
    keys = f"l.body, l.programme, a.toward, a.outcome, {_LINE}, a.kind, a.rule_id, {_BELOW}"
    op.execute("DELETE FROM programmecell")
    op.execute(
        f"INSERT INTO programmecell (run_id, position, body, programme, toward, outcome, {_NAMES}, kind, rule_id, "
        f"below, amount) SELECT a.run_id, ROW_NUMBER() OVER (PARTITION BY a.run_id ORDER BY {keys}), {keys}, "
        f"SUM(a.amount) FROM {_JOINED} GROUP BY a.run_id, {keys}"
    )


def _sum_touches() -> None:
    """Line by line, since the databases do not order what they join into one text alike."""
    connection = op.get_bind()
    runs = sa.table("run", sa.column("id", sa.String))
    cells = sa.table(
        "touchcell",
        *(sa.column(name) for name in ("run_id", "position", "body", "level", "toward", *_NAMES.split(", "))),
        *(sa.column(name) for name in ("rule_id", "below", "memo", "outcomes", "amount")),
    )
    for run_id in connection.scalars(sa.select(runs.c.id)).all():
        of_run = {"run": run_id}
        level = dict(
            connection.execute(
                sa.text("SELECT body, MIN(level) FROM cubecell WHERE run_id = :run GROUP BY body"), of_run
            ).all()
        )
        rows = connection.execute(
            sa.text(
                f"SELECT l.submission_id, l.line_id, l.body, a.toward, {_LINE}, a.rule_id, l.amount, a.outcome "
                f"FROM {_JOINED} WHERE a.run_id = :run ORDER BY l.submission_id, l.line_id"
            ),
            of_run,
        )
        sums: defaultdict[tuple[object, ...], int] = defaultdict(int)
        for _, parts in groupby(rows, key=itemgetter(0, 1)):
            lines = list(parts)
            touched = sorted({row[-1] for row in lines} - {""})
            if touched:
                _, _, body, toward, *keys, rule_id, amount, _ = lines[0]
                key = (body, level.get(body, ""), toward, *keys, rule_id, amount < 0, False, " ".join(touched))
                sums[key] += amount
        names = [column.name for column in cells.columns]
        stored = [
            dict(zip(names, (run_id, position, *key, amount), strict=True))
            for position, (key, amount) in enumerate(sorted(sums.items(), key=lambda item: str(item[0])), 1)
        ]
        if stored:
            connection.execute(sa.insert(cells), stored)


def downgrade() -> None:
    op.drop_table("touchcell")
    op.execute(f"UPDATE runshare SET share = share / {_FINER}")
    with op.batch_alter_table("runshare") as batch:
        batch.alter_column("share", type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False)
    with op.batch_alter_table("run") as batch:
        batch.drop_column("below")
    for name in ("cubecell", "programmecell"):
        with op.batch_alter_table(name) as batch:
            for column in ("memo", "below", "rule_id"):
                batch.drop_column(column)
            batch.add_column(sa.Column("contributing", sa.BigInteger(), nullable=False, server_default="0"))
