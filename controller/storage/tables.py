"""The tables, the same on SQLite and PostgreSQL. Columns bear the names of the domain's fields.

Times are double precision seconds since the Unix epoch, UTC (site time). Dates are ISO text, which sorts as they do.
Lists that are only ever read and written whole are JSON text. `journal` and `postings` refuse UPDATE and DELETE by
triggers, and a robot's `applied_seq` cannot go back within its generation; the triggers live in the migrations.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_COUNT = BigInteger().with_variant(Integer(), "sqlite")
"""INTEGER is what makes a primary key of SQLite the row id itself."""
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted by bytes on both, so that pages and comparisons are the same."""


def _key(name: str, *parts: Any) -> Column[Any]:
    return Column(name, _TEXT, *parts, primary_key=True)


def _text(name: str, *parts: Any, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, *parts, nullable=null)


def _count(name: str, null: bool = False) -> Column[Any]:
    return Column(name, _COUNT, nullable=null)


def _real(name: str, null: bool = False) -> Column[Any]:
    return Column(name, Double, nullable=null)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _table(name: str, *parts: Any) -> Table:
    """A table whose key is text: without row ids SQLite keeps it in one tree instead of two."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


def _log(name: str, *parts: Any) -> Table:
    """A table whose key is a number that only grows."""
    return Table(name, metadata, *parts)


# ---- the centre itself ------------------------------------------------------------------------------------

site = _table(
    "site",
    _key("site"),
    _text("name"),
    _text("timezone"),
    Column("collation_places", _COUNT, nullable=False, server_default="240"),
)

robot_places = _table("robot_places", _key("robot"), _text("kind"), _count("capacity_packs"), _count("position"))

manual_areas = _table("manual_areas", _key("area"), _text("zone"), _count("position"))

products = _table(
    "products",
    _key("gtin"),
    _text("dmd_code"),
    _text("name"),
    _text("zone"),
    _flag("robot_storable"),
    _real("width_mm"),
    _real("depth_mm"),
    _real("height_mm"),
    _real("mass_g"),
    _flag("has_datamatrix"),
)

destinations = _table(
    "destinations",
    _key("code"),
    _text("name"),
    _text("hospital"),
    _text("kind"),
    Column("least_remaining_days", _COUNT, nullable=False, server_default="7"),
)

runs = _table(
    "runs", _key("run"), _text("hospital"), _text("weekdays"), _text("cutoff_local"), _text("departure_local")
)

stock_lists = _table(
    "stock_lists",
    _key("destination", ForeignKey("destinations.code")),
    _key("gtin", ForeignKey("products.gtin")),
    Column("topup_weekday", _COUNT, primary_key=True, autoincrement=False),
    _count("low"),
    _count("high"),
    CheckConstraint("low >= 0 AND high >= low", name="levels"),
)

imports = _table("imports", _key("digest"), _text("kind"), _real("at"))

# ---- who writes -------------------------------------------------------------------------------------------

lease = _log(
    "lease",
    Column("row", _COUNT, primary_key=True, autoincrement=False),
    _count("epoch"),
    _text("holder"),
    _real("expires_at"),
    _real("written_at"),
    _count("posting_seq"),
    _count("journal_seq"),
    _text("journal_hash"),
    CheckConstraint('"row" = 1', name="one_row"),
)
"""One row that every commit goes through: it fences off an old epoch and keeps both logs free of gaps."""

# ---- the work of the day ----------------------------------------------------------------------------------

robots = _table(
    "robots",
    _key("robot"),
    _text("kind"),
    _count("capacity_packs"),
    _text("trust"),
    _count("generation"),
    _text("journal_id", null=True),
    _count("applied_seq"),
    _text("mode"),
    _count("packml"),
    _text("faults"),
    _count("max_tour_items"),
    _count("max_queue"),
    _text("outputs"),
    _text("commands"),
    _real("tallest_mm"),
    _text("firmware"),
    _count("packs_reported"),
    _text("checksum"),
    _count("input_waiting"),
    _count("gaps"),
    _real("last_report_at"),
    _real("no_space_until"),
    CheckConstraint("applied_seq >= 0 AND capacity_packs >= 0", name="counts"),
)

orders = _table(
    "orders",
    _key("order_ref"),
    _text("destination", ForeignKey("destinations.code")),
    _text("order_class"),
    _real("placed_at"),
    _real("due_at"),
    _text("departure_id", null=True),
    _count("number"),
    _text("status"),
    _text("totes"),
    _real("gathered_at", null=True),
    _real("completed_at", null=True),
    _real("dispatched_at", null=True),
    _text("cancel_reason", null=True),
    Index(None, "placed_at"),
    Index(None, "number", unique=True),
    Index(None, "status", "number"),
    Index(None, "departure_id", "number"),
    Index(None, "destination", "number"),
)

order_lines = _table(
    "order_lines",
    _key("order_ref", ForeignKey("orders.order_ref")),
    Column("number", _COUNT, primary_key=True, autoincrement=False),
    _text("gtin", ForeignKey("products.gtin")),
    _count("ordered"),
    _count("reserved"),
    _count("in_work"),
    _count("gathered"),
    _count("short"),
    _text("short_reason", null=True),
    Column("single_batch", Boolean, nullable=False, server_default=false()),
    _text("batch", null=True),
    CheckConstraint(
        "ordered > 0 AND reserved >= 0 AND in_work >= 0 AND gathered >= 0 AND short >= 0"
        " AND reserved + in_work + gathered + short <= ordered",
        name="counts",
    ),
)

totes = _table(
    "totes",
    _key("tote_id"),
    _text("order_ref", ForeignKey("orders.order_ref")),
    _count("packs"),
    _count("expected"),
    _text("status"),
    _text("checked_by", null=True),
    _real("loaded_at", null=True),
    Index(None, "order_ref", "tote_id"),
    Index(None, "status", "tote_id"),
    CheckConstraint("packs >= 0 AND expected >= 0", name="counts"),
)

packs = _table(
    "packs",
    _key("pack_id"),
    _text("gtin", ForeignKey("products.gtin")),
    _text("batch"),
    _text("expiry"),
    _text("account"),
    _text("claim", null=True),
    _text("hold", null=True),
    _flag("present"),
    Index(None, "gtin", "batch", "pack_id"),
    Index(None, "account", "pack_id"),
    Index("ix_packs_present", "pack_id", sqlite_where=text("present = 1"), postgresql_where=text("present")),
    CheckConstraint("present = (account NOT LIKE 'dispatched:%' AND account <> 'written-off')", name="present"),
)

commands = _table(
    "commands",
    _key("task_id"),
    _text("kind"),
    _text("robot"),
    _count("generation"),
    _count("epoch"),
    _real("issued_at"),
    _real("valid_for_s"),
    _text("order_ref", null=True),
    _text("tote_id", null=True),
    _text("output", null=True),
    _text("offer_id", null=True),
    _text("target", null=True),
    _text("reason", null=True),
    _text("status"),
    _count("attempt"),
    _real("sent_at", null=True),
    _real("started_at", null=True),
    _real("finished_at", null=True),
    _flag("cancel_asked"),
    Index(None, "status", "task_id"),
    Index(None, "robot", "task_id"),
    Index(None, "order_ref", "task_id"),
)
"""The outbox: a task is a command row from the moment of its decision."""

OPEN_STEP = "status IN ('bound', 'gripped', 'in_doubt') AND pack_id <> ''"

command_steps = _table(
    "command_steps",
    _key("task_id", ForeignKey("commands.task_id")),
    Column("position", _COUNT, primary_key=True, autoincrement=False),
    _text("pack_id"),
    _count("item"),
    _count("line", null=True),
    _text("status"),
    Index(
        "uq_command_steps_open_pack",
        "pack_id",
        unique=True,
        sqlite_where=text(OPEN_STEP),
        postgresql_where=text(OPEN_STEP),
    ),
)
"""No pack is bound to two commands at once: the database itself refuses the second."""

works = _table(
    "works",
    _key("work_id"),
    _text("kind"),
    _text("station"),
    _real("created_at"),
    _real("due_at"),
    _count("urgency"),
    _text("pack_ids"),
    _text("lines"),
    _text("order_ref", null=True),
    _text("tote_id", null=True),
    _text("departure_id", null=True),
    _text("robot", null=True),
    _text("doubt_id", null=True),
    _text("status"),
    _text("worker", null=True),
    _real("taken_at", null=True),
    _real("finished_at", null=True),
    Index(None, "status", "work_id"),
    Index(None, "finished_at"),
)

doubts = _table(
    "doubts",
    _key("doubt_id"),
    _text("task_id"),
    _text("robot"),
    _text("pack_id"),
    _text("order_ref", null=True),
    _real("opened_at"),
    _text("reason"),
    _real("resolved_at", null=True),
    _text("finding", null=True),
    _text("resolved_by", null=True),
    _text("note", null=True),
    Index(None, "resolved_at", "doubt_id"),
)

departures = _table(
    "departures",
    _key("departure_id"),
    _text("run"),
    _text("hospital"),
    _text("date_local"),
    _real("cutoff_at"),
    _real("departs_at"),
    _text("status"),
    _real("departed_at", null=True),
    _count("totes"),
    Index(None, "date_local", "departure_id"),
    Index(None, "status", "departs_at"),
    CheckConstraint("totes >= 0", name="counts"),
)

delivery_lines = _table(
    "delivery_lines",
    _key("line_id"),
    _text("delivery_note"),
    _text("gtin", ForeignKey("products.gtin")),
    _text("batch"),
    _text("expiry"),
    _count("quantity"),
    _real("arrived_at"),
    _count("waiting"),
    Index(None, "waiting"),
    CheckConstraint("waiting >= 0 AND waiting <= quantity", name="counts"),
)

offers = _table(
    "offers",
    _key("offer_id"),
    _text("robot"),
    _text("gtin", null=True),
    _text("batch", null=True),
    _text("expiry", null=True),
    _real("offered_at"),
)

ward_counts = _table(
    "ward_counts",
    _key("destination", ForeignKey("destinations.code")),
    _key("gtin", ForeignKey("products.gtin")),
    _count("quantity"),
    _real("counted_at"),
    _text("actor"),
    CheckConstraint("quantity >= 0", name="counts"),
)
"""The last count of each product at each destination."""

calendar_changes = _table(
    "calendar_changes",
    _key("change_id"),
    _text("kind"),
    _text("date_local"),
    _text("reason"),
    _text("actor"),
    _real("made_at"),
    _text("run", null=True),
    _text("hospital", null=True),
    _text("cutoff_local", null=True),
    _text("departure_local", null=True),
    _real("withdrawn_at", null=True),
    _text("withdrawn_by", null=True),
    Index(None, "date_local", "change_id"),
)

promises = _table(
    "promises",
    _key("order_ref", ForeignKey("orders.order_ref")),
    _real("made_at"),
    _real("expected_at"),
    _real("promised_at"),
    _real("on_time"),
    _real("first_made_at"),
    _real("first_expected_at"),
    _real("first_promised_at"),
    _text("cause", null=True),
    _text("rescue", null=True),
    CheckConstraint("on_time >= 0 AND on_time <= 1", name="probability"),
)

timings = _table(
    "timings",
    _key("source"),
    _key("kind"),
    _key("size"),
    _count("count"),
    _real("mean_s"),
    _real("spread_s"),
    _real("updated_at"),
    CheckConstraint("count > 0 AND mean_s >= 0 AND spread_s >= 0", name="measures"),
)

chores = _table(
    "chores",
    _key("chore_id"),
    _text("kind"),
    _text("source"),
    _text("subject"),
    _text("reason"),
    _text("reference"),
    _count("packs"),
    _real("begun_at"),
    _text("status"),
    _real("ended_at", null=True),
    _text("result", null=True),
    Index(None, "kind", "source", "subject"),
)

maintenance_windows = _table(
    "maintenance_windows",
    _key("window_id"),
    _text("robot"),
    _real("from_at"),
    _real("to_at"),
    _text("reason"),
    _text("actor"),
    _real("made_at"),
    _text("status"),
    _text("task_id", null=True),
    _real("ended_at", null=True),
    _text("ended_by", null=True),
    CheckConstraint("to_at > from_at", name="length"),
)

night_pauses = _table(
    "night_pauses",
    _key("scope"),
    _text("reason"),
    _text("actor"),
    _real("since_at"),
    _real("lifted_at", null=True),
)
"""The last pause of each robot and area, and of the whole site."""

# ---- faults and their cure --------------------------------------------------------------------------------

faults = _table(
    "faults",
    _key("fault_id"),
    _text("robot"),
    _text("occurrence"),
    _text("code"),
    _count("level"),
    _real("raised_at"),
    _text("command_id", null=True),
    _text("location", null=True),
    _text("pack_id", null=True),
    _text("axis", null=True),
    _real("cleared_at", null=True),
    _real("stopped_s"),
    _text("alarm_id", null=True),
    _text("suspects"),
    _text("cause", null=True),
    _text("remedy", null=True),
    _text("found_by", null=True),
    _real("found_at", null=True),
    Column("owed", _TEXT, nullable=False, server_default="[]"),
    Index(None, "robot", "raised_at"),
    Index(None, "code", "raised_at"),
    Index(None, "raised_at"),
    CheckConstraint("level BETWEEN 1 AND 4 AND stopped_s >= 0", name="facts"),
)

alarms = _table(
    "alarms",
    _key("alarm_id"),
    _text("condition"),
    _text("kind"),
    _text("subject"),
    _text("priority"),
    _text("text"),
    _real("raised_at"),
    _real("respond_by"),
    _text("robot", null=True),
    _text("fault_id", null=True),
    _flag("active"),
    _flag("latched"),
    _real("cleared_at", null=True),
    _count("times"),
    _real("last_active_at"),
    _real("acknowledged_at", null=True),
    _text("acknowledged_by", null=True),
    _real("shelved_until", null=True),
    _text("shelved_by", null=True),
    _text("shelve_reason", null=True),
    _text("root", null=True),
    _flag("suppressed"),
    _real("ended_at", null=True),
    _text("ended_by", null=True),
    Index(None, "ended_at", "alarm_id"),
    Index(None, "raised_at"),
    CheckConstraint("times > 0", name="times"),
)

out_of_service = _table(
    "out_of_service",
    _key("condition"),
    _text("by"),
    _text("reason"),
    _real("since"),
    _real("until"),
    _real("ended_at", null=True),
)

checkpoints = _table(
    "checkpoints",
    _key("name"),
    _real("at"),
    _text("data"),
)

withdrawals = _table(
    "withdrawals",
    _key("withdrawal_id"),
    _text("robot"),
    _text("how"),
    _text("reason"),
    _text("actor"),
    _real("since"),
    _real("back_at", null=True),
    _text("stage"),
    _text("task_id", null=True),
    _count("tests_left"),
    _text("confirmed_by", null=True),
    _text("failure", null=True),
    _text("taken"),
    _text("forget"),
    _text("unexplained"),
    _real("ended_at", null=True),
    Index(None, "robot", "since"),
)

procedure_runs = _table(
    "procedure_runs",
    _key("run_id"),
    _text("procedure"),
    _text("robot"),
    _real("begun_at"),
    _text("begun_by"),
    _text("fault_id", null=True),
    _text("steps"),
    _real("ended_at", null=True),
    _text("ended_by", null=True),
    _text("outcome", null=True),
    Index(None, "robot", "begun_at"),
)

profiles = _table(
    "profiles",
    _key("robot"),
    Column("version", _COUNT, primary_key=True, autoincrement=False),
    _text("values"),
    _text("reason"),
    _text("by"),
    _real("made_at"),
    _text("before"),
    _text("after"),
    _real("confirmed_at", null=True),
    CheckConstraint("version > 0", name="version"),
)

work_log = _table(
    "work_log",
    _key("entry_id"),
    _text("robot"),
    _real("at"),
    _text("who"),
    _text("kind"),
    _text("text"),
    _text("fault_id", null=True),
    Index(None, "robot", "at"),
)

recalls = _table(
    "recalls",
    _key("recall_id"),
    _text("gtin"),
    _text("batch"),
    _count("recall_class"),
    _text("reason"),
    _text("by"),
    _real("begun_at"),
    _flag("drill"),
    _count("blocked_packs"),
    _count("destinations"),
    _real("closed_at", null=True),
    _text("closed_by", null=True),
    _text("closing_note", null=True),
    Index(None, "gtin", "batch"),
    CheckConstraint("recall_class BETWEEN 1 AND 4", name="recall_class"),
)

recordings = _log(
    "recordings",
    Column("id", _COUNT, primary_key=True),
    _text("fault_id"),
    _real("at"),
    _text("kind"),
    _text("data"),
    Index(None, "fault_id", "id"),
)
"""The flight recorder: what was heard, sent and done around a fault."""

conditions = _log(
    "conditions",
    Column("id", _COUNT, primary_key=True),
    _text("robot"),
    _real("since"),
    _real("at"),
    _text("features"),
    Index(None, "robot", "at"),
    Index(None, "at"),
)
"""What robots said of their parts; rows older than a month go."""

requests = _table("requests", _key("key"), _text("digest"), _real("at"), _text("answer"), Index(None, "at"))

# ---- what happened ----------------------------------------------------------------------------------------

postings = _log(
    "postings",
    Column("seq", _COUNT, primary_key=True, autoincrement=False),
    _real("at"),
    _text("pack_id", ForeignKey("packs.pack_id")),
    _text("gtin"),
    _text("batch"),
    _text("from_account"),
    _text("to_account"),
    _text("reason"),
    _text("reference"),
    Index(None, "pack_id", "seq"),
    Index(None, "gtin", "seq"),
    CheckConstraint("seq > 0 AND from_account <> to_account", name="moves"),
)

balances = _table(
    "balances",
    _key("account"),
    _count("packs"),
    CheckConstraint("packs >= 0 OR account = 'supplier'", name="covered"),
)
"""The running sum of the postings, kept in their transaction: a start need not add up years."""

journal = _log(
    "journal",
    Column("seq", _COUNT, primary_key=True, autoincrement=False),
    _real("at"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _text("data"),
    _text("previous_hash"),
    _text("entry_hash"),
    Index(None, "subject", "seq"),
)
"""`data` is the canonical JSON that was hashed, kept as it was."""

poison = _log(
    "poison",
    Column("id", _COUNT, primary_key=True),
    _real("at"),
    _text("topic"),
    _text("robot", null=True),
    _text("reason"),
    Column("payload", LargeBinary, nullable=False),
)

decisions = _log(
    "decisions",
    Column("id", _COUNT, primary_key=True),
    _real("at"),
    _text("order_ref"),
    _text("source"),
    _text("work_ref"),
    _text("facts"),
    Index(None, "order_ref", "id"),
    Index(None, "at"),
)
"""Why each tour was given; rows older than a week go."""

fefo_exceptions = _log(
    "fefo_exceptions",
    Column("id", _COUNT, primary_key=True),
    _real("at"),
    _text("pack_id"),
    _text("older_pack_id"),
    _text("task_id"),
    _text("reason"),
)
