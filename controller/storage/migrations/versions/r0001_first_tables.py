"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINE_COUNTS = (
    "ordered > 0 AND reserved >= 0 AND in_work >= 0 AND gathered >= 0 AND short >= 0"
    " AND reserved + in_work + gathered + short <= ordered"
)
OPEN_STEP = sa.text("status IN ('bound', 'gripped', 'in_doubt') AND pack_id <> ''")
PRESENT = "present = (account NOT LIKE 'dispatched:%' AND account <> 'written-off')"


def upgrade() -> None:
    _create_centre()
    _create_orders()
    _create_commands()
    _create_ledger()


def _create_centre() -> None:
    op.create_table(
        "site",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("timezone", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_site"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "robot_places",
        sa.Column("robot", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("capacity_packs", COUNT, nullable=False),
        sa.Column("position", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("robot", name="pk_robot_places"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "manual_areas",
        sa.Column("area", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("position", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("area", name="pk_manual_areas"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("dmd_code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("robot_storable", sa.Boolean(), nullable=False),
        sa.Column("width_mm", sa.Double(), nullable=False),
        sa.Column("depth_mm", sa.Double(), nullable=False),
        sa.Column("height_mm", sa.Double(), nullable=False),
        sa.Column("mass_g", sa.Double(), nullable=False),
        sa.Column("has_datamatrix", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("gtin", name="pk_products"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "destinations",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("hospital", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_destinations"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "runs",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("hospital", TEXT, nullable=False),
        sa.Column("weekdays", TEXT, nullable=False),
        sa.Column("cutoff_local", TEXT, nullable=False),
        sa.Column("departure_local", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_runs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_lists",
        sa.Column("destination", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("topup_weekday", COUNT, autoincrement=False, nullable=False),
        sa.Column("low", COUNT, nullable=False),
        sa.Column("high", COUNT, nullable=False),
        sa.CheckConstraint("low >= 0 AND high >= low", name=op.f("ck_stock_lists_levels")),
        sa.ForeignKeyConstraint(["destination"], ["destinations.code"], name="fk_stock_lists_destination"),
        sa.ForeignKeyConstraint(["gtin"], ["products.gtin"], name="fk_stock_lists_gtin"),
        sa.PrimaryKeyConstraint("destination", "gtin", "topup_weekday", name="pk_stock_lists"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "imports",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_imports"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("row", COUNT, autoincrement=False, nullable=False),
        sa.Column("epoch", COUNT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("written_at", sa.Double(), nullable=False),
        sa.Column("posting_seq", COUNT, nullable=False),
        sa.Column("journal_seq", COUNT, nullable=False),
        sa.Column("journal_hash", TEXT, nullable=False),
        sa.CheckConstraint('"row" = 1', name=op.f("ck_lease_one_row")),
        sa.PrimaryKeyConstraint("row", name="pk_lease"),
    )


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("order_ref", TEXT, nullable=False),
        sa.Column("destination", TEXT, nullable=False),
        sa.Column("order_class", TEXT, nullable=False),
        sa.Column("placed_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("departure_id", TEXT, nullable=True),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("totes", TEXT, nullable=False),
        sa.Column("gathered_at", sa.Double(), nullable=True),
        sa.Column("completed_at", sa.Double(), nullable=True),
        sa.Column("dispatched_at", sa.Double(), nullable=True),
        sa.Column("cancel_reason", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["destination"], ["destinations.code"], name="fk_orders_destination"),
        sa.PrimaryKeyConstraint("order_ref", name="pk_orders"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_orders_departure_id_number", "orders", ["departure_id", "number"])
    op.create_index("ix_orders_destination_number", "orders", ["destination", "number"])
    op.create_index("ix_orders_number", "orders", ["number"], unique=True)
    op.create_index("ix_orders_status_number", "orders", ["status", "number"])
    op.create_table(
        "order_lines",
        sa.Column("order_ref", TEXT, nullable=False),
        sa.Column("number", COUNT, autoincrement=False, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("ordered", COUNT, nullable=False),
        sa.Column("reserved", COUNT, nullable=False),
        sa.Column("in_work", COUNT, nullable=False),
        sa.Column("gathered", COUNT, nullable=False),
        sa.Column("short", COUNT, nullable=False),
        sa.Column("short_reason", TEXT, nullable=True),
        sa.CheckConstraint(LINE_COUNTS, name=op.f("ck_order_lines_counts")),
        sa.ForeignKeyConstraint(["gtin"], ["products.gtin"], name="fk_order_lines_gtin"),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name="fk_order_lines_order_ref"),
        sa.PrimaryKeyConstraint("order_ref", "number", name="pk_order_lines"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "totes",
        sa.Column("tote_id", TEXT, nullable=False),
        sa.Column("order_ref", TEXT, nullable=False),
        sa.Column("packs", COUNT, nullable=False),
        sa.Column("expected", COUNT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("checked_by", TEXT, nullable=True),
        sa.Column("loaded_at", sa.Double(), nullable=True),
        sa.CheckConstraint("packs >= 0 AND expected >= 0", name=op.f("ck_totes_counts")),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name="fk_totes_order_ref"),
        sa.PrimaryKeyConstraint("tote_id", name="pk_totes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_totes_order_ref_tote_id", "totes", ["order_ref", "tote_id"])
    op.create_index("ix_totes_status_tote_id", "totes", ["status", "tote_id"])
    op.create_table(
        "departures",
        sa.Column("departure_id", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("hospital", TEXT, nullable=False),
        sa.Column("date_local", TEXT, nullable=False),
        sa.Column("cutoff_at", sa.Double(), nullable=False),
        sa.Column("departs_at", sa.Double(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("departed_at", sa.Double(), nullable=True),
        sa.Column("totes", COUNT, nullable=False),
        sa.CheckConstraint("totes >= 0", name=op.f("ck_departures_counts")),
        sa.PrimaryKeyConstraint("departure_id", name="pk_departures"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_departures_date_local_departure_id", "departures", ["date_local", "departure_id"])
    op.create_index("ix_departures_status_departs_at", "departures", ["status", "departs_at"])
    op.create_table(
        "works",
        sa.Column("work_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("station", TEXT, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("urgency", COUNT, nullable=False),
        sa.Column("pack_ids", TEXT, nullable=False),
        sa.Column("lines", TEXT, nullable=False),
        sa.Column("order_ref", TEXT, nullable=True),
        sa.Column("tote_id", TEXT, nullable=True),
        sa.Column("departure_id", TEXT, nullable=True),
        sa.Column("robot", TEXT, nullable=True),
        sa.Column("doubt_id", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("worker", TEXT, nullable=True),
        sa.Column("taken_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("work_id", name="pk_works"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_works_status_work_id", "works", ["status", "work_id"])
    op.create_table(
        "ward_counts",
        sa.Column("destination", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("quantity", COUNT, nullable=False),
        sa.Column("counted_at", sa.Double(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_ward_counts_counts")),
        sa.ForeignKeyConstraint(["destination"], ["destinations.code"], name="fk_ward_counts_destination"),
        sa.ForeignKeyConstraint(["gtin"], ["products.gtin"], name="fk_ward_counts_gtin"),
        sa.PrimaryKeyConstraint("destination", "gtin", name="pk_ward_counts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "requests",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_requests"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_requests_at", "requests", ["at"])


def _create_commands() -> None:
    op.create_table(
        "robots",
        sa.Column("robot", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("capacity_packs", COUNT, nullable=False),
        sa.Column("trust", TEXT, nullable=False),
        sa.Column("generation", COUNT, nullable=False),
        sa.Column("journal_id", TEXT, nullable=True),
        sa.Column("applied_seq", COUNT, nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("packml", COUNT, nullable=False),
        sa.Column("faults", TEXT, nullable=False),
        sa.Column("max_tour_items", COUNT, nullable=False),
        sa.Column("max_queue", COUNT, nullable=False),
        sa.Column("outputs", TEXT, nullable=False),
        sa.Column("commands", TEXT, nullable=False),
        sa.Column("tallest_mm", sa.Double(), nullable=False),
        sa.Column("firmware", TEXT, nullable=False),
        sa.Column("packs_reported", COUNT, nullable=False),
        sa.Column("checksum", TEXT, nullable=False),
        sa.Column("input_waiting", COUNT, nullable=False),
        sa.Column("gaps", COUNT, nullable=False),
        sa.Column("last_report_at", sa.Double(), nullable=False),
        sa.Column("no_space_until", sa.Double(), nullable=False),
        sa.CheckConstraint("applied_seq >= 0 AND capacity_packs >= 0", name=op.f("ck_robots_counts")),
        sa.PrimaryKeyConstraint("robot", name="pk_robots"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commands",
        sa.Column("task_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("robot", TEXT, nullable=False),
        sa.Column("generation", COUNT, nullable=False),
        sa.Column("epoch", COUNT, nullable=False),
        sa.Column("issued_at", sa.Double(), nullable=False),
        sa.Column("valid_for_s", sa.Double(), nullable=False),
        sa.Column("order_ref", TEXT, nullable=True),
        sa.Column("tote_id", TEXT, nullable=True),
        sa.Column("output", TEXT, nullable=True),
        sa.Column("offer_id", TEXT, nullable=True),
        sa.Column("target", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("attempt", COUNT, nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name="pk_commands"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_commands_order_ref_task_id", "commands", ["order_ref", "task_id"])
    op.create_index("ix_commands_robot_task_id", "commands", ["robot", "task_id"])
    op.create_index("ix_commands_status_task_id", "commands", ["status", "task_id"])
    op.create_table(
        "command_steps",
        sa.Column("task_id", TEXT, nullable=False),
        sa.Column("position", COUNT, autoincrement=False, nullable=False),
        sa.Column("pack_id", TEXT, nullable=False),
        sa.Column("item", COUNT, nullable=False),
        sa.Column("line", COUNT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["commands.task_id"], name="fk_command_steps_task_id"),
        sa.PrimaryKeyConstraint("task_id", "position", name="pk_command_steps"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_command_steps_open_pack",
        "command_steps",
        ["pack_id"],
        unique=True,
        sqlite_where=OPEN_STEP,
        postgresql_where=OPEN_STEP,
    )
    op.create_table(
        "doubts",
        sa.Column("doubt_id", TEXT, nullable=False),
        sa.Column("task_id", TEXT, nullable=False),
        sa.Column("robot", TEXT, nullable=False),
        sa.Column("pack_id", TEXT, nullable=False),
        sa.Column("order_ref", TEXT, nullable=True),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("resolved_at", sa.Double(), nullable=True),
        sa.Column("finding", TEXT, nullable=True),
        sa.Column("resolved_by", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("doubt_id", name="pk_doubts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_doubts_resolved_at_doubt_id", "doubts", ["resolved_at", "doubt_id"])
    op.create_table(
        "offers",
        sa.Column("offer_id", TEXT, nullable=False),
        sa.Column("robot", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=True),
        sa.Column("batch", TEXT, nullable=True),
        sa.Column("expiry", TEXT, nullable=True),
        sa.Column("offered_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name="pk_offers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fefo_exceptions",
        sa.Column("id", COUNT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("pack_id", TEXT, nullable=False),
        sa.Column("older_pack_id", TEXT, nullable=False),
        sa.Column("task_id", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fefo_exceptions"),
    )
    op.create_table(
        "poison",
        sa.Column("id", COUNT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("robot", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_poison"),
    )


def _create_ledger() -> None:
    op.create_table(
        "packs",
        sa.Column("pack_id", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("batch", TEXT, nullable=False),
        sa.Column("expiry", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("claim", TEXT, nullable=True),
        sa.Column("hold", TEXT, nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.CheckConstraint(PRESENT, name=op.f("ck_packs_present")),
        sa.ForeignKeyConstraint(["gtin"], ["products.gtin"], name="fk_packs_gtin"),
        sa.PrimaryKeyConstraint("pack_id", name="pk_packs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_packs_account_pack_id", "packs", ["account", "pack_id"])
    op.create_index("ix_packs_gtin_batch_pack_id", "packs", ["gtin", "batch", "pack_id"])
    op.create_index(
        "ix_packs_present",
        "packs",
        ["pack_id"],
        unique=False,
        sqlite_where=sa.text("present = 1"),
        postgresql_where=sa.text("present"),
    )
    op.create_table(
        "delivery_lines",
        sa.Column("line_id", TEXT, nullable=False),
        sa.Column("delivery_note", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("batch", TEXT, nullable=False),
        sa.Column("expiry", TEXT, nullable=False),
        sa.Column("quantity", COUNT, nullable=False),
        sa.Column("arrived_at", sa.Double(), nullable=False),
        sa.Column("waiting", COUNT, nullable=False),
        sa.CheckConstraint("waiting >= 0 AND waiting <= quantity", name=op.f("ck_delivery_lines_counts")),
        sa.ForeignKeyConstraint(["gtin"], ["products.gtin"], name="fk_delivery_lines_gtin"),
        sa.PrimaryKeyConstraint("line_id", name="pk_delivery_lines"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_lines_waiting", "delivery_lines", ["waiting"])
    op.create_table(
        "postings",
        sa.Column("seq", COUNT, autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("pack_id", TEXT, nullable=False),
        sa.Column("gtin", TEXT, nullable=False),
        sa.Column("batch", TEXT, nullable=False),
        sa.Column("from_account", TEXT, nullable=False),
        sa.Column("to_account", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.CheckConstraint("seq > 0 AND from_account <> to_account", name=op.f("ck_postings_moves")),
        sa.ForeignKeyConstraint(["pack_id"], ["packs.pack_id"], name="fk_postings_pack_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_postings"),
    )
    op.create_index("ix_postings_gtin_seq", "postings", ["gtin", "seq"])
    op.create_index("ix_postings_pack_id_seq", "postings", ["pack_id", "seq"])
    op.create_table(
        "balances",
        sa.Column("account", TEXT, nullable=False),
        sa.Column("packs", COUNT, nullable=False),
        sa.CheckConstraint("packs >= 0 OR account = 'supplier'", name=op.f("ck_balances_covered")),
        sa.PrimaryKeyConstraint("account", name="pk_balances"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal",
        sa.Column("seq", COUNT, autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("data", TEXT, nullable=False),
        sa.Column("previous_hash", TEXT, nullable=False),
        sa.Column("entry_hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_journal"),
    )
    op.create_index("ix_journal_subject_seq", "journal", ["subject", "seq"])
