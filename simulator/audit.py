"""The independent auditor: what really moved, compared with what the ledger says. Shares no code with the service.

Every finding is one sentence. The physical record alone already shows a pack that moved twice for one command, a pack
that was taken from where it was not, an expired pack, and one that vanished; with the ledger also a motion without a
committed command, the wrong pack, a success that never happened, a shelf that differs from the books, and a pack that
left the centre though it was held, recalled or expired.

A pack whose code was overprinted is another than the ledger says, and nobody can know before it is read again: where
the truth behind the faults tells of it, the pack is a finding only if it has left the centre.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from simulator.departed import unfit_departed
from simulator.hardware.movement import Act, Movement
from simulator.record import read_record
from simulator.site import SiteFolder, read_site

_KIND = {
    Act.STORE: ("store",),
    Act.PICK: ("pick", "eject"),
    Act.DELIVER: ("pick",),
    Act.EJECT: ("eject",),
    Act.DROP: ("pick", "eject", "relocate"),
    Act.RELOCATE: ("relocate",),
    Act.TAKE: ("hand_pick",),
}
"""The kinds of command, or of people's work, that may cause each act."""

_READ = (Act.STORE, Act.PICK, Act.TAKE, Act.RETURN)
"""Acts at which the pack must be the one that the ledger describes."""


Misread = tuple[str, float]
"""The robot, and when its scanner took a pack for another."""
LOADER_S = 3600.0
"""What was scanned is on its shelf by then, unless the robot stands still."""


@dataclass(slots=True)
class PhysicalState:
    """Where the record leaves the packs. `shelved` names the robot of each pack in a rack."""

    shelved: dict[str, str]
    carried: dict[str, Movement] = field(default_factory=dict)
    delivered: dict[str, Movement] = field(default_factory=dict)
    returned: dict[str, Movement] = field(default_factory=dict)
    """The last delivery of each pack that a person took out of its tote again."""
    findings: list[str] = field(default_factory=list)


def audit_files(physical: Path, ledger: Path | None, site: Path | None) -> list[str]:
    """All findings; without a site folder the packs of the start stock are taken on trust.

    The truth behind the faults is read from causes.jsonl beside the physical record, where there is one.
    """
    movements = list(read_record(physical))
    state = audit_physical(movements, None if site is None else read_site(site))
    if ledger is None:
        return state.findings
    misread = list(_misread(physical.with_name("causes.jsonl")))
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as books:
        return state.findings + audit_ledger(books, movements, state, complete=site is not None, misread=misread)


def audit_physical(movements: Iterable[Movement], site: SiteFolder | None) -> PhysicalState:
    """What the record says of itself."""
    state = PhysicalState({} if site is None else _start_stock(site))
    moved: set[tuple[str, str | None, Act]] = set()
    for movement in movements:
        once = (movement.cause.command_id, movement.pack_id, movement.act)
        if once in moved:
            state.findings.append(f"{_told(movement)}: moved twice for one command")
        moved.add(once)
        _follow(movement, state, trusting=site is None)
    return state


def _start_stock(site: SiteFolder) -> dict[str, str]:
    robots = {plan.robot for plan in site.robots}
    return {
        line.pack_id(count): line.place
        for line in site.stock
        if line.place in robots
        for count in range(1, line.quantity + 1)
    }


def _follow(movement: Movement, state: PhysicalState, *, trusting: bool) -> None:
    pack, findings = movement.pack_id, state.findings
    if pack is None:
        return
    match movement.act:
        case Act.STORE:
            if pack in state.shelved or pack in state.carried or pack in state.delivered:
                findings.append(f"{_told(movement)}: stored, and it was in the centre already")
            state.shelved[pack] = movement.robot
        case Act.PICK:
            if state.shelved.pop(pack, movement.robot if trusting else None) != movement.robot:
                findings.append(f"{_told(movement)}: picked where it was not")
            if pack in state.carried or pack in state.delivered:
                findings.append(f"{_told(movement)}: picked again after it had left its shelf")
            state.carried[pack] = movement
        case Act.DROP if pack not in state.carried and state.shelved.get(pack) == movement.robot:
            # it fell on its way from shelf to shelf, which is one movement and was never begun as a pick
            del state.shelved[pack]
        case Act.DELIVER | Act.EJECT | Act.DROP:
            gripped = state.carried.pop(pack, None)
            if gripped is None or gripped.cause.command_id != movement.cause.command_id:
                findings.append(f"{_told(movement)}: left the table without having been picked for this command")
            if movement.act is Act.DELIVER:
                state.delivered[pack] = movement
                if gripped is not None and gripped.expiry <= _day(gripped.at):
                    findings.append(f"{_told(movement)}: picked on or after its expiry {gripped.expiry}")
        case Act.TAKE:
            if state.shelved.pop(pack, movement.robot if trusting else None) != movement.robot:
                findings.append(f"{_told(movement)}: taken by hand where it was not")
            if pack in state.carried or pack in state.delivered:
                findings.append(f"{_told(movement)}: taken by hand after it had left its shelf")
            state.delivered[pack] = movement
            if movement.expiry <= _day(movement.at):
                findings.append(f"{_told(movement)}: taken on or after its expiry {movement.expiry}")
        case Act.RETURN:
            landed = state.delivered.pop(pack, None)
            if landed is None or landed.target != movement.source:
                findings.append(f"{_told(movement)}: taken out of a tote in which it was not")
            else:
                state.returned[pack] = landed
        case Act.RELOCATE:
            if state.shelved.get(pack, movement.robot if trusting else None) != movement.robot:
                findings.append(f"{_told(movement)}: relocated where it was not")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def audit_ledger(
    books: sqlite3.Connection,
    movements: Sequence[Movement],
    state: PhysicalState,
    *,
    complete: bool,
    misread: Sequence[Misread] = (),
) -> list[str]:
    """What the ledger says otherwise; `complete` where the start stock is known, so that shelves can be compared."""
    findings = _uncommanded(books, movements)
    findings += _mistaken(books, movements, misread)
    findings += unfit_departed(books)
    under_way = _under_way(books)
    findings += _false_successes(books, state, under_way)
    if complete:
        findings += _shelves(books, state, under_way)
    return findings


def _under_way(books: sqlite3.Connection) -> set[str]:
    """Packs of which the ledger says itself that it does not know yet: their command has no outcome."""
    return {
        row[0]
        for row in books.execute(
            "SELECT pack_id FROM command_steps JOIN commands USING (task_id)"
            " WHERE command_steps.status IN ('bound', 'gripped', 'in_doubt')"
            " AND commands.status IN ('issued', 'accepted', 'running', 'in_doubt')"
        )
    } | {
        pack_id
        for row in books.execute("SELECT pack_ids FROM works WHERE kind = 'hand_pick' AND status = 'taken'")
        for pack_id in json.loads(row[0])
    }


def _uncommanded(books: sqlite3.Connection, movements: Sequence[Movement]) -> list[str]:
    commands = {row[0]: row[1:] for row in books.execute("SELECT task_id, kind, robot, epoch, issued_at FROM commands")}
    steps = set(books.execute("SELECT task_id, pack_id FROM command_steps"))
    for work_id, kind, robot, created_at, pack_ids in books.execute(
        "SELECT work_id, kind, robot, created_at, pack_ids FROM works WHERE robot IS NOT NULL"
    ):
        commands[work_id] = (kind, robot, 0, created_at)
        steps.update((work_id, pack_id) for pack_id in json.loads(pack_ids))
    picked: set[tuple[str, str | None]] = set()
    put_back = set(books.execute("SELECT reference, pack_id FROM postings WHERE to_account = 'goods-in'"))
    findings = []
    for movement in movements:
        once = (movement.cause.command_id, movement.pack_id)
        if movement.act is Act.RETURN:
            if once not in put_back:
                findings.append(f"{_told(movement)}: taken out of its tote, and the ledger does not put it back")
            continue
        if movement.act is Act.PICK:
            picked.add(once)
        command = commands.get(movement.cause.command_id)
        if command is None:
            findings.append(f"{_told(movement)}: moved without a committed command")
            continue
        kind, robot, epoch, issued_at = command
        if kind not in _KIND[movement.act] or robot != movement.robot:
            findings.append(f"{_told(movement)}: the command is a {kind} of {robot}")
        if movement.act is Act.DROP and once not in picked and kind != "relocate":
            findings.append(f"{_told(movement)}: dropped by a {kind} that had not picked it")
        if movement.cause.epoch > epoch or issued_at > movement.at + 0.001:
            findings.append(f"{_told(movement)}: moved before its command was committed")
        if once not in steps:
            findings.append(f"{_told(movement)}: the command does not name this pack")
    return findings


def _misread(causes: Path) -> Iterator[Misread]:
    """When a scanner took a pack for another, from the truth behind the faults."""
    for line in causes.read_text(encoding="utf-8").splitlines() if causes.exists() else ():
        entry = json.loads(line)
        if entry["cause"] == "overprinted_code" and entry["event"] == "struck":
            yield entry["robot"], entry["t"]


def _mistaken(books: sqlite3.Connection, movements: Sequence[Movement], misread: Sequence[Misread] = ()) -> list[str]:
    described = {row[0]: row[1:4] for row in books.execute("SELECT pack_id, gtin, batch, expiry FROM packs")}
    left = {row[0] for row in books.execute("SELECT pack_id FROM packs WHERE account LIKE 'dispatched:%'")}
    unread, overprinted = list(misread), set[str]()
    findings = []
    for movement in movements:
        ledger = described.get(movement.pack_id or "")
        if ledger is None:
            findings.append(f"{_told(movement)}: the ledger has no such pack")
        elif movement.act in _READ and ledger != (movement.gtin, movement.batch, movement.expiry):
            pack_id = movement.pack_id or ""
            if movement.act is Act.STORE:
                scans = [scan for scan in unread if _may_be(scan, movement)]
                if scans:
                    unread.remove(scans[0])
                    overprinted.add(pack_id)
            if pack_id in overprinted and pack_id not in left:
                continue
            findings.append(
                f"{_told(movement)}: it is {movement.gtin} {movement.batch} {movement.expiry}, "
                f"the ledger says {' '.join(ledger)}"
            )
    return findings


def _may_be(scan: Misread, stored: Movement) -> bool:
    robot, at = scan
    return robot == stored.robot and 0.0 <= stored.at - at <= LOADER_S


def _false_successes(books: sqlite3.Connection, state: PhysicalState, under_way: set[str]) -> list[str]:
    findings = []
    booked: dict[str, str] = {}
    for pack, account in books.execute(
        "SELECT pack_id, to_account FROM postings WHERE to_account LIKE 'tote:%' AND from_account LIKE 'robot:%'"
    ):
        booked[pack] = account.partition(":")[2]
    for pack, tote in booked.items():
        landed = state.delivered.get(pack) or state.returned.get(pack)
        if landed is None:
            findings.append(f"pack {pack}: booked into tote {tote}, and it never came out of a robot")
        elif landed.target != tote:
            findings.append(f"{_told(landed)}: landed in tote {landed.target}, booked into {tote}")
    for pack, landed in state.delivered.items():
        if pack not in booked and pack not in under_way:
            findings.append(f"{_told(landed)}: landed in tote {landed.target}, and the ledger does not book it there")
    return findings


def _shelves(books: sqlite3.Connection, state: PhysicalState, under_way: set[str]) -> list[str]:
    findings = []
    in_ledger = {
        pack: (account.partition(":")[2], hold)
        for pack, account, hold in books.execute(
            "SELECT pack_id, account, hold FROM packs WHERE account LIKE 'robot:%'"
        )
    }
    for pack, (robot, hold) in in_ledger.items():
        unsettled = hold is not None or pack in state.carried or pack in under_way
        if not unsettled and state.shelved.get(pack) != robot:
            findings.append(f"pack {pack}: in {robot} by the ledger, and on none of its shelves")
    for pack, robot in state.shelved.items():
        if pack not in in_ledger and pack not in under_way:
            findings.append(f"pack {pack}: on a shelf of {robot}, and elsewhere by the ledger")
    return findings


def _told(movement: Movement) -> str:
    return f"t {movement.at:.3f} {movement.robot} {movement.act} pack {movement.pack_id} ({movement.cause.command_id})"
