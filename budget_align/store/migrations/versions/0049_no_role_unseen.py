"""Nobody holds a role that nobody gave: accounts from before there were roles had been made ministers by the upgrade,
who see what is marked.
"""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BESIDE_THE_OLD = True


def upgrade() -> None:
    op.execute("DELETE FROM roleheld WHERE given_by = 'upgrade'")


def downgrade() -> None:
    """Nothing: what nobody gave is not given back."""
