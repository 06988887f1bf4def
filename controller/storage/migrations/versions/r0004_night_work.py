"""Chores, what pauses them, and planned maintenance of robots."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chores",
        *_texts("chore_id", "kind", "source", "subject", "reason", "reference"),
        sa.Column("packs", COUNT, nullable=False),
        sa.Column("begun_at", sa.Double, nullable=False),
        *_texts("status"),
        sa.Column("ended_at", sa.Double, nullable=True),
        *_texts("result", null=True),
        sa.PrimaryKeyConstraint("chore_id", name="pk_chores"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_chores_kind_source_subject", "chores", ["kind", "source", "subject"])
    op.create_table(
        "maintenance_windows",
        *_texts("window_id", "robot"),
        sa.Column("from_at", sa.Double, nullable=False),
        sa.Column("to_at", sa.Double, nullable=False),
        *_texts("reason", "actor"),
        sa.Column("made_at", sa.Double, nullable=False),
        *_texts("status"),
        *_texts("task_id", null=True),
        sa.Column("ended_at", sa.Double, nullable=True),
        *_texts("ended_by", null=True),
        sa.PrimaryKeyConstraint("window_id", name="pk_maintenance_windows"),
        sa.CheckConstraint("to_at > from_at", name="length"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "night_pauses",
        *_texts("scope", "reason", "actor"),
        sa.Column("since_at", sa.Double, nullable=False),
        sa.Column("lifted_at", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint("scope", name="pk_night_pauses"),
        sqlite_with_rowid=False,
    )


def _texts(*names: str, null: bool = False) -> "list[sa.Column[str]]":
    return [sa.Column(name, TEXT, nullable=null) for name in names]
