"""SQL text, compiled once a dialect from the tables, so that a commit spends its time in the database."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Dialect, Table, bindparam, delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from controller.storage import tables

APPENDED = (tables.postings, tables.journal)
NUMBERED_BY_DATABASE = (tables.poison, tables.fefo_exceptions, tables.decisions, tables.recordings, tables.conditions)
UPSERTED = (
    tables.robots,
    tables.orders,
    tables.order_lines,
    tables.totes,
    tables.packs,
    tables.commands,
    tables.command_steps,
    tables.works,
    tables.doubts,
    tables.departures,
    tables.delivery_lines,
    tables.offers,
    tables.ward_counts,
    tables.calendar_changes,
    tables.destinations,
    tables.promises,
    tables.timings,
    tables.chores,
    tables.maintenance_windows,
    tables.night_pauses,
    tables.faults,
    tables.alarms,
    tables.out_of_service,
    tables.procedure_runs,
    tables.withdrawals,
    tables.profiles,
    tables.work_log,
    tables.recalls,
    tables.checkpoints,
    tables.requests,
)


@dataclass(frozen=True, slots=True)
class Statements:
    """Everything a batch may need; parameters are positional, in the order of the table's columns."""

    write: Mapping[str, str]
    """By table name: upsert of an entity, insert of a record."""
    close_offer: str
    """offer_id"""
    open_account: str
    """account, 0: nothing where the account is open."""
    move_balance: str
    """packs, account"""
    forget_decisions: str
    """at: older ones go."""
    forget_conditions: str
    """at: older ones go."""
    advance: str
    """The epoch check and both logs' heads; parameters in ADVANCE_PARAMETERS."""


ADVANCE_PARAMETERS = (
    "at",
    "last_posting",
    "last_journal",
    "last_hash",
    "of_epoch",
    "posting_before",
    "journal_before",
    "hash_before",
)


@functools.cache
def statements_for(dialect_name: str) -> Statements:
    """ValueError for a dialect that is neither `sqlite` nor `postgresql`."""
    dialect = _dialect(dialect_name)
    write = {table.name: _upsert(table, dialect) for table in UPSERTED}
    write |= {table.name: _sql(_insert(table, dialect), dialect, _columns(table)) for table in APPENDED}
    for table in NUMBERED_BY_DATABASE:
        columns = tuple(name for name in _columns(table) if name != "id")
        write[table.name] = _sql(
            _insert(table, dialect).values({name: bindparam(name) for name in columns}).inline(), dialect, columns
        )
    offers, balances, decisions = tables.offers, tables.balances, tables.decisions
    conditions = tables.conditions
    open_account = _insert(balances, dialect).on_conflict_do_nothing(index_elements=["account"])
    move = update(balances).values(packs=balances.c.packs + bindparam("moved"))
    return Statements(
        write=write,
        close_offer=_sql(delete(offers).where(offers.c.offer_id == bindparam("closed")), dialect, ("closed",)),
        forget_decisions=_sql(delete(decisions).where(decisions.c.at < bindparam("before")), dialect, ("before",)),
        forget_conditions=_sql(delete(conditions).where(conditions.c.at < bindparam("before")), dialect, ("before",)),
        open_account=_sql(open_account, dialect, _columns(balances)),
        move_balance=_sql(move.where(balances.c.account == bindparam("moving")), dialect, ("moved", "moving")),
        advance=_sql(_advance(), dialect, ADVANCE_PARAMETERS),
    )


def _advance() -> ClauseElement:
    row = tables.lease.c

    def kept_or(column: Column[Any], name: str) -> ColumnElement[Any]:
        return func.coalesce(bindparam(name, type_=column.type), column)

    return (
        update(tables.lease)
        .values(
            written_at=bindparam("at"),
            posting_seq=kept_or(row.posting_seq, "last_posting"),
            journal_seq=kept_or(row.journal_seq, "last_journal"),
            journal_hash=kept_or(row.journal_hash, "last_hash"),
        )
        .where(
            row.epoch == bindparam("of_epoch"),
            row.posting_seq == kept_or(row.posting_seq, "posting_before"),
            row.journal_seq == kept_or(row.journal_seq, "journal_before"),
            row.journal_hash == kept_or(row.journal_hash, "hash_before"),
        )
    )


def _upsert(table: Table, dialect: Dialect) -> str:
    keys = [column.name for column in table.primary_key]
    statement = _insert(table, dialect)
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    return _sql(statement.on_conflict_do_update(index_elements=keys, set_=others), dialect, _columns(table))


def _insert(table: Table, dialect: Dialect) -> postgresql.Insert:
    # Both dialects spell ON CONFLICT alike, in classes of the same shape.
    maker = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    return cast(postgresql.Insert, maker(table))


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _sql(statement: ClauseElement, dialect: Dialect, parameters: tuple[str, ...]) -> str:
    """The text, provided that its parameters come in this order."""
    compiled = cast(SQLCompiler, statement.compile(dialect=dialect))
    if tuple(compiled.positiontup or ()) != parameters:
        raise ValueError(f"parameters come as {compiled.positiontup}, not as {parameters}")
    return compiled.string


def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return sqlite.dialect()
    if name == "postgresql":
        return cast(Dialect, asyncpg.dialect())  # type: ignore[no-untyped-call]
    raise ValueError(f"no statements for {name}")
