"""What two cannot both do at once: unique rows where a change of state decides, drafts under ids that are never used
again, what was read of a draft kept with it, jobs that say which process reads them, sign-ins
that can end, and accounts that can be disabled.

Rows that two people made at once, before anything kept them apart, stay as they are and are left out of what is unique.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNIQUE = (
    ("ux_draft_file", "draft", "government, file_hash", ""),
    ("ux_submission_file", "submission", "government, file_hash", "status = 'submitted'"),
    ("ux_mappingversion_number", "mappingversion", "government, name, number", "number IS NOT NULL"),
    ("ux_mappingversion_draft", "mappingversion", "government, name", "status = 'draft'"),
    ("ux_publicballot_open", "publicballot", "government", "closed_at IS NULL"),
    ("ux_boardmeeting_day", "boardmeeting", "government, framework, board, held_on", ""),
    ("ux_auditevent_previous", "auditevent", "previous_hash", ""),
)


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("id", existing_type=sa.Integer(), type_=sa.BigInteger())
    with op.batch_alter_table("job") as batch:
        batch.alter_column("draft_id", existing_type=sa.Integer(), type_=sa.BigInteger())
        batch.add_column(sa.Column("process", sa.String(length=120), nullable=False, server_default=""))
    op.create_table(
        "keptofdraft",
        sa.Column("draft_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "name"),
    )
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("disabled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "signin",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_signin_email", "signin", ["email"])
    _draw_ids()
    for name, table, columns, where in _UNIQUE:
        _make_unique(name, table, columns, where)


def _draw_ids() -> None:
    """Drafts that wait get ids that nobody has seen; what is in an open tab asks for the draft once more. Of two drafts
    of the same file the one about which more is settled stays.
    """
    connection = op.get_bind()
    waiting = connection.execute(sa.text("SELECT id, government, file_hash FROM draft ORDER BY length(answers), id"))
    best = {(government, file_hash): number for number, government, file_hash in waiting}
    for old in connection.scalars(sa.text("SELECT id FROM draft")).all():
        if old not in best.values():
            connection.execute(sa.text("DELETE FROM draft WHERE id = :old"), {"old": old})
    for old in connection.scalars(sa.text("SELECT id FROM draft")).all():
        drawn = {"new": secrets.randbelow(2**62) + 1, "old": old}
        connection.execute(sa.text("UPDATE draft SET id = :new WHERE id = :old"), drawn)
        connection.execute(sa.text("UPDATE job SET draft_id = :new WHERE draft_id = :old"), drawn)


def _make_unique(name: str, table: str, columns: str, where: str) -> None:
    connection = op.get_bind()
    among = f"WHERE {where} " if where else ""
    twice = sa.text(f"SELECT max(id) FROM {table} {among}GROUP BY {columns} HAVING count(*) > 1")
    last = max(connection.scalars(twice).all(), default=None)
    conditions = [*([where] if where else []), *([f"id > {int(last)}"] if last is not None else [])]
    said = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    op.execute(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}){said}")


def downgrade() -> None:
    for name, table, _, _ in _UNIQUE:
        op.drop_index(name, table_name=table)
    op.drop_table("signin")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("disabled")
    op.drop_table("keptofdraft")
    with op.batch_alter_table("job") as batch:
        batch.drop_column("process")
