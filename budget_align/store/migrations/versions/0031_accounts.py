"""Accounts that are invited, second factors, when a person last showed who they are, and what tokens may do.

Tokens from before read figures and send indicators, which is all
that the API does, and go on without an end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("second_key", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("second_step", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("signin") as batch:
        batch.add_column(sa.Column("sure_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))
    op.execute("UPDATE signin SET sure_at = begun_at")
    with op.batch_alter_table("signin") as batch:
        batch.alter_column("sure_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    with op.batch_alter_table("accesstoken") as batch:
        batch.add_column(sa.Column("scope", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("last_day", sa.Date(), nullable=True))
    op.create_table(
        "recoverycode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recoverycode_email", "recoverycode", ["email"])
    op.create_table(
        "accountlink",
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("made_by", sa.String(length=254), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("link_hash"),
    )
    op.create_index("ix_accountlink_email", "accountlink", ["email"])


def downgrade() -> None:
    op.drop_table("accountlink")
    op.drop_table("recoverycode")
    with op.batch_alter_table("accesstoken") as batch:
        batch.drop_column("last_day")
        batch.drop_column("scope")
    with op.batch_alter_table("signin") as batch:
        batch.drop_column("browser")
        batch.drop_column("sure_at")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("second_step")
        batch.drop_column("second_key")
