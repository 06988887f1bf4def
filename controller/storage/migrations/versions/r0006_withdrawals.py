"""Robots that were taken out of work, and how they came back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        *_texts("withdrawal_id", "robot", "how", "reason", "actor"),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("back_at", sa.Double, nullable=True),
        *_texts("stage"),
        *_texts("task_id", null=True),
        sa.Column("tests_left", COUNT, nullable=False),
        *_texts("confirmed_by", "failure", null=True),
        *_texts("taken", "forget", "unexplained"),
        sa.Column("ended_at", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint("withdrawal_id", name="pk_withdrawals"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_withdrawals_robot_since", "withdrawals", ["robot", "since"])


def _texts(*names: str, null: bool = False) -> "list[sa.Column[str]]":
    return [sa.Column(name, TEXT, nullable=null) for name in names]
