"""Days that differ from their weekday, promises, learned durations, and why each tour was given."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("destinations", sa.Column("least_remaining_days", COUNT, nullable=False, server_default="7"))
    op.add_column("order_lines", sa.Column("single_batch", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("order_lines", sa.Column("batch", TEXT, nullable=True))
    op.add_column("site", sa.Column("collation_places", COUNT, nullable=False, server_default="240"))
    op.create_table(
        "calendar_changes",
        *_texts("change_id", "kind", "date_local", "reason", "actor"),
        sa.Column("made_at", sa.Double, nullable=False),
        *_texts("run", "hospital", "cutoff_local", "departure_local", null=True),
        sa.Column("withdrawn_at", sa.Double, nullable=True),
        *_texts("withdrawn_by", null=True),
        sa.PrimaryKeyConstraint("change_id", name="pk_calendar_changes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_calendar_changes_date_local_change_id", "calendar_changes", ["date_local", "change_id"])
    op.create_table(
        "promises",
        *_texts("order_ref"),
        *_reals(
            "made_at",
            "expected_at",
            "promised_at",
            "on_time",
            "first_made_at",
            "first_expected_at",
            "first_promised_at",
        ),
        *_texts("cause", "rescue", null=True),
        sa.PrimaryKeyConstraint("order_ref", name="pk_promises"),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name="fk_promises_order_ref"),
        sa.CheckConstraint("on_time >= 0 AND on_time <= 1", name="probability"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timings",
        *_texts("source", "kind", "size"),
        sa.Column("count", COUNT, nullable=False),
        *_reals("mean_s", "spread_s", "updated_at"),
        sa.PrimaryKeyConstraint("source", "kind", "size", name="pk_timings"),
        sa.CheckConstraint("count > 0 AND mean_s >= 0 AND spread_s >= 0", name="measures"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        sa.Column("id", COUNT, nullable=False),
        *_reals("at"),
        *_texts("order_ref", "source", "work_ref", "facts"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_order_ref_id", "decisions", ["order_ref", "id"])
    op.create_index("ix_decisions_at", "decisions", ["at"])


def _texts(*names: str, null: bool = False) -> "list[sa.Column[str]]":
    return [sa.Column(name, TEXT, nullable=null) for name in names]


def _reals(*names: str) -> "list[sa.Column[float]]":
    return [sa.Column(name, sa.Double, nullable=False) for name in names]
