"""Reports and workbooks that were made for download are kept, so that each is made once."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0014"
branch_labels = None
depends_on = None
BESIDE_THE_OLD = True


def upgrade() -> None:
    op.create_table(
        "keptdownload",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("keptdownload")
