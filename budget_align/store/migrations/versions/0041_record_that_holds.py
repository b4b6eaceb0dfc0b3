"""Audit events say what was before and after and in which request, and the database itself lets none be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0034"
branch_labels = None
depends_on = None

_TOLD = "the record is append-only: no event is changed or removed"


def upgrade() -> None:
    op.add_column("auditevent", sa.Column("before", sa.Text(), nullable=False, server_default=""))
    op.add_column("auditevent", sa.Column("after", sa.Text(), nullable=False, server_default=""))
    op.add_column("auditevent", sa.Column("request_id", sa.String(length=64), nullable=False, server_default=""))
    # What is there was hashed without these.
    op.add_column("auditevent", sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_auditevent_subject", "auditevent", ["subject"])
    op.create_index("ix_auditevent_at", "auditevent", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_TOLD}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER keep_audit_events BEFORE UPDATE OR DELETE OR TRUNCATE ON auditevent "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()"
        )
        op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON auditevent FROM PUBLIC, CURRENT_USER")
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER keep_audit_events_{verb.lower()} BEFORE {verb} ON auditevent "
                f"BEGIN SELECT RAISE(ABORT, '{_TOLD}'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_audit_events ON auditevent")
        op.execute("DROP FUNCTION keep_audit_events")
        op.execute("GRANT UPDATE, DELETE, TRUNCATE ON auditevent TO CURRENT_USER")
    else:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER keep_audit_events_{verb}")
    op.drop_index("ix_auditevent_at", "auditevent")
    op.drop_index("ix_auditevent_subject", "auditevent")
    with op.batch_alter_table("auditevent") as batch:
        for column in ("form", "request_id", "after", "before"):
            batch.drop_column(column)
