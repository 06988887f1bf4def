"""One batch, one transaction: the only code that writes what the loop decided."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from controller.domain.errors import StaleEpoch
from controller.domain.pack import Posting
from controller.engine.ports import Batch
from controller.storage import rows, tables
from controller.storage.errors import RowRefused
from controller.storage.rows import Row
from controller.storage.statements import statements_for


@dataclass(frozen=True, slots=True)
class BatchRows:
    """A batch as rows: nothing in it changes when the entities do."""

    epoch: int
    advance: Row
    writes: list[tuple[str, list[Row]]]
    closed_offers: list[Row]
    forget_decisions_before: float | None
    forget_conditions_before: float | None
    moves: list[tuple[int, str]]
    """Packs gained or lost, account."""


def build_rows(batch: Batch) -> BatchRows:
    """Rows for every table that the batch touches, those that others refer to first."""
    writes: list[tuple[str, list[Row]]] = []

    def add(name: str, built: list[Row]) -> None:
        if built:
            writes.append((name, built))

    add("robots", [rows.robot_row(robot) for robot in batch.robots])
    add("orders", [rows.order_row(order) for order in batch.orders])
    add("order_lines", rows.line_rows(batch.orders))
    add("totes", [rows.tote_row(tote) for tote in batch.totes])
    add("packs", [rows.pack_row(pack) for pack in batch.packs])
    add("commands", [rows.task_row(task) for task in batch.tasks])
    add("command_steps", rows.step_rows(batch.tasks))
    add("works", [rows.work_row(work) for work in batch.works])
    add("doubts", [rows.doubt_row(doubt) for doubt in batch.doubts])
    add("departures", [rows.departure_row(departure) for departure in batch.departures])
    add("delivery_lines", [rows.delivery_line_row(line) for line in batch.delivery_lines])
    add("offers", [rows.offer_row(offer) for offer in batch.offers])
    add("ward_counts", [rows.ward_count_row(count) for count in batch.ward_counts])
    add("calendar_changes", [rows.calendar_change_row(change) for change in batch.calendar_changes])
    add("destinations", [rows.destination_row(place) for place in batch.destinations])
    add("promises", [rows.promise_row(promise) for promise in batch.promises])
    add("timings", [rows.timing_row(timing) for timing in batch.timings])
    add("decisions", [rows.decision_row(decision) for decision in batch.decisions])
    add("chores", [rows.chore_row(chore) for chore in batch.chores])
    add("maintenance_windows", [rows.window_row(window) for window in batch.maintenance_windows])
    add("night_pauses", [rows.night_pause_row(pause) for pause in batch.night_pauses])
    add("faults", [rows.fault_row(fault) for fault in batch.faults])
    add("alarms", [rows.alarm_row(alarm) for alarm in batch.alarms])
    add("out_of_service", [rows.out_of_service_row(each) for each in batch.out_of_service])
    add("withdrawals", [rows.withdrawal_row(each) for each in batch.withdrawals])
    add("procedure_runs", [rows.procedure_run_row(run) for run in batch.procedure_runs])
    add("profiles", [rows.profile_row(profile) for profile in batch.profiles])
    add("work_log", [rows.log_entry_row(entry) for entry in batch.work_log])
    add("recalls", [rows.recall_row(recall) for recall in batch.recalls])
    add("recordings", [rows.recorded_row(recorded) for recorded in batch.recordings])
    add("conditions", [rows.condition_row(condition) for condition in batch.conditions])
    add("checkpoints", [rows.checkpoint_row(checkpoint) for checkpoint in batch.checkpoints])
    add("requests", [rows.request_row(request) for request in batch.requests])
    add("postings", [rows.posting_row(posting) for posting in batch.postings])
    add("journal", [rows.journal_row(entry) for entry in batch.journal])
    add("poison", [rows.poison_row(message) for message in batch.poison])
    add("fefo_exceptions", [rows.fefo_row(exception) for exception in batch.fefo_exceptions])
    return BatchRows(
        epoch=batch.epoch,
        advance=_advance_row(batch),
        writes=writes,
        closed_offers=[(offer_id,) for offer_id in batch.closed_offers],
        forget_decisions_before=batch.forget_decisions_before,
        forget_conditions_before=batch.forget_conditions_before,
        moves=_moves(batch.postings),
    )


def write_batch(connection: Connection, batch: Batch) -> None:
    """As `write_rows`, from the entities."""
    write_rows(connection, build_rows(batch))


def write_rows(connection: Connection, built: BatchRows) -> None:
    """Write everything within the transaction that `connection` is in; the caller commits.

    StaleEpoch where the lease has another epoch, RowRefused where the batch does not go on from the end of the
    postings or of the journal; errors of the driver as they are.
    """
    statements = statements_for(connection.dialect.name)
    run = _quickest(connection)
    if run(statements.advance, built.advance) != 1:
        raise _why_refused(connection, built)
    for name, values in built.writes:
        run(statements.write[name], values)
    if built.closed_offers:
        run(statements.close_offer, built.closed_offers)
    if built.forget_decisions_before is not None:
        run(statements.forget_decisions, (built.forget_decisions_before,))
    if built.forget_conditions_before is not None:
        run(statements.forget_conditions, (built.forget_conditions_before,))
    if built.moves:
        # An upsert would first offer the difference alone as a row, and the check against overdrawing refuse it.
        run(statements.open_account, [(account, 0) for _, account in built.moves])
        run(statements.move_balance, built.moves)


def _quickest(connection: Connection) -> Callable[[str, Any], int]:
    """Runs a statement with one row or a list of rows; returns how many rows it touched."""
    if connection.dialect.name != "sqlite":
        # A lost connection must be seen by the pool, so PostgreSQL is not spoken to behind its back.
        return lambda sql, values: connection.exec_driver_sql(sql, values).rowcount
    # The driver's own cursor: SQLAlchemy's execution would cost as much as the rows of a usual batch.
    cursor = connection.connection.cursor()

    def run(sql: str, values: Any) -> int:
        if isinstance(values, list):
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
        return cursor.rowcount

    return run


def _moves(postings: list[Posting]) -> list[tuple[int, str]]:
    moved: Counter[str] = Counter()
    for posting in postings:
        moved[posting.from_account] -= 1
        moved[posting.to_account] += 1
    # Accounts in one fixed order, so that two writers could never wait for each other.
    return [(packs, account) for account, packs in sorted(moved.items()) if packs]


def _advance_row(batch: Batch) -> Row:
    """In the order of ADVANCE_PARAMETERS; None leaves a head as it is."""
    postings, journal = batch.postings, batch.journal
    _refuse_gaps("posting", [posting.seq for posting in postings])
    _refuse_gaps("journal entry", [entry.seq for entry in journal])
    return (
        batch.at,
        postings[-1].seq if postings else None,
        journal[-1].seq if journal else None,
        journal[-1].entry_hash if journal else None,
        batch.epoch,
        postings[0].seq - 1 if postings else None,
        journal[0].seq - 1 if journal else None,
        journal[0].previous_hash if journal else None,
    )


def _refuse_gaps(noun: str, seqs: list[int]) -> None:
    if seqs and seqs != list(range(seqs[0], seqs[0] + len(seqs))):
        raise RowRefused(f"the batch has a gap: no {noun} may be left out between {seqs[0]} and {seqs[-1]}")


def _why_refused(connection: Connection, built: BatchRows) -> StaleEpoch | RowRefused:
    row = tables.lease.c
    found = connection.execute(select(row.epoch, row.posting_seq, row.journal_seq, row.journal_hash)).one()
    if found.epoch != built.epoch:
        return StaleEpoch(f"epoch {built.epoch} is over: the database is at epoch {found.epoch}")
    return RowRefused(
        f"the batch does not go on from posting {found.posting_seq}, journal entry {found.journal_seq}"
        f" with hash {found.journal_hash}"
    )
