"""What a controller that starts anew must still know: what is owed after faults, and what was learned."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("faults", sa.Column("owed", TEXT, nullable=False, server_default="[]"))
    op.create_table(
        "checkpoints",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("data", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_checkpoints"),
        sqlite_with_rowid=False,
    )
