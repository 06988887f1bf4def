"""Faults and what was recorded of them, alarms, what technicians did, recalls; and two indexes for looking back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_faults()
    _create_alarms()
    _create_maintenance()
    _create_recalls()
    _index("works", "finished_at")
    _index("orders", "placed_at")


def _create_faults() -> None:
    _create(
        "faults",
        *_texts("fault_id", "robot", "occurrence", "code"),
        sa.Column("level", COUNT, nullable=False),
        *_reals("raised_at"),
        *_texts("command_id", "location", "pack_id", "axis", null=True),
        *_reals("cleared_at", null=True),
        *_reals("stopped_s"),
        *_texts("alarm_id", null=True),
        *_texts("suspects"),
        *_texts("cause", "remedy", "found_by", null=True),
        *_reals("found_at", null=True),
        sa.CheckConstraint("level BETWEEN 1 AND 4 AND stopped_s >= 0", name="facts"),
        key=("fault_id",),
    )
    _index("faults", "robot", "raised_at")
    _index("faults", "code", "raised_at")
    _index("faults", "raised_at")
    _create_log("recordings", *_texts("fault_id"), *_reals("at"), *_texts("kind", "data"))
    _index("recordings", "fault_id", "id")
    _create_log("conditions", *_texts("robot"), *_reals("since", "at"), *_texts("features"))
    _index("conditions", "robot", "at")
    _index("conditions", "at")


def _create_alarms() -> None:
    _create(
        "alarms",
        *_texts("alarm_id", "condition", "kind", "subject", "priority", "text"),
        *_reals("raised_at", "respond_by"),
        *_texts("robot", "fault_id", null=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("latched", sa.Boolean, nullable=False),
        *_reals("cleared_at", null=True),
        sa.Column("times", COUNT, nullable=False),
        *_reals("last_active_at"),
        *_reals("acknowledged_at", null=True),
        *_texts("acknowledged_by", null=True),
        *_reals("shelved_until", null=True),
        *_texts("shelved_by", "shelve_reason", "root", null=True),
        sa.Column("suppressed", sa.Boolean, nullable=False),
        *_reals("ended_at", null=True),
        *_texts("ended_by", null=True),
        sa.CheckConstraint("times > 0", name="times"),
        key=("alarm_id",),
    )
    _index("alarms", "ended_at", "alarm_id")
    _index("alarms", "raised_at")
    _create(
        "out_of_service",
        *_texts("condition", "by", "reason"),
        *_reals("since", "until"),
        *_reals("ended_at", null=True),
        key=("condition",),
    )


def _create_maintenance() -> None:
    _create(
        "procedure_runs",
        *_texts("run_id", "procedure", "robot"),
        *_reals("begun_at"),
        *_texts("begun_by"),
        *_texts("fault_id", null=True),
        *_texts("steps"),
        *_reals("ended_at", null=True),
        *_texts("ended_by", "outcome", null=True),
        key=("run_id",),
    )
    _index("procedure_runs", "robot", "begun_at")
    _create(
        "profiles",
        *_texts("robot"),
        sa.Column("version", COUNT, nullable=False),
        *_texts("values", "reason", "by"),
        *_reals("made_at"),
        *_texts("before", "after"),
        *_reals("confirmed_at", null=True),
        sa.CheckConstraint("version > 0", name="version"),
        key=("robot", "version"),
    )
    _create(
        "work_log",
        *_texts("entry_id", "robot"),
        *_reals("at"),
        *_texts("who", "kind", "text"),
        *_texts("fault_id", null=True),
        key=("entry_id",),
    )
    _index("work_log", "robot", "at")


def _create_recalls() -> None:
    _create(
        "recalls",
        *_texts("recall_id", "gtin", "batch"),
        sa.Column("recall_class", COUNT, nullable=False),
        *_texts("reason", "by"),
        *_reals("begun_at"),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("blocked_packs", COUNT, nullable=False),
        sa.Column("destinations", COUNT, nullable=False),
        *_reals("closed_at", null=True),
        *_texts("closed_by", "closing_note", null=True),
        sa.CheckConstraint("recall_class BETWEEN 1 AND 4", name="recall_class"),
        key=("recall_id",),
    )
    _index("recalls", "gtin", "batch")


def _create(table: str, *parts: "sa.schema.SchemaItem", key: tuple[str, ...]) -> None:
    op.create_table(table, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"), sqlite_with_rowid=False)


def _create_log(table: str, *parts: "sa.schema.SchemaItem") -> None:
    number = sa.Column("id", COUNT, nullable=False)
    op.create_table(table, number, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _texts(*names: str, null: bool = False) -> "list[sa.Column[str]]":
    return [sa.Column(name, TEXT, nullable=null) for name in names]


def _reals(*names: str, null: bool = False) -> "list[sa.Column[float]]":
    return [sa.Column(name, sa.Double, nullable=null) for name in names]
