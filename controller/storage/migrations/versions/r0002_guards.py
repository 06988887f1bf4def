"""What the database refuses by itself: changed history, reports applied backwards. And the one row of the lease."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("journal", "postings")

SQLITE_APPEND_ONLY = """
CREATE TRIGGER {table}_keeps_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SQLITE_FORWARD = """
CREATE TRIGGER robots_keep_forward BEFORE UPDATE ON robots
WHEN NEW.generation = OLD.generation AND NEW.journal_id IS OLD.journal_id AND NEW.applied_seq < OLD.applied_seq
BEGIN SELECT RAISE(ABORT, 'applied_seq of a robot cannot go back within its generation'); END
"""

POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'integrity_constraint_violation', message = TG_ARGV[0];
END
$$
"""
POSTGRES_APPEND_ONLY = """
CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{table} is append-only')
"""
POSTGRES_FORWARD = """
CREATE TRIGGER robots_keep_forward BEFORE UPDATE ON robots FOR EACH ROW
WHEN (NEW.generation = OLD.generation AND NEW.journal_id IS NOT DISTINCT FROM OLD.journal_id
      AND NEW.applied_seq < OLD.applied_seq)
EXECUTE FUNCTION refuse_change('applied_seq of a robot cannot go back within its generation')
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for event in ("UPDATE", "DELETE"):
                op.execute(SQLITE_APPEND_ONLY.format(table=table, event=event))
        op.execute(SQLITE_FORWARD)
    else:
        op.execute(POSTGRES_FUNCTION)
        for table in APPEND_ONLY:
            op.execute(POSTGRES_APPEND_ONLY.format(table=table))
        op.execute(POSTGRES_FORWARD)
    _insert_lease()


def _insert_lease() -> None:
    values = {
        "row": 1,
        "epoch": 0,
        "holder": "",
        "expires_at": 0.0,
        "written_at": 0.0,
        "posting_seq": 0,
        "journal_seq": 0,
        "journal_hash": "0" * 64,
    }
    lease = sa.table("lease", *(sa.column(name) for name in values))
    op.execute(sa.insert(lease).values(values))
