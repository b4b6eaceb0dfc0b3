"""Versions of mappings, drivers, levels of government, judgements of suggestions, and a wider summary of runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _string(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "bodylevel",
        _string("government", 120),
        _text("body"),
        _string("level", 20),
        sa.PrimaryKeyConstraint("government", "body"),
    )
    op.create_table(
        "drivertable",
        _number("id"),
        _string("government", 120),
        _string("name", 64),
        _text("measures"),
        _string("hash", 64),
        _text("file_name"),
        _string("sent_by", 254),
        _time("sent_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_drivertable_government", "drivertable", ["government"])
    op.create_table(
        "mappingversion",
        _number("id"),
        _string("government", 120),
        _string("name", 64),
        _number("number", nullable=True),
        _string("status", 12),
        _text("content"),
        _string("hash", 64),
        _number("revision"),
        _number("based_on", nullable=True),
        _string("begun_by", 254),
        _time("changed_at"),
        _string("approved_by", 254),
        _time("approved_at", nullable=True),
        sa.ForeignKeyConstraint(["based_on"], ["mappingversion.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mappingversion_government", "mappingversion", ["government"])
    op.create_table(
        "mappingrevision",
        _number("version_id"),
        _number("revision"),
        _text("content"),
        _text("what"),
        _string("saved_by", 254),
        _time("saved_at"),
        sa.ForeignKeyConstraint(["version_id"], ["mappingversion.id"]),
        sa.PrimaryKeyConstraint("version_id", "revision"),
    )
    op.create_table(
        "judgement",
        _number("id"),
        _string("government", 120),
        _string("framework", 64),
        _text("words"),
        _string("outcome", 64),
        _number("share"),
        sa.Column("taken", sa.Boolean(), nullable=False),
        _string("by", 254),
        _time("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_judgement_government", "judgement", ["government"])
    op.create_table(
        "runshare",
        _string("run_id", 64),
        _number("position"),
        _string("rule_id", 64),
        _text("body"),
        _text("unit"),
        _string("stage", 20),
        _number("fiscal_year"),
        _string("outcome", 64),
        _number("share"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    with op.batch_alter_table("run") as batch:
        batch.add_column(_number("mapping_version", nullable=True))
        batch.create_foreign_key("fk_run_mapping_version", "mappingversion", ["mapping_version"], ["id"])
    with op.batch_alter_table("allocation") as batch:
        batch.add_column(sa.Column("toward", sa.String(length=20), nullable=False, server_default=""))
    with op.batch_alter_table("cubecell") as batch:
        batch.add_column(sa.Column("level", sa.String(length=20), nullable=False, server_default=""))
        batch.add_column(sa.Column("toward", sa.String(length=20), nullable=False, server_default=""))
        batch.add_column(sa.Column("contributing", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("allocation") as batch:
        batch.drop_column("toward")
    with op.batch_alter_table("cubecell") as batch:
        for name in ("contributing", "toward", "level"):
            batch.drop_column(name)
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint("fk_run_mapping_version", type_="foreignkey")
        batch.drop_column("mapping_version")
    for name in ("runshare", "judgement", "mappingrevision", "mappingversion", "drivertable", "bodylevel"):
        op.drop_table(name)
